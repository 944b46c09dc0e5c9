"""Conversion of two operands, where TensorFlow's function converts before its operation."""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import is_typed, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType


def read_operand(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """`value` as a tensor that the operation only reads."""
    reader = operand_readers.get(type(value))
    return to_tensor(value, dtype, hint) if reader is None else reader(value)


def convert_with_hint(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Converts `x` to its own dtype, and `y` to that dtype if it fits, else to its own."""
    x = read_operand(x)
    return x, read_operand(y, None, None if is_typed(y) else x.dtype)


def convert_to_tensor_dtype(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """As `convert_with_hint`, but a value before a tensor must take the tensor's dtype."""
    if is_typed(y) and not is_typed(x):
        y = read_operand(y)
        return read_operand(x, y.dtype), y
    return convert_with_hint(x, y)


def convert_to_first_dtype(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Converts `x` to its own dtype and `y` to that of `x`.

    Raises ValueError for tensors of different dtypes.
    """
    x = read_operand(x)
    if not is_typed(y):
        return x, to_tensor(y, x.dtype)
    y = read_operand(y)
    if x.dtype is not y.dtype:
        raise ValueError(
            f"y: Tensor conversion requested dtype {x.dtype.name} for Tensor with dtype "
            f"{y.dtype.name}: {y!r}"
        )
    return x, y


def dtype_mismatch(x: DType, y: DType) -> Exception:
    """The error of functions that check for equal dtypes before their operation."""
    return TypeError(f"`x` and `y` must have the same dtype, got {x!r} != {y!r}.")
