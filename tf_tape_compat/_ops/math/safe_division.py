"""The kernel of divisions that give 0 where the divisor is 0, with TensorFlow's gradient."""

from __future__ import annotations

import torch

from .._support.gradient_rules import sum_to, with_gradient


def _gradient(
    grad: torch.Tensor, _: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = x.conj(), y.conj()
    grad_y = grad * divide_no_nan(divide_no_nan(-x, y), y)
    return sum_to(divide_no_nan(grad, y), x), sum_to(grad_y, y)


@with_gradient(_gradient)
def divide_no_nan(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x / y`, and 0 where `y` is 0, for tensors of one dtype."""
    return torch.where(y == 0, torch.zeros((), dtype=x.dtype, device=x.device), x / y)
