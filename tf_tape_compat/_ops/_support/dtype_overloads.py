"""Entries of `dtype_overloads` of `@op`: functions for dtypes that its kernel does not take.

These are wide unsigned integers, strings, and dtypes for which TensorFlow has no CPU kernel.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.op import op_errors
from ..._core.op.op import op
from ..._core.op.op_texts import op_text
from ..._core.tensor.value_checks import check_values
from ..._core.types.dtype import as_dtype
from ...errors import InternalError, OpError
from .arguments import invalid_argument
from .unsigned import as_int64, from_ordered_int64, to_ordered_int64, to_unsigned

COMPLEX = ("complex64", "complex128")

Kernel = Callable[..., torch.Tensor]


def unsigned_comparison(kernel: Kernel) -> Kernel:
    """Turns a comparison of signed integers into one of unsigned integers."""
    return lambda x, y: kernel(to_ordered_int64(x), to_ordered_int64(y))


def unsigned_extremum(kernel: Kernel) -> Kernel:
    """Turns a maximum or minimum of signed integers into one of unsigned integers."""
    return lambda x, y: from_ordered_int64(
        kernel(to_ordered_int64(x), to_ordered_int64(y)), x.dtype
    )


def division_by_zero() -> OpError:
    """The error for integer division by 0."""
    return invalid_argument("Integer division by zero")


def truncated_division_by_zero() -> OpError:
    """The error TensorFlow raises instead for truncating integer division by 0."""
    message = "Unexpected error in binary operator (only integer div and mod should have errors)"
    return InternalError(None, None, message)


def unsigned_division(select: Kernel, error: Callable[[], OpError] = division_by_zero) -> Kernel:
    """A quotient or remainder of unsigned integers.

    Args:
      select: Called with the quotient and the remainder; returns the result.
      error: Returns the error to raise for division by 0.
    """

    def run(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        check_divisor(x, y, error)
        dividend, divisor = torch.broadcast_tensors(as_int64(x), as_int64(y))
        if x.dtype is not torch.uint64:
            quotient = torch.div(dividend, divisor, rounding_mode="floor")
            return to_unsigned(select(quotient, dividend - quotient * divisor), x.dtype)
        # The dividend shifted right by one has no sign bit. Its quotient, doubled, is exact or one
        # too small.
        half = (dividend >> 1) & (2**63 - 1)
        quotient = torch.div(half, torch.where(divisor < 0, 1, divisor), rounding_mode="floor") << 1
        # A divisor with the highest bit set goes into the dividend once or not at all.
        quotient = torch.where(divisor < 0, 0, quotient)
        remainder = dividend - quotient * divisor
        once_more = (
            to_ordered_int64(to_unsigned(remainder, x.dtype))
            >= to_ordered_int64(to_unsigned(divisor, x.dtype))
        ).to(torch.int64)
        return to_unsigned(select(quotient + once_more, remainder - once_more * divisor), x.dtype)

    return run


def check_divisor(
    x: torch.Tensor, y: torch.Tensor, error: Callable[[], OpError] = division_by_zero
) -> None:
    """Raises `error` if an integer is divided by 0; only checks tensors on the CPU."""
    if getattr(y, "number", 0) or not x.numel() or not y.is_cpu:
        return
    check_values(partial(_check_divisor, error), y)


def _check_divisor(error: Callable[[], OpError], y: torch.Tensor) -> None:
    if bool((y == 0).any()):
        raise error()


def for_unsigned(operation: str, kernel: Kernel) -> dict[str, Any]:
    """Entries of `dtype_overloads` for 16 to 64 bit unsigned integers: a binary operation."""

    @op(operation, "x y", kernel, unrecorded=True)
    def run(x: Any, y: Any, name: str | None = None) -> Any:
        """The operation for unsigned integers of more than 8 bits."""

    return dict.fromkeys(("uint16", "uint32", "uint64"), run)


def for_unsigned_unary(operation: str, kernel: Kernel) -> dict[str, Any]:
    """Entries of `dtype_overloads` for 16 to 64 bit unsigned integers: a unary operation."""

    @op(operation, "x", kernel, unrecorded=True)
    def run(x: Any, name: str | None = None) -> Any:
        """The operation for unsigned integers of more than 8 bits."""

    return dict.fromkeys(("uint16", "uint32", "uint64"), run)


def for_strings(operation: str, kernel: Callable[..., Any]) -> dict[str, Any]:
    """An entry of `dtype_overloads` for strings (NumPy arrays of objects): a binary operation."""

    def string_kernel(x: np.ndarray, y: np.ndarray) -> Any:
        try:
            result = kernel(x, y)
        except ValueError:
            shapes = [str(list(array.shape)).replace(" ", "") for array in (x, y)]
            raise invalid_argument(f"Incompatible shapes: {shapes[0]} vs. {shapes[1]}") from None
        if isinstance(result, bytes):
            scalar = np.empty((), object)
            scalar[()] = result
            return scalar
        result = np.asarray(result)
        return result if result.dtype == object else torch.from_numpy(result)

    @op(operation, "x y", string_kernel, unrecorded=True)
    def string_operation(x: Any, y: Any, name: str | None = None) -> Any:
        """The operation for strings."""

    return {"string": string_operation}


def no_kernel(operation: str, types: str, **fixed: Any) -> dict[str, Any]:
    """Entries of `dtype_overloads` for dtypes that TensorFlow accepts but has no kernel for.

    `fixed` are attributes that the operation has whatever the arguments are.
    """

    def refuse(dtype: str, *arguments: Any, **options: Any) -> Any:
        text = op_text(operation)
        names = text.attributes if text is not None else ()
        attributes = {name: options[name] for name in names if name in options}
        raise op_errors.missing_kernel(operation, **{"T": as_dtype(dtype), **attributes, **fixed})

    return {dtype: functools.partial(refuse, dtype) for dtype in types.split()}


def no_half_kernel(operation: str) -> dict[str, Any]:
    """`no_kernel` for float16 and bfloat16."""
    return no_kernel(operation, "float16 bfloat16")
