"""What `@op` is told about the element types that an operation's kernel does not take.

Each function here makes entries of its argument `others`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ...errors import InternalError, InvalidArgumentError, NotFoundError, OpError
from .unsigned import from_ordered, ordered, signed
from .unsigned import unsigned as cut

COMPLEX = ("complex64", "complex128")

Kernel = Callable[..., torch.Tensor]


def comparing(kernel: Kernel) -> Kernel:
    """A comparison of unsigned integers out of one of signed ones."""
    return lambda x, y: kernel(ordered(x), ordered(y))


def choosing(kernel: Kernel) -> Kernel:
    """A maximum or minimum of unsigned integers out of one of signed ones."""
    return lambda x, y: from_ordered(kernel(ordered(x), ordered(y)), x.dtype)


def by_zero() -> OpError:
    """The error for an integer divided by 0."""
    return InvalidArgumentError(None, None, "Integer division by zero")


def truncated_by_zero() -> OpError:
    """What TensorFlow makes of it where the quotient is cut off."""
    message = "Unexpected error in binary operator (only integer div and mod should have errors)"
    return InternalError(None, None, message)


def dividing(pick: Kernel, error: Callable[[], OpError] = by_zero) -> Kernel:
    """A quotient or remainder of unsigned integers: what `pick(quotient, remainder)` returns."""

    def run(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        check_divisor(x, y, error)
        a, b = torch.broadcast_tensors(signed(x), signed(y))
        if x.dtype is not torch.uint64:
            quotient = torch.div(a, b, rounding_mode="floor")
            return cut(pick(quotient, a - quotient * b), x.dtype)
        # Half of x has no sign bit: its quotient, doubled, is right or one too small.
        half = (a >> 1) & (2**63 - 1)
        quotient = torch.div(half, torch.where(b < 0, 1, b), rounding_mode="floor") << 1
        # A divisor of more than 63 bits goes into x once or not at all.
        quotient = torch.where(b < 0, 0, quotient)
        rest = a - quotient * b
        once_more = (ordered(cut(rest, x.dtype)) >= ordered(cut(b, x.dtype))).to(torch.int64)
        return cut(pick(quotient + once_more, rest - once_more * b), x.dtype)

    return run


def check_divisor(x: torch.Tensor, y: torch.Tensor, error: Callable[[], OpError] = by_zero) -> None:
    """Raises if there are integers to divide and one is to be divided by 0."""
    if getattr(y, "number", 0) or not x.numel() or y.is_meta:
        return
    if bool((y == 0).any()):
        raise error()


def unsigned(operation: str, kernel: Kernel) -> dict[str, Any]:
    """For `others` of `@op`: an operation on two wide unsigned tensors."""

    @op(operation, "x y", kernel, unrecorded=True)
    def run(x: Any, y: Any, name: str | None = None) -> Any:
        """The operation for unsigned integers of more than 8 bits."""

    return dict.fromkeys(("uint16", "uint32", "uint64"), run)


def unsigned_one(operation: str, kernel: Kernel) -> dict[str, Any]:
    """As `unsigned`, for an operation on one tensor."""

    @op(operation, "x", kernel, unrecorded=True)
    def run(x: Any, name: str | None = None) -> Any:
        """The operation for unsigned integers of more than 8 bits."""

    return dict.fromkeys(("uint16", "uint32", "uint64"), run)


def strings(operation: str, kernel: Callable[..., Any]) -> dict[str, Any]:
    """For `others` of `@op`: an operation on two string tensors, NumPy arrays of objects."""

    def run(x: np.ndarray, y: np.ndarray) -> Any:
        try:
            result = kernel(x, y)
        except ValueError:
            shapes = [str(list(array.shape)).replace(" ", "") for array in (x, y)]
            raise InvalidArgumentError(
                None, None, f"Incompatible shapes: {shapes[0]} vs. {shapes[1]}"
            ) from None
        if isinstance(result, bytes):
            scalar = np.empty((), object)
            scalar[()] = result
            return scalar
        result = np.asarray(result)
        return result if result.dtype == object else torch.from_numpy(result)

    @op(operation, "x y", run, unrecorded=True)
    def lifted(x: Any, y: Any, name: str | None = None) -> Any:
        """The operation for strings."""

    return {"string": lifted}


def no_kernel(operation: str, types: str) -> dict[str, Any]:
    """For `others` of `@op`: types that TensorFlow's operation admits but cannot compute."""

    def refuse(*arguments: Any, **options: Any) -> Any:
        raise NotFoundError(
            None,
            None,
            f"Could not find device for node: {{{{node {operation}}}}} = {operation}: TensorFlow "
            f"has no kernel for tensors of the types {types.replace(' ', ', ')} on the CPU "
            f"[Op:{operation}]",
        )

    return dict.fromkeys(types.split(), refuse)


def no_narrow(operation: str) -> dict[str, Any]:
    """As `no_kernel`, for the 16 bit floating point types."""
    return no_kernel(operation, "float16 bfloat16")
