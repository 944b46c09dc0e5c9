"""Dropout: elements at random replaced by zero, and the others scaled up."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import torch

from .._core.convert import to_tensor
from .._core.operation import op
from .._core.shape import TensorShape
from .._core.tensor import EagerTensor
from .arithmetic import multiply, subtract
from .casting import cast
from .comparison import greater_equal
from .division import realdiv
from .random_ops import uniform
from .seeds import skip
from .stateless_random import stateless_uniform

TOP_LEVEL: tuple[str, ...] = ()


@op("SelectV2", "x:T mask:bool")
def _kept(x: Any, mask: Any) -> Any:
    """`x` where the mask is true, else 0."""
    return torch.where(mask, x, torch.zeros((), dtype=x.dtype, device=x.device))


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


def _dropout(
    x: Any, rate: Any, noise_shape: Any, sample: Callable[..., Any], skip_sample: Callable[[], None]
) -> Any:
    plain = isinstance(rate, numbers.Real)
    if plain and not 0 <= rate < 1:
        raise ValueError(
            "`rate` must be a scalar tensor or a float in the range [0, 1). "
            f"Received: rate={rate}"
        )
    x = to_tensor(x)
    if not x.dtype.is_floating:
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. "
            f"Received: x_dtype={x.dtype}"
        )
    if plain and rate == 0:
        skip_sample()
        return x
    if plain:
        scaled = multiply(x, to_tensor(1 / (1 - rate), x.dtype))
    elif hasattr(rate, "dtype") and hasattr(rate, "shape") and not _is_numpy(rate):
        rate = to_tensor(rate)
        rate.shape.assert_has_rank(0)
        if rate.dtype is not x.dtype:
            raise ValueError(
                "`x.dtype` must be compatible with `rate.dtype`. "
                f"Received: x.dtype={x.dtype} and rate.dtype={rate.dtype}"
            )
        scaled = realdiv(x, subtract(to_tensor(1, x.dtype), rate))
    else:
        raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")
    keep = greater_equal(sample(shape=_noise_shape(x, noise_shape), dtype=x.dtype), rate)
    return _kept(scaled, keep)


def _is_numpy(value: Any) -> bool:
    return type(value).__module__ == "numpy"


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Any:
    """`x` with each element set to 0 with probability `rate`, the others divided by `1 - rate`.

    Elements along axes where `noise_shape` is 1 share one decision; None there stands for the size
    of `x`. A number of 0 for `rate` returns `x` itself. Answers for `tf.nn.dropout`.

    Raises ValueError for a rate outside of [0, 1) and for types that are not floating point.
    """
    return _dropout(
        x, rate, noise_shape, lambda **wanted: uniform(seed=seed, **wanted), lambda: skip(seed)
    )


def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = "auto_select",
    noise_shape: Any = None,
    name: str | None = None,
) -> Any:
    """`dropout` that follows from `seed` [2] alone; answers for
    `tf.nn.experimental.stateless_dropout`.
    """
    return _dropout(
        x,
        rate,
        noise_shape,
        lambda **wanted: stateless_uniform(seed=seed, alg=rng_alg, **wanted),
        lambda: None,
    )
