"""First and second derivatives of element-wise functions at zeros, infinities and NaN.

The second derivatives are also taken with an upstream gradient of 0, at either level.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.elements import INF, NAN, constant, named

# Left out: Bessel functions and others whose values differ at infinity or near 0, see the guide.
_ONE = (
    "abs negative sign square math.reciprocal math.reciprocal_no_nan sqrt math.rsqrt exp "
    "math.expm1 math.log math.log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh "
    "sigmoid math.log_sigmoid math.erfc math.erfcinv math.ndtri math.lgamma math.softplus "
    "nn.softsign floor math.ceil round math.bessel_i0 math.special.dawsn math.special.expint "
    "math.special.fresnel_cos math.special.fresnel_sin math.special.spence nn.relu nn.relu6 "
    "nn.elu nn.selu nn.leaky_relu nn.gelu nn.silu identity"
).split()
_TWO = (
    "add subtract multiply divide math.divide_no_nan math.multiply_no_nan math.floordiv "
    "math.floormod truncatediv pow maximum minimum math.atan2 math.squared_difference math.xlogy "
    "math.xlog1py math.xdivy"
).split()
_POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-30, INF, -INF, NAN]
_FEW = [0.0, -0.0, 1.0, -2.5, INF, NAN]


def _derivatives(tf: Any, f: Callable[..., Any], *arguments: Any) -> Any:
    outcomes = []
    for upstream, zero_above in ((1.0, False), (0.0, False), (1.0, True)):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(arguments)
            with tf.GradientTape() as inner:
                inner.watch(arguments)
                y = f(*arguments)
            cotangent = tf.fill(tf.shape(y), tf.constant(upstream, y.dtype))
            outer.watch(cotangent)
            first = inner.gradient(y, list(arguments), output_gradients=cotangent)
        sources = [*arguments, cotangent]
        second = []
        for gradient in first:
            above = tf.zeros_like(gradient) if zero_above and gradient is not None else None
            second.append(
                None
                if gradient is None
                else outer.gradient(gradient, sources, output_gradients=above)
            )
        outcomes.append((first, second))
    return outcomes


def _of_one(name: str) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        f = named(tf, name)
        if name == "nn.softsign":  # has no second derivative
            return [_first(tf, f, constant(tf, _POINTS, d)) for d in ("float32", "float64")]
        return [_derivatives(tf, f, constant(tf, _POINTS, d)) for d in ("float32", "float64")]

    return case


def _first(tf: Any, f: Callable[..., Any], x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


def _of_two(name: str) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        x, y = (grid.ravel() for grid in np.meshgrid(_FEW, _FEW))
        return _derivatives(
            tf, named(tf, name), constant(tf, x, "float64"), constant(tf, y, "float64")
        )

    return case


CASES = {
    **{name: _of_one(name) for name in _ONE},
    **{name: _of_two(name) for name in _TWO},
}


def powers_of_zero(tf: Any) -> Any:
    """Values and gradients of half powers at 0 and -0, with a number and with tensors."""
    outcomes = []
    for d in ("float32", "float64"):
        x = constant(tf, [-0.0, 0.0, 2.0], d)
        for p in (0.5, -0.5, 1.5, 2.5, -1.5, 0.25, 1.0, -1.0, 2.0, 3.0):
            for exponent in (p, tf.constant(p, d), tf.constant([p, p, p], d)):
                with tf.GradientTape() as outer:
                    outer.watch(x)
                    with tf.GradientTape() as inner:
                        inner.watch(x)
                        y = x**exponent
                    first = inner.gradient(y, x)
                second = outer.gradient(first, x)
                outcomes.append([1 / y, 1 / first, second])
    return outcomes
