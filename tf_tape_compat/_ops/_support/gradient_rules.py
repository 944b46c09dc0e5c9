"""Gradients that differ from torch's: TensorFlow's formulas, and the gradients it refuses.

A kernel written in torch functions has torch's gradient. Where TensorFlow's differs, these
functions replace it. They change nothing for tensors without a graph.

A kernel and its gradient:

- `with_gradient(gradient)` decorates a kernel with a gradient formula.
- `with_gradient_of_higher_orders(gradient)` does so only where second derivatives may be taken.
- `sum_to(grad, x)` reduces a gradient to the shape of an operand that was broadcast.
- `intermediate(x)` marks a point where TensorFlow computes a tensor that torch never exposes.
- `with_gradient_of(result, value)` returns one tensor's value with another's gradient.
- `empty_with_graph(result, x)` connects a result without elements to `x`: the gradient is zeros.

Gradients that TensorFlow does not have:

- `refuse_gradient(operation, source, result)` raises LookupError at the first gradient.
- `refuse_gradient_with(error, result)` raises the given error instead.
- `refuse_second_gradient(x, operation)` allows the first gradient and refuses the second.
- `refused_gradient(operation)` is the formula to pass to `with_gradient` for such a kernel.

Elsewhere: `nondifferentiable=True` and `unrecorded=True` of `@op`, for operations whose gradient is
None; `_core.gradients.backward.constant_gradient`, for a gradient that does not depend on the
upstream gradient.

Measure before using `with_gradient`: it costs some microseconds. A formula in torch functions that
has the wanted gradient may be faster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..._core.recording.payloads import has_graph
from ..._core.recording.tape_set import thread

# -- a kernel and its gradient ------------------------------------------------------------------


def with_gradient(gradient: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a kernel with a gradient formula, used where one of its tensors has a graph.

        @with_gradient(lambda grad, y, x: grad * torch.sign(x))
        def abs_kernel(x): return torch.abs(x)

    The kernel takes its torch tensors first and static arguments after them, all by position.

    Args:
      gradient: Called with the output's gradient, the output and the kernel's arguments. Returns
        the gradient of each tensor, in a tuple if there are several; None means no gradient. It is
        written in differentiable torch functions, so that higher orders follow. If the kernel
        returns a tuple, the first two arguments are tuples, and an output without an upstream
        gradient has zeros there, as in TensorFlow.
    """

    def attach(kernel: Callable[..., Any]) -> Callable[..., Any]:
        eager: Any = None
        transformable: Any = None

        def with_rule(*arguments: Any) -> Any:
            nonlocal eager, transformable
            if not torch.is_grad_enabled():
                return kernel(*arguments)
            if torch._C._are_functorch_transforms_active():
                if transformable is None:
                    transformable = _transformable_rule(kernel, gradient)
                return transformable(*arguments)
            if eager is None:
                eager = _eager_rule(kernel, gradient)
            return eager(*arguments)

        def run_unary(x: Any) -> Any:
            return with_rule(x) if has_graph(x) else kernel(x)

        def run(*arguments: Any) -> Any:
            for argument in arguments:
                if isinstance(argument, torch.Tensor) and has_graph(argument):
                    return with_rule(*arguments)
            return kernel(*arguments)

        code = getattr(kernel, "__code__", None)
        wrapper: Any = run_unary if code is not None and code.co_argcount == 1 else run
        wrapper.__name__ = getattr(kernel, "__name__", "run")
        # For callers that know that no tensor has a graph.
        wrapper.bare_kernel = kernel
        return wrapper

    return attach


def with_gradient_of_higher_orders(
    gradient: Callable[..., Any],
) -> Callable[[Callable[[torch.Tensor], torch.Tensor]], Any]:
    """Decorates a torch function of one tensor whose first derivative is TensorFlow's.

    The formula replaces torch's only where tapes may take a second derivative, so that a single
    tape pays nothing for it. It is that of `with_gradient`.
    """

    def attach(kernel: Callable[[torch.Tensor], torch.Tensor]) -> Any:
        with_rule = with_gradient(gradient)(kernel)

        def run(x: torch.Tensor) -> torch.Tensor:
            stack = thread.stack
            if len(stack) == 1 and not stack[0].persistent and thread.vmap_scope is None:
                return kernel(x)
            result: torch.Tensor = with_rule(x)
            return result

        run.__name__ = kernel.__name__
        run.bare_kernel = kernel  # type: ignore[attr-defined]
        return run

    return attach


def sum_to(grad: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Sums the gradient of a broadcast operand to the shape of that operand, `x`."""
    return grad if grad.shape == x.shape else grad.sum_to_size(x.shape)


def intermediate(x: torch.Tensor) -> torch.Tensor:
    """Returns a view of `x`, to pass to a kernel that TensorFlow feeds with a computed tensor.

    Where TensorFlow derives that tensor from `x` by separate operations, a tape that is opened
    afterwards takes it for a constant. The view makes our kernel behave in the same way.
    """
    return x.view_as(x) if has_graph(x) else x


def empty_with_graph(result: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Connects an empty `result` to `x`, so that the gradient of `x` is zeros."""
    zero = x.reshape(-1)[:0].sum()
    return result + (zero if result.is_complex() or not x.is_complex() else torch.real(zero))


def with_gradient_of(result: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Returns `value`, whose gradient flows to where that of `result` would."""
    if not has_graph(result):
        return value
    return _GradientOf.apply(result, value)


# -- gradients that TensorFlow does not have ----------------------------------------------------


def refuse_gradient(
    operation: str, source: Any, result: Any, error: Exception | None = None
) -> Any:
    """Returns `result`, recorded as computed from `source`, with a gradient that raises.

    Args:
      operation: TensorFlow's name of the operation, for the message of the LookupError.
      source: A tensor or a tuple of tensors.
      result: The output. Only floating-point and complex tensors carry a gradient; others, and
        string arrays, are returned without a graph.
      error: Raised instead of the LookupError.
    """
    if not isinstance(result, torch.Tensor):
        return result  # a string array
    result = result.detach()
    differentiable = result.is_floating_point() or result.is_complex()
    sources = [x for x in (source if type(source) is tuple else (source,)) if has_graph(x)]
    if not (sources and differentiable):
        return result
    return _Refusal.apply(error or _unregistered(operation), result, *sources)


def refuse_gradient_with(error: Exception, result: torch.Tensor) -> torch.Tensor:
    """Returns `result` with a gradient that raises `error`."""
    return refuse_gradient("", result, result, error)


def refuse_second_gradient(x: torch.Tensor, operation: str) -> torch.Tensor:
    """Returns `x`; the gradient of its gradient raises LookupError that names `operation`."""
    return _SecondRefusal.apply(x, operation) if has_graph(x) else x


def refused_gradient(operation: str) -> Callable[..., Any]:
    """Returns a formula for `with_gradient` that raises LookupError that names `operation`."""

    def refuse(*arguments: Any) -> Any:
        raise _unregistered(operation)

    return refuse


def _unregistered(operation: str) -> LookupError:
    return LookupError(f"gradient registry has no entry for: {operation}")


# -- the autograd functions behind them ---------------------------------------------------------


class _Rule(torch.autograd.Function):
    """The backward pass of `with_gradient`, the same for both forms of a rule."""

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        output_count, static, saved = ctx.outputs, ctx.static, ctx.saved_tensors
        if output_count is None:
            (grad,) = grads
            if grad is None:
                return (None,) * (len(saved) - 1 + len(static))
            gradients = ctx.gradient(grad, *saved, *static)
        else:
            outputs, tensors = saved[:output_count], saved[output_count:]
            if all(grad is None for grad in grads):
                return (None,) * (len(tensors) + len(static))
            filled = tuple(
                torch.zeros_like(y) if grad is None else grad
                for grad, y in zip(grads, outputs, strict=True)
            )
            gradients = ctx.gradient(filled, outputs, *tensors, *static)
        if not isinstance(gradients, tuple):
            gradients = (gradients,)
        return gradients + (None,) * len(static) if static else gradients


def _save(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    """Saves what `_Rule.backward` needs: outputs, tensors and static arguments."""
    ctx.set_materialize_grads(False)
    if isinstance(output, tuple):
        ctx.outputs = len(output)
    else:
        output = (output,)
    tensors = [x for x in inputs if isinstance(x, torch.Tensor)]
    if len(tensors) < len(inputs):
        ctx.static = inputs[len(tensors) :]
    ctx.save_for_backward(*output, *tensors)


def _configure(rule: Any, kernel: Callable[..., Any], gradient: Callable[..., Any]) -> None:
    """Names the class of torch's nodes, which `backward` gets as `ctx`, and sets its defaults."""
    node = rule._backward_cls
    node.__name__ = f"{getattr(kernel, '__name__', 'Rule')}Backward"
    node.gradient = staticmethod(gradient)
    node.outputs = None  # the number of outputs, if the kernel returns a tuple
    node.static = ()


def _eager_rule(kernel: Callable[..., Any], gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel with its gradient, outside of torch.func's transformations: the usual case."""

    class Rule(_Rule):
        @staticmethod
        def forward(ctx: Any, *arguments: Any) -> Any:
            output = kernel(*arguments)
            _save(ctx, arguments, output)
            return output

    _configure(Rule, kernel, gradient)
    # The part of `Rule.apply` that runs outside of transformations, at a third of its cost.
    return super(torch.autograd.Function, Rule).apply


def _transformable_rule(
    kernel: Callable[..., Any], gradient: Callable[..., Any]
) -> Callable[..., Any]:
    """The kernel with its gradient, in the form torch.func can transform; half as fast."""

    class Rule(_Rule):
        generate_vmap_rule = True

        @staticmethod
        def forward(*arguments: Any) -> Any:
            return kernel(*arguments)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
            # Within vmap, the node's class is another one than `_configure` sees.
            ctx.gradient, ctx.outputs, ctx.static = gradient, None, ()
            _save(ctx, inputs, output)

    return Rule.apply


class _GradientOf(torch.autograd.Function):
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


class _Refusal(torch.autograd.Function):
    @staticmethod
    def forward(error: Exception, result: torch.Tensor, *sources: torch.Tensor) -> Any:
        return result.view_as(result)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.error, ctx.count = inputs[0], len(inputs)

    @staticmethod
    def vmap(info: Any, dims: tuple[Any, ...], *inputs: Any) -> Any:
        return _Refusal.apply(*inputs), dims[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        if all(gradient is None for gradient in gradients):
            return (None,) * ctx.count  # the path was cut off further down
        raise ctx.error


class _SecondRefusal(torch.autograd.Function):
    @staticmethod
    def forward(x: torch.Tensor, operation: str) -> Any:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.operation = inputs[1]

    @staticmethod
    def vmap(info: Any, dims: tuple[Any, ...], x: torch.Tensor, operation: str) -> Any:
        return _SecondRefusal.apply(x, operation), dims[0]

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (grad,) = gradients
        return (None if grad is None else refuse_gradient(ctx.operation, grad, grad)), None
