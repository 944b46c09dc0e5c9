"""Operations that TensorFlow records without knowing a gradient: asking for one is an error."""

from __future__ import annotations

from typing import Any

import torch

from .._core.recording import has_graph


class _Unregistered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, error: Exception, result: torch.Tensor, *sources: torch.Tensor) -> Any:
        ctx.error = error
        return result

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise ctx.error


def without_gradient(
    operation: str, sources: Any, result: Any, error: Exception | None = None
) -> Any:
    """`result`, recorded as made from `sources`; a gradient through it raises LookupError.

    Or `error`, if given. `sources` is a tensor or a tuple of them.
    """
    if not isinstance(result, torch.Tensor):
        return result  # strings
    result = result.detach()
    carries = result.is_floating_point() or result.is_complex()
    if not isinstance(sources, tuple):
        sources = (sources,)
    sources = tuple(source for source in sources if has_graph(source))
    if not sources or not carries:
        return result
    error = error or LookupError(f"gradient registry has no entry for: {operation}")
    return _Unregistered.apply(error, result, *sources)
