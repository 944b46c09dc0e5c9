"""Rows: functions of numbers, element by element."""

from __future__ import annotations

from typing import Any

from tests.parity.derivative_tables.rows import (
    LEFT,
    LINE,
    PLANE,
    PLANE_LEFT,
    PLANE_RIGHT,
    POSITIVE,
    PROBABLE,
    REAL,
    RIGHT,
    SHAPE_LEFT,
    SHAPE_RIGHT,
    UNIT,
    add,
    by_name,
)


def _elements(names: str, line: Any, plane: Any = None) -> None:
    """Functions of one number."""
    for name in names.split():
        add(name, by_name(name), line)
        if plane is not None:
            add(f"{name} of complex", by_name(name), plane, types=["complex128"])


_elements(
    "sin cos tan sinh cosh tanh asinh exp sigmoid square negative math.expm1 math.reciprocal",
    LINE,
    PLANE,
)
_elements("asin acos atanh", UNIT, PLANE[:1] + PLANE[3:])
_elements("sqrt math.rsqrt math.log math.log1p acosh", [*POSITIVE, 4.0], PLANE)
_elements("atan abs sign math.conj identity math.reciprocal_no_nan", LINE, PLANE)
_elements("math.erf math.erfc math.softplus math.log_sigmoid nn.softsign", LINE)
_elements("math.erfinv math.ndtri", PROBABLE)
_elements("math.erfcinv", [0.2, 0.5, 1.0, 1.5])
_elements("math.lgamma math.digamma", [-1.5, 0.3, 1.0, 2.5])
_elements("math.bessel_i0 math.bessel_i0e math.bessel_i1 math.bessel_i1e", LINE)
_elements("nn.relu nn.relu6 nn.elu nn.selu nn.leaky_relu nn.silu nn.crelu", [*LINE, 6.0])
_elements("nn.gelu", LINE)
add("nn.gelu approximate", by_name("nn.gelu", approximate=True), LINE)
add("nn.silu with beta", by_name("nn.silu"), LINE, 1.5)
_elements("floor round math.ceil math.rint stop_gradient zeros_like ones_like", LINE)
add("math.angle", by_name("math.angle"), PLANE, types=["complex128"])
add("math.angle of real", by_name("math.angle"), LINE)
add("math.real", by_name("math.real"), PLANE, types=["complex128"])
add("math.imag", by_name("math.imag"), PLANE, types=["complex128"])
add("math.real of square", lambda tf, z: tf.math.real(z * z), PLANE, types=["complex128"])
add("complex", lambda tf, x, y: tf.complex(x, y) ** 2, [0.5, 2.0], [1.0, -1.0])
add("cast", lambda tf, x: tf.cast(x, "float64") ** 2, LINE, types=["float32"])
add("cast to complex", lambda tf, x: tf.cast(x, "complex128") ** 2, LINE)
add("saturate_cast", lambda tf, x: tf.saturate_cast(x, "float32") ** 2, LINE)

for _name in "add subtract multiply divide realdiv math.multiply_no_nan math.divide_no_nan".split():
    add(_name, by_name(_name), LEFT, RIGHT)
    add(f"{_name} broadcast", by_name(_name), SHAPE_LEFT, SHAPE_RIGHT)
    add(f"{_name} of complex", by_name(_name), PLANE_LEFT, PLANE_RIGHT, types=["complex128"])
for _name in "maximum minimum math.floormod truncatemod math.floordiv math.nextafter".split():
    add(_name, by_name(_name), LEFT, RIGHT)
for _name in "math.squared_difference math.xdivy pow math.xlogy math.xlog1py".split():
    add(_name, by_name(_name), LEFT, RIGHT)
    add(f"{_name} broadcast", by_name(_name), SHAPE_LEFT, SHAPE_RIGHT)
    add(f"{_name} of complex", by_name(_name), PLANE_LEFT, PLANE_RIGHT, types=["complex128"])
add("atan2", by_name("atan2"), LEFT, RIGHT)
add("math.igamma", by_name("math.igamma"), [0.5, 2.0], [1.0, 2.5])
add("math.igammac", by_name("math.igammac"), [0.5, 2.0], [1.0, 2.5])
add("math.igamma by x", lambda tf, x: tf.math.igamma(tf.constant(2, x.dtype), x), [0.5, 2.0])
add("math.zeta", by_name("math.zeta"), [1.5, 3.0], [1.0, 2.5])
add("math.polygamma", by_name("math.polygamma"), [1.0, 2.0], [1.0, 2.5])
add("math.polygamma by x", lambda tf, x: tf.math.polygamma(tf.ones_like(x), x), [1.0, 2.5])
add("math.lbeta", by_name("math.lbeta"), [[0.5, 1.5], [1.0, 2.0]])
add("math.polyval", lambda tf, a, b, x: tf.math.polyval([a, b, a], x), 2.0, -1.0, [0.5, 1.0])
add("x**2", lambda tf, x: x**2, LINE, types=REAL)
add("x**3", lambda tf, x: x**3, LINE, types=REAL)
add("x**0", lambda tf, x: x**0, LINE)
add("x**-2", lambda tf, x: x**-2, LINE)
add("x**2.5", lambda tf, x: x**2.5, [0.0, 0.5, 2.0])
add("2**x", lambda tf, x: 2.0**x, LINE)
add("x*x*x", lambda tf, x: x * x * x, LINE)
add("x%2", lambda tf, x: x % 2.0, LINE)
add("2/x", lambda tf, x: 2.0 / x, LINE)
add("scalar_mul", by_name("scalar_mul"), 2.0, [1.0, 3.0])
add("add_n", lambda tf, x, y: tf.add_n([x, y, x]) ** 3, [0.5, 2.0], [1.0, -1.0])
add("math.accumulate_n", lambda tf, x, y: tf.math.accumulate_n([x, y]) ** 3, [0.5], [1.0])
