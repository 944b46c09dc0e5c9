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
        run.plain = kernel
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
