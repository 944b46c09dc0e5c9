"""`GradientTape.jacobian` and `batch_jacobian` in a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .. import nest
from .._core.gradients import jacobian
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.gradients.tape import GradientTape
from .._core.recording import activation
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import thread
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .gradient_sources import source_shapes
from .nodes import Node, Run
from .structure import fill, tensors_of
from .trace_rules import trace_method

if TYPE_CHECKING:
    from .graph import Graph
    from .symbolic_tensor import SymbolicTensor


class _ReplayedTape:
    """A recorder of a run as the tape that Jacobians are asked of."""

    # In a graph, a tape need not be persistent for `experimental_use_pfor=False`.
    _persistent = True

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def _check_not_spent(self, batches: bool = False) -> Recorder:
        return self._recorder

    def _start(self) -> Recorder:
        return self._recorder

    def _finish(self, tape: Recorder) -> None:
        """Nothing is done: the node ends the tape."""

    @contextmanager
    def _recording_on(self) -> Iterator[None]:
        if self._recorder in thread.stack:
            yield
            return
        activation.activate(self._recorder)
        try:
            yield
        finally:
            activation.deactivate(self._recorder)


class JacobianNode(Node):
    """`GradientTape.jacobian` or `batch_jacobian`.

    `arguments` are target and sources, with places for the inputs; `options` the other arguments.
    """

    __slots__ = ("_shapes", "arguments", "function", "options", "recorder", "structure")

    is_operation = False

    def __init__(
        self,
        function: Callable[..., Any],
        recorder: Recorder,
        arguments: tuple[Any, ...],
        options: tuple[Any, ...],
        inputs: list[SymbolicTensor],
        shapes: list[TensorShape],
    ) -> None:
        super().__init__("jacobian", inputs)
        self.function = function
        self.recorder = recorder
        self.arguments = arguments
        self.options = options
        self.structure: Any = None
        self._shapes = shapes  # of the Jacobian by each source

    @property
    def read_recorder(self) -> Recorder:
        return self.recorder

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder = run.recorder(self.recorder)
        target, sources = fill(self.arguments, values, run.variable)
        result = self.function(_ReplayedTape(recorder), target, sources, *self.options)
        if recorder is not self.recorder and not recorder.persistent:
            recorder.release()  # otherwise the tape itself does it
        self.structure, tensors = tensors_of(result)
        return tensors

    def result(self, outputs: list[Any]) -> Any:
        return fill(self.structure, outputs)

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape]:
        flat = nest.flatten(self.structure)
        return [shape for shape, place in zip(self._shapes, flat, strict=True) if place is not None]


def install() -> None:
    """Gives the methods of tapes their rules for graphs."""
    trace_method(GradientTape, "jacobian", _jacobian)
    trace_method(GradientTape, "batch_jacobian", _batch_jacobian)


def _jacobian(
    graph: Graph,
    method: Callable[..., Any],
    tape: GradientTape,
    target: Any,
    sources: Any,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
    parallel_iterations: int | None = None,
    experimental_use_pfor: bool = True,
) -> Any:
    options = (unconnected_gradients, parallel_iterations, experimental_use_pfor)
    shapes = [target.shape.concatenate(shape) for shape in source_shapes(sources)]
    return _add_node(graph, jacobian.jacobian, tape, (target, sources), options, shapes)


def _batch_jacobian(
    graph: Graph,
    method: Callable[..., Any],
    tape: GradientTape,
    target: Any,
    source: Any,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
    parallel_iterations: int | None = None,
    experimental_use_pfor: bool = True,
) -> Any:
    options = (unconnected_gradients, parallel_iterations, experimental_use_pfor)
    shapes = [target.shape.concatenate(source.shape[1:])]
    return _add_node(graph, jacobian.batch_jacobian, tape, (target, source), options, shapes)


def _add_node(
    graph: Graph,
    function: Callable[..., Any],
    tape: GradientTape,
    operands: tuple[Any, Any],
    options: tuple[Any, ...],
    shapes: list[TensorShape],
) -> Any:
    recorder = tape._check_not_spent(batches=function is jacobian.batch_jacobian)
    is_outer = not graph.owns_recorder(recorder)
    if is_outer and graph.are_outside(operands):
        with graph.outside():
            return graph.inside(getattr(tape, function.__name__)(*operands, *options))
    tape._start()
    if is_outer:
        own, recorder = recorder, graph.local_recorder_for(recorder, operands[1])
    arguments, inputs = graph.lift(operands, keep_variables=True)
    node = JacobianNode(function, recorder, arguments, options, inputs, shapes)
    try:
        return graph.add_node(node)
    finally:
        if is_outer:
            graph.end_local(own)
            recorder = own
        tape._finish(recorder)
