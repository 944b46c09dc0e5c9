"""Dropout: random elements set to zero, the others scaled up."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.variables.variable import Variable
from ..array.shaping import shape as shape_of
from ..array.splitting import unstack
from ..math.arithmetic import multiply, subtract
from ..math.comparison import greater_equal
from ..math.division import realdiv
from ..random.seeds import next_op_seeds
from ..random.stateful import uniform
from ..random.stateless import stateless_uniform


@op("SelectV2", "x:T mask:bool")
def _where_kept(x: Any, mask: Any) -> Any:
    """`x` where the mask is true, 0 elsewhere."""
    return torch.where(mask.to(x.device), x, torch.zeros((), dtype=x.dtype, device=x.device))


def _noise_shape(x: EagerTensor, noise_shape: Any) -> Any:
    """The shape of the mask: `noise_shape`, with the sizes of `x` in place of None."""
    if noise_shape is None:
        return x.shape if x.shape.is_fully_defined() else shape_of(x)
    try:
        shape = TensorShape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape  # a tensor
    if shape.rank != x.shape.rank or shape.rank is None:
        return noise_shape
    sizes = x.shape if x.shape.is_fully_defined() else unstack(shape_of(x))
    return [
        size if noise_size is None else noise_size
        for size, noise_size in zip(sizes, shape, strict=True)
    ]


def _scaled(x: EagerTensor, rate: Any) -> Any:
    """`x / (1 - rate)`, rounded as in TensorFlow."""
    if isinstance(rate, numbers.Real):
        return multiply(x, to_tensor(1 / (1 - rate), x.dtype))  # type: ignore[operator]
    if not isinstance(rate, (EagerTensor, Variable, torch.Tensor)):
        raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")
    rate = to_tensor(rate)
    rate.shape.assert_has_rank(0)
    if rate.dtype is not x.dtype:
        raise ValueError(
            "`x.dtype` must be compatible with `rate.dtype`. "
            f"Received: x.dtype={x.dtype} and rate.dtype={rate.dtype}"
        )
    return realdiv(x, subtract(to_tensor(1, x.dtype), rate))


def _apply_dropout(
    x: Any, rate: Any, noise_shape: Any, sample: Callable[..., Any], skip: Callable[[], Any]
) -> Any:
    """Drops elements where `sample(shape=, dtype=)` is below `rate`.

    If `rate` is the number 0, calls `skip()` instead.
    """
    is_number = isinstance(rate, numbers.Real)
    if is_number and (rate < 0 or rate >= 1):
        raise ValueError(
            f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}"
        )
    x = to_tensor(x)
    if not x.dtype.is_floating:
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. "
            f"Received: x_dtype={x.dtype}"
        )
    if is_number and rate == 0:
        skip()
        return x
    scaled = _scaled(x, rate)
    noise = sample(shape=_noise_shape(x, noise_shape), dtype=x.dtype)
    return _where_kept(scaled, greater_equal(noise, rate))


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """Implements `tf.nn.dropout`.

    Args:
      x: a floating point tensor.
      rate: the probability of setting an element to 0, in [0, 1); the others are divided by
        `1 - rate`. If the number is 0, `x` itself is returned.
      noise_shape: the shape of the mask, broadcast to that of `x`; None means the size of `x`.
      seed: the seed of this operation.
      name: ignored.

    Raises:
      ValueError: if `rate` is out of range, or the dtype is not floating point.
    """
    # A rate of 0 also consumes a seed, so that later operations do not depend on the rate.
    sample = partial(uniform, seed=seed)
    return _apply_dropout(x, rate, noise_shape, sample, lambda: next_op_seeds(seed))


def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = None,
    noise_shape: Any = None,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.experimental.stateless_dropout`: `dropout` that depends on `seed` alone.

    `seed` is a pair of integers.
    """
    sample = partial(stateless_uniform, seed=seed, alg=rng_alg)
    return _apply_dropout(x, rate, noise_shape, sample, lambda: None)


def general_dropout(
    x: Any, rate: Any, uniform_sampler: Any, noise_shape: Any = None, name: str | None = None
) -> Any:
    """Implements `tf.nn.experimental.general_dropout`.

    As `dropout`, with noise in [0, 1) from `uniform_sampler(shape=, dtype=)`.
    """
    return _apply_dropout(x, rate, noise_shape, uniform_sampler, lambda: None)
