"""Bessel functions of orders 0 and 1, with TensorFlow's gradients."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import special

from ..._core.op.op import op
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import with_gradient
from .bessel_jy import bessel_jy
from .elementwise import sign_kernel
from .roots import reciprocal_kernel

Tensor = torch.Tensor


def _at_zero(x: Tensor, value: float, elsewhere: Tensor) -> Tensor:
    """`value` where `x` is 0, `elsewhere` in other places."""
    return torch.where(x == 0, torch.full((), value, dtype=x.dtype, device=x.device), elsewhere)


def _where_positive(x: Tensor, value: Tensor, at_zero: float) -> Tensor:
    """`value`; for negative arguments TensorFlow returns the value at 0."""
    return torch.where(x <= 0, at_zero, value)


def _bessel_jy_of_abs(x: Tensor, name: str) -> Tensor:
    """One of the functions of bessel_jy.py at the absolute value of `x`."""
    return getattr(bessel_jy(x.abs().double()), name).to(x.dtype)


def _second_kind(function: Any, x: Tensor) -> Tensor:
    """A modified Bessel function of the second kind; torch has no float16 kernel for it."""
    value = function(x.float()).half() if x.dtype is torch.float16 else function(x)
    return _where_positive(x, value, math.inf)


def _i0_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * i1(x)


@with_gradient(_i0_gradient)
def i0(x: Tensor) -> Tensor:
    return special.i0(x)


def _i0e_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * (i1e(x) - sign_kernel(x) * y)


@with_gradient(_i0e_gradient)
def i0e(x: Tensor) -> Tensor:
    return special.i0e(x)


def _i1_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * _at_zero(x, 1.0, i0(x) - y / x)


@with_gradient(_i1_gradient)
def i1(x: Tensor) -> Tensor:
    return special.i1(x)


def _i1e_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * _at_zero(x, 0.5, i0e(x) - y * (sign_kernel(x) + reciprocal_kernel(x)))


@with_gradient(_i1e_gradient)
def i1e(x: Tensor) -> Tensor:
    return special.i1e(x)


def _j0_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * -j1(x)


@with_gradient(_j0_gradient)
def j0(x: Tensor) -> Tensor:
    return _bessel_jy_of_abs(x, "j0")


def _j1_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * _at_zero(x, 0.5, j0(x) - y / x)


@with_gradient(_j1_gradient)
def j1(x: Tensor) -> Tensor:
    return _bessel_jy_of_abs(x, "j1") * sign_kernel(x)


def _y0_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * -y1(x)


@with_gradient(_y0_gradient)
def y0(x: Tensor) -> Tensor:
    return _where_positive(x, _bessel_jy_of_abs(x, "y0"), -math.inf)


def _y1_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * (y0(x) - y / x)


@with_gradient(_y1_gradient)
def y1(x: Tensor) -> Tensor:
    value = _where_positive(x, _bessel_jy_of_abs(x, "y1"), -math.inf)
    # TensorFlow subtracts infinities here, except for float64.
    return value if x.dtype is torch.float64 else torch.where(x == 0, math.nan, value)


def _k0_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * -k1(x)


@with_gradient(_k0_gradient)
def k0(x: Tensor) -> Tensor:
    return _second_kind(special.modified_bessel_k0, x)


def _k1_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * (-k0(x) - y / x)


@with_gradient(_k1_gradient)
def k1(x: Tensor) -> Tensor:
    return _second_kind(special.modified_bessel_k1, x)


def _k0e_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * (y - k1e(x))


@with_gradient(_k0e_gradient)
def k0e(x: Tensor) -> Tensor:
    return _second_kind(special.scaled_modified_bessel_k0, x)


def _k1e_gradient(grad: Any, y: Any, x: Tensor) -> Any:
    return grad * (y * (1 - reciprocal_kernel(x)) - k0e(x))


@with_gradient(_k1e_gradient)
def k1e(x: Tensor) -> Tensor:
    return _second_kind(special.scaled_modified_bessel_k1, x)


def _bessel_op(operation: str, name: str, kernel: Any, description: str) -> Any:
    def function(x: Any, name: str | None = None) -> Any: ...

    function.__name__ = function.__qualname__ = f"bessel_{name}"
    function.__doc__ = f"The {description}. Implements `tf.math.special.bessel_{name}`."
    return op(operation, "x", kernel, dtype_overloads=no_kernel(operation, "bfloat16"))(function)


_MODIFIED = "modified Bessel function of the {} kind and order {}"
_SCALED = "exponentially scaled " + _MODIFIED
_ORDINARY = "Bessel function of the {} kind and order {}"

bessel_i0 = _bessel_op("BesselI0", "i0", i0, _MODIFIED.format("first", 0))
bessel_i1 = _bessel_op("BesselI1", "i1", i1, _MODIFIED.format("first", 1))
bessel_i0e = _bessel_op("BesselI0e", "i0e", i0e, _SCALED.format("first", 0))
bessel_i1e = _bessel_op("BesselI1e", "i1e", i1e, _SCALED.format("first", 1))
bessel_j0 = _bessel_op("BesselJ0", "j0", j0, _ORDINARY.format("first", 0))
bessel_j1 = _bessel_op("BesselJ1", "j1", j1, _ORDINARY.format("first", 1))
bessel_y0 = _bessel_op("BesselY0", "y0", y0, _ORDINARY.format("second", 0))
bessel_y1 = _bessel_op("BesselY1", "y1", y1, _ORDINARY.format("second", 1))
bessel_k0 = _bessel_op("BesselK0", "k0", k0, _MODIFIED.format("second", 0))
bessel_k1 = _bessel_op("BesselK1", "k1", k1, _MODIFIED.format("second", 1))
bessel_k0e = _bessel_op("BesselK0e", "k0e", k0e, _SCALED.format("second", 0))
bessel_k1e = _bessel_op("BesselK1e", "k1e", k1e, _SCALED.format("second", 1))
