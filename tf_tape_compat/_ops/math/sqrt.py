"""The square root as a kernel with TensorFlow's gradient."""

from __future__ import annotations

import torch

from .._support.gradient_rules import with_gradient


def _second(
    grad: torch.Tensor, z: torch.Tensor, y: torch.Tensor, dy: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    quotient = grad / y
    return -quotient.conj() * z, 0.5 * quotient


@with_gradient(_second)
def _first(y: torch.Tensor, dy: torch.Tensor) -> torch.Tensor:
    # Nothing upstream is nothing here, at zero too.
    # TensorFlow's complex numbers divided by 0 are NaN.
    found = 0.5 * dy * torch.reciprocal(y.conj()) if y.is_complex() else 0.5 * dy / y
    return torch.where(dy == 0, 0, found)


@with_gradient(lambda dy, y, x: _first(y, dy))
def sqrt_kernel(x: torch.Tensor) -> torch.Tensor:
    """The square root. Its gradient at 0 is infinite, but 0 where the upstream gradient is 0."""
    return torch.sqrt(x)
