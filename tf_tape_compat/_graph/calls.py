"""A call of a lowered graph as one operation of torch's graph, which tapes outside see.

The gradient of the call is a program, too, and its gradient again: a graph has vector-Jacobian
products of every order. They are lowered when they are first needed, from the nodes of the graph,
without the Python of the traced function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.gradients.sparse_cotangents import Slices, offer_slices
from .._core.recording.tape_set import TRAINABLE
from .._core.variables.variable import Variable
from .capture import Capture
from .executors.executor import Executor
from .graph import FuncGraph
from .lowering import Sizes, lower, lower_derivative
from .shadows import fake_mode


class Function:
    """A function of payloads that has vector-Jacobian products of every order.

    Attributes:
      kinds: for each result "dense", "slices", "open slices", or None if there is none; see `lower_derivative`.
      output_sizes: the dtype and shape of each output.
      order: the number of derivatives that were taken.
      has_effect: whether it must run once, in order.
    """

    kinds: list[str | None]
    output_sizes: list[Sizes]
    order = 0
    has_effect = False

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """The outputs."""
        raise NotImplementedError

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Function:
        """The vector-Jacobian product.

        `payloads` are its inputs: those of this function, then as many cotangents as its outputs
        have trainable ones. Only their sizes are used.
        """
        raise NotImplementedError

    def call(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """Runs the function, or captures a call of it if the payloads have no values."""
        capture = Capture.current()
        if capture is None:
            return self.run([payload.detach() for payload in payloads])
        with _disable_current_modes(), fake_mode:
            outputs = [torch.empty(shape, dtype=dtype) for dtype, shape in self.output_sizes]
        capture.record(_run_with(self), [payloads], {}, outputs, self.has_effect)
        return outputs


def _run_with(function: Function) -> Callable[[Sequence[torch.Tensor]], list[Any]]:
    return lambda payloads: function.run(payloads)


class Derivative(Function):
    """A graph's function, or its vector-Jacobian product of some order, for inputs of some sizes.

    Its inputs are those of the graph's programs, the values of `variables`, and cotangents. With
    `all_inputs`, they are values for all placeholders of the graph.
    """

    def __init__(
        self,
        graph: FuncGraph,
        variables: list[Variable],
        payloads: Sequence[torch.Tensor],
        cotangent_counts: tuple[int, ...] = (),
        all_inputs: bool = False,
    ) -> None:
        self._graph = graph
        self._variables = variables
        self._counts = cotangent_counts
        self.order = len(cotangent_counts)
        self._all_inputs = all_inputs
        self._next: Derivative | None = None
        sizes = [(payload.dtype, payload.shape) for payload in payloads]
        if cotangent_counts:
            program, self.kinds = lower_derivative(
                graph, variables, cotangent_counts, sizes, all_inputs
            )
        else:
            program = lower(graph, sizes[: len(sizes) - len(variables)], all_inputs)
            self.kinds = ["dense"] * len(program.outputs)
        self.output_sizes = program.output_sizes
        self._executor = Executor(program)

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        if not self._counts:  # the function itself reads its variables
            payloads = payloads[: len(payloads) - len(self._variables)]
        try:
            return self._executor.run(*payloads)
        except Exception as error:
            raise self._executor.explain(error) from None

    def lower_gradient(self, payloads: Sequence[torch.Tensor]) -> None:
        """Lowers the gradient of the function. Raises LoweringUnsupported if that is impossible."""
        outputs = [x for x in self.output_sizes if x[0] in TRAINABLE]
        with fake_mode:
            cotangents = [torch.empty(shape, dtype=dtype) for dtype, shape in outputs]
        self.derivative([*payloads, *cotangents], len(cotangents))

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Derivative:
        if self._next is None:
            counts = (*self._counts, cotangents)
            self._next = Derivative(
                self._graph, self._variables, payloads, counts, self._all_inputs
            )
        return self._next


class _Call(torch.autograd.Function):
    """A call, in torch's graph."""

    @staticmethod
    def forward(ctx: Any, function: Function, *payloads: torch.Tensor) -> Any:
        outputs = function.call(payloads)
        ctx.function = function
        ctx.trainable = [x.dtype in TRAINABLE for x in outputs]
        ctx.mark_non_differentiable(
            *(x for x, is_trainable in zip(outputs, ctx.trainable, strict=True) if not is_trainable)
        )
        ctx.save_for_backward(*payloads)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        given = [
            c for c, is_trainable in zip(cotangents, ctx.trainable, strict=True) if (is_trainable)
        ]
        payloads = [*ctx.saved_tensors, *given]
        derivative = ctx.function.derivative(payloads, len(given))
        # With a graph, this is a call itself, whose gradient may be asked for.
        if torch.is_grad_enabled():
            results = _Call.apply(derivative, *payloads)
        else:
            results = derivative.call(payloads)
        remaining = iter(results)
        kinds = iter(derivative.kinds)
        gradients: list[Any] = []
        for payload in ctx.saved_tensors:
            kind = next(kinds) if payload.dtype in TRAINABLE else None
            if kind is None:
                # A gradient is one operation, too: its results depend on all that it reads.
                is_gradient = ctx.function.order and payload.dtype in TRAINABLE
                gradients.append(torch.zeros_like(payload) if is_gradient else None)
            elif kind == "dense":
                gradients.append(next(remaining))
            else:
                values, indices = next(remaining), next(remaining)
                shape = payload.shape if kind == "slices" else None
                gradients.append(_delivered(payload, Slices(indices, values, shape)))
        return (None, *gradients)


def _delivered(payload: torch.Tensor, slices: Slices) -> torch.Tensor | None:
    """Gives sparse gradients to the current gradient call; the dense gradient if it takes none."""
    if offer_slices(payload, slices):
        return None
    rows = slices.indices.reshape(-1)
    return torch.zeros_like(payload).index_add(0, rows, slices.values)


def apply(function: Function, payloads: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Calls a function on payloads that are in torch's graph, as one operation."""
    outputs: tuple[torch.Tensor, ...] = _Call.apply(function, *payloads)
    return outputs
