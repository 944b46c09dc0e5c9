"""Element-wise functions with NumPy's names and its rules of types."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import to_tensor, wrap
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import as_dtype
from .._ops.array import creation, masking, shaping
from .._ops.math import (
    arithmetic,
    casting,
    clipping,
    comparison,
    complex,
    division,
    elementwise,
    logical,
    nextafter,
    powers,
    trigonometry,
)
from .._ops.nn import activations
from .promotion import BOOL, asarray, binary, is_exact, promoted, promoted_pair, result_type, unary

pi = np.pi
e = np.e
inf = np.inf
_INT8 = as_dtype("int8")
_REAL_FLOATS = frozenset(map(as_dtype, ("bfloat16", "float16", "float32", "float64")))

# -- of one array -------------------------------------------------------------------------------

abs = unary("abs", "The absolute values", elementwise.abs)
absolute = unary("absolute", "The absolute values", elementwise.abs)
fabs = unary("fabs", "The absolute values", elementwise.abs)
conj = unary("conj", "The complex conjugates", complex.conj)
conjugate = unary("conjugate", "The complex conjugates", complex.conj)
negative = unary("negative", "`-x`", arithmetic.negative)
positive = unary("positive", "`x` as it is", lambda x: x)
reciprocal = unary("reciprocal", "`1 / x`", elementwise.reciprocal)
square = unary("square", "`x * x`", arithmetic.square)
bitwise_not = unary(
    "bitwise_not",
    "The inverted bits, or the opposite of booleans",
    lambda x: logical.logical_not(x) if x.dtype is BOOL else logical.invert(x),
)
signbit = unary(
    "signbit",
    "Whether `x` is below 0",
    lambda x: creation.fill(shaping.shape(x), False) if x.dtype is BOOL else x < 0,
)

exp = unary("exp", "e to the power of `x`", elementwise.exp, True)
expm1 = unary("expm1", "`exp(x) - 1`", elementwise.expm1, True)
exp2 = unary("exp2", "2 to the power of `x`", lambda x: 2**x, True)
log = unary("log", "Natural logarithms", elementwise.log, True)
log1p = unary("log1p", "`log(1 + x)`", elementwise.log1p, True)
sqrt = unary("sqrt", "Square roots", elementwise.sqrt, True)
ceil = unary("ceil", "`x` rounded up", elementwise.ceil, True)
floor = unary("floor", "`x` rounded down", elementwise.floor, True)
sin = unary("sin", "Sines", trigonometry.sin, True)
cos = unary("cos", "Cosines", trigonometry.cos, True)
tan = unary("tan", "Tangents", trigonometry.tan, True)
sinh = unary("sinh", "Hyperbolic sines", trigonometry.sinh, True)
cosh = unary("cosh", "Hyperbolic cosines", trigonometry.cosh, True)
tanh = unary("tanh", "Hyperbolic tangents", trigonometry.tanh, True)
arcsin = unary("arcsin", "Inverse sines", trigonometry.asin, True)
arccos = unary("arccos", "Inverse cosines", trigonometry.acos, True)
arctan = unary("arctan", "Inverse tangents", trigonometry.atan, True)
arcsinh = unary("arcsinh", "Inverse hyperbolic sines", trigonometry.asinh, True)
arccosh = unary("arccosh", "Inverse hyperbolic cosines", trigonometry.acosh, True)
arctanh = unary("arctanh", "Inverse hyperbolic tangents", trigonometry.atanh, True)
deg2rad = unary("deg2rad", "Degrees as radians", lambda x: x * (np.pi / 180.0), True)
isnan = unary("isnan", "Whether `x` is no number", comparison.is_nan, True)
isfinite = unary("isfinite", "Whether `x` is neither infinite nor NaN", comparison.is_finite, True)


def _cube_root(x: Any) -> Any:
    root = elementwise.abs(x) ** (1.0 / 3)
    return masking.where(x < 0, -root, root)


def _sinc(x: Any) -> Any:
    angle = x * np.pi
    return masking.where(x == 0, creation.ones_like(x), trigonometry.sin(angle) / angle)


cbrt = unary("cbrt", "Cube roots", _cube_root, True)
sinc = unary("sinc", "`sin(pi x) / (pi x)`", _sinc, True)
fix = unary(
    "fix",
    "`x` rounded towards 0",
    lambda x: masking.where(x < 0, elementwise.ceil(x), elementwise.floor(x)),
    True,
)


def rad2deg(x: Any) -> Any:
    """Radians as degrees; answers for `tf.experimental.numpy.rad2deg`."""
    return x * (180.0 / np.pi)


def log2(x: Any) -> Any:
    """Logarithms to base 2; answers for `tf.experimental.numpy.log2`."""
    return log(x) / np.log(2)


def log10(x: Any) -> Any:
    """Logarithms to base 10; answers for `tf.experimental.numpy.log10`."""
    return log(x) / np.log(10)


def _angle_of(x: Any) -> Any:
    return masking.where(x < 0, np.pi, 0) if x.dtype in _REAL_FLOATS else complex.angle(x)


_angle = unary("angle", "", _angle_of, True)


def angle(z: Any, deg: bool = False) -> Any:
    """Angles in the complex plane, or degrees; answers for `tf.experimental.numpy.angle`."""
    found = _angle(z)
    return rad2deg(found) if deg else found


def real(val: Any) -> Any:
    """Real parts; answers for `tf.experimental.numpy.real`."""
    return complex.real(asarray(val))


def imag(val: Any) -> Any:
    """Imaginary parts; answers for `tf.experimental.numpy.imag`."""
    return complex.imag(asarray(val))


def sign(x: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Any:
    """-1, 0 or 1, or `x / abs(x)` of complex numbers; for `tf.experimental.numpy.sign`.

    Raises ValueError for all other arguments, which TensorFlow does not support.
    """
    if out or where or kwargs:
        raise ValueError(f"sign supports neither 'out' nor 'where' nor {sorted(kwargs)}")
    return elementwise.sign(asarray(x))


def around(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals`, halves to even; answers for `tf.experimental.numpy.around`."""
    a = asarray(a)
    dtype = a.dtype
    work = result_type(float) if is_exact(a) else dtype
    if work is not dtype:
        a = a.astype(work)
    factor = casting.cast(10.0**decimals, work)
    return division.divide(elementwise.round(arithmetic.multiply(a, factor)), factor).astype(dtype)


def round(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals`, halves to even; answers for `tf.experimental.numpy.round`."""
    return around(a, decimals)


# -- of two arrays ------------------------------------------------------------------------------


def _on_int8(kernel: Any) -> Any:
    """Booleans as numbers."""
    return lambda x1, x2: kernel(casting.cast(x1, _INT8), casting.cast(x2, _INT8))


def _bits(kernel: Any) -> Any:
    return lambda x1, x2: casting.cast(_on_int8(kernel)(x1, x2), BOOL)


def _on_floats(x1: Any, x2: Any) -> Any:
    dtype = result_type(float)
    return division.truediv(casting.cast(x1, dtype), casting.cast(x2, dtype))


_MOD = "The remainder of the division, with the divisor's sign"
add = binary("add", "`x1 + x2`", arithmetic.add, logical.logical_or)
subtract = binary("subtract", "`x1 - x2`", arithmetic.subtract)
multiply = binary("multiply", "`x1 * x2`", arithmetic.multiply, logical.logical_and)
true_divide = binary("true_divide", "`x1 / x2`", division.truediv, _on_floats)
divide = binary("divide", "`x1 / x2`", division.truediv, _on_floats)
floor_divide = binary(
    "floor_divide", "`x1 / x2` rounded down", division.floordiv, _on_int8(division.floordiv)
)
mod = binary("mod", _MOD, division.floormod, _on_int8(division.floormod))
remainder = binary("remainder", _MOD, division.floormod, _on_int8(division.floormod))
minimum = binary("minimum", "The smaller ones", elementwise.minimum, logical.logical_and)
_maximum = binary("maximum", "The larger ones", elementwise.maximum, logical.logical_or)
power = binary("power", "`x1` to the power of `x2`", powers.pow)
float_power = binary("float_power", "`x1` to the power of `x2`", powers.pow)
arctan2 = binary("arctan2", "The angles of the points (x2, x1)", trigonometry.atan2)
nextafter = binary("nextafter", "The next numbers after `x1` towards `x2`", nextafter.nextafter)
bitwise_and = binary(
    "bitwise_and", "The common bits", logical.bitwise_and, _bits(logical.bitwise_and)
)
bitwise_or = binary("bitwise_or", "The bits of both", logical.bitwise_or, _bits(logical.bitwise_or))
bitwise_xor = binary(
    "bitwise_xor", "The bits that differ", logical.bitwise_xor, _bits(logical.bitwise_xor)
)


def divmod(x1: Any, x2: Any) -> Any:
    """Quotients rounded down, and remainders; answers for `tf.experimental.numpy.divmod`."""
    return floor_divide(x1, x2), mod(x1, x2)


def maximum(x1: Any, x2: Any) -> Any:
    """The larger ones; answers for `tf.experimental.numpy.maximum`.

    With the number 0 it is `tf.nn.relu`, whose gradient at 0 is 0.
    """
    if (
        isinstance(x1, Tensor)
        and np.isrealobj(x2)
        and isinstance(x2, (int, float, np.number))
        and not isinstance(x2, bool)
        and x2 == 0
        and x1.dtype is not BOOL  # type: ignore[attr-defined]
    ):
        return activations.relu(x1)
    return _maximum(x1, x2)


def _step(x1: Any, x2: Any) -> Any:
    zero, one = to_tensor(0, x2.dtype), to_tensor(1, x2.dtype)
    return masking.where(x1 < 0, zero, masking.where(x1 > 0, one, x2))


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below 0, `x2` at 0 and 1 above; answers for `tf.experimental.numpy.heaviside`."""
    found = _step(*promoted_pair(x1, x2))
    return found.astype(result_type(float)) if is_exact(found) else found


def hypot(x1: Any, x2: Any) -> Any:
    """`sqrt(x1 * x1 + x2 * x2)`; answers for `tf.experimental.numpy.hypot`."""
    return sqrt(square(x1) + square(x2))


def _log_of_sum(x1: Any, x2: Any, rest: Any) -> Any:
    """The logarithm of a sum of powers; `rest` is what the smaller one adds to the larger one."""
    largest = maximum(x1, x2)
    difference = x1 - x2
    plain = isnan(difference)  # NaNs, and infinities of one sign
    return masking.where(plain, *promoted(x1 + x2, largest + rest(-abs(difference))))


def logaddexp(x1: Any, x2: Any) -> Any:
    """`log(exp(x1) + exp(x2))`; answers for `tf.experimental.numpy.logaddexp`."""
    return _log_of_sum(x1, x2, lambda x: log1p(exp(x)))


def logaddexp2(x1: Any, x2: Any) -> Any:
    """`log2(2**x1 + 2**x2)`; answers for `tf.experimental.numpy.logaddexp2`."""
    return _log_of_sum(x1, x2, lambda x: log1p(exp2(x)) / np.log(2))


def clip(a: Any, a_min: Any, a_max: Any) -> Any:
    """`a` within the bounds, of which one may be None; answers for `tf.experimental.numpy.clip`.

    Raises ValueError if both are None.
    """
    if a_min is None and a_max is None:
        raise ValueError("At most one of `a_min` and `a_max` may be None.")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    return clipping.clip_by_value(*broadcast(*promoted(a, a_min, a_max)))


def broadcast(*arrays: Any) -> Any:
    """The arrays in their common shape; a single one as it is."""
    if len(arrays) < 2:
        return arrays
    shape = shaping.shape(arrays[0])
    for other in arrays[1:]:
        shape = shaping.broadcast_dynamic_shape(shape, shaping.shape(other))
    return [shaping.broadcast_to(item, shape) for item in arrays]


# -- integers -----------------------------------------------------------------------------------


def _euclid(x1: Any, x2: Any) -> Any:
    return wrap(torch.gcd(x1._t, x2._t))


def _common_divisor(x1: Any, x2: Any) -> Any:
    if not (x1.dtype.is_integer and x2.dtype.is_integer):
        raise ValueError("Arguments to gcd must be integers.")
    return _euclid(*map(elementwise.abs, broadcast(x1, x2)))


gcd = binary("gcd", "Greatest common divisors", _common_divisor)


def _common_multiple(x1: Any, x2: Any) -> Any:
    divisor = _common_divisor(x1, x2)
    zero = casting.cast(0, divisor.dtype)
    nothing = comparison.equal(divisor, zero)
    safe = masking.where(nothing, casting.cast(1, divisor.dtype), divisor)
    return masking.where(nothing, zero, elementwise.abs(x1) * (elementwise.abs(x2) // safe))


lcm = binary("lcm", "Least common multiples", _common_multiple)
