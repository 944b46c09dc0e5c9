"""Operations on booleans, and on the bits of integers."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.dtype_overloads import for_unsigned, for_unsigned_unary
from .._support.unsigned import as_int64, modular, to_unsigned


@op("LogicalAnd", "x y", torch.logical_and, unrecorded=True)
def logical_and(x: Any, y: Any, name: str | None = None) -> Any:
    """`x and y` element-wise, with broadcasting. Implements `tf.logical_and`."""


@op("LogicalOr", "x y", torch.logical_or, unrecorded=True)
def logical_or(x: Any, y: Any, name: str | None = None) -> Any:
    """`x or y` element-wise, with broadcasting. Implements `tf.logical_or`."""


@op("LogicalNot", "x", torch.logical_not, unrecorded=True)
def logical_not(x: Any, name: str | None = None) -> Any:
    """`not x` element-wise. Implements `tf.logical_not`."""


@op("LogicalOr", "x y", torch.logical_xor, unrecorded=True)
def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Any:
    """Whether exactly one of `x` and `y` is true. Implements `tf.math.logical_xor`."""


# -- bits ---------------------------------------------------------------------------------------


@op("BitwiseAnd", "x y", torch.bitwise_and, unrecorded=True)
def bitwise_and(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits set in both integers. Implements `tf.bitwise.bitwise_and`."""


@op("BitwiseOr", "x y", torch.bitwise_or, unrecorded=True)
def bitwise_or(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits set in either integer. Implements `tf.bitwise.bitwise_or`."""


@op("BitwiseXor", "x y", torch.bitwise_xor, unrecorded=True)
def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits set in exactly one of the integers. Implements `tf.bitwise.bitwise_xor`."""


INVERT_UNSIGNED = for_unsigned_unary("Invert", modular(torch.bitwise_not))


@op("Invert", "x", torch.bitwise_not, unrecorded=True, dtype_overloads=INVERT_UNSIGNED)
def invert(x: Any, name: str | None = None) -> Any:
    """The bits not set in an integer. Implements `tf.bitwise.invert`."""


def _shift_count(y: torch.Tensor) -> torch.Tensor:
    """The number of bits to shift by, between 0 and the width minus 1."""
    return y.clamp(0, 8 * y.element_size() - 1)


def _shift_left(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.bitwise_left_shift(x, _shift_count(y))


def _unsigned_shift_count(y: torch.Tensor) -> torch.Tensor:
    largest = 8 * y.element_size() - 1
    bits = as_int64(y)
    return torch.where(bits < 0, largest, bits).clamp(
        max=largest
    )  # negative ones are uint64 counts above 2**63


def _left_shift_unsigned(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return to_unsigned(torch.bitwise_left_shift(as_int64(x), _unsigned_shift_count(y)), x.dtype)


def _right_shift_unsigned(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    bits = _unsigned_shift_count(y)
    shifted = torch.bitwise_right_shift(as_int64(x), bits)
    if x.dtype is torch.uint64:
        # Clears the copies of the sign bit.
        shifted = shifted & ~torch.bitwise_left_shift(torch.full_like(bits, -2), 63 - bits)
    return to_unsigned(shifted, x.dtype)


@op(
    "LeftShift",
    "x y",
    _shift_left,
    unrecorded=True,
    dtype_overloads=for_unsigned("LeftShift", _left_shift_unsigned),
)
def left_shift(x: Any, y: Any, name: str | None = None) -> Any:
    """`x` with its bits shifted up by `y`. Implements `tf.bitwise.left_shift`."""


@op(
    "RightShift",
    "x y",
    lambda x, y: torch.bitwise_right_shift(x, _shift_count(y)),
    unrecorded=True,
    dtype_overloads=for_unsigned("RightShift", _right_shift_unsigned),
)
def right_shift(x: Any, y: Any, name: str | None = None) -> Any:
    """`x` with its bits shifted down by `y`, keeping the sign (`tf.bitwise.right_shift`)."""
