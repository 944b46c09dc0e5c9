"""Quotients and remainders: `tf.divide`, `tf.math.floordiv`, `tf.math.mod` and others."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import is_typed, to_tensor
from ..._core.types.dtype import as_dtype
from .._support.dtype_overloads import (
    check_divisor,
    for_unsigned,
    no_kernel,
    truncated_division_by_zero,
    unsigned_division,
)
from .._support.gradient_rules import refused_gradient, sum_to, with_gradient
from .._support.operands import convert_to_tensor_dtype, convert_with_hint, dtype_mismatch
from . import safe_division

# The floating-point dtype in which integers are divided.
_QUOTIENT_DTYPES = {
    torch.uint8: torch.float32,
    torch.int8: torch.float32,
    torch.uint16: torch.float32,
    torch.int16: torch.float32,
    torch.uint32: torch.float64,
    torch.int32: torch.float64,
    torch.uint64: torch.float64,
    torch.int64: torch.float64,
}


def _no_quotient(function: str) -> dict[str, Any]:
    """An entry of `dtype_overloads`: the error for dtypes that cannot be divided."""

    def refuse(x: Any, y: Any, name: str | None = None) -> Any:
        if x.dtype is not y.dtype:
            raise dtype_mismatch(x.dtype, y.dtype)
        names = "bfloat16 float16 float32 float64 complex64 complex128".split()
        divisible = [*(as_dtype(t) for t in _QUOTIENT_DTYPES), *(as_dtype(name) for name in names)]
        raise TypeError(
            f"Invalid dtype {x.dtype!r} in {function}. Expected one of "
            f"{{{', '.join(repr(t) for t in divisible)}}}."
        )

    return {"*": refuse}


def _integer_quotient(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    wide = _QUOTIENT_DTYPES[x.dtype]
    return torch.div(x.to(wide), y.to(wide))


@op("RealDiv", "x y", _integer_quotient, unrecorded=True, mismatch=dtype_mismatch)
def _quotient_of_integers(x: Any, y: Any, name: str | None = None) -> Any:
    """The quotient as floating point numbers."""


_INTEGERS = tuple(as_dtype(dtype).name for dtype in _QUOTIENT_DTYPES)


@op(
    "RealDiv",
    "x y",
    torch.div,
    mismatch=dtype_mismatch,
    convert_pair=convert_with_hint,
    dtype_overloads={
        **dict.fromkeys(_INTEGERS, _quotient_of_integers),
        **_no_quotient("__truediv__"),
    },
)
def truediv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise, with broadcasting. Implements `tf.truediv`.

    Integers are divided in float64, in float32 if they have 16 bits or fewer. Raises TypeError for
    tensors of different dtypes.
    """


def divide(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` as Python's operator does it: a number before a tensor takes the tensor's dtype.

    Implements `tf.divide`.
    """
    if name is None and is_typed(y) and not is_typed(x):
        x = to_tensor(x, as_dtype(y.dtype))
    return truediv(x, y, name)


@op(
    "RealDiv",
    "x y",
    torch.div,
    dtype_overloads=no_kernel("RealDiv", " ".join(_INTEGERS)),
)
def realdiv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise for floating point and complex numbers. Implements `tf.realdiv`."""


@op(
    "DivNoNan",
    "x y",
    mismatch=dtype_mismatch,
    dtype_overloads=_no_quotient("tf.math.divide_no_nan"),
)
def _div_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """The quotient of floating-point or complex numbers, and 0 where `y` is 0."""
    return safe_division.divide_no_nan(x, y)


@op("RealDiv", "x y", mismatch=dtype_mismatch, unrecorded=True)
def _int_div_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """The quotient of integers, and 0 where `y` is 0."""
    wide = _QUOTIENT_DTYPES[x.dtype]
    return safe_division.divide_no_nan(x.to(wide), y.to(wide))


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise as `tf.truediv`, and 0 where `y` is 0.

    Implements `tf.math.divide_no_nan`.
    """
    x, y = convert_to_tensor_dtype(x, y)
    return (_int_div_no_nan if x.dtype.is_integer else _div_no_nan)(x, y, name)


@op(
    "FloorDiv",
    "x y",
    nondifferentiable=True,
    dtype_overloads={
        **for_unsigned("FloorDiv", unsigned_division(lambda quotient, _: quotient)),
        **no_kernel("FloorDiv", "complex64 complex128"),
    },
)
def floordiv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise, rounded towards negative infinity. Implements `tf.math.floordiv`.

    Raises InvalidArgumentError for integer division by zero.
    """
    if x.is_floating_point():
        return torch.floor(x / y)
    check_divisor(x, y)
    return torch.floor_divide(x, y)


def _floor_mod_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    # TensorFlow takes the quotient for a constant in the second gradient.
    quotient = torch.floor(x.detach() / y.detach())
    return sum_to(grad, x), sum_to(grad * -quotient, y)


@with_gradient(_floor_mod_gradient)
def _floor_mod(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if not x.is_floating_point():
        check_divisor(x, y)
    return torch.remainder(x, y)


@op(
    "FloorMod",
    "x y",
    _floor_mod,
    dtype_overloads=for_unsigned("FloorMod", unsigned_division(lambda _, remainder: remainder)),
)
def floormod(x: Any, y: Any, name: str | None = None) -> Any:
    """The remainder of floor division, with the sign of `y`.

    Implements `tf.math.floormod` and `tf.math.mod`. Raises InvalidArgumentError for integer
    division by zero.
    """


@op(
    "TruncateDiv",
    "x y",
    nondifferentiable=True,
    dtype_overloads={
        **for_unsigned(
            "TruncateDiv",
            unsigned_division(lambda quotient, _: quotient, truncated_division_by_zero),
        ),
        **no_kernel("TruncateDiv", "complex64 complex128"),
    },
)
def truncatediv(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y` element-wise, rounded towards zero. Implements `tf.truncatediv`.

    Raises InternalError, as TensorFlow does, for integer division by zero.
    """
    if not x.is_floating_point():
        check_divisor(x, y, truncated_division_by_zero)
    return torch.div(x, y, rounding_mode="trunc")


@with_gradient(refused_gradient("TruncateMod"))
def _truncate_mod(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if not x.is_floating_point():
        check_divisor(x, y, truncated_division_by_zero)
    return torch.fmod(x, y)


@op(
    "TruncateMod",
    "x y",
    _truncate_mod,
    dtype_overloads=no_kernel("TruncateMod", "float16 bfloat16"),
)
def truncatemod(x: Any, y: Any, name: str | None = None) -> Any:
    """The remainder of division towards zero, with the sign of `x`. Implements `tf.truncatemod`.

    TensorFlow has no gradient for it: asking for one raises LookupError. Raises InternalError, as
    TensorFlow does, for integer division by zero.
    """
