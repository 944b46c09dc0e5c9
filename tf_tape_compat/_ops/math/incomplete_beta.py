"""The regularized incomplete beta function (`tf.math.betainc`), by its continued fraction."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.value_checks import call_with_values
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import with_gradient
from .gamma import lgamma_kernel
from .xlogy import xlog1py_kernel, xlogy_kernel

Tensor = torch.Tensor

_TINY = 1e-300
_MAX_STEPS, _CHECK_INTERVAL = 4000, 32


def _continued_fraction(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """Lentz's method; it converges where x is below (a + 1) / (a + b + 2)."""

    def kept_from_zero(value: Tensor) -> Tensor:
        return torch.where(value.abs() < _TINY, _TINY, value)

    c = torch.ones_like(x)
    d = 1 / kept_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MAX_STEPS):
        twice = a + 2 * m
        for factor in (
            m * (b - m) * x / ((twice - 1) * twice),
            -(a + m) * (a + b + m) * x / (twice * (twice + 1)),
        ):
            d = 1 / kept_from_zero(1 + factor * d)
            c = kept_from_zero(1 + factor / c)
            step = c * d
            value = value * step
        # On an accelerator, checking for convergence would cost more than further steps.
        if m % _CHECK_INTERVAL == 0 and (
            m > 10 * _CHECK_INTERVAL if not x.is_cpu else bool(((step - 1).abs() < 1e-15).all())
        ):
            break
    return value


def _betainc_value(a: Tensor, b: Tensor, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The value; where x is strictly between 0 and 1; and where the function is defined."""
    a, b, x = torch.broadcast_tensors(a, b, x)
    valid = (a > 0) & (b > 0) & (x >= 0) & (x <= 1) & a.isfinite() & b.isfinite()
    inside = valid & (x > 0) & (x < 1)
    a, b, x = (torch.where(inside, part, 0.5) for part in (a, b, x))
    # Where x is large: 1 minus the value at 1 - x with a and b exchanged.
    low = x < (a + 1) / (a + b + 2)
    first, second = torch.where(low, a, b), torch.where(low, b, a)
    at = torch.where(low, x, 1 - x)
    log = torch.special.xlogy(a, x) + torch.special.xlog1py(b, -x)
    log = log - (torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b))
    part = torch.exp(log) * _continued_fraction(first, second, at) / first
    return torch.where(low, part, 1 - part), inside, valid


def _betainc_gradient(grad: Any, _: Any, a: Tensor, b: Tensor, x: Tensor) -> Any:
    log_beta = lgamma_kernel(a) + lgamma_kernel(b) - lgamma_kernel(a + b)
    grad_x = grad * torch.exp(xlog1py_kernel(b - 1, -x) + xlogy_kernel(a - 1, x) - log_beta)
    return None, None, grad_x if grad_x.shape == x.shape else grad_x.sum_to_size(x.shape)


@with_gradient(_betainc_gradient)
def _betainc(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    def result() -> Tensor:
        shape = torch.broadcast_shapes(a.shape, b.shape, x.shape)
        return torch.empty(shape, dtype=x.dtype, device=x.device)

    return call_with_values(_betainc_kernel, result, a, b, x)


def _betainc_kernel(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    value, inside, valid = _betainc_value(a.double(), b.double(), x.double())
    value = torch.where(inside, value, torch.where(valid, x.double(), math.nan))
    return value.to(x.dtype)


@op("Betainc", "a b x")
def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Any:
    """The regularized incomplete beta function of float32 or float64 (`tf.math.betainc`).

    All three arguments have one shape, or are scalars. Only `x` has a gradient. Raises
    InvalidArgumentError for other shapes.
    """
    sized = [(n, t.shape) for n, t in (("a", a), ("b", b), ("x", x)) if t.ndim]
    for (first, shape), (second, other) in zip(sized, sized[1:], strict=False):
        if shape != other:
            raise invalid_argument(
                f"Shapes of {first} and {second} are inconsistent: {brackets(shape)} vs. "
                f"{brackets(other)}"
            )
    return _betainc(a, b, x)
