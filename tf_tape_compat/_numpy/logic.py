"""Comparisons, logical functions and predicates, with NumPy's names and type promotion."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._ops.array import creation, shaping
from .._ops.math import casting, comparison, elementwise, logical
from .._ops.math.reductions import reduce_all
from .elementwise import imag
from .promotion import BOOL, array, is_exact, named, promoted_pair, result_type, unary

# -- predicates ----------------------------------------------------------------------------------


def iscomplex(x: Any) -> Any:
    """Where the imaginary part is not 0. Implements `tf.experimental.numpy.iscomplex`."""
    return imag(x) != 0


def isreal(x: Any) -> Any:
    """Where the imaginary part is 0. Implements `tf.experimental.numpy.isreal`."""
    return imag(x) == 0


def iscomplexobj(x: Any) -> Any:
    """Whether the type of `x` is complex. Implements `tf.experimental.numpy.iscomplexobj`."""
    return array(x).dtype.is_complex


def isrealobj(x: Any) -> Any:
    """Whether the type of `x` is not complex. Implements `tf.experimental.numpy.isrealobj`."""
    return not iscomplexobj(x)


_isinf = unary("isinf", "", comparison.is_inf, True)


def isinf(x: Any) -> Any:
    """Where a tensor is infinite, else False. Implements `tf.experimental.numpy.isinf`."""
    return _isinf(x) if x.dtype.is_floating else False


def _is_limit(x: Any, limit: float) -> Any:
    return x == creation.fill(shaping.shape(x), casting.cast(limit, x.dtype))


def isneginf(x: Any) -> Any:
    """Where a tensor is minus infinity, else False. Implements `tf.experimental.numpy.isneginf`."""
    return _is_limit(x, -np.inf) if x.dtype.is_floating else False


def isposinf(x: Any) -> Any:
    """Where a tensor is plus infinity, else False. Implements `tf.experimental.numpy.isposinf`."""
    return _is_limit(x, np.inf) if x.dtype.is_floating else False


# -- comparisons and logical functions ----------------------------------------------------------


def _comparison(name: str, text: str, kernel: Any, orders: bool = True) -> Any:
    """A comparison. With `orders`, it is an order, and booleans are compared as integers."""

    def function(x1: Any, x2: Any) -> Any:
        x1, x2 = _in_common_dtype(x1, x2)
        if orders and x1.dtype is BOOL:
            x1, x2 = casting.cast(x1, "int32"), casting.cast(x2, "int32")
        return kernel(x1, x2)

    return named(function, name, text)


def _in_common_dtype(x1: Any, x2: Any) -> tuple[Any, Any]:
    dtype = result_type(x1, x2)
    return array(x1, dtype), array(x2, dtype)


equal = _comparison("equal", "Where `x1 == x2`", comparison.equal, False)
not_equal = _comparison("not_equal", "Where `x1 != x2`", comparison.not_equal, False)
greater = _comparison("greater", "Where `x1 > x2`", comparison.greater)
greater_equal = _comparison("greater_equal", "Where `x1 >= x2`", comparison.greater_equal)
less = _comparison("less", "Where `x1 < x2`", comparison.less)
less_equal = _comparison("less_equal", "Where `x1 <= x2`", comparison.less_equal)


def _logical(name: str, text: str, kernel: Any) -> Any:
    def function(x1: Any, x2: Any) -> Any:
        return kernel(array(x1, np.bool_), array(x2, np.bool_))

    return named(function, name, text)


logical_and = _logical("logical_and", "Where both are true", logical.logical_and)
logical_or = _logical("logical_or", "Where at least one is true", logical.logical_or)
logical_xor = _logical("logical_xor", "Where exactly one is true", logical.logical_xor)


def logical_not(x: Any) -> Any:
    """Where `x` is not true. Implements `tf.experimental.numpy.logical_not`."""
    return logical.logical_not(array(x, np.bool_))


def array_equal(a1: Any, a2: Any) -> Any:
    """Whether shapes and elements are equal. Implements `tf.experimental.numpy.array_equal`."""
    a1, a2 = _in_common_dtype(a1, a2)
    if a1._t.shape != a2._t.shape:
        return creation.fill([], False)
    return reduce_all(comparison.equal(a1, a2))


def isclose(
    a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Where `abs(a - b) <= atol + rtol * abs(b)`. Implements `tf.experimental.numpy.isclose`."""
    a, b = promoted_pair(a, b)
    if is_exact(a):
        return a == b
    absolute = casting.cast(atol, a.dtype.real_dtype)
    relative = casting.cast(rtol, a.dtype.real_dtype)
    close = elementwise.abs(a - b) <= absolute + relative * elementwise.abs(b)
    if equal_nan:
        close = close | (comparison.is_nan(a) & comparison.is_nan(b))
    return close


def allclose(
    a: Any, b: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Whether all elements are close (see `isclose`).

    Implements `tf.experimental.numpy.allclose`.
    """
    return reduce_all(isclose(a, b, rtol, atol, equal_nan))
