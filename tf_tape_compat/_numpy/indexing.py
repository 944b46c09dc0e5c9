"""Indexing with NumPy's indices: integer arrays and boolean vectors, mixed with slices.

All other items of the key are applied first, as slices of tensors. The index arrays, broadcast
against each other, then gather from the result. If they are adjacent, the indexed dimensions stay
where they are; otherwise they come first.
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
from .._ops.array.where import where
from .._ops.math import casting
from .elementwise import broadcast
from .manipulation import moveaxis
from .promotion import BOOL, asarray, promoted

_INDEX_DTYPES = frozenset(map(as_dtype, ("int32", "int64")))


def _invalid_index(item: Any) -> IndexError:
    return IndexError(
        "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or "
        f"boolean arrays are valid indices, got {item!r}"
    )


def _index(item: Any) -> Any:
    """Converts an index to an integer or a tensor of integers.

    Raises IndexError for anything else.
    """
    if isinstance(item, bool):
        raise TypeError(f"Cannot convert {item} to an index")
    if isinstance(item, (numbers.Integral, Dimension)):
        return item
    index = to_tensor(asarray(item))
    if index.dtype is BOOL:
        if index.ndim != 1:
            raise NotImplementedError(f"Need rank 1 for bool index {item}")
        index = shaping.reshape(where(index), [-1])
    if not index.dtype.is_integer:
        raise _invalid_index(item)
    if index.dtype not in _INDEX_DTYPES:
        wide = np.promote_types(np.int32, index.dtype.as_numpy_dtype)
        if wide not in (np.int32, np.int64):
            raise _invalid_index(item)
        index = casting.cast(index, wide)
    return index


def _bound(item: Any) -> Any:
    """Converts a bound of a slice. Raises IndexError if it is not a scalar."""
    if item is None:
        return None
    bound = _index(item)
    if isinstance(bound, EagerTensor) and bound.ndim:
        raise _invalid_index(item)
    return bound


def _is_mask(key: Any) -> bool:
    if isinstance(key, bool):
        return True
    return isinstance(key, (Tensor, np.ndarray)) and as_dtype(key.dtype) is BOOL


def items_of(key: Any) -> tuple[Any, ...]:
    """The items of a key. A list of numbers is a single index array."""
    if isinstance(key, tuple):
        return key
    if isinstance(key, list):
        for item in key:
            if item is None or item is Ellipsis or isinstance(item, (list, tuple, slice)):
                return tuple(key)
            if isinstance(item, (Tensor, np.ndarray)) and item.ndim:
                return tuple(key)
    return (key,)


def split_key(items: tuple[Any, ...]) -> tuple[list[Any], dict[int, Any]]:
    """Splits a key into a basic key and index arrays.

    Returns:
        The key without index arrays, which are replaced by full slices, and the arrays by the
        dimension that they index in the result of that key. Dimensions after `...` are negative.
    """
    basic_key: list[Any] = []
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
        basic_key.append(item)
    # Integers remove their dimensions, so the arrays' dimensions shift.
    integers = [n for n, item in enumerate(basic_key) if _is_integer(item)]
    shifted = {}
    for position, item in arrays.items():
        if position < 0:
            removed = sum(n - len(items) > position for n in integers)
            shifted[position + removed] = item
        else:
            shifted[position - sum(n < position for n in integers)] = item
    return basic_key, shifted


def _is_integer(item: Any) -> bool:
    return not (item is None or item is Ellipsis or isinstance(item, slice))


def are_adjacent(dimensions: list[int]) -> bool:
    """Whether sorted dimensions are consecutive, all counted from the same end."""
    first, last = dimensions[0], dimensions[-1]
    return dimensions == list(range(first, first + len(dimensions))) and (first >= 0 or last < 0)


def getitem(tensor: Any, key: Any) -> Any:
    """`tensor[key]` when NumPy's behavior is enabled.

    Raises:
        IndexError: An item of the key is not an index.
        NotImplementedError: A boolean array among several items is not a vector.
    """
    if _is_mask(key):
        return masking.boolean_mask(tensor, key)
    basic_key, arrays = split_key(items_of(key))
    tensor = slicing.slice_by_key(tensor, basic_key)
    if not arrays:
        return tensor
    dimensions = sorted(arrays)
    indices = list(broadcast(*promoted(*[arrays[dimension] for dimension in dimensions])))
    rank = tensor.ndim
    if not are_adjacent(dimensions):
        tensor = moveaxis(tensor, dimensions, range(len(dimensions)))
        stacked = joining.stack(indices, axis=-1)
        sizes: Any = shaping.shape(tensor, out_type=stacked.dtype)
        wrapped = stacked + sizes[: len(dimensions)]
        return gathering.gather_nd(tensor, where(stacked < 0, wrapped, stacked))
    axes = [axis + rank if axis < 0 else axis for axis in dimensions]
    sizes = [tensor.shape[axis] for axis in axes]
    flat: Any = None
    for index, size in zip(indices, sizes, strict=True):
        index = casting.cast(index, "int32")
        index = where(index < 0, index + size, index)
        flat = index if flat is None else flat * size + index
    shape = tensor.shape.as_list()
    if len(axes) > 1:
        tensor = shaping.reshape(tensor, [*shape[: axes[0]], -1, *shape[axes[-1] + 1 :]])
    return gathering.gather(tensor, flat, axis=axes[0])
