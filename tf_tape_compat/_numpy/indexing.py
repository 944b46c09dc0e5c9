"""Square brackets with NumPy's indices: arrays and vectors of booleans among slices.

What is no array goes to the slices of tensors as it is; the arrays then gather from what is left.
Several arrays broadcast. If they are next to each other their dimensions stay in place, or else
they come first.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.dimension import Dimension
from .._core.types.dtype import as_dtype
from .._ops.array import gathering, joining, masking, shaping, slicing
from .._ops.math import casting
from .elementwise import broadcast
from .manipulation import moveaxis
from .promotion import BOOL, asarray, promoted

_INDICES = frozenset(map(as_dtype, ("int32", "int64")))


def _refusal(item: Any) -> IndexError:
    return IndexError(
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
        f"boolean arrays are valid indices, got {item!r}"
    )


def _index(item: Any) -> Any:
    """An index as an integer, or as a tensor of integers. Raises IndexError for others."""
    if isinstance(item, bool):
        raise TypeError(f"Cannot convert {item} to an index")
    if isinstance(item, (numbers.Integral, Dimension)):
        return item
    found = to_tensor(asarray(item))
    if found.dtype is BOOL:
        if found.ndim != 1:
            raise NotImplementedError(f"Need rank 1 for bool index {item}")
        found = shaping.reshape(masking.where(found), [-1])
    if not found.dtype.is_integer:
        raise _refusal(item)
    if found.dtype not in _INDICES:
        wide = np.promote_types(np.int32, found.dtype.as_numpy_dtype)
        if wide not in (np.int32, np.int64):
            raise _refusal(item)
        found = casting.cast(found, wide)
    return found


def _bound(item: Any) -> Any:
    """A bound of a slice. Raises IndexError if it is no scalar."""
    if item is None:
        return None
    found = _index(item)
    if isinstance(found, EagerTensor) and found.ndim:
        raise _refusal(item)
    return found


def _is_mask(key: Any) -> bool:
    if isinstance(key, bool):
        return True
    return isinstance(key, (Tensor, np.ndarray)) and as_dtype(key.dtype) is BOOL  # type: ignore[union-attr]


def items_of(key: Any) -> tuple[Any, ...]:
    """The items of a key: a list is one array of indices, if it holds nothing but numbers."""
    if isinstance(key, tuple):
        return key
    if isinstance(key, list):
        for item in key:
            if item is None or item is Ellipsis or isinstance(item, (list, tuple, slice)):
                return tuple(key)
            if isinstance(item, (Tensor, np.ndarray)) and item.ndim:  # type: ignore[union-attr]
                return tuple(key)
    return (key,)


def separated(items: tuple[Any, ...]) -> tuple[list[Any], dict[int, Any]]:
    """The key of slices, full where an array is, and the arrays by their dimensions after it.

    A dimension behind `...` counts from the end.
    """
    plain: list[Any] = []
    arrays: dict[int, Any] = {}
    after_ellipsis = False
    for position, item in enumerate(items):
        if item is None or item is Ellipsis:
            after_ellipsis |= item is Ellipsis
        elif isinstance(item, slice):
            item = slice(_bound(item.start), _bound(item.stop), _bound(item.step))
        else:
            item = _index(item)
            if isinstance(item, EagerTensor) and item.ndim:
                arrays[position - len(items) if after_ellipsis else position] = item
                item = slice(None)
        plain.append(item)
    # Single indices take their dimensions away.
    single = [n for n, item in enumerate(plain) if _is_single(item)]
    moved = {}
    for position, item in arrays.items():
        if position < 0:
            gone = sum(n - len(items) > position for n in single)
            moved[position + gone] = item
        else:
            moved[position - sum(n < position for n in single)] = item
    return plain, moved


def _is_single(item: Any) -> bool:
    return not (item is None or item is Ellipsis or isinstance(item, slice))


def adjacent(places: list[int]) -> bool:
    """Whether dimensions are next to each other, all counted from one end."""
    return places == list(range(places[0], places[0] + len(places))) and (
        places[0] >= 0 or places[-1] < 0
    )


def getitem(tensor: Any, key: Any) -> Any:
    """`tensor[key]` where NumPy's behavior is on.

    Raises IndexError for what is no index, NotImplementedError for booleans of rank 2 among others.
    """
    if _is_mask(key):
        return masking.boolean_mask(tensor, key)
    plain, arrays = separated(items_of(key))
    tensor = slicing.slice_by_key(tensor, plain)
    if not arrays:
        return tensor
    places = sorted(arrays)
    indices = list(broadcast(*promoted(*[arrays[place] for place in places])))
    rank = tensor.ndim
    if not adjacent(places):
        tensor = moveaxis(tensor, places, range(len(places)))
        stacked = joining.stack(indices, axis=-1)
        sizes: Any = shaping.shape(tensor, out_type=stacked.dtype)
        wrapped = stacked + sizes[: len(places)]
        return gathering.gather_nd(tensor, masking.where(stacked < 0, wrapped, stacked))
    axes = [place + rank if place < 0 else place for place in places]
    sizes = [tensor.shape[axis] for axis in axes]
    flat: Any = None
    for index, size in zip(indices, sizes, strict=True):
        index = casting.cast(index, "int32")
        index = masking.where(index < 0, index + size, index)
        flat = index if flat is None else flat * size + index
    shape = tensor.shape.as_list()
    if len(axes) > 1:
        tensor = shaping.reshape(tensor, [*shape[: axes[0]], -1, *shape[axes[-1] + 1 :]])
    return gathering.gather(tensor, flat, axis=axes[0])
