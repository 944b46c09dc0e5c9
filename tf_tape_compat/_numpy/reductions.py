"""Sums, means, extrema and cumulative sums, with NumPy's names and type promotion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.tensor.tensor import Tensor
from .._ops.array import gathering, shaping
from .._ops.array.where import where
from .._ops.debugging.assertions import Assert
from .._ops.linalg import matmul
from .._ops.math import argmax as argmax_ops
from .._ops.math import arithmetic, casting, complex, counting, cumulative, division, reductions
from ..errors import InvalidArgumentError
from .creation import broadcast_to, diagonal
from .elementwise import isnan
from .logic import logical_not
from .manipulation import atleast_1d, ravel
from .promotion import BOOL, array, asarray, default_integer, is_exact, named, result_type

Reduction = Callable[..., Any]


def _widen(a: Any) -> Any:
    """Casts narrow integers and booleans to the default integer type, or its unsigned version."""
    wide = default_integer()
    if not (a.dtype.is_integer or a.dtype is BOOL) or a.dtype.size >= wide.itemsize:
        return a
    return casting.cast(a, f"u{wide}" if a.dtype.is_unsigned else wide)


def _to_float(a: Any) -> Any:
    """Casts integers and booleans to floats."""
    return casting.cast(a, result_type(float)) if a.dtype.is_integer or a.dtype is BOOL else a


def _identity(a: Any) -> Any:
    return a


def _reduced(
    reduction: Reduction,
    a: Any,
    axis: Any,
    dtype: Any,
    keepdims: Any,
    convert: Callable[[Any], Any],
    boolean_reduction: Reduction | None = None,
    keeps_booleans: bool = False,
) -> Any:
    """Reduces `a` over `axis`, in `dtype` if that is given.

    Without a `dtype`, `convert` first casts integers and booleans. `boolean_reduction` replaces
    `reduction` if `dtype` is bool, and with `keeps_booleans` also if `a` is.
    """
    dtype = result_type(dtype) if dtype else None
    a = asarray(a, dtype)
    if boolean_reduction and (dtype is BOOL or (keeps_booleans and a.dtype is BOOL)):
        return boolean_reduction(a, axis=axis, keepdims=bool(keepdims))
    if dtype is None:
        a = convert(a)
    if isinstance(axis, Tensor) and axis.dtype.name not in ("int32", "int64"):
        axis = casting.cast(axis, "int64")
    return reduction(a, axis=axis, keepdims=bool(keepdims))


def all(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether all elements are true. Implements `tf.experimental.numpy.all`."""
    return reductions.reduce_all(asarray(a, bool), axis, keepdims)


def any(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether any element is true. Implements `tf.experimental.numpy.any`."""
    return reductions.reduce_any(asarray(a, bool), axis, keepdims)


def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Sums. Implements `tf.experimental.numpy.sum`."""
    any_of = reductions.reduce_any
    return _reduced(reductions.reduce_sum, a, axis, dtype, keepdims, _widen, any_of)


def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Products. Implements `tf.experimental.numpy.prod`."""
    all_of = reductions.reduce_all
    return _reduced(reductions.reduce_prod, a, axis, dtype, keepdims, _widen, all_of)


def _check_out(out: Any) -> None:
    if out is not None:
        raise ValueError("Setting out is not supported.")


def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Means. Implements `tf.experimental.numpy.mean`."""
    _check_out(out)
    return _reduced(reductions.reduce_mean, a, axis, dtype, keepdims, _to_float)


def amax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Maxima. Implements `tf.experimental.numpy.amax`."""
    _check_out(out)
    any_of = reductions.reduce_any
    return _reduced(reductions.reduce_max, a, axis, None, keepdims, _identity, any_of, True)


def amin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Minima. Implements `tf.experimental.numpy.amin`."""
    _check_out(out)
    all_of = reductions.reduce_all
    return _reduced(reductions.reduce_min, a, axis, None, keepdims, _identity, all_of, True)


def max(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Maxima. Implements `tf.experimental.numpy.max`."""
    return amax(a, axis, keepdims=keepdims)


def min(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Minima. Implements `tf.experimental.numpy.min`."""
    return amin(a, axis, keepdims=keepdims)


def ptp(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The difference between maximum and minimum. Implements `tf.experimental.numpy.ptp`."""
    return amax(a, axis, keepdims=keepdims) - amin(a, axis, keepdims=keepdims)


def std(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Standard deviations. Implements `tf.experimental.numpy.std`."""
    return _reduced(reductions.reduce_std, a, axis, None, keepdims, _to_float)


def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = None,
) -> Any:
    """Variances, with the divisor `count - ddof`. Implements `tf.experimental.numpy.var`."""
    work = result_type(a, dtype) if dtype else None
    _check_out(out)

    def corrected(x: Any, axis: Any, keepdims: bool) -> Any:
        deviations = x - reductions.reduce_mean(x, axis, keepdims=True)
        if x.dtype.is_complex:
            squares = casting.cast(complex.real(deviations * complex.conj(deviations)), x.dtype)
        else:
            squares = arithmetic.square(deviations)
        total = reductions.reduce_sum(squares, axis, keepdims)
        if axis is None:
            count = shaping.size(x)
        else:
            axis = axis + x.ndim if axis < 0 else axis
            count = reductions.reduce_prod(gathering.gather(shaping.shape(x), axis))
        return casting.cast(division.divide(total, casting.cast(count - ddof, x.dtype)), dtype)

    reduction = corrected if ddof != 0 else reductions.reduce_variance
    variance = _reduced(reduction, a, axis, work, keepdims, _to_float)
    return casting.cast(variance, dtype) if dtype else variance


def count_nonzero(a: Any, axis: Any = None) -> Any:
    """The number of nonzero elements. Implements `tf.experimental.numpy.count_nonzero`."""
    return counting.count_nonzero(array(a), axis)


def _ignoring_nans(name: str, text: str, reduction: Reduction, neutral: int) -> Any:
    """A reduction that replaces every NaN by `neutral`."""

    def function(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
        a = array(a)
        return reduction(where(isnan(a), array(neutral, a.dtype), a), axis, dtype, keepdims)

    return named(function, name, text)


nansum = _ignoring_nans("nansum", "Sums without NaNs", sum, 0)
nanprod = _ignoring_nans("nanprod", "Products without NaNs", prod, 1)


def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Means without NaNs. Implements `tf.experimental.numpy.nanmean`."""
    a = array(a)
    if a.dtype.is_integer or a.dtype is BOOL:
        return mean(a, axis, dtype, keepdims=keepdims)
    dtype = a.dtype if dtype is None else dtype
    count = sum(logical_not(isnan(a)), axis, dtype, keepdims)
    return nansum(a, axis, dtype, keepdims) / count


# -- cumulative sums ----------------------------------------------------------------------------


def _cumulative(scan: Reduction, a: Any, axis: Any, dtype: Any) -> Any:
    a = asarray(a, dtype)
    if dtype is None and a.dtype.is_integer:
        a = asarray(a, np.promote_types(a.dtype.as_numpy_dtype, int))
    if axis is None:
        return scan(ravel(a), 0)
    return scan(a, axis + a.ndim if axis < 0 else axis)


def cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Cumulative sums, of the flattened array if `axis` is None.

    Implements `tf.experimental.numpy.cumsum`.
    """
    return _cumulative(cumulative.cumsum, a, axis, dtype)


def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Cumulative products, of the flattened array if `axis` is None.

    Implements `tf.experimental.numpy.cumprod`.
    """
    return _cumulative(cumulative.cumprod, a, axis, dtype)


# -- weighted means and traces ------------------------------------------------------------------


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False) -> Any:
    """Weighted means, over all elements if `axis` is None.

    Implements `tf.experimental.numpy.average`. With `returned`, also returns the sums of the
    weights. Raises ValueError if `axis` is neither an integer nor None.
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"Argument `axis` must be an integer, got {axis!r}")
    a = array(a)
    float_dtype = result_type(float)
    if weights is None:
        if is_exact(a):
            a = a.astype(result_type(a.dtype, float_dtype))
        mean = reductions.reduce_mean(a, axis)
        total = casting.cast(shaping.size(a) if axis is None else a.shape[axis], a.dtype)
    else:
        dtype = result_type(a.dtype, weights, *[float_dtype] * is_exact(a))
        a, weights = array(a, dtype), array(weights, dtype)
        if axis is None or a.ndim == weights.ndim:
            shapes = shaping.shape(a), shaping.shape(weights)
            Assert(reductions.reduce_all(shapes[0] == shapes[1]), shapes)
            total = reductions.reduce_sum(weights, axis)
            mean = reductions.reduce_sum(a * weights, axis) / total
        else:
            Assert(weights.ndim == 1, [weights.ndim])
            if not a.ndim:
                raise InvalidArgumentError(None, None, f"a scalar has no axis {axis}")
            total = reductions.reduce_sum(weights)
            mean = matmul.tensordot(a, weights, [[axis], [0]]) / total
    mean = array(mean)
    return (mean, broadcast_to(total, shaping.shape(mean))) if returned else mean


def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None) -> Any:
    """Sums of diagonals. Implements `tf.experimental.numpy.trace`."""
    dtype = result_type(dtype) if dtype else dtype
    a = asarray(a, dtype)
    rank = len(a.shape)
    if offset == 0 and axis1 in (-2, rank - 2) and axis2 in (-1, rank - 1):
        return matmul.trace(a)
    return sum(diagonal(a, offset, axis1, axis2), -1, dtype)


# -- indices of extrema -------------------------------------------------------------------------


def _extremum_index(function: Reduction, a: Any, axis: Any) -> Any:
    a = array(a)
    return function(ravel(a), axis=None) if axis is None else function(atleast_1d(a), axis=axis)


def argmax(a: Any, axis: Any = None) -> Any:
    """The index of the maximum. Implements `tf.experimental.numpy.argmax`."""
    return _extremum_index(argmax_ops.argmax, a, axis)


def argmin(a: Any, axis: Any = None) -> Any:
    """The index of the minimum. Implements `tf.experimental.numpy.argmin`."""
    return _extremum_index(argmax_ops.argmin, a, axis)
