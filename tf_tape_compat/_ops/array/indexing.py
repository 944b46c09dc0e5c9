"""Indexing and iteration of tensors and variables, and assignment to slices of variables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from weakref import ref

import numpy as np
import torch

from ..._core.op.op_errors import refusal
from ..._core.tensor.python_values import BOOL
from ..._core.tensor.tensor import EagerTensor, Tensor, late_attributes
from ..._core.types.dtype import as_dtype
from ..._core.variables.handle import sole_owner
from ..._core.variables.variable import Variable
from .._support.arguments import brackets, op_error
from .masking import boolean_mask
from .slicing import builtin_slice, is_torch_index, plan_key, slice_by_key, slice_by_torch_key

_BOOL = as_dtype("bool")


def getitem(tensor: Any, key: Any) -> EagerTensor:
    """`tensor[key]`, where a key is an index, a mask, or a tuple or list of indices.

    An index is an integer, a slice, None or Ellipsis; bounds may be scalar tensors. A boolean mask
    selects elements. Raises TypeError for other keys, InvalidArgumentError for indices out of
    range.
    """
    cls = type(key)
    if (
        cls is int
        or (cls is builtin_slice and is_torch_index(key))
        or key is Ellipsis
        or key is None
    ):
        return slice_by_torch_key(tensor, key)
    if cls is tuple:
        ellipses = 0
        for item in key:
            if type(item) is not int and not is_torch_index(item):
                break
            ellipses += item is Ellipsis
        else:
            if ellipses < 2:
                return slice_by_torch_key(tensor, key)
    if _is_mask(key):
        return boolean_mask(tensor, key)
    items = list(key) if isinstance(key, (list, tuple)) else [key]
    if any(isinstance(item, bool) for item in items):
        items = _booleans_as_integers(items)
    return slice_by_key(_operand(tensor), items)


def _operand(tensor: Any) -> EagerTensor:
    return tensor._read() if isinstance(tensor, Variable) else tensor


def _is_mask(key: Any) -> bool:
    if isinstance(key, bool):
        return True
    if isinstance(key, (EagerTensor, np.ndarray, torch.Tensor)):
        return as_dtype(key.dtype) is _BOOL
    return False


def _booleans_as_integers(items: list[Any]) -> list[Any]:
    """The key with booleans as 0 and 1, as TensorFlow converts them after an integer."""
    first = items[0]
    if isinstance(first, bool):
        if all(isinstance(item, bool) for item in items):
            raise refusal("StridedSlice", "Index", BOOL)
        number = next(item for item in items if not isinstance(item, bool))
        raise TypeError(f"Cannot convert {number!r} to EagerTensor of dtype bool")
    return [int(item) if isinstance(item, bool) else item for item in items]


def iterate(tensor: Any) -> Iterator[EagerTensor]:
    """The slices of `tensor` along its first dimension. Raises TypeError for a scalar."""
    if not tensor._t.ndim:
        raise TypeError("Cannot iterate over a scalar tensor.")
    return map(partial(slice_by_torch_key, tensor), range(tensor._t.shape[0]))


for _name, _method in (("__getitem__", getitem), ("__iter__", iterate)):
    setattr(Tensor, _name, _method)


# -- slices of variables ------------------------------------------------------------------------

# The id of a tensor sliced from a variable -> (a reference to it, the variable, the key).
# Stored here so that tensors need no attribute for it.
_origins: dict[int, tuple[ref, Variable, Any]] = {}


def _getitem_of_variable(variable: Variable, key: Any) -> EagerTensor:
    result = getitem(variable, key)
    if not _is_mask(key):
        key_of_origin = id(result)
        origin = ref(result, lambda _: _origins.pop(key_of_origin, None))
        _origins[key_of_origin] = (origin, variable, key)
    return result


def _assign_method(tensor: EagerTensor) -> Any:
    """The method `assign` of a tensor that was sliced from a variable; None for others."""
    entry = _origins.get(id(tensor))
    if entry is None or entry[0]() is not tensor:
        return None
    _, variable, key = entry

    def assign(val: Any, name: str | None = None) -> Any:
        """Replaces this part of the variable by `val`, which broadcasts. Returns the variable."""
        return assign_slice(variable, key, val)

    return assign


late_attributes["assign"] = _assign_method


def assign_slice(variable: Variable, key: Any, value: Any) -> Any:
    """Assigns to the part of a variable that a key selects. Returns the variable."""
    update = variable._operand(value)
    data = variable._handle.data
    items = key if isinstance(key, (list, tuple)) else (key,)
    torch_key, flips = plan_key(items, tuple(data.shape))
    shape = tuple(np.empty(data.shape, np.bool_)[torch_key].shape)
    if 0 in shape:  # nothing is assigned, whatever the value
        return variable._assigned(True)
    try:
        update = _broadcast_update(update, shape, flips)
    except (RuntimeError, ValueError):
        raise op_error(
            "ResourceStridedSliceAssign",
            f"Cannot broadcast input shape {brackets(update.shape)} into final shape "
            f"{brackets(shape)}",
        ) from None
    if isinstance(data, np.ndarray) or not sole_owner(data):
        data = data.copy() if isinstance(data, np.ndarray) else data.clone()
    data[torch_key] = update
    variable._handle.data = data
    return variable._assigned(True)


def _broadcast_update(value: Any, shape: tuple[int, ...], flips: tuple[int, ...]) -> Any:
    """`value` in the shape of the slice, reversed where the slice runs backwards."""
    while value.ndim > len(shape) and value.shape[0] == 1:
        value = value[0]
    if isinstance(value, np.ndarray):
        return np.flip(np.broadcast_to(value, shape), flips)
    return value.expand(shape).flip(flips)


def _iterate_variable(variable: Variable) -> Iterator[EagerTensor]:
    return iterate(variable.value())


for _name, _function in (("__getitem__", _getitem_of_variable), ("__iter__", _iterate_variable)):
    setattr(Variable, _name, _function)
