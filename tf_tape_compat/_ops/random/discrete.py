"""Random numbers that count something: Poisson, binomial and categorical."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32, FLOAT64, INT32, INT64
from ..._core.types.dtype import DType, as_dtype
from ...errors import NotFoundError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient
from .._support.philox import Source
from . import rejection, seeds, variates
from .rng_algorithm import seeded
from .stateful import check_ending, checked_shape, refused, shape_tensor, typed

_RESULTS = tuple(as_dtype(n) for n in "float16 float32 float64 int32 int64".split())


def _result_dtype(dtype: Any, operation: str) -> Any:
    wanted = as_dtype(dtype)
    if wanted not in _RESULTS:
        raise refused("dtype", wanted, "half, float, double, int32, int64", operation)
    return wanted.torch


# -- Poisson ------------------------------------------------------------------------------------


def _poisson(source: Source, start: int, rate: torch.Tensor, samples: int, dtype: Any) -> Any:
    """`samples` numbers for each rate: a matrix with a row for each sample."""
    values = rate.detach().reshape(-1).double()
    if not values.isfinite().all():
        raise invalid("rates must be finite: for others no number is ever accepted")
    drawn = rejection.poisson(source, start, values.repeat_interleave(samples))
    return drawn.view(len(values), samples).T.to(dtype)


@op("RandomPoissonV2", "rate:R")
def _random_poisson(rate: Any, shape: Any, dtype: Any, taken: Any) -> Any:
    wanted = _result_dtype(dtype, "RandomPoissonV2")
    sizes, index = checked_shape(shape, "RandomPoissonV2")
    samples = math.prod(sizes)
    count = samples * rate.numel()
    operation = ("RandomPoissonV2", rate.dtype, wanted, index)
    source, start = seeds.draw(operation, taken, count * variates.RESERVED if samples else 0)
    drawn = _poisson(source, start, rate, samples, wanted).reshape((*sizes, *rate.shape))
    return refuse_gradient("RandomPoissonV2", rate, drawn)


def poisson(
    shape: Any, lam: Any, dtype: Any = FLOAT32, seed: Any = None, name: str | None = None
) -> Any:
    """Numbers of the Poisson distribution with mean `lam`; answers for `tf.random.poisson`.

    The result has `shape`, then the shape of `lam`. Raises InvalidArgumentError for means that are
    not finite.
    """
    shape = typed(shape, INT32, "shape")
    taken = seeds.take(seed)
    return _random_poisson(to_tensor(lam, None, FLOAT64), shape, dtype, taken)


@op("StatelessRandomPoisson", "lam:Rtype", nondifferentiable=True)
def _stateless_poisson(lam: Any, shape: Any, source: Source, dtype: Any) -> Any:
    wanted = _result_dtype(dtype, "StatelessRandomPoisson")
    sizes, _ = checked_shape(shape, "StatelessRandomPoisson")
    count = math.prod(sizes)
    if count == 0:
        return torch.empty(sizes, dtype=wanted, device=lam.device)
    check_ending(sizes, lam.shape)
    return _poisson(source, 0, lam, count // lam.numel(), wanted).reshape(sizes)


def stateless_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = INT32, name: str | None = None
) -> Any:
    """As `poisson`, with numbers that follow from `seed` [2] alone; answers for
    `tf.random.stateless_poisson`. `shape` is that of the result, and ends with that of `lam`.
    """
    shape = shape_tensor(shape)
    lam = to_tensor(lam, None, FLOAT64)
    return _stateless_poisson(lam, shape, seeded(seed, "StatelessRandomPoisson"), dtype)


# -- binomial -----------------------------------------------------------------------------------


def binomial_sizes(counts: Any, probs: Any, shape: Any, operation: str) -> tuple[Any, int]:
    """The sizes of a result, and how many samples there are of each parameter."""
    try:
        batch = np.broadcast_shapes(tuple(counts.shape), tuple(probs.shape))
    except ValueError:
        raise invalid(
            "counts and probs must have compatible batch dimensions: "
            f"{brackets(counts.shape)} vs. {brackets(probs.shape)}"
        ) from None
    sizes, _ = checked_shape(shape, operation)
    check_ending(sizes, batch)
    return sizes, math.prod(sizes[: len(sizes) - len(batch)])


def draw_binomial(source: Source, counts: Any, probs: Any, sizes: Any, samples: int, d: Any) -> Any:
    """Numbers of the binomial distribution in the given sizes, as the type `d`."""
    if counts.dtype not in (torch.float16, torch.float32, torch.float64):
        raise NotFoundError(
            None, None, "Could not find device for node: {{node StatelessRandomBinomial}}"
        )
    if math.prod(sizes) == 0:
        return torch.empty(sizes, dtype=d, device=counts.device)
    counts, probs = (x.detach().reshape(-1) for x in torch.broadcast_tensors(counts, probs))
    upper = probs > 0.5
    chance = torch.where(upper, 1 - probs, probs)
    # Whether there are many is decided in the type of the parameters.
    many = counts * chance >= 10
    chance = torch.where(probs >= 1, 0, chance)
    wide = (x.repeat_interleave(samples) for x in (counts.double(), chance.double(), many))
    drawn = rejection.binomial(source, 0, *wide).view(-1, samples)
    total = counts.double()[:, None]
    drawn = torch.where(upper[:, None] & (total > 0), total - drawn, drawn)
    drawn = torch.where((probs.isnan() & (counts > 0))[:, None], math.nan, drawn)
    return drawn.T.to(d).reshape(sizes)


@op("StatelessRandomBinomial", "counts:T probs:T", nondifferentiable=True)
def _stateless_binomial(counts: Any, probs: Any, shape: Any, source: Source, dtype: Any) -> Any:
    wanted = _result_dtype(dtype, "StatelessRandomBinomial")
    sizes, samples = binomial_sizes(counts, probs, shape, "StatelessRandomBinomial")
    return draw_binomial(source, counts, probs, sizes, samples, wanted)


def stateless_binomial(
    shape: Any,
    seed: Any,
    counts: Any,
    probs: Any,
    output_dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """Numbers of the binomial distribution: successes among `counts` of probability `probs`.

    They follow from `seed` [2] alone. `shape` ends with the shape to which `counts` and `probs`
    broadcast. Answers for `tf.random.stateless_binomial`.
    """
    shape = shape_tensor(shape)
    probs = to_tensor(probs, None, FLOAT32)
    counts = to_tensor(counts, None, probs.dtype)
    source = seeded(seed, "StatelessRandomBinomial")
    return _stateless_binomial(counts, probs, shape, source, output_dtype)


@op("StatefulRandomBinomial", "counts:T probs:T", nondifferentiable=True)
def stateful_binomial(counts: Any, probs: Any, shape: Any, dtype: Any, advance: Any) -> Any:
    """As above; `advance(n)` goes `n` numbers on in a generator and returns what it was."""
    wanted = _result_dtype(dtype, "StatefulRandomBinomial")
    sizes, samples = binomial_sizes(counts, probs, shape, "StatefulRandomBinomial")
    batches = math.prod(sizes[len(sizes) - max(counts.ndim, probs.ndim) :])
    source = advance(batches * 2 * 100 * (samples + 3) // 4)
    return draw_binomial(source, counts, probs, sizes, samples, wanted)


# -- categorical --------------------------------------------------------------------------------


def _class_dtype(dtype: Any) -> DType:
    wanted = as_dtype(dtype) if dtype else INT64
    if wanted is not INT32 and wanted is not INT64:
        raise ValueError(
            f"Argument `dtype` got invalid value {wanted}. "
            "Accepted dtypes are (tf.int32, tf.int64)."
        )
    return wanted


def _checked_classes(logits: torch.Tensor, num_samples: torch.Tensor, operation: str) -> int:
    if logits.ndim != 2:
        raise invalid(f"logits should be a matrix, got shape {brackets(logits.shape)}")
    if num_samples.ndim:
        raise invalid(f"num_samples should be a scalar, got shape {brackets(num_samples.shape)}")
    samples = int(num_samples)
    if samples < 0:
        raise invalid(f"num_samples should be non-negative, got {samples}")
    if logits.shape[1] == 0:
        raise invalid("num_classes should be positive, got 0")
    if not logits.is_floating_point():
        raise NotFoundError(None, None, f"Could not find device for node: {{{{node {operation}}}}}")
    return samples


def _classes(source: Source, start: int, logits: torch.Tensor, samples: int, dtype: Any) -> Any:
    rows = len(logits)
    usable = logits.isfinite()
    values = torch.where(usable, logits.detach(), torch.finfo(logits.dtype).min)
    weights = (logits.detach().double() - values.amax(1, keepdim=True).double()).exp()
    totals = torch.where(usable, weights, 0).cumsum(1)
    uniforms = variates.bits_float64(source, start, rows * samples, logits.device)
    wanted = uniforms.view(rows, samples) * totals[:, -1:]
    return torch.searchsorted(totals, wanted, right=True).to(dtype)


@op("Multinomial", "logits num_samples:int32", nondifferentiable=True)
def _multinomial(logits: Any, num_samples: Any, dtype: Any, taken: Any) -> Any:
    samples = _checked_classes(logits, num_samples, "Multinomial")
    blocks = len(logits) * (-(-samples // 4) * 4) * 2 * variates.RESERVED
    source, start = seeds.draw(("Multinomial", logits.dtype, dtype), taken, blocks)
    return _classes(source, start, logits, samples, dtype)


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Classes drawn with the unnormalised log-probabilities `logits` [batch, classes].

    The result is [batch, num_samples], of int64 or int32. Answers for `tf.random.categorical`.
    Raises ValueError for other types, InvalidArgumentError for what is no matrix.
    """
    logits, wanted = to_tensor(logits), _class_dtype(dtype)
    taken = seeds.take(seed)
    return _multinomial(logits, num_samples, wanted.torch, taken)


@op("StatelessMultinomial", "logits num_samples:int32", nondifferentiable=True)
def _stateless_multinomial(logits: Any, num_samples: Any, source: Source, dtype: Any) -> Any:
    samples = _checked_classes(logits, num_samples, "StatelessMultinomial")
    return _classes(source, 0, logits, samples, dtype)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = INT64, name: str | None = None
) -> Any:
    """As `categorical`, with classes that follow from `seed` [2] alone.

    Answers for `tf.random.stateless_categorical`.
    """
    logits, wanted = to_tensor(logits), _class_dtype(dtype)
    source = seeded(seed, "StatelessMultinomial")
    return _stateless_multinomial(logits, num_samples, source, wanted.torch)
