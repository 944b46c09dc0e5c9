"""Random integers: the Poisson, binomial and categorical distributions."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel, refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import FLOAT32, FLOAT64, INT32, INT64
from ..._core.tensor.value_checks import call_with_values
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient
from .._support.philox import Source
from . import rejection, seeds, variates
from .rng_algorithm import seeded
from .stateful import check_ending, checked_shape, shape_tensor, typed

_RESULTS = tuple(as_dtype(n) for n in "float16 float32 float64 int32 int64".split())


def _result_dtype(dtype: Any, operation: str) -> Any:
    result_dtype = as_dtype(dtype)
    if result_dtype not in _RESULTS:
        raise refusal(operation, "dtype", result_dtype)
    return result_dtype.torch


# -- Poisson ------------------------------------------------------------------------------------


def _poisson(source: Source, start: int, rate: torch.Tensor, samples: int, dtype: Any) -> Any:
    """`samples` numbers for each rate, as a matrix with a row for each sample."""
    count = rate.numel()

    def draw(rate: torch.Tensor) -> torch.Tensor:
        values = rate.detach().reshape(-1).double()
        if not values.isfinite().all():
            raise invalid_argument("rates must be finite: for others the sampler does not end")
        numbers = rejection.poisson(source, start, values.repeat_interleave(samples))
        return numbers.view(len(values), samples).T.to(dtype)

    return call_with_values(
        draw, lambda: torch.empty((samples, count), dtype=dtype, device=rate.device), rate
    )


@op("RandomPoissonV2", "rate:R", unregistered=True)
def _random_poisson(rate: Any, shape: Any, dtype: Any, op_seeds: Any) -> Any:
    torch_dtype = _result_dtype(dtype, "RandomPoissonV2")
    sizes, index = checked_shape(shape, "RandomPoissonV2")
    samples = math.prod(sizes)
    count = samples * rate.numel()
    operation = ("RandomPoissonV2", rate.dtype, torch_dtype, index)
    source, start = seeds.reserve_blocks(
        operation, op_seeds, count * variates.RESERVED if samples else 0
    )
    numbers = _poisson(source, start, rate, samples, torch_dtype).reshape((*sizes, *rate.shape))
    return refuse_gradient("RandomPoissonV2", rate, numbers)


def poisson(
    shape: Any, lam: Any, dtype: Any = FLOAT32, seed: Any = None, name: str | None = None
) -> Any:
    """Poisson distributed random numbers. Implements `tf.random.poisson`.

    Args:
        shape: how many numbers to draw for each mean.
        lam: the means.
        dtype: the type of the result: int32, int64, float16, float32 or float64.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        A tensor of `shape`, followed by the shape of `lam`.

    Raises:
        InvalidArgumentError: if a mean is not finite.
    """
    shape = typed(shape, INT32, "shape")
    op_seeds = seeds.next_op_seeds(seed)
    return _random_poisson(to_tensor(lam, None, FLOAT64), shape, dtype, op_seeds)


@op("StatelessRandomPoisson", "lam:Rtype", nondifferentiable=True)
def _stateless_poisson(lam: Any, shape: Any, source: Source, dtype: Any) -> Any:
    torch_dtype = _result_dtype(dtype, "StatelessRandomPoisson")
    sizes, _ = checked_shape(shape, "StatelessRandomPoisson")
    count = math.prod(sizes)
    if count == 0:
        return torch.empty(sizes, dtype=torch_dtype, device=lam.device)
    check_ending(sizes, lam.shape)
    return _poisson(source, 0, lam, count // lam.numel(), torch_dtype).reshape(sizes)


def stateless_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = INT32, name: str | None = None
) -> Any:
    """Poisson distributed random numbers from a seed. Implements `tf.random.stateless_poisson`.

    Args:
        shape: the shape of the result, which ends with that of `lam`.
        seed: two integers, `[2]`.
        lam: the means.
        dtype: the type of the result.
        name: ignored.

    Returns:
        A tensor of `shape`.
    """
    shape = shape_tensor(shape)
    lam = to_tensor(lam, None, FLOAT64)
    return _stateless_poisson(lam, shape, seeded(seed, "StatelessRandomPoisson"), dtype)


# -- binomial -----------------------------------------------------------------------------------


def binomial_sizes(counts: Any, probs: Any, shape: Any, operation: str) -> tuple[Any, int]:
    """The sizes of a result, and the number of samples for each pair of parameters."""
    try:
        batch = np.broadcast_shapes(tuple(counts.shape), tuple(probs.shape))
    except ValueError:
        raise invalid_argument(
            "counts and probs must have compatible batch dimensions: "
            f"{brackets(counts.shape)} vs. {brackets(probs.shape)}"
        ) from None
    sizes, _ = checked_shape(shape, operation)
    check_ending(sizes, batch)
    return sizes, math.prod(sizes[: len(sizes) - len(batch)])


def draw_binomial(source: Source, counts: Any, probs: Any, sizes: Any, samples: int, d: Any) -> Any:
    """Binomially distributed numbers in the given sizes, of the torch dtype `d`."""
    if counts.dtype not in (torch.float16, torch.float32, torch.float64):
        raise missing_kernel("StatelessRandomBinomial", T=counts.dtype, dtype=d)
    if math.prod(sizes) == 0:
        return torch.empty(sizes, dtype=d, device=counts.device)
    kernel = partial(_binomial, source, samples, sizes, d)
    return call_with_values(
        kernel, lambda: torch.empty(sizes, dtype=d, device=counts.device), counts, probs
    )


def _binomial(source: Source, samples: int, sizes: Any, d: Any, counts: Any, probs: Any) -> Any:
    counts, probs = (x.detach().reshape(-1) for x in torch.broadcast_tensors(counts, probs))
    upper = probs > 0.5
    chance = torch.where(upper, 1 - probs, probs)
    # This comparison is made in the type of the parameters, as in TensorFlow.
    many = counts * chance >= 10
    chance = torch.where(probs >= 1, 0, chance)
    wide = (x.repeat_interleave(samples) for x in (counts.double(), chance.double(), many))
    successes = rejection.binomial(source, 0, *wide).view(-1, samples)
    total = counts.double()[:, None]
    successes = torch.where(upper[:, None] & (total > 0), total - successes, successes)
    successes = torch.where((probs.isnan() & (counts > 0))[:, None], math.nan, successes)
    return successes.T.to(d).reshape(sizes)


@op("StatelessRandomBinomial", "counts:T probs:T", nondifferentiable=True)
def _stateless_binomial(counts: Any, probs: Any, shape: Any, source: Source, dtype: Any) -> Any:
    torch_dtype = _result_dtype(dtype, "StatelessRandomBinomial")
    sizes, samples = binomial_sizes(counts, probs, shape, "StatelessRandomBinomial")
    return draw_binomial(source, counts, probs, sizes, samples, torch_dtype)


def stateless_binomial(
    shape: Any,
    seed: Any,
    counts: Any,
    probs: Any,
    output_dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """Binomially distributed random numbers from a seed. Implements `tf.random.stateless_binomial`.

    Args:
        shape: the shape of the result, which ends with the shape to which `counts` and `probs`
            broadcast.
        seed: two integers, `[2]`.
        counts: the numbers of trials.
        probs: the probabilities of success.
        output_dtype: the type of the result.
        name: ignored.

    Returns:
        The numbers of successes, of `shape`.
    """
    shape = shape_tensor(shape)
    probs = to_tensor(probs, None, FLOAT32)
    counts = to_tensor(counts, None, probs.dtype)
    source = seeded(seed, "StatelessRandomBinomial")
    return _stateless_binomial(counts, probs, shape, source, output_dtype)


@op("StatefulRandomBinomial", "counts:T probs:T", nondifferentiable=True)
def stateful_binomial(counts: Any, probs: Any, shape: Any, dtype: Any, advance: Any) -> Any:
    """Binomially distributed numbers for a generator.

    `advance(n)` advances the generator by `n` numbers and returns its state before that.
    """
    torch_dtype = _result_dtype(dtype, "StatefulRandomBinomial")
    sizes, samples = binomial_sizes(counts, probs, shape, "StatefulRandomBinomial")
    batches = math.prod(sizes[len(sizes) - max(counts.ndim, probs.ndim) :])
    source = advance(batches * 2 * 100 * (samples + 3) // 4)
    return draw_binomial(source, counts, probs, sizes, samples, torch_dtype)


# -- categorical --------------------------------------------------------------------------------


def _class_dtype(dtype: Any) -> DType:
    class_dtype = as_dtype(dtype) if dtype else INT64
    if class_dtype is not INT32 and class_dtype is not INT64:
        raise ValueError(
            f"Argument `dtype` got invalid value {class_dtype}. "
            "Accepted dtypes are (tf.int32, tf.int64)."
        )
    return class_dtype


def checked_classes(logits: torch.Tensor, num_samples: torch.Tensor, operation: str) -> int:
    """The number of samples. Raises InvalidArgumentError for arguments that have no classes."""
    if logits.ndim != 2:
        raise invalid_argument(f"logits should be a matrix, got shape {brackets(logits.shape)}")
    if num_samples.ndim:
        raise invalid_argument(
            f"num_samples should be a scalar, got shape {brackets(num_samples.shape)}"
        )
    samples = int(to_numpy(num_samples))
    if samples < 0:
        raise invalid_argument(f"num_samples should be non-negative, got {samples}")
    if logits.shape[1] == 0:
        raise invalid_argument("num_classes should be positive, got 0")
    if not logits.is_floating_point():
        raise missing_kernel(operation, T=logits.dtype)
    return samples


def cumulative_weights(logits: torch.Tensor) -> torch.Tensor:
    """The weights of all classes up to each one, relative to the largest: float64."""
    usable = logits.isfinite()
    values = torch.where(usable, logits.detach(), torch.finfo(logits.dtype).min)
    weights = (logits.detach().double() - values.amax(1, keepdim=True).double()).exp()
    return torch.where(usable, weights, 0).cumsum(1)


def _classes(source: Source, start: int, logits: torch.Tensor, samples: int, dtype: Any) -> Any:
    sizes = len(logits), samples
    return call_with_values(
        partial(_drawn_classes, source, start, samples, dtype),
        lambda: torch.empty(sizes, dtype=dtype, device=logits.device),
        logits,
    )


def _drawn_classes(source: Source, start: int, samples: int, dtype: Any, logits: Any) -> Any:
    rows = len(logits)
    totals = cumulative_weights(logits)
    uniforms = variates.bits_float64(source, start, rows * samples, logits.device)
    targets = uniforms.view(rows, samples) * totals[:, -1:]
    return torch.searchsorted(totals, targets, right=True).to(dtype)


@op("Multinomial", "logits num_samples:int32", nondifferentiable=True, host="num_samples")
def _multinomial(logits: Any, num_samples: Any, dtype: Any, op_seeds: Any) -> Any:
    samples = checked_classes(logits, num_samples, "Multinomial")
    blocks = len(logits) * (-(-samples // 4) * 4) * 2 * variates.RESERVED
    source, start = seeds.reserve_blocks(("Multinomial", logits.dtype, dtype), op_seeds, blocks)
    return _classes(source, start, logits, samples, dtype)


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Draws classes from unnormalized log-probabilities. Implements `tf.random.categorical`.

    Args:
        logits: `[batch, classes]`.
        num_samples: how many classes to draw for each row.
        dtype: the type of the result, int64 (the default) or int32.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        Classes, `[batch, num_samples]`.

    Raises:
        ValueError: for other types.
        InvalidArgumentError: if `logits` is not a matrix.
    """
    logits, class_dtype = to_tensor(logits), _class_dtype(dtype)
    op_seeds = seeds.next_op_seeds(seed)
    return _multinomial(logits, num_samples, class_dtype.torch, op_seeds)


@op("StatelessMultinomial", "logits num_samples:int32", nondifferentiable=True, host="num_samples")
def _stateless_multinomial(logits: Any, num_samples: Any, source: Source, dtype: Any) -> Any:
    samples = checked_classes(logits, num_samples, "StatelessMultinomial")
    return _classes(source, 0, logits, samples, dtype)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = INT64, name: str | None = None
) -> Any:
    """Draws classes from a seed `[2]`. Implements `tf.random.stateless_categorical`.

    The other arguments are as for `tf.random.categorical`.
    """
    logits, class_dtype = to_tensor(logits), _class_dtype(dtype)
    source = seeded(seed, "StatelessMultinomial")
    if type(num_samples) is int:  # a constant of the graph in functions
        num_samples = to_tensor(num_samples, INT32)
    return _stateless_multinomial(logits, num_samples, source, class_dtype.torch)
