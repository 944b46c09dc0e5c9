"""A call of a lowered graph as one operation of torch's graph, which tapes outside see.

The gradient of the call is a program, too, and its gradient again: a graph has vector-Jacobian
products of every order. They are lowered when they are first needed, from the nodes of the graph,
without the Python of the traced function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .._core.gradients.sparse_cotangents import Slices, offer_slices
from .._core.recording.tape_set import TRAINABLE
from .._core.variables.variable import Variable
from .executors.executor import Executor
from .graph import FuncGraph
from .lowering import lower, lower_derivative
from .program import Program
from .shadows import fake_mode


class Derivative:
    """A graph's function, or its vector-Jacobian product of some order, for inputs of some sizes.

    Attributes:
      kinds: for each result "dense", "slices", or None if there is none; see `lower_derivative`.
    """

    def __init__(
        self,
        graph: FuncGraph,
        variables: list[Variable],
        payloads: Sequence[torch.Tensor],
        cotangent_counts: tuple[int, ...] = (),
    ) -> None:
        self._graph = graph
        self._variables = variables
        self._counts = cotangent_counts
        self._next: Derivative | None = None
        sizes = [(payload.dtype, payload.shape) for payload in payloads]
        self.kinds: list[str | None]
        if cotangent_counts:
            program, self.kinds = lower_derivative(graph, variables, cotangent_counts, sizes)
        else:
            program = lower(graph, sizes[: len(sizes) - len(variables)])
            self.kinds = ["dense"] * len(program.outputs)
        self.program: Program = program
        self._executor = Executor(program)

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """The outputs of the program."""
        if not self._counts:  # the function itself reads its variables
            payloads = payloads[: len(payloads) - len(self._variables)]
        try:
            return self._executor.run(*payloads)
        except Exception as error:
            raise self._executor.explain(error) from None

    def lower_gradient(self, payloads: Sequence[torch.Tensor]) -> None:
        """Lowers the gradient of the function. Raises LoweringUnsupported if that is impossible."""
        outputs = [x for x in self.program.output_sizes if x[0] in TRAINABLE]
        with fake_mode:
            cotangents = [torch.empty(shape, dtype=dtype) for dtype, shape in outputs]
        self.derivative([*payloads, *cotangents], len(cotangents))

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Derivative:
        """The vector-Jacobian product, whose inputs are these and the cotangents at their end."""
        if self._next is None:
            counts = (*self._counts, cotangents)
            self._next = Derivative(self._graph, self._variables, payloads, counts)
        return self._next


class _Call(torch.autograd.Function):
    """A call, in torch's graph."""

    @staticmethod
    def forward(ctx: Any, derivative: Derivative, *payloads: torch.Tensor) -> Any:
        outputs = derivative.run([payload.detach() for payload in payloads])
        ctx.derivative = derivative
        ctx.trainable = [x.dtype in TRAINABLE for x in outputs]
        ctx.mark_non_differentiable(
            *(x for x, is_trainable in zip(outputs, ctx.trainable, strict=True) if not is_trainable)
        )
        ctx.save_for_backward(*payloads)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        given = [c for c, is_trainable in zip(cotangents, ctx.trainable, strict=True) if (
            is_trainable
        )]
        payloads = [*ctx.saved_tensors, *given]
        derivative = ctx.derivative.derivative(payloads, len(given))
        # With a graph, this is a call itself, whose gradient may be asked for.
        if torch.is_grad_enabled():
            results = _Call.apply(derivative, *payloads)
        else:
            results = derivative.run(payloads)
        remaining = iter(results)
        kinds = iter(derivative.kinds)
        gradients: list[Any] = []
        for payload in ctx.saved_tensors:
            kind = next(kinds) if payload.dtype in TRAINABLE else None
            if kind is None:
                gradients.append(None)
            elif kind == "dense":
                gradients.append(next(remaining))
            else:
                values, indices = next(remaining), next(remaining)
                gradients.append(_delivered(payload, values, indices))
        return (None, *gradients)


def _delivered(
    payload: torch.Tensor, values: torch.Tensor, indices: torch.Tensor
) -> torch.Tensor | None:
    """Gives sparse gradients to the current gradient call; the dense gradient if it takes none."""
    if offer_slices(payload, Slices(indices, values, payload.shape)):
        return None
    return torch.zeros_like(payload).index_add(0, indices.reshape(-1), values)


def apply(derivative: Derivative, payloads: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """Calls a graph's function on payloads with a graph."""
    outputs: tuple[torch.Tensor, ...] = _Call.apply(derivative, *payloads)
    return outputs
