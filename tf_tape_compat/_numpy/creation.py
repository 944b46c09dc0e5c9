"""Array creation: constant arrays, matrices and ranges."""

# N and M are NumPy's argument names.
# ruff: noqa: N803, N806

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import as_dtype
from .._ops.array import creation, ranges, shaping, tiling
from .._ops.array.where import where
from .._ops.debugging.assertions import Assert
from .._ops.linalg import diagonals
from .._ops.math import casting, powers
from .elementwise import log10, real, sign
from .manipulation import moveaxis
from .promotion import BOOL, array, asarray, default_float, result_type, tensor_of, type_of


def zeros(shape: Any, dtype: Any = float) -> Any:
    """An array of zeros. Implements `tf.experimental.numpy.zeros`."""
    return creation.zeros(shape, result_type(dtype) if dtype else default_float())


def ones(shape: Any, dtype: Any = float) -> Any:
    """An array of ones. Implements `tf.experimental.numpy.ones`."""
    return creation.ones(shape, as_dtype(result_type(dtype) if dtype else dtype))


def empty(shape: Any, dtype: Any = float) -> Any:
    """An array of zeros. Implements `tf.experimental.numpy.empty`."""
    return zeros(shape, dtype)


def zeros_like(a: Any, dtype: Any = None) -> Any:
    """Zeros in the shape of `a`. Implements `tf.experimental.numpy.zeros_like`."""
    return creation.zeros_like(a, as_dtype(type_of(a, dtype)))


def ones_like(a: Any, dtype: Any = None) -> Any:
    """Ones in the shape of `a`. Implements `tf.experimental.numpy.ones_like`."""
    return creation.ones(shaping.shape(a), type_of(a, dtype))


def empty_like(a: Any, dtype: Any = None) -> Any:
    """Zeros in the shape of `a`. Implements `tf.experimental.numpy.empty_like`."""
    return zeros_like(a, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """An array filled with `fill_value`. Implements `tf.experimental.numpy.full`."""
    if not isinstance(shape, Tensor):
        shape = asarray(tensor_of(shape, np.int32))
    if not shape.shape.rank:
        shape = shaping.reshape(shape, [1])
    return shaping.broadcast_to(asarray(fill_value, dtype), shape)


def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
) -> Any:
    """An array in the shape of `a`, filled with `fill_value`.

    Implements `tf.experimental.numpy.full_like`. Raises ValueError unless `order`, `subok` and
    `shape` have their default values.
    """
    if order != "K" or not subok or shape:
        raise ValueError("full_like supports only order='K', subok=True and shape=None")
    a = asarray(a)
    value = asarray(fill_value, dtype or result_type(a))
    return shaping.broadcast_to(value, shaping.shape(a))


def broadcast_to(array: Any, shape: Any) -> Any:
    """`array` broadcast to `shape`. Implements `tf.experimental.numpy.broadcast_to`."""
    return full(shape, array)


# -- matrices -----------------------------------------------------------------------------------


def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = float) -> Any:
    """A matrix of `N` rows and `M` columns with ones on diagonal `k`.

    Implements `tf.experimental.numpy.eye`.
    """
    dtype = result_type(dtype) if dtype else dtype
    columns = M or N
    rows, columns, k = int(N), int(columns), int(k)
    if k >= columns or -k >= rows:
        return zeros([rows, columns], dtype)
    if k == 0:
        return creation.eye(rows, columns, dtype=dtype)
    length = min(rows, columns - k) if k > 0 else min(rows + k, columns)
    return diagonals.diag(creation.ones([length], dtype), k=k, num_rows=rows, num_cols=columns)


def identity(n: Any, dtype: Any = float) -> Any:
    """The identity matrix. Implements `tf.experimental.numpy.identity`."""
    return eye(n, n, dtype=dtype)


def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Any:
    """Ones at and below diagonal `k`, zeros above. Implements `tf.experimental.numpy.tri`."""
    columns = N if M is None else M
    dtype = result_type(float if dtype is None else dtype)
    if k >= 0:
        all_ones = creation.ones([N, columns], dtype)
        return all_ones if k > columns else diagonals.band_part(all_ones, -1, k)
    if -k - 1 > N:
        return creation.zeros([N, columns], dtype)
    above = diagonals.band_part(creation.ones([N, columns], BOOL), -k - 1, -1)
    return casting.cast(~above, dtype)


def _triangle(m: Any, k: Any, upper: bool) -> Any:
    m = asarray(m)
    if len(m.shape) < 2:
        raise ValueError(f"Argument to {'triu' if upper else 'tril'} must have rank at least 2")
    rows, columns = m.shape[-2:]
    lower = shaping.broadcast_to(tri(rows, columns, k, bool), shaping.shape(m))
    zero = to_tensor(0, m.dtype)
    return where(lower, zero, m) if upper else where(lower, m, zero)


def tril(m: Any, k: Any = 0) -> Any:
    """`m` with zeros above diagonal `k`. Implements `tf.experimental.numpy.tril`."""
    return _triangle(m, k, False)


def triu(m: Any, k: Any = 0) -> Any:
    """`m` with zeros below diagonal `k`. Implements `tf.experimental.numpy.triu`."""
    return _triangle(m, k - 1, True)


def diag(v: Any, k: Any = 0) -> Any:
    """The matrix with the diagonal `v`, or the diagonal of the matrix `v`.

    Implements `tf.experimental.numpy.diag`. Raises ValueError if `v` has more than two dimensions,
    InvalidArgumentError if it is a scalar.
    """
    v = asarray(v)
    rank = len(v.shape.with_rank_at_most(2))
    Assert(rank in (1, 2), [rank])
    if rank == 1:
        if 0 in v._t.shape:
            return creation.zeros([abs(k), abs(k)], v.dtype)
        return diagonals.diag(v, k=k)
    return _diagonal(v, k, [0, 0])


def _diagonal(v: Any, k: Any, empty_shape: Any) -> Any:
    """Diagonal `k` of the last two axes; if it is outside, that of zeros of `empty_shape`."""
    rows, columns = v.shape[-2:]
    if not -rows < k < columns:
        v, k = creation.zeros(empty_shape, v.dtype), 0
    return diagonals.diag_part(v, k=k)


def diagflat(v: Any, k: Any = 0) -> Any:
    """The matrix with the elements of `v` on diagonal `k`.

    Implements `tf.experimental.numpy.diagflat`.
    """
    return diag(shaping.reshape(asarray(v), [-1]), k)


def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """The diagonals of the planes of two axes. Implements `tf.experimental.numpy.diagonal`."""
    a = asarray(a)
    rank = len(a.shape)
    if offset == 0 and axis1 in (rank - 2, -2) and axis2 in (rank - 1, -1):
        return diagonals.diag_part(a)
    a = moveaxis(a, (axis1, axis2), (-2, -1))
    return _diagonal(a, offset, [*a.shape[:-1], 0])


def diag_indices(n: Any, ndim: int = 2) -> Any:
    """The indices of the main diagonal. Implements `tf.experimental.numpy.diag_indices`.

    Raises ValueError if a size is negative.
    """
    if n < 0 or ndim < 0:
        raise ValueError(f"n and ndim must be nonnegative, got {n} and {ndim}")
    return (ranges.range(n),) * ndim


def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """A Vandermonde matrix, of the powers of a vector. Implements `tf.experimental.numpy.vander`.

    Raises ValueError if `N` is negative or the rank of `x` is not 1.
    """
    x = asarray(x)
    if N is None:
        N = shaping.shape(x)[0]  # type: ignore[index]
    if isinstance(N, Tensor):
        N = N.numpy()  # type: ignore[attr-defined]
    if N < 0:
        raise ValueError(f"N must be nonnegative, got {N}")
    if len(x.shape) != 1:
        raise ValueError("x must be a one-dimensional array")
    bounds = (0, N, 1) if increasing else (N - 1, -1, -1)
    return powers.pow(
        shaping.expand_dims(x, -1), casting.cast(ranges.range(*bounds), dtype=x.dtype)
    )


def meshgrid(*xi: Any, **kwargs: Any) -> Any:
    """Coordinate arrays of a grid. Implements `tf.experimental.numpy.meshgrid`.

    Raises ValueError if `sparse` is True or `copy` is False.
    """
    if kwargs.get("sparse", False) or not kwargs.get("copy", True):
        raise ValueError("meshgrid supports only sparse=False and copy=True")
    return tiling.meshgrid(*map(asarray, xi), indexing=kwargs.get("indexing", "xy"))


# -- ranges -------------------------------------------------------------------------------------


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """Evenly spaced numbers in [`start` or 0, `stop`). Implements `tf.experimental.numpy.arange`.

    Raises ValueError if `step` is 0.
    """
    if not step:
        raise ValueError("step must be non-zero.")
    if dtype:
        dtype = result_type(dtype)
    else:
        dtype = result_type(start, step) if stop is None else result_type(start, step, stop)
    first, last = (0, start) if stop is None else (start, stop)
    if (step > 0 and first > last) or (step < 0 and first < last):
        return array([], dtype)
    return casting.cast(ranges.range(start, limit=stop, delta=step), dtype)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = float,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers. Implements `tf.experimental.numpy.linspace`.

    As in TensorFlow, the result has the dtype of `start`, `stop` and a float, whatever `dtype` is.
    With `retstep`, also returns the step. Raises ValueError if `num` is negative.
    """
    if dtype:
        dtype = result_type([start * 1.0, stop * 1.0])
    start, stop = array(start, dtype), array(stop, dtype)
    if num < 0:
        raise ValueError(f"num must be a non-negative integer, got {num}")
    step = tensor_of(np.nan, np.float32)
    last = stop
    if endpoint:
        if num > 1:
            step = (stop - start) / (num - 1)
    elif num > 0:
        step = (stop - start) / num
        if num > 1:
            last = casting.cast(stop, step.dtype) - step
            start = casting.cast(start, last.dtype)
    result = ranges.linspace(start, last, num, axis=axis)
    if dtype:
        result = casting.cast(result, dtype)
    return (result, step) if retstep else result


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Powers of `base` with evenly spaced exponents. Implements `tf.experimental.numpy.logspace`.

    As in TensorFlow, the result has the dtype of `start`, `stop` and a float, whatever `dtype` is.
    """
    dtype = result_type([start * 1.0, stop * 1.0])
    exponents = linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
    return casting.cast(powers.pow(casting.cast(base, exponents.dtype), exponents), dtype)


def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """A geometric progression. Implements `tf.experimental.numpy.geomspace`."""
    dtype = as_dtype(dtype) if dtype else result_type(start, stop, float(num), zeros((), dtype))
    work = np.promote_types(dtype.as_numpy_dtype, np.float32)
    start, stop = asarray(start, work), asarray(stop, work)
    # -1 where both bounds are negative, else 1: logarithms need positive numbers.
    signs = 1 - (1 - sign(real(start))) * (1 - sign(real(stop))) // 2
    exponents = log10(signs * start), log10(signs * stop)
    result = signs * logspace(*exponents, num, endpoint, 10.0, work, 0)
    return casting.cast(moveaxis(result, 0, axis) if axis else result, dtype)
