"""Square roots and reciprocals as kernels with TensorFlow's gradients.

The gradients are 0 where the upstream gradient is 0, however steep the function is: an element that
tf.where discards does not make the gradient NaN.
"""

from __future__ import annotations

from typing import Any

import torch

from .._support.gradient_rules import with_gradient


def _sqrt_grad_gradient(
    grad: torch.Tensor, z: torch.Tensor, y: torch.Tensor, dy: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    quotient = grad / y
    return -quotient.conj() * z, 0.5 * quotient


@with_gradient(_sqrt_grad_gradient)
def _sqrt_grad(y: torch.Tensor, dy: torch.Tensor) -> torch.Tensor:
    # A zero upstream gradient gives zero, at x = 0 too. TensorFlow's complex numbers divided by 0
    # are NaN.
    slope = 0.5 * dy * torch.reciprocal(y.conj()) if y.is_complex() else 0.5 * dy / y
    return torch.where(dy == 0, 0, slope)


@with_gradient(lambda dy, y, x: _sqrt_grad(y, dy))
def sqrt_kernel(x: torch.Tensor) -> torch.Tensor:
    """The square root. Its gradient at 0 is infinite, and 0 where the upstream gradient is 0."""
    return torch.sqrt(x)


def _zero_where_zero(grad: torch.Tensor, product: torch.Tensor) -> torch.Tensor:
    """`product`, and 0 where the upstream gradient `grad` is 0."""
    return torch.where(grad == 0, torch.zeros_like(grad), product)


def _rsqrt_grad_gradient(grad: torch.Tensor, out: Any, y: torch.Tensor, dy: torch.Tensor) -> Any:
    conj = y.conj()
    return -1.5 * grad.conj() * dy * torch.square(conj), _rsqrt_grad(conj, grad)


@with_gradient(_rsqrt_grad_gradient)
def _rsqrt_grad(y: torch.Tensor, dy: torch.Tensor) -> torch.Tensor:
    conj = y.conj()
    return _zero_where_zero(dy, -0.5 * dy * conj * conj * conj)


@with_gradient(lambda grad, y, x: _rsqrt_grad(y, grad))
def rsqrt_kernel(x: torch.Tensor) -> torch.Tensor:
    """`1 / sqrt(x)`."""
    return torch.rsqrt(x)


def _reciprocal_grad_gradient(
    grad: torch.Tensor, out: Any, y: torch.Tensor, dy: torch.Tensor
) -> Any:
    conj = y.conj()
    return grad.conj() * -2 * dy * conj, _reciprocal_grad(conj, grad)


@with_gradient(_reciprocal_grad_gradient)
def _reciprocal_grad(y: torch.Tensor, dy: torch.Tensor) -> torch.Tensor:
    conj = y.conj()
    return _zero_where_zero(dy, -dy * conj * conj)


@with_gradient(lambda grad, y, x: _reciprocal_grad(y, grad))
def reciprocal_kernel(x: torch.Tensor) -> torch.Tensor:
    """`1 / x`."""
    return torch.reciprocal(x)
