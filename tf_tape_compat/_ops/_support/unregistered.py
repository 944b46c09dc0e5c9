"""Operations that TensorFlow records without knowing a gradient: asking for one is an error."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.recording.payloads import has_graph


class _Unregistered(torch.autograd.Function):
    @staticmethod
    def forward(error: Exception, result: torch.Tensor, *sources: torch.Tensor) -> Any:
        return result.view_as(result)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.error, ctx.count = inputs[0], len(inputs)

    @staticmethod
    def vmap(info: Any, dims: tuple[Any, ...], *inputs: Any) -> Any:
        return _Unregistered.apply(*inputs), dims[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        if all(gradient is None for gradient in gradients):
            return (None,) * ctx.count  # nothing came through what is shut off
        raise ctx.error


def without_gradient(
    operation: str, source: Any, result: Any, error: Exception | None = None
) -> Any:
    """`result`, recorded as made from `source`; a gradient through it raises LookupError.

    Or `error`, if given. `source` is a tensor or a tuple of them.
    """
    if not isinstance(result, torch.Tensor):
        return result  # strings
    result = result.detach()
    carries = result.is_floating_point() or result.is_complex()
    sources = [x for x in (source if type(source) is tuple else (source,)) if has_graph(x)]
    if not (sources and carries):
        return result
    error = error or LookupError(f"gradient registry has no entry for: {operation}")
    return _Unregistered.apply(error, result, *sources)


class _Once(torch.autograd.Function):
    @staticmethod
    def forward(x: torch.Tensor, operation: str) -> Any:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.operation = inputs[1]

    @staticmethod
    def vmap(info: Any, dims: tuple[Any, ...], x: torch.Tensor, operation: str) -> Any:
        return _Once.apply(x, operation), dims[0]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (grad,) = gradients
        return (None if grad is None else without_gradient(ctx.operation, grad, grad)), None


def differentiable_once(x: torch.Tensor, operation: str) -> torch.Tensor:
    """`x`, where a gradient of the gradient raises LookupError that names `operation`."""
    return _Once.apply(x, operation) if has_graph(x) else x
