"""Lists, and items of tensors: `x[i]`, `x[i] = y`, `append`, `pop`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._ops.array.scattering import tensor_scatter_nd_update
from ..._ops.control.tensor_array import TensorArray
from .tensors import is_tensor


def new_list(iterable: Iterable[Any] | None = None) -> list[Any]:
    """A list of the elements."""
    return list(iterable or ())


def list_append(list_: Any, x: Any) -> Any:
    """`list_.append(x)`; a TensorArray writes at its end. Returns the list."""
    if isinstance(list_, TensorArray):
        return list_.write(list_.size(), x)
    list_.append(x)
    return list_


def list_pop(list_: Any, i: Any, opts: Any) -> tuple[Any, Any]:
    """`list_.pop(i)`: the list and the element."""
    if isinstance(list_, TensorArray):
        raise NotImplementedError("TensorArray does not support item removal")
    return list_, list_.pop() if i is None else list_.pop(i)


def list_stack(list_: Any, opts: Any) -> Any:
    """A TensorArray as one tensor; for anything else, what the code called."""
    if isinstance(list_, TensorArray):
        return list_.stack()
    return opts.original_call(list_)


def get_item(target: Any, i: Any, opts: Any) -> Any:
    """`target[i]`."""
    return target.read(i) if isinstance(target, TensorArray) else target[i]


def set_item(target: Any, i: Any, x: Any) -> Any:
    """`target[i] = x`; returns the target, which for a tensor is a new one."""
    if isinstance(target, TensorArray):
        return target.write(i, x)
    if is_tensor(target):
        return tensor_scatter_nd_update(target, [[i]], [x])
    target[i] = x
    return target
