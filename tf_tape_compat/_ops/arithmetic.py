"""Sums, products, quotients, powers: the operations behind Python's arithmetic operators."""

from __future__ import annotations

from typing import Any

import torch

from .._core.dtype import DType
from .._core.operation import op
from .._core.recording import TRAINABLE
from ..errors import InvalidArgumentError


@op("AddV2", "x y", torch.add)
def add(x: Any, y: Any, name: str | None = None) -> Any:
    """`x + y` element-wise, with broadcasting; answers for `tf.add`."""


@op("Sub", "x y", torch.sub)
def subtract(x: Any, y: Any, name: str | None = None) -> Any:
    """`x - y` element-wise, with broadcasting; answers for `tf.subtract`."""


@op("Mul", "x y", torch.mul)
def multiply(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * y` element-wise, with broadcasting; answers for `tf.multiply`."""


def _two_types(x: DType, y: DType) -> Exception:
    return TypeError(f"`x` and `y` must have the same dtype, got {x!r} != {y!r}.")


# What integers are divided in.
_QUOTIENT = {
    torch.int8: torch.float32,
    torch.uint8: torch.float32,
    torch.int16: torch.float32,
    torch.uint16: torch.float32,
    torch.int32: torch.float64,
    torch.uint32: torch.float64,
    torch.int64: torch.float64,
    torch.uint64: torch.float64,
}


@op("RealDiv", "x y", mismatch=_two_types)
def truediv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise; integers are divided as floating point (float64, float32 for up to 16
    bits). Answers for `tf.truediv` and `tf.divide`.
    """
    if x.dtype in TRAINABLE:
        return torch.div(x, y)
    wide = _QUOTIENT[x.dtype]
    return torch.div(x.to(wide), y.to(wide))


@op("Neg", "x", torch.neg)
def negative(x: Any, name: str | None = None) -> Any:
    """`-x` element-wise; answers for `tf.negative`."""


@op("Square", "x", torch.square)
def square(x: Any, name: str | None = None) -> Any:
    """`x * x` element-wise; answers for `tf.square`."""


@op("FloorDiv", "x y", severed=True)
def floordiv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise, rounded towards negative infinity; answers for `tf.floordiv`.

    Raises InvalidArgumentError for integers divided by zero.
    """
    if not x.is_floating_point():
        _no_zero_divisor(y)
    return torch.floor_divide(x, y)


def _no_zero_divisor(y: torch.Tensor) -> None:
    if bool((y == 0).any()):
        raise InvalidArgumentError(None, None, "Integer division by zero")
