"""How two operands are converted where TensorFlow's function does it before its operation."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.tensor.convert import converters, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType


def is_typed(value: Any) -> bool:
    """Whether `value` is a tensor, variable or the like, whose type does not change."""
    return isinstance(value, (EagerTensor, torch.Tensor)) or type(value) in converters


def read(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """`value` as an operand: a tensor that the operation only computes with."""
    reader = operand_readers.get(type(value))
    return to_tensor(value, dtype, hint) if reader is None else reader(value)


def by_hint(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """`x` with its own type, `y` with that type if it fits, or else its own."""
    x = read(x)
    return x, read(y, None, None if is_typed(y) else x.dtype)


def by_tensor(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """As `by_hint`, but a value before a tensor must take the tensor's type."""
    if is_typed(y) and not is_typed(x):
        y = read(y)
        return read(x, y.dtype), y
    return by_hint(x, y)


def by_first(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """`x` with its own type, which `y` must have. Raises ValueError for tensors of two types."""
    x = read(x)
    if not is_typed(y):
        return x, to_tensor(y, x.dtype)
    y = read(y)
    if x.dtype is not y.dtype:
        raise ValueError(
            f"y: Tensor conversion requested dtype {x.dtype.name} for Tensor with dtype "
            f"{y.dtype.name}: {y!r}"
        )
    return x, y


def two_types(x: DType, y: DType) -> Exception:
    """The error for operands of two types, where TensorFlow checks them before the operation."""
    return TypeError(f"`x` and `y` must have the same dtype, got {x!r} != {y!r}.")
