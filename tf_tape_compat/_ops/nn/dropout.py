"""Dropout: elements at random replaced by zero, and the others scaled up."""

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
from ..math.arithmetic import multiply, subtract
from ..math.comparison import greater_equal
from ..math.division import realdiv
from ..random.seeds import take
from ..random.stateful import uniform
from ..random.stateless import stateless_uniform


@op("SelectV2", "x:T mask:bool")
def _kept(x: Any, mask: Any) -> Any:
    """`x` where the mask is true, else 0."""
    return torch.where(mask.to(x.device), x, torch.zeros((), dtype=x.dtype, device=x.device))


def _noise_shape(x: EagerTensor, noise_shape: Any) -> Any:
    """The shape of the mask: that of `x`, also where `noise_shape` has None."""
    if noise_shape is None:
        return x.shape
    try:
        shape = TensorShape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape  # a tensor
    if shape.rank != x.shape.rank or shape.rank is None:
        return noise_shape
    return [own if given is None else given for own, given in zip(x.shape, shape, strict=True)]


def _scaled(x: EagerTensor, rate: Any) -> Any:
    """`x / (1 - rate)`, with the roundings of TensorFlow."""
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


def _dropped(
    x: Any, rate: Any, noise_shape: Any, sample: Callable[..., Any], skip: Callable[[], Any]
) -> Any:
    """`dropout` with `sample(shape=, dtype=)` for the chances, or `skip()` where there are none."""
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
    chances = sample(shape=_noise_shape(x, noise_shape), dtype=x.dtype)
    return _kept(scaled, greater_equal(chances, rate))


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """`x` with each element set to 0 with probability `rate`, the others divided by `1 - rate`.

    Elements along axes where `noise_shape` is 1 share one decision; None there stands for the size
    of `x`. A number of 0 for `rate` returns `x` itself. Answers for `tf.nn.dropout`.

    Raises ValueError for a rate outside of [0, 1) and for types that are not floating point.
    """
    # Without chances a seed is taken all the same, so that what comes next does not depend on it.
    sample = partial(uniform, seed=seed)
    return _dropped(x, rate, noise_shape, sample, lambda: take(seed))


def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = None,
    noise_shape: Any = None,
    name: str | None = None,
) -> Any:
    """`dropout` that follows from `seed`, two integers, alone.

    Answers for `tf.nn.experimental.stateless_dropout`.
    """
    sample = partial(stateless_uniform, seed=seed, alg=rng_alg)
    return _dropped(x, rate, noise_shape, sample, lambda: None)


def general_dropout(
    x: Any, rate: Any, uniform_sampler: Any, noise_shape: Any = None, name: str | None = None
) -> Any:
    """`dropout` with chances from `uniform_sampler(shape=, dtype=)`, numbers in [0, 1).

    Answers for `tf.nn.experimental.general_dropout`.
    """
    return _dropped(x, rate, noise_shape, uniform_sampler, lambda: None)
