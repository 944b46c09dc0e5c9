"""Running a graph's nodes on eager tensors, without the Python of its function.

On real tensors and variables this is the executor that can run every graph: operations and tapes
are the eager ones. On tensors without values it is the first half of lowering.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._core.devices.placement import no_scope
from .._core.gradients.accumulator import Accumulator
from .._core.gradients.forward import AccumulatorTapeSet
from .._core.recording import activation
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import EMPTY, thread
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from . import shadows
from .array_values import ArrayList
from .execution_errors import has_no_element, note_node
from .nodes import CallNode, Node
from .symbolic_tensor import SymbolicTensor
from .unblocked_nodes import UnblockedNodes
from .unsupported import NeedsValue, TraceUnsupported

if TYPE_CHECKING:
    from .graph import FuncGraph


class Replay:
    """One run of a graph.

    `variable` returns what stands for a variable of the function; the variable itself by default.
    """

    places = True  # whether nodes run on the devices that they were added for
    runs_programs = True  # whether functions that are called run their own programs

    def __init__(self, variable: Callable[[Variable], Variable] | None = None) -> None:
        self._variable = variable
        self.call_path: tuple[int, ...] = ()
        self._recorders: dict[Recorder, Recorder] = {}
        # The values of the graph that runs now, by id of the symbolic tensor.
        self._values: dict[int, EagerTensor] = {}

    def run_graph(self, graph: FuncGraph, values: list[EagerTensor]) -> list[EagerTensor]:
        """The outputs of a graph for the values of its placeholders."""
        outer = self._values
        known: dict[int, EagerTensor] = {}
        self._values = known
        for placeholder, value in zip(graph.placeholders, values, strict=True):
            known[id(placeholder)] = value
        base = thread.stack
        running: Node | None = None
        try:
            for node in graph.live_nodes():
                running = node
                self._run_node(node, known, base)
        except Exception as error:
            if running is not None:
                note_node(error, running)
                if has_no_element(error):
                    self._run_unblocked(graph, known, running, base)
            raise
        finally:
            activate(base, [])
            self._values = outer
        return [known[id(output)] for output in graph.outputs]

    def _run_node(
        self, node: Node, known: dict[int, EagerTensor], base: tuple[Recorder, ...]
    ) -> None:
        recorders = () if node.may_wait and not node.outputs else node.recorders
        activate(base, [self.recorder(recorder) for recorder in recorders])
        inputs = [known[id(x)] for x in node.inputs]
        if node.scope is None:
            results = self.evaluate(node, inputs)
        else:
            with node.scope() if self.places else no_scope():
                results = self.evaluate(node, inputs)
        for output, value in zip(node.outputs, results, strict=True):
            known[id(output)] = value

    def _run_unblocked(
        self,
        graph: FuncGraph,
        known: dict[int, EagerTensor],
        failed: Node,
        base: tuple[Recorder, ...],
    ) -> None:
        """Runs the nodes that do not wait for the next element of an iterator, which failed."""

        @contextmanager
        def inside(node: CallNode, values: dict[int, EagerTensor]) -> Iterator[None]:
            outer, path = self._values, self.call_path
            self._values, self.call_path = values, (*path, node.number)
            try:
                yield
            finally:
                self._values, self.call_path = outer, path

        nodes = UnblockedNodes(lambda node, known: self._run_node(node, known, base), inside)
        nodes.run_after(graph, known, failed)

    def evaluate(self, node: Node, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs one node."""
        return node.run(self, values)

    def close(self) -> None:
        """Ends the tapes of this run."""
        for recorder in self._recorders.values():
            recorder.release()

    # -- `nodes.Run` ------------------------------------------------------------------------------

    def variable(self, variable: Variable) -> Variable:
        """What stands for a variable of the function."""
        return variable if self._variable is None else self._variable(variable)

    def recorder(self, recorder: Recorder) -> Recorder:
        """The recorder of this run that stands for one of the traced function."""
        replayed = self._recorders.get(recorder)
        if replayed is None:
            if recorder.forward_mode:
                replayed = Accumulator(AccumulatorTapeSet)
            else:
                replayed = Recorder(recorder.persistent, recorder.watch_accessed)
            self._recorders[recorder] = replayed
        return replayed

    @contextmanager
    def new_recorders(self, recorders: Collection[Recorder]) -> Iterator[None]:
        """A context in which others stand for these recorders: their nodes run once more."""
        before = self._recorders
        self._recorders = {k: v for k, v in before.items() if k not in recorders}
        try:
            yield
        finally:
            for recorder in recorders:
                if recorder in self._recorders:
                    self._recorders.pop(recorder).release()
            self._recorders = {**self._recorders, **before}

    def call_graph(self, node: CallNode, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the graph of a call, as a place of its own for random numbers."""
        path = self.call_path
        self.call_path = (*path, node.number)
        try:
            if self.runs_programs and self._variable is None and thread.active is EMPTY:
                outputs = node.call_program(self.call_path, values)
                if outputs is not None:
                    return outputs
            return self.run_graph(node.graph, values)
        finally:
            self.call_path = path

    def frame(self) -> Callable[[SymbolicTensor], EagerTensor]:
        """What looks up values of the graph that runs now, also later."""
        values = self._values
        return lambda tensor: values[id(tensor)]

    def assigned(self, variable: Variable) -> None:
        """Called after a variable was assigned to."""

    def run_branch(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the branch of a conditional that its predicate, the first value, chooses."""
        graph, inputs = node.branch(bool(values[0]), values)
        return self.run_graph(graph, inputs)

    def run_loop(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the body of a loop while its condition is true."""
        state, condition_captures, body_captures = node.split(values)
        while self._apart(node.condition, [*state, *condition_captures])[0]:
            state = self._apart(node.body, [*state, *body_captures])
        return state

    def new_array(self, size: EagerTensor, dtype: DType, shape: TensorShape, may_grow: bool) -> Any:
        """A new array for a TensorArray."""
        return ArrayList([None] * int(size), dtype, shape, may_grow)

    def _apart(self, graph: FuncGraph, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs a graph with tapes of its own."""
        run = Replay(self._variable)
        run.call_path = self.call_path
        try:
            return run.run_graph(graph, values)
        finally:
            run.close()


class ShadowReplay(Replay):
    """A run on shadows, in which nothing is called that needs values."""

    places = False
    runs_programs = False

    def evaluate(self, node: Node, values: list[EagerTensor]) -> list[EagerTensor]:
        if node.needs_values or shadows.holds_strings(values):
            return [shadows.placeholder(x.dtype, x.shape).first for x in node.outputs]
        stated = node.stated_results()
        if stated is None:
            try:
                return super().evaluate(node, values)
            except Exception as error:
                if isinstance(error, TraceUnsupported) and not isinstance(error, NeedsValue):
                    raise
                # It did not run on examples when it was traced either, or these do not fit.
                stated = [(x.dtype, x.shape) for x in node.outputs]
        examples = [
            shadows.example(shadows.payload_type(d), shape, shadows.FIRST_SIZE)
            for d, shape in stated
        ]
        return shadows.connected(values, examples)


def activate(base: tuple[Recorder, ...], recorders: list[Recorder]) -> None:
    """Makes exactly these recorders, after those in `base`, record on this thread."""
    wanted = (*base, *recorders)
    stack = thread.stack
    if stack == wanted:
        return
    common = 0
    for recorder, other in zip(stack, wanted, strict=False):
        if recorder is not other:
            break
        common += 1
    for recorder in reversed(stack[common:]):
        activation.deactivate(recorder)
    for recorder in wanted[common:]:
        activation.activate(recorder)


def interpret(graph: FuncGraph, values: list[Any]) -> list[Any]:
    """Runs a graph on real tensors and variables."""
    run = Replay()
    try:
        return run.run_graph(graph, values)
    finally:
        run.close()
