"""Sums, means, extremes and running totals, with NumPy's names and rules of types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.tensor.tensor import Tensor
from .._ops.array import gathering, masking, shaping
from .._ops.debugging.assertions import Assert
from .._ops.linalg import matmul
from .._ops.math import argmax as argmax_ops
from .._ops.math import arithmetic, casting, complex, counting, cumulative, division, reductions
from ..errors import InvalidArgumentError
from .creation import broadcast_to, diagonal
from .elementwise import isnan
from .logic import logical_not
from .manipulation import atleast_1d, ravel
from .promotion import BOOL, array, asarray, integer, is_exact, named, result_type

Reduction = Callable[..., Any]


def _wide(a: Any) -> Any:
    """Integers and booleans in the usual integer, or in the unsigned one, if they are narrower."""
    wide = integer()
    if not (a.dtype.is_integer or a.dtype is BOOL) or a.dtype.size >= wide.itemsize:
        return a
    return casting.cast(a, f"u{wide}" if a.dtype.is_unsigned else wide)


def _floating(a: Any) -> Any:
    """Integers and booleans in floats."""
    return casting.cast(a, result_type(float)) if a.dtype.is_integer or a.dtype is BOOL else a


def _as_it_is(a: Any) -> Any:
    return a


def _reduced(
    reduction: Reduction,
    a: Any,
    axis: Any,
    dtype: Any,
    keepdims: Any,
    prepared: Callable[[Any], Any],
    of_booleans: Reduction | None = None,
    keeps_booleans: bool = False,
) -> Any:
    """A reduction over `axis`.

    `prepared` gives integers and booleans another type where `dtype` does not. `of_booleans`
    reduces those if they are asked for as result, or `keeps_booleans`.
    """
    dtype = result_type(dtype) if dtype else None
    a = asarray(a, dtype)
    if of_booleans and (dtype is BOOL or (keeps_booleans and a.dtype is BOOL)):
        return of_booleans(a, axis=axis, keepdims=bool(keepdims))
    if dtype is None:
        a = prepared(a)
    if isinstance(axis, Tensor) and axis.dtype.name not in ("int32", "int64"):  # type: ignore[attr-defined]
        axis = casting.cast(axis, "int64")
    return reduction(a, axis=axis, keepdims=bool(keepdims))


def all(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether all are true; answers for `tf.experimental.numpy.all`."""
    return reductions.reduce_all(asarray(a, bool), axis, keepdims)


def any(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether one is true; answers for `tf.experimental.numpy.any`."""
    return reductions.reduce_any(asarray(a, bool), axis, keepdims)


def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Sums; answers for `tf.experimental.numpy.sum`."""
    any_of = reductions.reduce_any
    return _reduced(reductions.reduce_sum, a, axis, dtype, keepdims, _wide, any_of)


def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Products; answers for `tf.experimental.numpy.prod`."""
    all_of = reductions.reduce_all
    return _reduced(reductions.reduce_prod, a, axis, dtype, keepdims, _wide, all_of)


def _no_out(out: Any) -> None:
    if out is not None:
        raise ValueError("Setting out is not supported.")


def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Means; answers for `tf.experimental.numpy.mean`."""
    _no_out(out)
    return _reduced(reductions.reduce_mean, a, axis, dtype, keepdims, _floating)


def amax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """The largest ones; answers for `tf.experimental.numpy.amax`."""
    _no_out(out)
    any_of = reductions.reduce_any
    return _reduced(reductions.reduce_max, a, axis, None, keepdims, _as_it_is, any_of, True)


def amin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """The smallest ones; answers for `tf.experimental.numpy.amin`."""
    _no_out(out)
    all_of = reductions.reduce_all
    return _reduced(reductions.reduce_min, a, axis, None, keepdims, _as_it_is, all_of, True)


def max(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The largest ones; answers for `tf.experimental.numpy.max`."""
    return amax(a, axis, keepdims=keepdims)


def min(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The smallest ones; answers for `tf.experimental.numpy.min`."""
    return amin(a, axis, keepdims=keepdims)


def ptp(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """From the smallest to the largest; answers for `tf.experimental.numpy.ptp`."""
    return amax(a, axis, keepdims=keepdims) - amin(a, axis, keepdims=keepdims)


def std(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Standard deviations; answers for `tf.experimental.numpy.std`."""
    return _reduced(reductions.reduce_std, a, axis, None, keepdims, _floating)


def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = None,
) -> Any:
    """Variances, divided by the number of elements less `ddof`; for `tf.experimental.numpy.var`."""
    work = result_type(a, dtype) if dtype else None
    _no_out(out)

    def corrected(x: Any, axis: Any, keepdims: bool) -> Any:
        apart = x - reductions.reduce_mean(x, axis, keepdims=True)
        if x.dtype.is_complex:
            squares = casting.cast(complex.real(apart * complex.conj(apart)), x.dtype)
        else:
            squares = arithmetic.square(apart)
        total = reductions.reduce_sum(squares, axis, keepdims)
        if axis is None:
            count = shaping.size(x)
        else:
            place = axis + x.ndim if axis < 0 else axis
            count = reductions.reduce_prod(gathering.gather(shaping.shape(x), place))
        return casting.cast(division.divide(total, casting.cast(count - ddof, x.dtype)), dtype)

    reduction = corrected if ddof != 0 else reductions.reduce_variance
    found = _reduced(reduction, a, axis, work, keepdims, _floating)
    return casting.cast(found, dtype) if dtype else found


def count_nonzero(a: Any, axis: Any = None) -> Any:
    """How many are not 0; answers for `tf.experimental.numpy.count_nonzero`."""
    return counting.count_nonzero(array(a), axis)


def _without_nans(name: str, text: str, reduction: Reduction, neutral: int) -> Any:
    """A reduction with `neutral` in the place of every NaN."""

    def function(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
        a = array(a)
        return reduction(masking.where(isnan(a), array(neutral, a.dtype), a), axis, dtype, keepdims)

    return named(function, name, text)


nansum = _without_nans("nansum", "Sums of what is no NaN", sum, 0)
nanprod = _without_nans("nanprod", "Products of what is no NaN", prod, 1)


def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """Means of what is no NaN; answers for `tf.experimental.numpy.nanmean`."""
    a = array(a)
    if a.dtype.is_integer or a.dtype is BOOL:
        return mean(a, axis, dtype, keepdims=keepdims)
    dtype = a.dtype if dtype is None else dtype
    count = sum(logical_not(isnan(a)), axis, dtype, keepdims)
    return nansum(a, axis, dtype, keepdims) / count


# -- running totals -----------------------------------------------------------------------------


def _running(scan: Reduction, a: Any, axis: Any, dtype: Any) -> Any:
    a = asarray(a, dtype)
    if dtype is None and a.dtype.is_integer:
        a = asarray(a, np.promote_types(a.dtype.as_numpy_dtype, int))
    if axis is None:
        return scan(ravel(a), 0)
    return scan(a, axis + a.ndim if axis < 0 else axis)


def cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running sums, of all elements if `axis` is None; for `tf.experimental.numpy.cumsum`."""
    return _running(cumulative.cumsum, a, axis, dtype)


def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running products, of all elements if `axis` is None; for `tf.experimental.numpy.cumprod`."""
    return _running(cumulative.cumprod, a, axis, dtype)


# -- weighted, and of diagonals -----------------------------------------------------------------


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False) -> Any:
    """Weighted means, and the sums of the weights if `returned`; `axis` is one or None.

    Answers for `tf.experimental.numpy.average`. Raises ValueError for other axes.
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"Argument `axis` must be an integer, got {axis!r}")
    a = array(a)
    plain = result_type(float)
    if weights is None:
        if is_exact(a):
            a = a.astype(result_type(a.dtype, plain))
        found = reductions.reduce_mean(a, axis)
        total = casting.cast(shaping.size(a) if axis is None else a.shape[axis], a.dtype)
    else:
        dtype = result_type(a.dtype, weights, *[plain] * is_exact(a))
        a, weights = array(a, dtype), array(weights, dtype)
        if axis is None or a.ndim == weights.ndim:
            sizes = shaping.shape(a), shaping.shape(weights)
            Assert(reductions.reduce_all(sizes[0] == sizes[1]), sizes)
            total = reductions.reduce_sum(weights, axis)
            found = reductions.reduce_sum(a * weights, axis) / total
        else:
            Assert(weights.ndim == 1, [weights.ndim])
            if not a.ndim:
                raise InvalidArgumentError(None, None, f"A scalar has no axis {axis}")
            total = reductions.reduce_sum(weights)
            found = matmul.tensordot(a, weights, [[axis], [0]]) / total
    found = array(found)
    return (found, broadcast_to(total, shaping.shape(found))) if returned else found


def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None) -> Any:
    """Sums of diagonals; answers for `tf.experimental.numpy.trace`."""
    dtype = result_type(dtype) if dtype else dtype
    a = asarray(a, dtype)
    rank = len(a.shape)
    if offset == 0 and axis1 in (-2, rank - 2) and axis2 in (-1, rank - 1):
        return matmul.trace(a)
    return sum(diagonal(a, offset, axis1, axis2), -1, dtype)


# -- places of extremes -------------------------------------------------------------------------


def _place(function: Reduction, a: Any, axis: Any) -> Any:
    a = array(a)
    return function(ravel(a), axis=None) if axis is None else function(atleast_1d(a), axis=axis)


def argmax(a: Any, axis: Any = None) -> Any:
    """The place of the largest; answers for `tf.experimental.numpy.argmax`."""
    return _place(argmax_ops.argmax, a, axis)


def argmin(a: Any, axis: Any = None) -> Any:
    """The place of the smallest; answers for `tf.experimental.numpy.argmin`."""
    return _place(argmax_ops.argmin, a, axis)
