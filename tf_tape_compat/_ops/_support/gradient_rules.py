"""Kernels whose gradient is not torch's: a forward function and its gradient, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..._core.recording.payloads import has_graph


def with_gradient(gradient: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Gives a kernel the gradient `gradient`, where any of its tensors has a graph.

        @with_gradient(lambda grad, y, x: grad * torch.sign(x))
        def absolute(x): return torch.abs(x)

    The kernel takes torch tensors first and static arguments behind them, by position. `gradient`
    is called with the output's gradient, the output, and the kernel's arguments, and returns the
    gradient of the tensors, in a tuple if there are several, None where there is none. It is made
    of differentiable torch functions, so that higher orders follow. Where the kernel returns a
    tuple, the first two are tuples, and what has no upstream gradient has zeros, as in TensorFlow.
    Measure first: this costs some microseconds, where a formula in torch functions that has the
    wanted gradient may not.
    """

    def attach(kernel: Callable[..., Any]) -> Callable[..., Any]:
        quick: Any = None
        transformed: Any = None

        def recorded(*arguments: Any) -> Any:
            nonlocal quick, transformed
            if not torch.is_grad_enabled():
                return kernel(*arguments)
            if torch._C._are_functorch_transforms_active():
                if transformed is None:
                    transformed = _for_transformations(kernel, gradient)
                return transformed(*arguments)
            if quick is None:
                quick = _for_autograd(kernel, gradient)
            return quick(*arguments)

        def run_one(x: Any) -> Any:
            return recorded(x) if has_graph(x) else kernel(x)

        def run_any(*arguments: Any) -> Any:
            for argument in arguments:
                if isinstance(argument, torch.Tensor) and has_graph(argument):
                    return recorded(*arguments)
            return kernel(*arguments)

        code = getattr(kernel, "__code__", None)
        run: Any = run_one if code is not None and code.co_argcount == 1 else run_any
        run.__name__ = getattr(kernel, "__name__", "run")
        # For those who know that no tensor has a graph.
        run.bare_kernel = kernel
        return run

    return attach


def _save(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    ctx.set_materialize_grads(False)
    if isinstance(output, tuple):
        ctx.outputs = len(output)
    else:
        output = (output,)
    tensors = [x for x in inputs if isinstance(x, torch.Tensor)]
    if len(tensors) < len(inputs):
        ctx.static = inputs[len(tensors) :]
    ctx.save_for_backward(*output, *tensors)


class _Rule(torch.autograd.Function):
    """What the two forms of a rule share."""

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        count, static, saved = ctx.outputs, ctx.static, ctx.saved_tensors
        if count is None:
            (grad,) = grads
            if grad is None:
                return (None,) * (len(saved) - 1 + len(static))
            found = ctx.gradient(grad, *saved, *static)
        else:
            outputs, tensors = saved[:count], saved[count:]
            if all(grad is None for grad in grads):
                return (None,) * (len(tensors) + len(static))
            filled = tuple(
                torch.zeros_like(y) if grad is None else grad
                for grad, y in zip(grads, outputs, strict=True)
            )
            found = ctx.gradient(filled, outputs, *tensors, *static)
        if not isinstance(found, tuple):
            found = (found,)
        return found + (None,) * len(static) if static else found


def _name(rule: Any, kernel: Callable[..., Any], gradient: Callable[..., Any]) -> None:
    node = rule._backward_cls  # the class of torch's nodes, which `backward` gets as `ctx`
    node.__name__ = f"{getattr(kernel, '__name__', 'Rule')}Backward"
    node.gradient = staticmethod(gradient)
    node.outputs = None  # how many outputs there are, if they are a tuple
    node.static = ()


def _for_autograd(kernel: Callable[..., Any], gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel with its gradient, outside of torch.func's transformations: the usual case."""

    class Rule(_Rule):
        @staticmethod
        def forward(ctx: Any, *arguments: Any) -> Any:
            output = kernel(*arguments)
            _save(ctx, arguments, output)
            return output

    _name(Rule, kernel, gradient)
    # What `Rule.apply` comes down to there, at a third of its cost.
    return super(torch.autograd.Function, Rule).apply


def _for_transformations(
    kernel: Callable[..., Any], gradient: Callable[..., Any]
) -> Callable[..., Any]:
    """The kernel with its gradient, as torch.func can transform it, which takes twice as long."""

    class Rule(_Rule):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments: Any) -> Any:
            return kernel(*arguments)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
            # Within vmap, the node is not of the class below.
            ctx.gradient, ctx.outputs, ctx.static = gradient, None, ()
            _save(ctx, inputs, output)

    return Rule.apply


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


def refuse_gradient(
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
        return (None if grad is None else refuse_gradient(ctx.operation, grad, grad)), None


def refuse_second_gradient(x: torch.Tensor, operation: str) -> torch.Tensor:
    """`x`, where a gradient of the gradient raises LookupError that names `operation`."""
    return _Once.apply(x, operation) if has_graph(x) else x


def intermediate(x: torch.Tensor) -> torch.Tensor:
    """The values of `x` as a result of their own, where gradients matter.

    It goes into a kernel in place of what TensorFlow computes from `x` by operations of their own:
    a tape that is opened after that takes it for a constant.
    """
    return x.view_as(x) if has_graph(x) else x


def empty_with_graph(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """`result`, that has no elements, with a graph to `x`: the gradient is zeros."""
    none = x.reshape(-1)[:0].sum()
    return result + (none if result.is_complex() or not x.is_complex() else torch.real(none))


def refused_gradient(operation: str) -> Callable[..., Any]:
    """A gradient, for `with_gradient`, that TensorFlow does not have."""

    def refuse(*arguments: Any) -> Any:
        raise LookupError(f"gradient registry has no entry for: {operation}")

    return refuse


def sum_to(grad: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient of what was broadcast: summed to the shape of `x`."""
    return grad if grad.shape == x.shape else grad.sum_to_size(x.shape)


def refuse_gradient_with(error: Exception, result: torch.Tensor) -> torch.Tensor:
    """`result`, with a gradient that raises `error`."""
    return refuse_gradient("", result, result, error)


class _WithGradientOf(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(result: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return value.view_as(value)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> Any:
        return grad, None


def with_gradient_of(result: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """`value` with the gradient of `result`."""
    if not has_graph(result):
        return value
    return _WithGradientOf.apply(result, value)
