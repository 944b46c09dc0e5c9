"""Special functions defined by integrals: Dawson's, exponential, Fresnel's and Spence's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from ..._core.op.op import op
from .._support.dtype_overloads import no_half_kernel
from .._support.gradient_rules import with_gradient
from .bessel_jy import polynomial

Tensor = torch.Tensor

_EULER = 0.57721566490153286061


def _in_float64(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Decorates a function to compute in float64 and return the argument's dtype."""

    def compute(x: Tensor) -> Tensor:
        return function(x.double()).to(x.dtype)

    return compute


# -- Dawson's integral --------------------------------------------------------------------------

_GRID_STEP = 0.25
_SERIES_START = 10.0


@_in_float64
def _dawson(x: Tensor) -> Tensor:
    # Rybicki's method: with this grid step the error is exp(-(pi / (2 * step)) ** 2).
    near = torch.clamp(x.abs(), max=_SERIES_START)
    total = torch.zeros_like(x)
    for n in range(1, int((_SERIES_START + 6.5) / _GRID_STEP) + 1, 2):
        grid_point = n * _GRID_STEP
        bump = torch.exp(-torch.square(near - grid_point))
        total = total - bump * torch.expm1(-4 * grid_point * near) / n
    far = torch.clamp(x.abs(), min=_SERIES_START)
    inverse = 1 / far
    terms = [1.0]
    for k in range(1, 16):
        terms.append(terms[-1] * (2 * k - 1))
    series = polynomial(terms, 0.5 * inverse * inverse) * 0.5 * inverse
    value = torch.where(x.abs() < _SERIES_START, total / math.sqrt(math.pi), series)
    return torch.where(x == 0, x, torch.copysign(value, x))


@with_gradient(lambda grad, y, x: grad * (1 - 2 * x * y))
def _dawsn(x: Tensor) -> Tensor:
    return _dawson(x)


@op("Dawsn", "x", _dawsn, dtype_overloads=no_half_kernel("Dawsn"))
def dawsn(x: Any, name: str | None = None) -> Any:
    """Dawson's integral: `exp(-x*x)` times the integral of `exp(t*t)` from 0 to `x`.

    Implements `tf.math.special.dawsn`.
    """


# -- the exponential integral -------------------------------------------------------------------

_FAR = 40.0


@_in_float64
def _exponential_integral(x: Tensor) -> Tensor:
    near = torch.clamp(x, 0.0, _FAR)
    series = polynomial([1 / (k * math.factorial(k)) for k in range(1, 140)], near) * near
    far = torch.clamp(x, min=_FAR)
    asymptotic = polynomial([float(math.factorial(k)) for k in range(40)], 1 / far)
    value = torch.where(x < _FAR, _EULER + torch.log(near) + series, asymptotic * far.exp() / far)
    return torch.where(x < 0, math.nan, value)


@with_gradient(lambda grad, y, x: grad * torch.exp(x) / x)
def _expint(x: Tensor) -> Tensor:
    return _exponential_integral(x)


@op("Expint", "x", _expint, dtype_overloads=no_half_kernel("Expint"))
def expint(x: Any, name: str | None = None) -> Any:
    """The exponential integral Ei, NaN for negative `x`. Implements `tf.math.special.expint`."""


# -- Fresnel's integrals ------------------------------------------------------------------------

_SMALL, _LARGE = 1.5, 36974.0


def _power_series(x: Tensor, first: int) -> Tensor:
    """Fresnel's cosine (`first` is 0) or sine (1) integral for small x, as a power series."""
    terms = []
    for k in range(first, 30, 2):
        sign = -1.0 if k % 4 > 1 else 1.0
        terms.append(sign * (math.pi / 2) ** k / (math.factorial(k) * (2 * k + 1)))
    return polynomial(terms, x**4) * x ** (2 * first + 1)


def _tails(x: Tensor) -> tuple[Tensor, Tensor]:
    """Fresnel's two integrals from x > 0 to infinity, by the trapezoidal rule.

    The integrand on the path of steepest descent has a pole nearby, whose contribution is added.
    The error is about `exp(-pi * (points + 1/2))` for all x.
    """
    points = 14
    width = math.sqrt((points + 0.5) * math.pi)
    z = x * math.sqrt(math.pi / 2)  # the integrals of cos(t*t) and sin(t*t)
    square = z * z
    real, imaginary = torch.zeros_like(x), torch.zeros_like(x)
    for k in range(points):
        node = ((k + 0.5) * math.pi / width) ** 2
        weight = math.exp(-node) / (square * square + node * node)
        real = real + weight * square
        imaginary = imaginary - weight * node
    factor = z / width
    angle = square + math.pi / 4
    cos, sin = torch.cos(angle), torch.sin(angle)
    sum_real = factor * (real * cos - imaginary * sin)
    sum_imaginary = factor * (real * sin + imaginary * cos)
    # 1 / (exp(w) + 1) for w = 2 * width * z * exp(-i * pi / 4), by way of exp(-w), which is small.
    scaled_z = math.sqrt(2.0) * width * z
    decay = torch.exp(-scaled_z)
    a, b = decay * torch.cos(scaled_z), decay * torch.sin(scaled_z)
    norm = (1 + a) ** 2 + b * b
    pole_real, pole_imaginary = (a + a * a + b * b) / norm, b / norm
    real, imaginary = sum_real + pole_real, sum_imaginary + pole_imaginary
    return real - imaginary, real + imaginary


def _fresnel(x: Tensor, first: int) -> Tensor:
    magnitude = x.abs()
    near = _power_series(torch.clamp(magnitude, max=_SMALL), first)
    far = 0.5 - _tails(torch.clamp(magnitude, _SMALL, _LARGE))[first]
    far = torch.where(magnitude > _LARGE, 0.5, far)  # as TensorFlow does
    return torch.copysign(torch.where(magnitude < _SMALL, near, far), x)


@with_gradient(lambda grad, y, x: grad * torch.cos(math.pi / 2 * torch.square(x)))
def _fresnel_cos(x: Tensor) -> Tensor:
    return _in_float64(lambda wide: _fresnel(wide, 0))(x)


@with_gradient(lambda grad, y, x: grad * torch.sin(math.pi / 2 * torch.square(x)))
def _fresnel_sin(x: Tensor) -> Tensor:
    return _in_float64(lambda wide: _fresnel(wide, 1))(x)


@op("FresnelCos", "x", _fresnel_cos, dtype_overloads=no_half_kernel("FresnelCos"))
def fresnel_cos(x: Any, name: str | None = None) -> Any:
    """The integral of `cos(pi/2 * t*t)` from 0 to `x` (`tf.math.special.fresnel_cos`)."""


@op("FresnelSin", "x", _fresnel_sin, dtype_overloads=no_half_kernel("FresnelSin"))
def fresnel_sin(x: Any, name: str | None = None) -> Any:
    """The integral of `sin(pi/2 * t*t)` from 0 to `x` (`tf.math.special.fresnel_sin`)."""


# -- Spence's integral --------------------------------------------------------------------------

# The Bernoulli numbers of even index, starting from the second.
_BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]
_BERNOULLI += [43867 / 798, -174611 / 330]


def _spence_near_one(x: Tensor) -> Tensor:
    """Spence's integral between 1/2 and 2, by a series in the logarithm."""
    u = -torch.log1p(x - 1)
    squared = u * u
    terms = [b / math.factorial(2 * n + 1) for n, b in enumerate(_BERNOULLI, 1)]
    return u - squared / 4 + u * squared * polynomial(terms, squared)


@_in_float64
def _spence_integral(x: Tensor) -> Tensor:
    # The reflection formulas reduce the argument to [0, 1] and then to [1/2, 1].
    inner = torch.where(x > 2, 1 / x, x)
    low = inner < 0.5
    value = _spence_near_one(torch.where(low, 1 - inner, inner))
    # The product of the logarithms has the limit 0 at 0.
    product = torch.special.xlogy(torch.log1p(-inner), torch.where(inner == 0, 1.0, inner))
    value = torch.where(low, math.pi**2 / 6 - product - value, value)
    value = torch.where(x > 2, -0.5 * torch.log(x) ** 2 - value, value)
    return torch.where((x < 0) | (x == math.inf), math.nan, value)


def _spence_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * torch.where(x == 1, -torch.ones_like(x), torch.log(x) / (1 - x))


@with_gradient(_spence_gradient)
def _spence(x: Tensor) -> Tensor:
    return _spence_integral(x)


@op("Spence", "x", _spence, dtype_overloads=no_half_kernel("Spence"))
def spence(x: Any, name: str | None = None) -> Any:
    """The integral of `log(t) / (1 - t)` from 1 to `x`. Implements `tf.math.special.spence`."""
