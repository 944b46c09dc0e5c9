"""Selecting elements by index and by condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._ops.array import creation, gathering, joining, masking, shaping, splitting
from .._ops.array.where import where as select_where
from .._ops.math import casting, clipping, division
from ..errors import InvalidArgumentError
from .manipulation import atleast_1d, ravel, swapaxes
from .promotion import BOOL, asarray, promoted


def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "clip") -> Any:
    """The elements at given indices. Implements `tf.experimental.numpy.take`.

    `mode` says whether indices out of range are clipped or wrapped. Raises ValueError for other
    modes, and if `out` is not None.
    """
    if out is not None or mode not in ("clip", "wrap", "raise"):
        raise ValueError(f"take supports only out=None and the modes clip and wrap, got {mode!r}")
    a, indices = asarray(a), asarray(indices)
    if axis is None:
        a, axis = shaping.reshape(a, [-1]), 0
    sizes: Any = shaping.shape(a, out_type=indices.dtype)
    length = sizes[axis]
    if mode == "clip":
        indices = clipping.clip_by_value(indices, 0, length - 1)
    elif mode == "wrap":
        indices = division.floormod(indices, length)
    else:
        raise ValueError("The 'raise' mode to take is not supported.")
    return gathering.gather(a, indices, axis=axis)


def take_along_axis(arr: Any, indices: Any, axis: Any) -> Any:
    """The elements at given indices along one axis; the other axes broadcast.

    Implements `tf.experimental.numpy.take_along_axis`.
    """
    arr, indices = asarray(arr), asarray(indices)
    if axis is None:
        return take_along_axis(arr.ravel(), indices, 0)
    rank = len(arr.shape)
    axis = axis + rank if axis < 0 else axis
    arr_shape, indices_shape = arr.shape.as_list(), indices.shape.as_list()
    if axis >= min(len(arr_shape), len(indices_shape)):
        message = f"axis {axis} is not in both shapes {arr_shape} and {indices_shape}"
        raise InvalidArgumentError(None, None, message)
    length, count = arr_shape[axis], indices_shape[axis]
    arr_shape[axis] = indices_shape[axis] = 1
    common = shaping.broadcast_dynamic_shape(arr_shape, indices_shape).numpy().tolist()
    common[axis] = length
    arr = swapaxes(shaping.broadcast_to(arr, common), axis, -1)
    common[axis] = count
    indices = shaping.broadcast_to(indices, common)
    indices = swapaxes(select_where(indices < 0, indices + length, indices), axis, -1)
    rows = shaping.reshape(arr, [-1, length])
    row_indices = shaping.reshape(indices, [-1, count])
    selected = gathering.gather(rows, row_indices, batch_dims=1)
    return swapaxes(shaping.reshape(selected, indices.shape), axis, -1)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """`x` where the condition holds and `y` elsewhere, or the indices where it holds.

    Implements `tf.experimental.numpy.where`. Raises ValueError if only one of `x` and `y` is given.
    """
    condition = asarray(condition, np.bool_)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Both x and y must be arrays, or both must be None.")
    return select_where(condition, *promoted(x, y))


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The choice for the first condition that holds. Implements `tf.experimental.numpy.select`.

    Raises ValueError if there are no conditions, or more or fewer choices than conditions.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"{len(condlist)} conditions for {len(choicelist)} choices")
    if not condlist:
        raise ValueError("condlist must be non-empty")
    result, *choices = promoted(default, *choicelist)
    for condition, choice in zip(condlist[::-1], choices[::-1], strict=True):
        result = where(condition, choice, result)
    return result


def nonzero(a: Any) -> Any:
    """The indices of nonzero elements, one vector per axis.

    Implements `tf.experimental.numpy.nonzero`.
    """
    a = atleast_1d(a)
    return splitting.unstack(select_where(casting.cast(a, BOOL)), len(a.shape), axis=1)


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    """The slices for which a boolean vector is true. Implements `tf.experimental.numpy.compress`.

    Raises ValueError if the condition is not a vector.
    """
    condition, a = asarray(condition, np.bool_), asarray(a)
    if condition.ndim != 1:
        raise ValueError("condition must be a 1-d array.")
    if a.ndim == 0 or axis is None:
        a, axis = ravel(a), 0 if axis is None else axis
    axis = axis + a.ndim if axis < 0 else axis
    assert 0 <= axis < a.ndim
    missing = a.shape[axis] - condition.shape[0]
    if missing > 0:
        condition = joining.concat([condition, creation.fill([missing], False)], 0)
    return masking.boolean_mask(a, condition, axis)


def ix_(*args: Any) -> Any:
    """Index arrays for the grid of several vectors. Implements `tf.experimental.numpy.ix_`.

    Raises ValueError unless all arguments are vectors of integers or booleans.
    """
    grid = []
    for position, item in enumerate(map(asarray, args)):
        if item.ndim != 1:
            raise ValueError(f"Arguments must be 1-d, got arg {position} of rank {item.ndim}")
        if item.dtype is BOOL:
            (item,) = nonzero(item)
        elif not item.dtype.is_integer:
            raise ValueError(f"Only integer and bool dtypes are supported, got {item.dtype}")
        shape = [1] * len(args)
        shape[position] = -1
        grid.append(shaping.reshape(item, shape))
    return grid
