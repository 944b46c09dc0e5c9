"""Products of vectors and matrices, and what else takes whole arrays: sorting, differences."""

from __future__ import annotations

import sys
from typing import Any

from .._ops.array import padding, shaping, splitting
from .._ops.linalg import einsum as contraction
from .._ops.linalg import matmul as matmul_ops
from .._ops.math import arithmetic, comparison, powers, sorting
from ..errors import InvalidArgumentError
from .elementwise import broadcast, conj
from .manipulation import moveaxis, reshape
from .promotion import BOOL, array, asarray, integer, promoted, promoted_pair


def _dot(a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return a * b
    return matmul_ops.tensordot(a, b, axes=[[-1], [-1 if b.ndim == 1 else -2]])


def dot(a: Any, b: Any) -> Any:
    """Sums of products over the last axis of `a` and the last but one of `b` (or its only one).

    Answers for `tf.experimental.numpy.dot`.
    """
    return _dot(*promoted_pair(a, b))


def matmul(x1: Any, x2: Any) -> Any:
    """Products of matrices, a vector being a row or column; for `tf.experimental.numpy.matmul`.

    Raises ValueError for shapes that do not fit.
    """
    a, b = promoted_pair(x1, x2)
    try:
        if b.ndim == 1:
            return matmul_ops.tensordot(a, b, axes=1)
        if a.ndim == 1:
            return matmul_ops.tensordot(a, b, axes=[[0], [-2]])
        return matmul_ops.matmul(a, b)
    except InvalidArgumentError as error:
        raise ValueError(str(error)).with_traceback(sys.exc_info()[2]) from None


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sums of products over some axes of both; answers for `tf.experimental.numpy.tensordot`."""
    a, b = promoted_pair(a, b)
    return matmul_ops.tensordot(a, b, axes)


def inner(a: Any, b: Any) -> Any:
    """Sums of products over the last axes; answers for `tf.experimental.numpy.inner`."""
    a, b = promoted_pair(a, b)
    return matmul_ops.tensordot(a, b, axes=[[-1], [-1]]) if a.ndim and b.ndim else a * b


def outer(a: Any, b: Any) -> Any:
    """The products of all pairs of elements; answers for `tf.experimental.numpy.outer`."""
    a, b = promoted_pair(a, b)
    return shaping.reshape(a, [-1, 1]) * shaping.reshape(b, [-1])


def vdot(a: Any, b: Any) -> Any:
    """The sum of products, `a` conjugated; answers for `tf.experimental.numpy.vdot`."""
    a, b = (reshape(item, [-1]) for item in promoted(a, b))
    return dot(conj(a) if a.dtype.is_complex else a, b)


def kron(a: Any, b: Any) -> Any:
    """Each element of `a` times the whole of `b`; answers for `tf.experimental.numpy.kron`."""
    a, b = promoted(a, b)
    rank = max(a.ndim, b.ndim)
    outside = [1] * (rank - a.ndim) + a.shape.as_list()
    inside = [1] * (rank - b.ndim) + b.shape.as_list()
    a = shaping.reshape(a, [size for n in outside for size in (n, 1)])
    b = shaping.reshape(b, [size for n in inside for size in (1, n)])
    return shaping.reshape(a * b, [n * m for n, m in zip(outside, inside, strict=True)])


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    """Cross products of vectors of 2 or 3 numbers; answers for `tf.experimental.numpy.cross`.

    `axisa` and `axisb` are where the vectors are, `axisc` where those of the result, or all `axis`.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = promoted_pair(a, b)
    flat = True
    vectors = []
    for item, place in ((a, axisa), (b, axisb)):
        item = _moved(item, place, True)
        if item.shape[-1] == 2:
            item = padding.pad(item, [[0, 0]] * (item.ndim - 1) + [[0, 1]])
        else:
            flat = False
        vectors.append(item)
    found = matmul_ops.cross(*broadcast(*vectors))
    return found[..., 2] if flat else _moved(found, axisc, False)


def _moved(vectors: Any, place: int, to_end: bool) -> Any:
    """The last axis moved to a place, or what is there to the end."""
    last = vectors.ndim - 1
    place = place + vectors.ndim if place < 0 else place
    if place == last:
        return vectors
    if place > last:
        raise InvalidArgumentError(None, None, f"axis {place} is out of range for {vectors.shape}")
    return moveaxis(vectors, *((place, last) if to_end else (last, place)))


def einsum(subscripts: Any, *operands: Any, **kwargs: Any) -> Any:
    """Sums of products by letters; answers for `tf.experimental.numpy.einsum`.

    `casting` "safe" promotes the operands, "no" does not; `optimize` is a boolean, "greedy" or
    "optimal". Raises ValueError for others.
    """
    casting, optimize = kwargs.get("casting", "safe"), kwargs.get("optimize", False)
    if casting not in ("safe", "no"):
        raise ValueError(f"casting must be 'safe' or 'no', got {casting!r}")
    arrays = promoted(*operands) if casting == "safe" else [asarray(item) for item in operands]
    if optimize not in (True, "greedy", "optimal") and optimize:
        raise ValueError(f"optimize must be a boolean, 'greedy' or 'optimal', got {optimize!r}")
    way = "optimal" if optimize == "optimal" else "greedy"
    return contraction.einsum(subscripts, *arrays, optimize=way)


def _polynomial(p: Any, x: Any) -> Any:
    coefficients = splitting.unstack(p if p.ndim else shaping.reshape(p, [1]))
    found = powers.polyval(coefficients, x)
    return shaping.broadcast_to(found, x.shape) if len(coefficients) == 1 else found


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients `p` at `x`; answers for `tf.experimental.numpy.polyval`."""
    return _polynomial(*promoted_pair(p, x))


# -- along an axis ------------------------------------------------------------------------------


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours, `n` times; answers for `tf.experimental.numpy.diff`.

    Raises ValueError for an axis that is not there, and for a negative `n`.
    """
    a = asarray(a)
    if (axis + a.ndim if axis < 0 else axis) >= a.ndim:
        raise ValueError(f"axis {axis} is out of bounds for rank {a.ndim}")
    if n < 0:
        raise ValueError(f"n must be non-negative, got {n}")
    later, earlier = [slice(None)] * a.ndim, [slice(None)] * a.ndim
    later[axis], earlier[axis] = slice(1, None), slice(None, -1)
    kernel: Any = comparison.not_equal if a.dtype is BOOL else arithmetic.subtract
    for _ in range(n):
        a = kernel(a[tuple(later)], a[tuple(earlier)])
    return a


def _check_order(order: Any, kind: str, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise ValueError(f"kind must be one of {kinds}, got {kind!r}")
    if order is not None:
        raise ValueError("The `order` argument is not supported. Pass order=None")


def sort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """Sorted along an axis, or as a whole; answers for `tf.experimental.numpy.sort`."""
    _check_order(order, kind, ("quicksort",))
    a = array(a)
    return sorting.sort(shaping.reshape(a, [-1]), 0) if axis is None else sorting.sort(a, axis)


def argsort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """The places of the sorted elements; answers for `tf.experimental.numpy.argsort`.

    Raises TypeError for complex numbers.
    """
    _check_order(order, kind, ("quicksort", "stable"))
    a = array(a)
    if a.dtype.is_complex:
        raise TypeError(f"argsort does not support complex numbers, got {a.dtype}")
    if not a.ndim:
        return array([0], integer())
    if axis is None:
        a, axis = shaping.reshape(a, [-1]), 0
    return array(sorting.argsort(a, axis, stable=kind == "stable"), integer())
