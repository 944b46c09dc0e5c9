"""Products of vectors and matrices, polynomials, differences and sorting."""

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
from .promotion import BOOL, array, asarray, default_integer, promoted, promoted_pair


def _dot(a: Any, b: Any) -> Any:
    if not a.ndim or not b.ndim:
        return a * b
    return matmul_ops.tensordot(a, b, axes=[[-1], [-1 if b.ndim == 1 else -2]])


def dot(a: Any, b: Any) -> Any:
    """Sums of products over the last axis of `a` and the second-to-last (or only) axis of `b`.

    Implements `tf.experimental.numpy.dot`.
    """
    return _dot(*promoted_pair(a, b))


def matmul(x1: Any, x2: Any) -> Any:
    """Matrix products. Implements `tf.experimental.numpy.matmul`.

    Raises ValueError if the shapes are incompatible.
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
    """Sums of products over given axes. Implements `tf.experimental.numpy.tensordot`."""
    a, b = promoted_pair(a, b)
    return matmul_ops.tensordot(a, b, axes)


def inner(a: Any, b: Any) -> Any:
    """Sums of products over the last axes. Implements `tf.experimental.numpy.inner`."""
    a, b = promoted_pair(a, b)
    return matmul_ops.tensordot(a, b, axes=[[-1], [-1]]) if a.ndim and b.ndim else a * b


def outer(a: Any, b: Any) -> Any:
    """Products of all pairs of elements. Implements `tf.experimental.numpy.outer`."""
    a, b = promoted_pair(a, b)
    return shaping.reshape(a, [-1, 1]) * shaping.reshape(b, [-1])


def vdot(a: Any, b: Any) -> Any:
    """The sum of products, with `a` conjugated. Implements `tf.experimental.numpy.vdot`."""
    a, b = (reshape(item, [-1]) for item in promoted(a, b))
    return dot(conj(a) if a.dtype.is_complex else a, b)


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product. Implements `tf.experimental.numpy.kron`."""
    a, b = promoted(a, b)
    rank = max(a.ndim, b.ndim)
    a_shape = [1] * (rank - a.ndim) + a.shape.as_list()
    b_shape = [1] * (rank - b.ndim) + b.shape.as_list()
    a = shaping.reshape(a, [size for n in a_shape for size in (n, 1)])
    b = shaping.reshape(b, [size for n in b_shape for size in (1, n)])
    return shaping.reshape(a * b, [n * m for n, m in zip(a_shape, b_shape, strict=True)])


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    """Cross products of vectors of length 2 or 3. Implements `tf.experimental.numpy.cross`.

    `axisa`, `axisb` and `axisc` are the axes of the vectors in `a`, `b` and the result; `axis`
    replaces all three.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = promoted_pair(a, b)
    is_planar = True
    vectors = []
    for item, vector_axis in ((a, axisa), (b, axisb)):
        item = _move_last_axis(item, vector_axis, True)
        if item.shape[-1] == 2:
            item = padding.pad(item, [[0, 0]] * (item.ndim - 1) + [[0, 1]])
        else:
            is_planar = False
        vectors.append(item)
    product = matmul_ops.cross(*broadcast(*vectors))
    return product[..., 2] if is_planar else _move_last_axis(product, axisc, False)


def _move_last_axis(vectors: Any, axis: int, to_end: bool) -> Any:
    """Moves the last axis to the position `axis`, or with `to_end` the other way round."""
    last = vectors.ndim - 1
    axis = axis + vectors.ndim if axis < 0 else axis
    if axis == last:
        return vectors
    if axis > last:
        raise InvalidArgumentError(None, None, f"axis {axis} is out of range for {vectors.shape}")
    return moveaxis(vectors, *((axis, last) if to_end else (last, axis)))


def einsum(subscripts: Any, *operands: Any, **kwargs: Any) -> Any:
    """Einstein summation. Implements `tf.experimental.numpy.einsum`.

    `casting` is "safe", which promotes the operands, or "no"; `optimize` is a boolean, "greedy" or
    "optimal". Raises ValueError for other values.
    """
    casting, optimize = kwargs.get("casting", "safe"), kwargs.get("optimize", False)
    if casting not in ("safe", "no"):
        raise ValueError(f"casting must be 'safe' or 'no', got {casting!r}")
    arrays = promoted(*operands) if casting == "safe" else [asarray(item) for item in operands]
    if optimize not in (True, "greedy", "optimal") and optimize:
        raise ValueError(f"optimize must be a boolean, 'greedy' or 'optimal', got {optimize!r}")
    strategy = "optimal" if optimize == "optimal" else "greedy"
    return contraction.einsum(subscripts, *arrays, optimize=strategy)


def _polynomial(p: Any, x: Any) -> Any:
    coefficients = splitting.unstack(p if p.ndim else shaping.reshape(p, [1]))
    value = powers.polyval(coefficients, x)
    return shaping.broadcast_to(value, x.shape) if len(coefficients) == 1 else value


def polyval(p: Any, x: Any) -> Any:
    """The value at `x` of the polynomial with coefficients `p`.

    Implements `tf.experimental.numpy.polyval`.
    """
    return _polynomial(*promoted_pair(p, x))


# -- along an axis ------------------------------------------------------------------------------


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The `n`-th differences along an axis. Implements `tf.experimental.numpy.diff`.

    Raises ValueError if `axis` does not exist or `n` is negative.
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


def _check_sort_arguments(order: Any, kind: str, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise ValueError(f"kind must be one of {kinds}, got {kind!r}")
    if order is not None:
        raise ValueError("The `order` argument is not supported. Pass order=None")


def sort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """Sorts along an axis, or the flattened array. Implements `tf.experimental.numpy.sort`."""
    _check_sort_arguments(order, kind, ("quicksort",))
    a = array(a)
    return sorting.sort(shaping.reshape(a, [-1]), 0) if axis is None else sorting.sort(a, axis)


def argsort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """The indices that sort an array. Implements `tf.experimental.numpy.argsort`.

    Raises TypeError if `a` is complex.
    """
    _check_sort_arguments(order, kind, ("quicksort", "stable"))
    a = array(a)
    if a.dtype.is_complex:
        raise TypeError(f"argsort does not support complex numbers, got {a.dtype}")
    if not a.ndim:
        return array([0], default_integer())
    if axis is None:
        a, axis = shaping.reshape(a, [-1]), 0
    return array(sorting.argsort(a, axis, stable=kind == "stable"), default_integer())
