"""Gamma distributed random numbers, with a gradient with respect to the shape parameter."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32, INT32
from ..._core.tensor.value_checks import call_with_values
from ..._core.types.dtype import as_dtype
from .._support.arguments import brackets, op_error
from .._support.gradient_rules import empty_with_graph, refuse_gradient, with_gradient
from .._support.philox import Source
from ..array.shaping import broadcast_to
from ..math.division import realdiv
from ..math.elementwise import maximum
from ..math.gamma import gamma_sample_gradient
from . import rejection, seeds, variates
from .rng_algorithm import keyed, stateless_source
from .stateful import check_ending, checked_shape, shape_tensor, typed


def _alpha_gradient(
    grad: torch.Tensor, sample: torch.Tensor, alpha: torch.Tensor, _: torch.Tensor
) -> tuple[torch.Tensor, None]:
    if alpha.dtype is torch.float16:
        raise refusal("RandomGammaGrad", "T", alpha.dtype)
    derivative = gamma_sample_gradient(alpha.detach().expand(sample.shape), sample.detach())
    derivative = refuse_gradient("RandomGammaGrad", alpha, derivative)
    return (grad * derivative).sum_to_size(alpha.shape), None


@with_gradient(_alpha_gradient)
def _sampled(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    return sample.view_as(sample)


def _samples(source: Source, start: int, alpha: torch.Tensor, samples: int, sizes: Any) -> Any:
    """`samples` numbers for each `alpha`, in the shape `sizes`, which ends with that of `alpha`."""

    def draw(alpha: torch.Tensor) -> torch.Tensor:
        values = alpha.detach().double().reshape(-1)
        numbers = rejection.gamma(source, start, values.repeat_interleave(samples))
        return numbers.view(len(values), samples).T.contiguous().to(alpha.dtype).view(sizes)

    sample = call_with_values(
        draw, lambda: torch.empty(sizes, dtype=alpha.dtype, device=alpha.device), alpha
    )
    return _sampled(alpha, sample)


@op("RandomGamma", "alpha:T")
def _random_gamma(alpha: Any, shape: Any, op_seeds: Any) -> Any:
    """Numbers of rate 1, in `shape` followed by that of `alpha`."""
    sizes, index = checked_shape(shape, "RandomGamma")
    samples = math.prod(sizes)
    operation = ("RandomGamma", alpha.dtype, index)
    blocks = samples * alpha.numel() * variates.RESERVED
    source, start = seeds.reserve_blocks(operation, op_seeds, blocks)
    return _samples(source, start, alpha, samples, (*sizes, *alpha.shape))


@op("StatelessRandomGammaV3", "alpha:dtype")
def _stateless_random_gamma(alpha: Any, shape: Any, key_counter: Any) -> Any:
    """Numbers of rate 1, in `shape`, which ends with that of `alpha`."""
    source = stateless_source(key_counter)
    sizes, _ = checked_shape(shape, "StatelessRandomGammaV3")
    count = math.prod(sizes)
    if count == 0:
        return empty_with_graph(alpha.new_empty(sizes), alpha)
    check_ending(sizes, alpha.shape)
    return _samples(source, 0, alpha, count // alpha.numel(), sizes)


def _broadcast(alpha: Any, beta: Any) -> Any:
    try:
        shape = np.broadcast_shapes(tuple(alpha._t.shape), tuple(beta._t.shape))
    except ValueError:
        shapes = " vs. ".join(brackets(t._t.shape) for t in (alpha, beta))
        raise op_error("BroadcastArgs", f"Incompatible shapes: {shapes}") from None
    return broadcast_to(alpha, shape)


def _scaled(sample: Any, beta: Any, tiny: Any) -> Any:
    return maximum(tiny, realdiv(sample, beta))


def _tiny(dtype: Any) -> Any:
    """The smallest normal number. Raises ValueError for types that have none."""
    return to_tensor(np.finfo(dtype.as_numpy_dtype).tiny, dtype)


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Gamma distributed random numbers. Implements `tf.random.gamma`.

    Args:
        shape: how many numbers to draw for each pair of parameters.
        alpha: the shape parameter.
        beta: the rate, 1 by default.
        dtype: float16, float32 or float64.
        seed: the operation's seed, an integer.
        name: ignored.

    Returns:
        A tensor of `shape`, followed by the shape to which `alpha` and `beta` broadcast. It has
        gradients with respect to both.

    Raises:
        ValueError: for other types.
    """
    shape, dtype = typed(shape, INT32, "shape"), as_dtype(dtype)
    alpha = typed(alpha, dtype, "alpha")
    beta = typed(1 if beta is None else beta, dtype, "beta")
    alpha = _broadcast(alpha, beta)
    op_seeds = seeds.next_op_seeds(seed)
    tiny = _tiny(dtype)
    return _scaled(_random_gamma(alpha, shape, op_seeds), beta, tiny)


def stateless_gamma(
    shape: Any,
    seed: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = FLOAT32,
    name: str | None = None,
) -> Any:
    """Gamma distributed random numbers from a seed. Implements `tf.random.stateless_gamma`.

    Args:
        shape: the shape of the result, which ends with the shape to which `alpha` and `beta`
            broadcast.
        seed: two integers, `[2]`.
        alpha: the shape parameter.
        beta: the rate, 1 by default.
        dtype: float16, float32 or float64.
        name: ignored.

    Returns:
        A tensor of `shape`, with gradients with respect to both parameters.
    """
    shape, dtype = shape_tensor(shape), as_dtype(dtype)
    alpha = typed(alpha, dtype, "alpha")
    beta = typed(1 if beta is None else beta, dtype, "beta")
    alpha = _broadcast(alpha, beta)
    sample = _stateless_random_gamma(alpha, shape, keyed(seed, "auto_select"))
    return _scaled(sample, beta, _tiny(dtype))


@op("RandomGammaGrad", "alpha sample")
def gamma_sample_derivative(alpha: Any, sample: Any, name: str | None = None) -> Any:
    """The derivatives of gamma distributed numbers by the shape parameter.

    Implements `tf.raw_ops.RandomGammaGrad`.
    """
    inputs = alpha, sample
    alpha, sample = torch.broadcast_tensors(alpha.detach(), sample.detach())
    result = gamma_sample_gradient(alpha, sample)
    for each in inputs:
        result = refuse_gradient("RandomGammaGrad", each, result)
    return result
