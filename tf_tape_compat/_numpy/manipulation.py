"""Changing the shape and order of arrays; joining, splitting, tiling and padding them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.tensor import Tensor
from .._ops.array import joining, padding, ranges, scattering, shaping, splitting, tiling
from .elementwise import broadcast
from .promotion import array, asarray, promoted, result_type

_PADDINGS = ("constant", "reflect", "symmetric")


def shape(a: Any) -> Any:
    """The shape of an array. Implements `tf.experimental.numpy.shape`."""
    return asarray(a).shape


def ndim(a: Any) -> Any:
    """The number of dimensions. Implements `tf.experimental.numpy.ndim`."""
    return asarray(a).ndim


def isscalar(num: Any) -> Any:
    """Whether `num` has no dimensions. Implements `tf.experimental.numpy.isscalar`."""
    return ndim(num) == 0


def size(x: Any, axis: Any = None) -> Any:
    """The number of elements. Implements `tf.experimental.numpy.size`.

    Raises NotImplementedError unless `axis` is None.
    """
    if axis is not None:
        raise NotImplementedError("tf.experimental.numpy.size does not support the argument axis")
    if isinstance(x, (int, float, np.int32, np.int64, np.float32, np.float64)):
        return 1
    return np.prod(asarray(x).shape.as_list(), dtype=int)


# -- shape --------------------------------------------------------------------------------------


def ravel(a: Any) -> Any:
    """`a` flattened to one dimension. Implements `tf.experimental.numpy.ravel`."""
    return shaping.reshape(asarray(a), [-1])


def flatten(a: Any, order: str = "C") -> Any:
    """`a` flattened to one dimension, in column-major order if `order` is F.

    Implements `tf.experimental.numpy.flatten`. Raises ValueError for an unknown order.
    """
    a = asarray(a)
    if order not in ("C", "A", "K", "F"):
        raise ValueError(f"order must be C, A, K or F, got {order!r}")
    return shaping.reshape(shaping.transpose(a) if order == "F" else a, [-1])


def reshape(a: Any, newshape: Any, order: str = "C") -> Any:
    """`a` with another shape. Implements `tf.experimental.numpy.reshape`.

    Raises ValueError if `order` is neither C nor F.
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
    """`a` with a new dimension of size 1. Implements `tf.experimental.numpy.expand_dims`."""
    if axis is None:
        raise ValueError("Must specify an axis argument to tf.expand_dims()")
    return shaping.expand_dims(asarray(a), axis=axis)


def squeeze(a: Any, axis: Any = None) -> Any:
    """`a` without dimensions of size 1. Implements `tf.experimental.numpy.squeeze`."""
    return shaping.squeeze(asarray(a), axis)


def _at_least(rank: int, extended: Any, arys: Any) -> Any:
    """The arrays with at least `rank` dimensions; `extended` computes the new shape."""
    arrays = []
    for item in map(asarray, arys):
        shape = item.shape.as_list()
        arrays.append(shaping.reshape(item, extended(shape)) if len(shape) < rank else item)
    return arrays[0] if len(arrays) == 1 else arrays


def atleast_1d(*arys: Any) -> Any:
    """Arrays with at least one dimension. Implements `tf.experimental.numpy.atleast_1d`."""
    return _at_least(1, lambda shape: [1], arys)


def atleast_2d(*arys: Any) -> Any:
    """Arrays with at least two dimensions. Implements `tf.experimental.numpy.atleast_2d`."""
    return _at_least(2, lambda shape: [1] * (2 - len(shape)) + shape, arys)


def atleast_3d(*arys: Any) -> Any:
    """Arrays with at least three dimensions. Implements `tf.experimental.numpy.atleast_3d`."""
    return _at_least(3, lambda shape: ([1] * (2 - len(shape)) + shape + [1] * 2)[:3], arys)


def broadcast_arrays(*args: Any, **kwargs: Any) -> Any:
    """Broadcasts arrays to their common shape.

    Implements `tf.experimental.numpy.broadcast_arrays`. Raises ValueError if `subok` is True or
    other keyword arguments are given.
    """
    if kwargs.pop("subok", False) or kwargs:
        raise ValueError(f"broadcast_arrays supports neither subok=True nor {sorted(kwargs)}")
    return broadcast(*[asarray(arg) for arg in args])


# -- order of axes and elements -----------------------------------------------------------------


def transpose(a: Any, axes: Any = None) -> Any:
    """`a` with permuted axes, reversed by default. Implements `tf.experimental.numpy.transpose`."""
    a = asarray(a)
    return shaping.transpose(a, None if axes is None else asarray(axes))


def _swapped_axes(rank: int, one: Any, other: Any) -> Any:
    """The permutation that swaps two axes. Raises InvalidArgumentError if one does not exist."""
    order = ranges.range(rank)
    return scattering.tensor_scatter_nd_update(order, [[one], [other]], [other, one])


def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """`a` with two axes swapped. Implements `tf.experimental.numpy.swapaxes`."""
    a = asarray(a)
    rank = len(a.shape)
    one, other = (axis + rank if axis < 0 else axis for axis in (axis1, axis2))
    if not isinstance(one, int) or not isinstance(other, int):
        return shaping.transpose(a, _swapped_axes(rank, one, other))
    order = list(range(rank))
    order[one], order[other] = other, one
    return shaping.transpose(a, order)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """`a` with axes moved to other positions. Implements `tf.experimental.numpy.moveaxis`.

    Raises ValueError if `source` and `destination` differ in length.
    """
    if not source and not destination:
        return a
    a = asarray(a)
    rank = len(a.shape)
    source = (source,) if isinstance(source, int) else source
    destination = (destination,) if isinstance(destination, int) else destination
    if len(source) != len(destination):
        raise ValueError("source and destination must have the same length")
    source, destination = (
        [axis + rank if axis < 0 else axis for axis in axes] for axes in (source, destination)
    )
    order = [axis for axis in range(rank) if axis not in source]
    for position, axis in sorted(zip(destination, source, strict=True)):
        assert position <= len(order)
        order.insert(position, axis)
    return shaping.transpose(a, order)


def flip(m: Any, axis: Any = None) -> Any:
    """`m` reversed along one axis, or all. Implements `tf.experimental.numpy.flip`."""
    m = asarray(m)
    rank = len(m.shape)
    axes = list(range(rank)) if axis is None else [axis + rank if axis < 0 else axis]
    return padding.reverse(m, ranges.range(rank) if axis is None else axes)


def flipud(m: Any) -> Any:
    """`m` reversed along the first axis. Implements `tf.experimental.numpy.flipud`."""
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    """`m` reversed along the second axis. Implements `tf.experimental.numpy.fliplr`."""
    return flip(m, 1)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """`m` rotated by `k` right angles in the plane of two axes.

    Implements `tf.experimental.numpy.rot90`.
    """
    rank = int(shaping.rank(m))
    first, second = (axis + rank if axis < 0 else axis for axis in axes)
    k %= 4
    if k == 0:
        return m
    if k == 2:
        return flip(flip(m, first), second)
    order = _swapped_axes(rank, first, second)
    if k == 1:
        return transpose(flip(m, second), order)
    return flip(transpose(m, order), second)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """`a` shifted cyclically. Implements `tf.experimental.numpy.roll`."""
    a = asarray(a)
    if axis is not None:
        return padding.roll(a, shift, axis)
    return shaping.reshape(padding.roll(shaping.reshape(a, [-1]), shift, 0), shaping.shape(a))


# -- joining, splitting, tiling and padding -----------------------------------------------------


def concatenate(arys: Any, axis: Any = 0) -> Any:
    """Joins arrays along an existing axis. Implements `tf.experimental.numpy.concatenate`.

    Raises ValueError if there are no arrays.
    """
    if not isinstance(arys, (list, tuple)):
        arys = [arys]
    if not arys:
        raise ValueError(f"Need at least one array to concatenate, got {arys}")
    dtype = result_type(*arys)
    return joining.concat([array(item, dtype) for item in arys], axis)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """`values` appended to `arr`, both flattened if `axis` is None.

    Implements `tf.experimental.numpy.append`.
    """
    if axis is None:
        return concatenate([ravel(arr), ravel(values)], 0)
    return concatenate([arr, values], axis)


def stack(arrays: Any, axis: Any = 0) -> Any:
    """Joins arrays along a new axis. Implements `tf.experimental.numpy.stack`."""
    if isinstance(arrays, Tensor):
        return arrays if axis == 0 else swapaxes(arrays, 0, axis)
    return joining.stack(promoted(*arrays), axis)


def hstack(tup: Any) -> Any:
    """Joins arrays along the second axis, or vectors along the first.

    Implements `tf.experimental.numpy.hstack`.
    """
    arrays = promoted(*[atleast_1d(item) for item in tup])
    return joining.concat(arrays, 0 if len(arrays[0].shape) == 1 else 1)


def vstack(tup: Any) -> Any:
    """Joins arrays along the first axis. Implements `tf.experimental.numpy.vstack`."""
    return joining.concat(promoted(*[atleast_2d(item) for item in tup]), 0)


def dstack(tup: Any) -> Any:
    """Joins arrays along the third axis. Implements `tf.experimental.numpy.dstack`."""
    return joining.concat(promoted(*[atleast_3d(item) for item in tup]), 2)


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Splits an array into equal parts, or at indices. Implements `tf.experimental.numpy.split`.

    Raises ValueError if the indices decrease or `axis` does not exist.
    """
    ary = asarray(ary)
    if isinstance(indices_or_sections, int):
        return splitting.split(ary, indices_or_sections, axis=axis)
    if axis >= len(ary.shape):
        raise ValueError(f"axis {axis} is out of bound for shape {ary.shape}")
    indices = list(indices_or_sections)
    for previous, index in zip([0, *indices], indices, strict=False):
        if index < previous:
            raise ValueError(f"the index {index} is less than the previous one, {previous}")
    total = ary.shape[axis]
    ends = [min(index, total) for index in [*indices, total]]
    sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return splitting.split(ary, sizes, axis=axis)


def _split_along(ary: Any, indices_or_sections: Any, axis: int) -> Any:
    if isinstance(indices_or_sections, int) and ary.shape[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return split(ary, indices_or_sections, axis)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Splits an array along the first axis. Implements `tf.experimental.numpy.vsplit`."""
    return _split_along(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Splits an array along the second axis, or a vector along its only one.

    Implements `tf.experimental.numpy.hsplit`.
    """
    return _split_along(ary, indices_or_sections, 0 if int(shaping.rank(ary)) == 1 else 1)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Splits an array along the third axis. Implements `tf.experimental.numpy.dsplit`."""
    return _split_along(ary, indices_or_sections, 2)


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Repeats each element. Implements `tf.experimental.numpy.repeat`."""
    result = tiling.repeat(asarray(a), asarray(repeats), axis)
    if not ndim(a):
        result.set_shape((repeats,))  # fails if `repeats` is a list, as in TensorFlow
    return result


def tile(a: Any, reps: Any) -> Any:
    """Repeats the whole array along each axis. Implements `tf.experimental.numpy.tile`."""
    a = array(a)
    reps = ravel(array(reps, np.int32))
    rank, count = len(a.shape), reps.shape[0]
    if count < rank:
        reps = padding.pad(reps, [[rank - count, 0]], constant_values=1)
    elif count > rank:
        a = shaping.reshape(a, [1] * (count - rank) + a.shape.as_list())
    return tiling.tile(a, reps)


def pad(array: Any, pad_width: Any, mode: str, **kwargs: Any) -> Any:
    """Pads an array. Implements `tf.experimental.numpy.pad`.

    Raises ValueError unless `mode` is constant, reflect or symmetric.
    """
    if mode not in _PADDINGS:
        raise ValueError("Unsupported padding mode: " + mode)
    widths = asarray(pad_width, np.int32)
    value = kwargs.get("constant_values", 0)
    return padding.pad(asarray(array), widths, mode.upper(), value)
