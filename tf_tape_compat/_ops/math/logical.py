"""Operations on booleans, and on the bits of integers."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.element_types import for_unsigned, for_unsigned_unary
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
    """Whether just one of `x` and `y` holds. Implements `tf.math.logical_xor`."""


# -- bits ---------------------------------------------------------------------------------------


@op("BitwiseAnd", "x y", torch.bitwise_and, unrecorded=True)
def bitwise_and(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits that both integers have. Implements `tf.bitwise.bitwise_and`."""


@op("BitwiseOr", "x y", torch.bitwise_or, unrecorded=True)
def bitwise_or(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits that either integer has. Implements `tf.bitwise.bitwise_or`."""


@op("BitwiseXor", "x y", torch.bitwise_xor, unrecorded=True)
def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Any:
    """The bits that just one of the integers has. Implements `tf.bitwise.bitwise_xor`."""


INVERT_UNSIGNED = for_unsigned_unary("Invert", modular(torch.bitwise_not))


@op("Invert", "x", torch.bitwise_not, unrecorded=True, others=INVERT_UNSIGNED)
def invert(x: Any, name: str | None = None) -> Any:
    """The bits that an integer does not have. Implements `tf.bitwise.invert`."""


def _bits(y: torch.Tensor) -> torch.Tensor:
    """By how many bits to shift: at least none, and all but one at most."""
    return y.clamp(0, 8 * y.element_size() - 1)


def _shift_left(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.bitwise_left_shift(x, _bits(y))


def _unsigned_bits(y: torch.Tensor) -> torch.Tensor:
    most = 8 * y.element_size() - 1
    bits = as_int64(y)
    return torch.where(bits < 0, most, bits).clamp(max=most)  # below 0 are huge ones of uint64


def _unsigned_left(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return to_unsigned(torch.bitwise_left_shift(as_int64(x), _unsigned_bits(y)), x.dtype)


def _unsigned_right(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    bits = _unsigned_bits(y)
    moved = torch.bitwise_right_shift(as_int64(x), bits)
    if x.dtype is torch.uint64:
        # What the sign bit brought in goes out again.
        moved = moved & ~torch.bitwise_left_shift(torch.full_like(bits, -2), 63 - bits)
    return to_unsigned(moved, x.dtype)


@op(
    "LeftShift",
    "x y",
    _shift_left,
    unrecorded=True,
    others=for_unsigned("LeftShift", _unsigned_left),
)
def left_shift(x: Any, y: Any, name: str | None = None) -> Any:
    """`x` with its bits moved up by `y`. Implements `tf.bitwise.left_shift`."""


@op(
    "RightShift",
    "x y",
    lambda x, y: torch.bitwise_right_shift(x, _bits(y)),
    unrecorded=True,
    others=for_unsigned("RightShift", _unsigned_right),
)
def right_shift(x: Any, y: Any, name: str | None = None) -> Any:
    """`x` with its bits moved down by `y`, the sign filling up. Implements
    `tf.bitwise.right_shift`.
    """
