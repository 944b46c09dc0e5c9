"""`tf.autodiff.ForwardAccumulator` in a graph.

An accumulator is a recorder like those of tapes. To watch a primal and to ask for a tangent are
nodes; the tangents themselves are computed with the operations, when they run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.gradients.accumulator import Accumulator
from .._core.gradients.forward_accumulator import ForwardAccumulator, zeros_of
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.recording.recorder import Recorder
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .._ops.array.conversion import convert_to_tensor
from .graph import Graph
from .nodes import Node, Run
from .structure import fill, tensors_of
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_method


class PrimalNode(Node):
    """Makes a tensor or variable a primal. The inputs are the tangent, and the tensor."""

    __slots__ = ("recorder", "variable")

    has_effect = True
    is_operation = False

    def __init__(
        self, recorder: Accumulator, inputs: list[SymbolicTensor], variable: Variable | None
    ) -> None:
        super().__init__("watch", inputs)
        self.recorder = recorder
        self.variable = variable

    @property
    def watching_recorder(self) -> Recorder:
        return self.recorder

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder: Any = run.recorder(self.recorder)
        tangent, *primals = values
        primal: Any = run.variable(self.variable) if self.variable is not None else primals[0]
        earlier = _tangent_of(recorder, primal)
        if earlier is not None:
            tangent = tangent + earlier  # type: ignore[operator]
        if self.variable is not None:
            recorder.watch_variable(primal, tangent)
        else:
            recorder.watch(primal, tangent)
        return []


class TangentNode(Node):
    """`ForwardAccumulator.jvp`. `primals` is a structure with places for the inputs."""

    __slots__ = ("primals", "recorder", "structure", "unconnected")

    is_operation = False

    def __init__(
        self,
        recorder: Accumulator,
        primals: Any,
        inputs: list[SymbolicTensor],
        unconnected: UnconnectedGradients,
    ) -> None:
        super().__init__("jvp", inputs)
        self.recorder = recorder
        self.primals = primals
        self.unconnected = unconnected
        self.structure: Any = None

    @property
    def read_recorder(self) -> Recorder:
        return self.recorder

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder: Any = run.recorder(self.recorder)

        def fetch(item: Any) -> Any:
            tangent = _tangent_of(recorder, item)
            if tangent is None and self.unconnected is UnconnectedGradients.ZERO:
                return zeros_of(item)
            return tangent

        primals = fill(self.primals, values, run.variable)
        self.structure, tensors = tensors_of(nest.map_structure(fetch, primals))
        return tensors

    def result(self, outputs: list[Any]) -> Any:
        return fill(self.structure, outputs)


def _tangent_of(recorder: Accumulator, item: Any) -> EagerTensor | None:
    if isinstance(item, Variable):
        return recorder.variable_tangents.get(id(item._handle))
    return recorder.tangent_of(item)


def install() -> None:
    """Gives the methods of accumulators their rules for graphs."""
    trace_method(ForwardAccumulator, "_watch_one", _watch_one)
    trace_method(ForwardAccumulator, "jvp", _jvp)


def _watch_one(
    graph: Graph,
    method: Callable[..., Any],
    accumulator: ForwardAccumulator,
    primal: Any,
    tangent: Any,
) -> None:
    if not isinstance(primal, (EagerTensor, Variable)):
        method(accumulator, primal, tangent)
        return
    accumulator._warn_of_dtype(primal)
    graph.check_recorder(accumulator._live_accumulator())
    inputs = [graph.symbol(convert_to_tensor(tangent, primal.dtype))]
    variable = None
    if isinstance(primal, Variable):
        variable = primal
        graph.note_variable(variable)
    else:
        inputs.append(graph.symbol(primal))
    graph.add_node(PrimalNode(accumulator._live_accumulator(), inputs, variable))


def _jvp(
    graph: Graph,
    method: Callable[..., Any],
    accumulator: ForwardAccumulator,
    primals: Any,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> Any:
    if not all(isinstance(x, (EagerTensor, Variable)) for x in nest.flatten(primals)):
        return method(accumulator, primals, unconnected_gradients)
    unconnected = UnconnectedGradients(unconnected_gradients)
    recorder = accumulator._accumulator
    if recorder is None:
        raise ValueError("Called jvp() without first tracing anything.")
    if not graph.owns_recorder(recorder):
        if not graph.building_function:
            graph.check_recorder(recorder)
        return nest.map_structure(lambda x: _outer_jvp(graph, accumulator, x, unconnected), primals)
    structure, inputs = graph.lift(primals, keep_variables=True)
    return graph.add_node(TangentNode(recorder, structure, inputs, unconnected))


def _outer_jvp(
    graph: Graph, accumulator: ForwardAccumulator, primal: Any, unconnected: UnconnectedGradients
) -> Any:
    """The tangent that an accumulator from outside has for a tensor or variable."""
    if graph.are_outside(primal):
        with graph.outside():
            return graph.inside(accumulator.jvp(primal, unconnected))
    recorder = accumulator._live_accumulator()
    if graph.may_track(recorder):
        graph.check_recorder(recorder)
    return zeros_of(primal) if unconnected is UnconnectedGradients.ZERO else None
