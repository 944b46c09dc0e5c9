"""Operations that TensorFlow records without knowing a gradient: asking for one is an error."""

from __future__ import annotations

from typing import Any

import torch

from .._core.recording import has_graph


class _Unregistered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, operation: str, source: torch.Tensor, result: torch.Tensor) -> Any:
        ctx.operation = operation
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise LookupError(f"gradient registry has no entry for: {ctx.operation}")


def without_gradient(operation: str, source: Any, result: Any) -> Any:
    """`result`, recorded as made from `source`; a gradient through it raises LookupError."""
    if not isinstance(result, torch.Tensor):
        return result  # strings
    result = result.detach()
    carries = result.is_floating_point() or result.is_complex()
    if not (has_graph(source) and carries):
        return result
    return _Unregistered.apply(operation, source, result)
