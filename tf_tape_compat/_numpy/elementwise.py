"""Element-wise functions with NumPy's names and type promotion."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import as_dtype
from .._ops.array import creation, shaping
from .._ops.array.where import where
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

# -- unary functions -----------------------------------------------------------------------------

abs = unary("abs", "The absolute values", elementwise.abs)
absolute = unary("absolute", "The absolute values", elementwise.abs)
fabs = unary("fabs", "The absolute values", elementwise.abs)
conj = unary("conj", "The complex conjugates", complex.conj)
conjugate = unary("conjugate", "The complex conjugates", complex.conj)
negative = unary("negative", "`-x`", arithmetic.negative)
positive = unary("positive", "`x` unchanged", lambda x: x)
reciprocal = unary("reciprocal", "`1 / x`", elementwise.reciprocal)
square = unary("square", "`x * x`", arithmetic.square)
bitwise_not = unary(
    "bitwise_not",
    "The inverted bits, or the negation of booleans",
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
deg2rad = unary("deg2rad", "Converts degrees to radians", lambda x: x * (np.pi / 180.0), True)
isnan = unary("isnan", "Whether `x` is NaN", comparison.is_nan, True)
isfinite = unary("isfinite", "Whether `x` is neither infinite nor NaN", comparison.is_finite, True)


def _cube_root(x: Any) -> Any:
    root = elementwise.abs(x) ** (1.0 / 3)
    return where(x < 0, -root, root)


def _sinc(x: Any) -> Any:
    angle = x * np.pi
    return where(x == 0, creation.ones_like(x), trigonometry.sin(angle) / angle)


cbrt = unary("cbrt", "Cube roots", _cube_root, True)
sinc = unary("sinc", "`sin(pi x) / (pi x)`", _sinc, True)
fix = unary(
    "fix",
    "`x` rounded towards 0",
    lambda x: where(x < 0, elementwise.ceil(x), elementwise.floor(x)),
    True,
)


def rad2deg(x: Any) -> Any:
    """Converts radians to degrees. Implements `tf.experimental.numpy.rad2deg`."""
    return x * (180.0 / np.pi)


def log2(x: Any) -> Any:
    """Logarithms to base 2. Implements `tf.experimental.numpy.log2`."""
    return log(x) / np.log(2)


def log10(x: Any) -> Any:
    """Logarithms to base 10. Implements `tf.experimental.numpy.log10`."""
    return log(x) / np.log(10)


def _angle_of(x: Any) -> Any:
    return where(x < 0, np.pi, 0) if x.dtype in _REAL_FLOATS else complex.angle(x)


_angle = unary("angle", "", _angle_of, True)


def angle(z: Any, deg: bool = False) -> Any:
    """The angles of complex numbers, in radians or degrees.

    Implements `tf.experimental.numpy.angle`.
    """
    radians = _angle(z)
    return rad2deg(radians) if deg else radians


def real(val: Any) -> Any:
    """Real parts. Implements `tf.experimental.numpy.real`."""
    return complex.real(asarray(val))


def imag(val: Any) -> Any:
    """Imaginary parts. Implements `tf.experimental.numpy.imag`."""
    return complex.imag(asarray(val))


def sign(x: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Any:
    """-1, 0 or 1; `x / abs(x)` for complex numbers. Implements `tf.experimental.numpy.sign`.

    Raises ValueError if any other argument is given; TensorFlow does not support them.
    """
    if out or where or kwargs:
        raise ValueError(f"sign supports neither 'out' nor 'where' nor {sorted(kwargs)}")
    return elementwise.sign(asarray(x))


def around(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals`, halves to even. Implements `tf.experimental.numpy.around`."""
    a = asarray(a)
    dtype = a.dtype
    work = result_type(float) if is_exact(a) else dtype
    if work is not dtype:
        a = a.astype(work)
    factor = casting.cast(10.0**decimals, work)
    return division.divide(elementwise.round(arithmetic.multiply(a, factor)), factor).astype(dtype)


def round(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals`, halves to even. Implements `tf.experimental.numpy.round`."""
    return around(a, decimals)


# -- binary functions ---------------------------------------------------------------------------


def _on_int8(kernel: Any) -> Any:
    """The kernel for booleans that treats them as int8."""
    return lambda x1, x2: kernel(casting.cast(x1, _INT8), casting.cast(x2, _INT8))


def _bits(kernel: Any) -> Any:
    return lambda x1, x2: casting.cast(_on_int8(kernel)(x1, x2), BOOL)


def _on_floats(x1: Any, x2: Any) -> Any:
    dtype = result_type(float)
    return division.truediv(casting.cast(x1, dtype), casting.cast(x2, dtype))


_MOD = "The remainder of the division, with the sign of the divisor"
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
minimum = binary("minimum", "The element-wise minimum", elementwise.minimum, logical.logical_and)
_maximum = binary("maximum", "The element-wise maximum", elementwise.maximum, logical.logical_or)
power = binary("power", "`x1` to the power of `x2`", powers.pow)
float_power = binary("float_power", "`x1` to the power of `x2`", powers.pow)
arctan2 = binary("arctan2", "The angles of the points (x2, x1)", trigonometry.atan2)
nextafter = binary("nextafter", "The next numbers after `x1` towards `x2`", nextafter.nextafter)
bitwise_and = binary("bitwise_and", "Bitwise and", logical.bitwise_and, _bits(logical.bitwise_and))
bitwise_or = binary("bitwise_or", "Bitwise or", logical.bitwise_or, _bits(logical.bitwise_or))
bitwise_xor = binary(
    "bitwise_xor", "Bitwise exclusive or", logical.bitwise_xor, _bits(logical.bitwise_xor)
)


def divmod(x1: Any, x2: Any) -> Any:
    """Floored quotients and remainders. Implements `tf.experimental.numpy.divmod`."""
    return floor_divide(x1, x2), mod(x1, x2)


def maximum(x1: Any, x2: Any) -> Any:
    """The element-wise maximum. Implements `tf.experimental.numpy.maximum`.

    If `x2` is the number 0, it is `tf.nn.relu`, whose gradient at 0 is 0.
    """
    if (
        isinstance(x1, Tensor)
        and isinstance(x2, (int, float, np.number))
        and not isinstance(x2, (bool, np.complexfloating))
        and x2 == 0
        and x1.dtype is not BOOL
    ):
        return activations.relu(x1)
    return _maximum(x1, x2)


def _step(x1: Any, x2: Any) -> Any:
    zero, one = to_tensor(0, x2.dtype), to_tensor(1, x2.dtype)
    return where(x1 < 0, zero, where(x1 > 0, one, x2))


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below 0, `x2` at 0 and 1 above. Implements `tf.experimental.numpy.heaviside`."""
    result = _step(*promoted_pair(x1, x2))
    return result.astype(result_type(float)) if is_exact(result) else result


def hypot(x1: Any, x2: Any) -> Any:
    """`sqrt(x1 * x1 + x2 * x2)`. Implements `tf.experimental.numpy.hypot`."""
    return sqrt(square(x1) + square(x2))


def _log_of_sum(x1: Any, x2: Any, correction: Any) -> Any:
    """The logarithm of the sum of two exponentials: the larger exponent plus a correction.

    `correction` takes minus the absolute difference of the exponents.
    """
    largest = maximum(x1, x2)
    difference = x1 - x2
    undefined = isnan(difference)  # NaNs, and infinities of equal sign
    corrected = largest + correction(-abs(difference))
    return where(undefined, *promoted(x1 + x2, corrected))


def logaddexp(x1: Any, x2: Any) -> Any:
    """`log(exp(x1) + exp(x2))`. Implements `tf.experimental.numpy.logaddexp`."""
    return _log_of_sum(x1, x2, lambda x: log1p(exp(x)))


def logaddexp2(x1: Any, x2: Any) -> Any:
    """`log2(2**x1 + 2**x2)`. Implements `tf.experimental.numpy.logaddexp2`."""
    return _log_of_sum(x1, x2, lambda x: log1p(exp2(x)) / np.log(2))


def clip(a: Any, a_min: Any, a_max: Any) -> Any:
    """`a` clipped to bounds, one of which may be None. Implements `tf.experimental.numpy.clip`.

    Raises ValueError if both are None.
    """
    if a_min is None and a_max is None:
        raise ValueError("Not more than one of `a_min` and `a_max` may be `None`.")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    return clipping.clip_by_value(*broadcast(*promoted(a, a_min, a_max)))


def broadcast(*arrays: Any) -> Any:
    """Broadcasts the arrays to their common shape."""
    if len(arrays) < 2:
        return arrays
    shape = shaping.shape(arrays[0])
    for other in arrays[1:]:
        shape = shaping.broadcast_dynamic_shape(shape, shaping.shape(other))
    return [shaping.broadcast_to(item, shape) for item in arrays]


# -- integers -----------------------------------------------------------------------------------


@op("StatelessWhile", "x1:T x2:T")
def _gcd(x1: Any, x2: Any) -> Any:
    return torch.gcd(x1, x2)


def _common_divisor(x1: Any, x2: Any) -> Any:
    if not (x1.dtype.is_integer and x2.dtype.is_integer):
        raise ValueError("Arguments to gcd must be integers.")
    return _gcd(*map(elementwise.abs, broadcast(x1, x2)))


gcd = binary("gcd", "Greatest common divisors", _common_divisor)


def _common_multiple(x1: Any, x2: Any) -> Any:
    divisor = _common_divisor(x1, x2)
    zero = casting.cast(0, divisor.dtype)
    is_zero = comparison.equal(divisor, zero)
    safe = where(is_zero, casting.cast(1, divisor.dtype), divisor)
    return where(is_zero, zero, elementwise.abs(x1) * (elementwise.abs(x2) // safe))


lcm = binary("lcm", "Least common multiples", _common_multiple)
