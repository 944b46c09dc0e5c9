"""Elements picked from arrays: by places, by conditions."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._ops.array import creation, gathering, joining, masking, shaping, splitting
from .._ops.math import casting, clipping, division
from ..errors import InvalidArgumentError
from .manipulation import atleast_1d, ravel, swapaxes
from .promotion import BOOL, asarray, promoted


def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "clip") -> Any:
    """The elements at places, which are clipped or wrapped; for `tf.experimental.numpy.take`.

    Raises ValueError for `out` and other modes.
    """
    if out is not None or mode not in ("clip", "wrap", "raise"):
        raise ValueError(f"take supports only out=None, and clip or wrap as mode, got {mode!r}")
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
        raise ValueError("The mode 'raise' of take is not supported, as in TensorFlow.")
    return gathering.gather(a, indices, axis=axis)


def take_along_axis(arr: Any, indices: Any, axis: Any) -> Any:
    """The elements at places along one axis; answers for `tf.experimental.numpy.take_along_axis`.

    All other axes of both broadcast.
    """
    arr, indices = asarray(arr), asarray(indices)
    if axis is None:
        return take_along_axis(arr.ravel(), indices, 0)
    rank = len(arr.shape)
    axis = axis + rank if axis < 0 else axis
    own, asked = arr.shape.as_list(), indices.shape.as_list()
    if axis >= min(len(own), len(asked)):
        raise InvalidArgumentError(None, None, f"axis {axis} is not in both of {own} and {asked}")
    length, count = own[axis], asked[axis]
    own[axis] = asked[axis] = 1
    common = shaping.broadcast_dynamic_shape(own, asked).numpy().tolist()
    common[axis] = length
    arr = swapaxes(shaping.broadcast_to(arr, common), axis, -1)
    common[axis] = count
    indices = shaping.broadcast_to(indices, common)
    indices = swapaxes(masking.where(indices < 0, indices + length, indices), axis, -1)
    rows = shaping.reshape(arr, [-1, length])
    places = shaping.reshape(indices, [-1, count])
    found = gathering.gather(rows, places, batch_dims=1)
    return swapaxes(shaping.reshape(found, indices.shape), axis, -1)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """`x` where the condition holds and `y` elsewhere, or the places where it holds.

    Answers for `tf.experimental.numpy.where`. Raises ValueError if only one of them is given.
    """
    condition = asarray(condition, np.bool_)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Both x and y must be arrays, or both must be None.")
    return masking.where(condition, *promoted(x, y))


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The choice of the first condition that holds; answers for `tf.experimental.numpy.select`.

    Raises ValueError if there is none, or not a choice for each condition.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"{len(condlist)} conditions for {len(choicelist)} choices")
    if not condlist:
        raise ValueError("condlist must be non-empty")
    found, *choices = promoted(default, *choicelist)
    for condition, choice in zip(condlist[::-1], choices[::-1], strict=True):
        found = where(condition, choice, found)
    return found


def nonzero(a: Any) -> Any:
    """The places of what is not 0, a vector for each axis; for `tf.experimental.numpy.nonzero`."""
    a = atleast_1d(a)
    return splitting.unstack(masking.where(casting.cast(a, BOOL)), len(a.shape), axis=1)


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    """The slices where a vector of booleans holds; answers for `tf.experimental.numpy.compress`.

    Raises ValueError if the condition is no vector.
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
    """Indices of the grid of several vectors; answers for `tf.experimental.numpy.ix_`.

    Raises ValueError for what is no vector of integers or booleans.
    """
    found = []
    for position, item in enumerate(map(asarray, args)):
        if item.ndim != 1:
            raise ValueError(f"Arguments must be 1-d, got arg {position} of rank {item.ndim}")
        if item.dtype is BOOL:
            (item,) = nonzero(item)
        elif not item.dtype.is_integer:
            raise ValueError(f"Only integer and bool dtypes are supported, got {item.dtype}")
        shape = [1] * len(args)
        shape[position] = -1
        found.append(shaping.reshape(item, shape))
    return found
