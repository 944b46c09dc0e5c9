"""Arrays in other shapes and orders, joined, split and picked from."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.tensor import Tensor
from .._ops.array import joining, padding, ranges, scattering, shaping, splitting, tiling
from .elementwise import broadcast
from .promotion import array, asarray, promoted, result_type

_PADDINGS = ("constant", "reflect", "symmetric")


def shape(a: Any) -> Any:
    """The shape of an array; answers for `tf.experimental.numpy.shape`."""
    return asarray(a).shape


def ndim(a: Any) -> Any:
    """The number of dimensions; answers for `tf.experimental.numpy.ndim`."""
    return asarray(a).ndim


def isscalar(num: Any) -> Any:
    """Whether there are no dimensions; answers for `tf.experimental.numpy.isscalar`."""
    return ndim(num) == 0


def size(x: Any, axis: Any = None) -> Any:
    """The number of elements; answers for `tf.experimental.numpy.size`.

    Raises NotImplementedError for an `axis`.
    """
    if axis is not None:
        raise NotImplementedError("tf.experimental.numpy.size does not support the argument axis")
    if isinstance(x, (int, float, np.int32, np.int64, np.float32, np.float64)):
        return 1
    return np.prod(asarray(x).shape.as_list(), dtype=int)


# -- other shapes -------------------------------------------------------------------------------


def ravel(a: Any) -> Any:
    """The elements in one dimension; answers for `tf.experimental.numpy.ravel`."""
    return shaping.reshape(asarray(a), [-1])


def flatten(a: Any, order: str = "C") -> Any:
    """The elements in one dimension, columns first if `order` is F; a method in NumPy.

    Answers for `tf.experimental.numpy.flatten`. Raises ValueError for an unknown order.
    """
    a = asarray(a)
    if order not in ("C", "A", "K", "F"):
        raise ValueError(f"order must be C, A, K or F, got {order!r}")
    return shaping.reshape(shaping.transpose(a) if order == "F" else a, [-1])


def reshape(a: Any, newshape: Any, order: str = "C") -> Any:
    """`a` in another shape; answers for `tf.experimental.numpy.reshape`.

    Raises ValueError for an order that is neither C nor F.
    """
    if order not in ("C", "F"):
        raise ValueError(f"order must be C or F, got {order!r}")
    a = asarray(a)
    if isinstance(newshape, int):
        newshape = [newshape]
    if order == "C":
        return shaping.reshape(a, newshape)
    return shaping.transpose(shaping.reshape(shaping.transpose(a), newshape[::-1]))


def expand_dims(a: Any, axis: Any) -> Any:
    """A new dimension of size 1; answers for `tf.experimental.numpy.expand_dims`."""
    return shaping.expand_dims(asarray(a), axis=axis)


def squeeze(a: Any, axis: Any = None) -> Any:
    """Without dimensions of size 1; answers for `tf.experimental.numpy.squeeze`."""
    return shaping.squeeze(asarray(a), axis)


def _at_least(rank: int, placed: Any, arys: Any) -> Any:
    """The arrays with at least `rank` dimensions; `placed` makes the new shape of the old one."""
    found = []
    for item in map(asarray, arys):
        old = item.shape.as_list()
        found.append(shaping.reshape(item, placed(old)) if len(old) < rank else item)
    return found[0] if len(found) == 1 else found


def atleast_1d(*arys: Any) -> Any:
    """Arrays of one dimension or more; answers for `tf.experimental.numpy.atleast_1d`."""
    return _at_least(1, lambda old: [1], arys)


def atleast_2d(*arys: Any) -> Any:
    """Arrays of two dimensions or more; answers for `tf.experimental.numpy.atleast_2d`."""
    return _at_least(2, lambda old: [1] * (2 - len(old)) + old, arys)


def atleast_3d(*arys: Any) -> Any:
    """Arrays of three dimensions or more; answers for `tf.experimental.numpy.atleast_3d`."""
    return _at_least(3, lambda old: ([1] * (2 - len(old)) + old + [1] * 2)[:3], arys)


def broadcast_arrays(*args: Any, **kwargs: Any) -> Any:
    """The arrays in their common shape; answers for `tf.experimental.numpy.broadcast_arrays`.

    Raises ValueError for `subok=True` and other arguments.
    """
    if kwargs.pop("subok", False) or kwargs:
        raise ValueError(f"broadcast_arrays supports neither subok=True nor {sorted(kwargs)}")
    return broadcast(*[asarray(arg) for arg in args])


# -- other orders -------------------------------------------------------------------------------


def transpose(a: Any, axes: Any = None) -> Any:
    """The axes in another order, or reversed; answers for `tf.experimental.numpy.transpose`."""
    a = asarray(a)
    return shaping.transpose(a, None if axes is None else asarray(axes))


def _exchanged(rank: int, one: Any, other: Any) -> Any:
    """The order of the axes, two of them exchanged. Raises InvalidArgumentError if not there."""
    order = ranges.range(rank)
    return scattering.tensor_scatter_nd_update(order, [[one], [other]], [other, one])


def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """Two axes exchanged; answers for `tf.experimental.numpy.swapaxes`."""
    a = asarray(a)
    rank = len(a.shape)
    one, other = (axis + rank if axis < 0 else axis for axis in (axis1, axis2))
    if not isinstance(one, int) or not isinstance(other, int):
        return shaping.transpose(a, _exchanged(rank, one, other))
    order = list(range(rank))
    order[one], order[other] = other, one
    return shaping.transpose(a, order)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Axes moved to other places; answers for `tf.experimental.numpy.moveaxis`.

    Raises ValueError for as many places as are not axes.
    """
    if not source and not destination:
        return a
    a = asarray(a)
    rank = len(a.shape)
    source = (source,) if isinstance(source, int) else source
    destination = (destination,) if isinstance(destination, int) else destination
    if len(source) != len(destination):
        raise ValueError("source and destination must be of equal length")
    source, destination = (
        [axis + rank if axis < 0 else axis for axis in axes] for axes in (source, destination)
    )
    order = [axis for axis in range(rank) if axis not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        assert place <= len(order)
        order.insert(place, axis)
    return shaping.transpose(a, order)


def flip(m: Any, axis: Any = None) -> Any:
    """Backwards along one axis, or all; answers for `tf.experimental.numpy.flip`."""
    m = asarray(m)
    rank = len(m.shape)
    axes = list(range(rank)) if axis is None else [axis + rank if axis < 0 else axis]
    return padding.reverse(m, ranges.range(rank) if axis is None else axes)


def flipud(m: Any) -> Any:
    """Backwards along the first axis; answers for `tf.experimental.numpy.flipud`."""
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    """Backwards along the second axis; answers for `tf.experimental.numpy.fliplr`."""
    return flip(m, 1)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Turned by `k` right angles in the plane of two axes; for `tf.experimental.numpy.rot90`."""
    rank = int(shaping.rank(m))
    first, second = (axis + rank if axis < 0 else axis for axis in axes)
    k %= 4
    if k == 0:
        return m
    if k == 2:
        return flip(flip(m, first), second)
    order = _exchanged(rank, first, second)
    if k == 1:
        return transpose(flip(m, second), order)
    return flip(transpose(m, order), second)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Shifted, what leaves at the end comes in at the start; for `tf.experimental.numpy.roll`."""
    a = asarray(a)
    if axis is not None:
        return padding.roll(a, shift, axis)
    return shaping.reshape(padding.roll(shaping.reshape(a, [-1]), shift, 0), shaping.shape(a))


# -- joined and split ---------------------------------------------------------------------------


def concatenate(arys: Any, axis: Any = 0) -> Any:
    """Arrays one behind the other; answers for `tf.experimental.numpy.concatenate`.

    Raises ValueError if there are none.
    """
    if not isinstance(arys, (list, tuple)):
        arys = [arys]
    if not arys:
        raise ValueError(f"Need at least one array to concatenate, got {arys}")
    dtype = result_type(*arys)
    return joining.concat([array(item, dtype) for item in arys], axis)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """`values` behind `arr`, both flat if `axis` is None; for `tf.experimental.numpy.append`."""
    if axis is None:
        return concatenate([ravel(arr), ravel(values)], 0)
    return concatenate([arr, values], axis)


def stack(arrays: Any, axis: Any = 0) -> Any:
    """Arrays along a new axis; answers for `tf.experimental.numpy.stack`."""
    if isinstance(arrays, Tensor):
        return arrays if axis == 0 else swapaxes(arrays, 0, axis)
    return joining.stack(promoted(*arrays), axis)


def hstack(tup: Any) -> Any:
    """Arrays side by side; answers for `tf.experimental.numpy.hstack`."""
    arrays = promoted(*[atleast_1d(item) for item in tup])
    return joining.concat(arrays, 0 if len(arrays[0].shape) == 1 else 1)


def vstack(tup: Any) -> Any:
    """Arrays as rows below each other; answers for `tf.experimental.numpy.vstack`."""
    return joining.concat(promoted(*[atleast_2d(item) for item in tup]), 0)


def dstack(tup: Any) -> Any:
    """Arrays behind each other along the third axis; for `tf.experimental.numpy.dstack`."""
    return joining.concat(promoted(*[atleast_3d(item) for item in tup]), 2)


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Equal parts, or parts between places; answers for `tf.experimental.numpy.split`.

    Raises ValueError for places that go backwards, or an axis that is not there.
    """
    ary = asarray(ary)
    if isinstance(indices_or_sections, int):
        return splitting.split(ary, indices_or_sections, axis=axis)
    if axis >= len(ary.shape):
        raise ValueError(f"axis {axis} is out of bounds for shape {ary.shape}")
    places = list(indices_or_sections)
    for before, place in zip([0, *places], places, strict=False):
        if place < before:
            raise ValueError(f"the place {place} is before the previous one, {before}")
    total = ary.shape[axis]
    ends = [min(place, total) for place in [*places, total]]
    sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return splitting.split(ary, sizes, axis=axis)


def _split_along(ary: Any, parts: Any, axis: int) -> Any:
    if isinstance(parts, int) and ary.shape[axis] % parts:
        raise ValueError("array split does not result in an equal division")
    return split(ary, parts, axis)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Parts along the first axis; answers for `tf.experimental.numpy.vsplit`."""
    return _split_along(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Parts along the second axis, or the only one; for `tf.experimental.numpy.hsplit`."""
    return _split_along(ary, indices_or_sections, 0 if int(shaping.rank(ary)) == 1 else 1)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Parts along the third axis; answers for `tf.experimental.numpy.dsplit`."""
    return _split_along(ary, indices_or_sections, 2)


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element several times; answers for `tf.experimental.numpy.repeat`."""
    found = tiling.repeat(asarray(a), asarray(repeats), axis)
    if not ndim(a):
        found.set_shape((repeats,))  # no list
    return found


def tile(a: Any, reps: Any) -> Any:
    """The whole several times along each axis; answers for `tf.experimental.numpy.tile`."""
    a = array(a)
    reps = ravel(array(reps, np.int32))
    rank, count = len(a.shape), reps.shape[0]
    if count < rank:
        reps = padding.pad(reps, [[rank - count, 0]], constant_values=1)
    elif count > rank:
        a = shaping.reshape(a, [1] * (count - rank) + a.shape.as_list())
    return tiling.tile(a, reps)


def pad(array: Any, pad_width: Any, mode: str, **kwargs: Any) -> Any:
    """With elements before and behind; answers for `tf.experimental.numpy.pad`.

    Raises ValueError for modes other than constant, reflect and symmetric.
    """
    if mode not in _PADDINGS:
        raise ValueError("Unsupported padding mode: " + mode)
    widths = asarray(pad_width, np.int32)
    value = kwargs.get("constant_values", 0)
    return padding.pad(asarray(array), widths, mode.upper(), value)
