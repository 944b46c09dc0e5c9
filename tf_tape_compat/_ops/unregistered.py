"""Operations that TensorFlow records without knowing a gradient: asking for one is an error."""

from __future__ import annotations

from typing import Any

import torch

from .._core.recording import has_graph


class _Unregistered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, error: Exception, source: torch.Tensor, result: torch.Tensor) -> Any:
        ctx.error = error
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise ctx.error


def without_gradient(
    operation: str, source: Any, result: Any, error: Exception | None = None
) -> Any:
    """`result`, recorded as made from `source`; a gradient through it raises LookupError.

    Or `error`, if given.
    """
    if not isinstance(result, torch.Tensor):
        return result  # strings
    result = result.detach()
    carries = result.is_floating_point() or result.is_complex()
    if not (has_graph(source) and carries):
        return result
    error = error or LookupError(f"gradient registry has no entry for: {operation}")
    return _Unregistered.apply(error, source, result)
