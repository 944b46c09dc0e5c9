"""Kernels whose gradient is not torch's: a forward function and its gradient, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

# Whether torch.func's transformations are running: a tensor then may have a graph below theirs.
_transformed: Callable[[], bool] = torch._C._are_functorch_transforms_active


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
                ctx.several = isinstance(output, tuple)
                ctx.save_for_backward(*(output if ctx.several else (output,)), *tensors)

            @staticmethod
            def backward(ctx: Any, *grads: Any) -> Any:
                nothing = (None,) * len(ctx.static)
                if all(grad is None for grad in grads):
                    return (None,) * ctx.count + nothing
                outputs, tensors = ctx.saved_tensors[: len(grads)], ctx.saved_tensors[len(grads) :]
                if ctx.several:
                    filled = tuple(
                        torch.zeros_like(y) if grad is None else grad
                        for grad, y in zip(grads, outputs, strict=True)
                    )
                    found = gradient(filled, outputs, *tensors, *ctx.static)
                else:
                    found = gradient(grads[0], outputs[0], *tensors, *ctx.static)
                return (found if isinstance(found, tuple) else (found,)) + nothing

        # What `Rule.apply` comes down to outside of torch.func's transformations, at a third of its
        # cost: it looks up the signature of `forward` each time.
        apply = super(torch.autograd.Function, Rule).apply

        def recorded(*arguments: Any) -> Any:
            if not torch.is_grad_enabled():
                return kernel(*arguments)
            if _transformed():
                return Rule.apply(*arguments)
            return apply(*arguments)

        def run_one(x: Any) -> Any:
            return recorded(x) if x.requires_grad or _transformed() else kernel(x)

        def run_any(*arguments: Any) -> Any:
            for argument in arguments:
                if isinstance(argument, torch.Tensor) and argument.requires_grad:
                    return recorded(*arguments)
            return recorded(*arguments) if _transformed() else kernel(*arguments)

        code = getattr(kernel, "__code__", None)
        run: Any = run_one if code is not None and code.co_argcount == 1 else run_any
        run.__name__ = getattr(kernel, "__name__", "run")
        # For those who know that no tensor has a graph.
        run.plain = kernel
        return run

    return attach
