"""The square root as a kernel with TensorFlow's gradient."""

from __future__ import annotations

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
