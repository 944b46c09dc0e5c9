"""The oscillating Bessel functions J and Y of orders 0 and 1, to float64 accuracy.

Three ranges of x > 0: below 2 the power series; up to 25 Miller's backward recurrence, with
Neumann's series for Y; beyond 25 Hankel's asymptotic series.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

Tensor = torch.Tensor

_EULER = 0.57721566490153286061
_NEAR, _FAR = 2.0, 25.0
_START_ORDER = 80  # J of this order is below 1e-30 for all x up to _FAR


class BesselJY(NamedTuple):
    """J and Y of orders 0 and 1."""

    j0: Tensor
    j1: Tensor
    y0: Tensor
    y1: Tensor


def polynomial(coefficients: list[float], x: Tensor) -> Tensor:
    """The polynomial with these coefficients, constant term first."""
    total = torch.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total


def bessel_jy(x: Tensor) -> BesselJY:
    """All four functions at positive `x`, a float64 tensor."""
    near = _near(torch.clamp(x, max=_NEAR))
    middle = _middle(torch.clamp(x, _NEAR, _FAR))
    far = _far(torch.clamp(x, min=_FAR))
    return BesselJY(
        *(
            torch.where(x < _NEAR, a, torch.where(x < _FAR, b, c))
            for a, b, c in zip(near, middle, far, strict=True)
        )
    )


def _near(x: Tensor) -> BesselJY:
    squared = -0.25 * x * x
    harmonic = [0.0]
    for k in range(1, 18):
        harmonic.append(harmonic[-1] + 1 / k)
    terms = range(16)
    even = [1 / math.factorial(k) ** 2 for k in terms]
    odd = [1 / (math.factorial(k) * math.factorial(k + 1)) for k in terms]
    j0 = polynomial(even, squared)
    j1 = polynomial(odd, squared) * x / 2
    log = torch.log(x / 2) + _EULER
    y0 = log * j0 - polynomial([harmonic[k] * even[k] for k in terms], squared)
    sums = [(harmonic[k] + harmonic[k + 1]) * odd[k] for k in terms]
    y1 = log * j1 - polynomial(sums, squared) * x / 4 - 1 / x
    return BesselJY(j0, j1, 2 / math.pi * y0, 2 / math.pi * y1)


def _middle(x: Tensor) -> BesselJY:
    next_order, this_order = torch.zeros_like(x), torch.full_like(x, 1e-150)
    inverse = 1 / x
    norm, sum0, sum1 = (torch.zeros_like(x) for _ in range(3))
    for order in range(_START_ORDER, 0, -1):  # J of this order, up to a common factor
        half = order // 2
        sign = -1.0 if half % 2 else 1.0
        if order % 2 == 0:
            norm = norm + 2 * this_order
            sum0 = sum0 + sign / half * this_order
        elif order > 1:
            sum1 = sum1 + sign * order / (half * (half + 1)) * this_order
        next_order, this_order = this_order, 2 * order * inverse * this_order - next_order
    norm = norm + this_order
    j0, j1, sum0, sum1 = (part / norm for part in (this_order, next_order, sum0, sum1))
    log = torch.log(x / 2) + _EULER
    y0 = 2 / math.pi * (log * j0 - 2 * sum0)
    y1 = 2 / math.pi * ((log - 1) * j1 - inverse * j0 - sum1)
    return BesselJY(j0, j1, y0, y1)


def _far(x: Tensor) -> BesselJY:
    inverse = 1 / x
    squared = -inverse * inverse
    scale = torch.sqrt(inverse / math.pi)
    # The cosine and sine of x - pi/4, times the square root of 2.
    cos, sin = torch.cos(x) + torch.sin(x), torch.sin(x) - torch.cos(x)
    functions = []
    for order in (0, 1):
        terms = [1.0]
        for k in range(1, 28):
            terms.append(terms[-1] * (4 * order * order - (2 * k - 1) ** 2) / (8 * k))
        p = polynomial(terms[0::2], squared)
        q = polynomial(terms[1::2], squared) * inverse
        functions += [scale * (p * cos - q * sin), scale * (p * sin + q * cos)]
        cos, sin = sin, -cos
    j0, y0, j1, y1 = functions
    return BesselJY(j0, j1, y0, y1)
