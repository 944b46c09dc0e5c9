"""Kernels whose gradient is not torch's: a forward function and its gradient, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def with_gradient(gradient: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Gives a kernel the gradient `gradient`, where any of its tensors has a graph.

        @with_gradient(lambda grad, y, x: grad * torch.sign(x))
        def absolute(x): return torch.abs(x)

    The kernel takes torch tensors first and static arguments behind them, by position. `gradient`
    is called with the output's gradient, the output, and the kernel's arguments, and returns the
    gradient of the tensors, in a tuple if there are several, None where there is none. It is made
    of differentiable torch functions, so that higher orders follow. Measure first: this costs
    some microseconds, where a formula in torch functions that has the wanted gradient may not.
    """

    def attach(kernel: Callable[..., Any]) -> Callable[..., Any]:
        class Rule(torch.autograd.Function):
            generate_vmap_rule = True

            @staticmethod
            def forward(*arguments: Any) -> Any:
                return kernel(*arguments)

            @staticmethod
            def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
                ctx.set_materialize_grads(False)
                tensors = [x for x in inputs if isinstance(x, torch.Tensor)]
                ctx.count = len(tensors)
                ctx.static = inputs[len(tensors) :]
                ctx.save_for_backward(output, *tensors)

            @staticmethod
            def backward(ctx: Any, grad: Any) -> Any:
                nothing = (None,) * len(ctx.static)
                if grad is None:
                    return (None,) * ctx.count + nothing
                output, *tensors = ctx.saved_tensors
                found = gradient(grad, output, *tensors, *ctx.static)
                return (found if isinstance(found, tuple) else (found,)) + nothing

        # What `Rule.apply` comes down to outside of torch.func's transformations, at a third of its
        # cost: it looks up the signature of `forward` each time.
        apply = super(torch.autograd.Function, Rule).apply

        def run(*arguments: Any) -> Any:
            if not torch.is_grad_enabled():
                return kernel(*arguments)
            for argument in arguments:
                if isinstance(argument, torch.Tensor) and argument.requires_grad:
                    if torch._C._are_functorch_transforms_active():
                        return Rule.apply(*arguments)
                    return apply(*arguments)
            return kernel(*arguments)

        run.__name__ = kernel.__name__
        return run

    return attach
