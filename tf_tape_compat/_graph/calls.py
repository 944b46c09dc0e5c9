"""A call of a lowered graph as one operation of torch's graph, which tapes outside see.

The gradient of the call is a program, too, and its gradient again: a graph has vector-Jacobian
products of every order. They are lowered when they are first needed, from the nodes of the graph,
without the Python of the traced function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .._core.devices.cpu_kernels import current_kernels
from .._core.devices.placement import current_scope
from .._core.recording.tape_set import TRAINABLE
from .._core.variables.variable import Variable
from .autograd_calls import Function, apply
from .derivative_lowering import lower_derivative
from .executors.executor import Executor, check_kernels, explain
from .graph import FuncGraph
from .lowering import lower
from .program import PayloadSpec, Program
from .shadows import fake_mode


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
        self._kernels = current_kernels()
        self._scope = current_scope()  # products are lowered later, but run where this runs
        specs = [PayloadSpec.of(payload) for payload in payloads]
        if cotangent_counts:
            program, self.kinds, self.depends_on_values = lower_derivative(
                graph, variables, cotangent_counts, specs, all_inputs
            )
        else:
            program = lower(graph, specs[: len(specs) - len(variables)], all_inputs)
            self.kinds = ["dense"] * len(program.outputs)
        self.output_specs = program.output_specs
        self._executor = Executor(program)

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        if not self._counts:  # the function itself reads its variables
            payloads = payloads[: len(payloads) - len(self._variables)]
        try:
            return self._executor.run(*payloads)
        except Exception as error:
            if not self._counts:
                check_kernels(error, self.program)
            raise explain(error) from None

    @property
    def program(self) -> Program:
        """The program that runs."""
        return self._executor.program

    def lower_gradient(self, payloads: Sequence[torch.Tensor]) -> None:
        """Lowers the gradient of the function. Raises LoweringUnsupported if that is impossible."""
        outputs = [spec for spec in self.output_specs if spec.dtype in TRAINABLE]
        with fake_mode:
            cotangents = [spec.empty() for spec in outputs]
        self.derivative([*payloads, *cotangents], len(cotangents))

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Derivative:
        if self._next is None:
            counts = (*self._counts, cotangents)
            with self._scope(), self._kernels():
                self._next = Derivative(
                    self._graph, self._variables, payloads, counts, self._all_inputs
                )
        return self._next


__all__ = ["Derivative", "Function", "apply"]
