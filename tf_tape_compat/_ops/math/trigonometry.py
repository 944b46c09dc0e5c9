"""Trigonometric and hyperbolic functions, and their inverses."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.dtype_overloads import COMPLEX
from .._support.gradient_rules import sum_to, with_gradient, with_gradient_of_higher_orders
from .roots import reciprocal_kernel, sqrt_kernel


def _complex_variant(operation: str, kernel: Any) -> dict[str, Any]:
    """Entries of `dtype_overloads`: the operation for complex numbers."""

    @op(operation, "x", kernel)
    def complex_function(x: Any, name: str | None = None) -> Any:
        """The function of complex numbers, with TensorFlow's gradient.

        At singular points and on branch cuts that gradient differs from torch's.
        """

    return dict.fromkeys(COMPLEX, complex_function)


@with_gradient(lambda grad, _, z: grad * torch.cos(z.conj()))
def _complex_sin(z: torch.Tensor) -> torch.Tensor:
    return torch.sin(z)


@with_gradient(lambda grad, _, z: -grad * torch.sin(z.conj()))
def _complex_cos(z: torch.Tensor) -> torch.Tensor:
    return torch.cos(z)


@op("Sin", "x", torch.sin, dtype_overloads=_complex_variant("Sin", _complex_sin))
def sin(x: Any, name: str | None = None) -> Any:
    """The sine. Implements `tf.sin`."""


@op("Cos", "x", torch.cos, dtype_overloads=_complex_variant("Cos", _complex_cos))
def cos(x: Any, name: str | None = None) -> Any:
    """The cosine. Implements `tf.cos`."""


@with_gradient(lambda grad, _, x: grad * torch.square(reciprocal_kernel(torch.cos(x.conj()))))
def _tan(x: torch.Tensor) -> torch.Tensor:
    return torch.tan(x)


@op("Tan", "x", _tan)
def tan(x: Any, name: str | None = None) -> Any:
    """The tangent. Implements `tf.tan`."""


def _asin_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return grad * reciprocal_kernel(sqrt_kernel(1 - torch.square(z.conj())))


def _acos_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return -_asin_gradient(grad, _, z)


_complex_asin = with_gradient(_asin_gradient)(torch.asin)
_complex_acos = with_gradient(_acos_gradient)(torch.acos)
_asin = with_gradient_of_higher_orders(_asin_gradient)(torch.asin)
_acos = with_gradient_of_higher_orders(_acos_gradient)(torch.acos)


@op("Asin", "x", _asin, dtype_overloads=_complex_variant("Asin", _complex_asin))
def asin(x: Any, name: str | None = None) -> Any:
    """The inverse sine. Implements `tf.asin`."""


@op("Acos", "x", _acos, dtype_overloads=_complex_variant("Acos", _complex_acos))
def acos(x: Any, name: str | None = None) -> Any:
    """The inverse cosine. Implements `tf.acos`."""


def _atan_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return grad * reciprocal_kernel(1 + torch.square(z.conj()))


_complex_atan = with_gradient(_atan_gradient)(torch.atan)
_atan = with_gradient_of_higher_orders(_atan_gradient)(torch.atan)


@op("Atan", "x", _atan, dtype_overloads=_complex_variant("Atan", _complex_atan))
def atan(x: Any, name: str | None = None) -> Any:
    """The inverse tangent. Implements `tf.atan`."""


def _atan2_gradient(grad: Any, _: Any, y: torch.Tensor, x: torch.Tensor) -> Any:
    scaled = grad / (torch.square(y) + torch.square(x))
    return sum_to(x * scaled, y), sum_to(-y * scaled, x)


@with_gradient(_atan2_gradient)
def _atan2(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.atan2(y, x)


@op("Atan2", "y x", _atan2)
def atan2(y: Any, x: Any, name: str | None = None) -> Any:
    """The angle of the point (x, y), in radians. Implements `tf.atan2`."""


@with_gradient(lambda grad, _, z: grad * torch.cosh(z.conj()))
def _complex_sinh(z: torch.Tensor) -> torch.Tensor:
    return torch.sinh(z)


@with_gradient(lambda grad, _, z: grad * torch.sinh(z.conj()))
def _complex_cosh(z: torch.Tensor) -> torch.Tensor:
    return torch.cosh(z)


@op("Sinh", "x", torch.sinh, dtype_overloads=_complex_variant("Sinh", _complex_sinh))
def sinh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic sine. Implements `tf.sinh`."""


@op("Cosh", "x", torch.cosh, dtype_overloads=_complex_variant("Cosh", _complex_cosh))
def cosh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic cosine. Implements `tf.cosh`."""


@op("Tanh", "x", torch.tanh)
def tanh(x: Any, name: str | None = None) -> Any:
    """The hyperbolic tangent. Implements `tf.tanh`."""


# As in TensorFlow, the gradients of these two are computed from the results, and are NaN where
# those are.


@with_gradient(lambda grad, y, x: grad / torch.cosh(y.conj()))
def _asinh(x: torch.Tensor) -> torch.Tensor:
    return torch.asinh(x)


@with_gradient(lambda grad, y, z: grad * reciprocal_kernel(torch.sinh(y.conj())))
def _complex_acosh(z: torch.Tensor) -> torch.Tensor:
    return torch.acosh(z)


@with_gradient(lambda grad, y, x: grad / torch.sinh(y))
def _acosh(x: torch.Tensor) -> torch.Tensor:
    return torch.acosh(x)


@op("Asinh", "x", _asinh)
def asinh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic sine. Implements `tf.asinh`."""


@op("Acosh", "x", _acosh, dtype_overloads=_complex_variant("Acosh", _complex_acosh))
def acosh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic cosine. Implements `tf.acosh`."""


def _atanh_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return grad * reciprocal_kernel(1 - torch.square(z.conj()))


_complex_atanh = with_gradient(_atanh_gradient)(torch.atanh)
_atanh = with_gradient_of_higher_orders(_atanh_gradient)(torch.atanh)


@op("Atanh", "x", _atanh, dtype_overloads=_complex_variant("Atanh", _complex_atanh))
def atanh(x: Any, name: str | None = None) -> Any:
    """The inverse hyperbolic tangent. Implements `tf.atanh`."""
