"""The graph of a traced function: its nodes in order, and how calls are added to it.

While a graph is active on a thread, operations call `add_op` instead of running (lazy_op.py), and
so do reads of variables, watches and gradients by their own methods.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .._core.devices import placement
from .._core.devices.cpu_kernels import other_kernels
from .._core.op import op_tracing
from .._core.recording.execution_context import TracingCall, active_graph, current_context
from .._core.recording.tape_set import sequence_number, thread
from .._core.recording.variable_watcher import tell_watchers, watchers
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from . import shadows
from .graph_calls import GraphCalls
from .graph_examples import GraphExamples
from .graph_inputs import GraphInputs
from .graph_queries import GraphQueries
from .graph_state import GraphState
from .graph_tapes import GraphTapes
from .nodes import EffectNode, InitializedNode, Node, OpNode, ReadNode
from .operation import NameTable, Operation
from .scheduling import in_order
from .shadows import SECOND_SIZE, Shadow
from .sizes_of_examples import is_chance
from .structure import TensorPlace
from .symbolic_tensor import SymbolicTensor
from .unsupported import TraceUnsupported

_numbers = itertools.count()
_RESOURCE = as_dtype("resource")


class Graph(GraphCalls, GraphExamples, GraphInputs, GraphQueries, GraphState, GraphTapes):
    """A graph of operations. Implements `tf.Graph`.

    Attributes:
      name: the name of the function.
      outer_graph: the graph that was active when this one was made, or None.
      inputs: the placeholders for the arguments.
      nodes: what happens, in order (nodes.py).
      outputs: the tensors of the result.
      uses_autograph: whether the control flow of its Python function is converted.
      reads_variables: whether variables are read in it, and not in the outer graph.
      used_variables: by the id of the handle, the variables that are read or assigned to.
      captures: by id, each outside tensor that was used, and its placeholder.
    """

    name = "graph"
    outer_graph: Graph | None = None
    uses_autograph = False
    is_part = False  # whether it is the graph of a branch or loop
    building_function = False  # whether it is the graph of a function

    def __init__(self) -> None:
        super().__init__()
        self.reads_variables = True
        self.inputs: list[SymbolicTensor] = []
        self.outputs: list[SymbolicTensor] = []
        self.control_outputs: list[Operation] = []  # those with effects
        self.nodes: list[Node] = []
        self.captures: dict[int, tuple[EagerTensor, SymbolicTensor]] = {}
        self.used_variables: dict[int, Variable] = {}
        self._operations: dict[str, Operation] = {}
        self._shown: tuple[int, dict[str, Operation]] = -1, {}
        self._resources: dict[int, SymbolicTensor] = {}
        self._names = NameTable()
        self.is_open = False  # whether its function is being traced
        self._signatures: dict[Any, list[str]] = {}
        self.captured_pairs: list[tuple[Any, SymbolicTensor]] = []
        self.argument_placeholders: list[SymbolicTensor] = []
        self.structured_input_signature: Any = None
        self.structured_outputs: Any = None
        self._argument = "placeholder"
        self._constants: dict[int, EagerTensor] = {}  # made of Python values while it is active

    @property
    def captured_external(self) -> list[EagerTensor]:
        """The outside tensors that are used, in the order of their placeholders."""
        return [tensor for tensor, _ in self.captures.values()]

    @property
    def placeholders(self) -> list[SymbolicTensor]:
        """The placeholders for the arguments, then those for outside tensors."""
        return [*self.inputs, *(placeholder for _, placeholder in self.captures.values())]

    # -- activation -------------------------------------------------------------------------------

    @contextmanager
    def as_default(self, function: Any = None, trace: Any = None) -> Iterator[Any]:
        """A context in which operations are added to this graph.

        Tapes around it do not record inside. `function` is told of variables that are created.
        """
        caller, scope = current_context.call, current_context.scope
        call = TracingCall(function, trace or self.trace, caller, self)
        current_context.call = call
        current_context.scope = ""
        watchers.append(_READS)
        self._caller, self._caller_scope = caller, scope
        self._begin = sequence_number()
        self.is_open = True
        try:
            with op_tracing.tracing(), self._apart(), placement.reset():
                yield self
        finally:
            self.is_open = False
            self._caller = None
            self._constants.clear()
            if trace is None and call.random_state is not None:
                self.trace.seed = call.random_state.seed
            watchers.remove(_READS)
            current_context.call, current_context.scope = caller, scope

    def add_variable(self, variable: Variable, initial_value: EagerTensor) -> None:
        """Notes a variable that is created while the graph is active, outside of a function."""
        self.add_to_collection("variables", variable)
        if variable.trainable:
            self.add_to_collection("trainable_variables", variable)
        name = variable._handle.name
        with self.control_dependencies(None):
            initial = self.as_symbolic(None, initial_value, f"{name}/Initializer/initial_value/")
            resource = self._add_resource(variable, f"{name}/", "VarHandleOp")
            self.captured_pairs.append((variable._handle, resource))
            assigned = variable.assign(initial, name=f"{name}/Assign/")
        variable._initializer = assigned._assignment  # type: ignore[union-attr, attr-defined]
        variable._operation = resource.op  # type: ignore[attr-defined]
        variable._initial_value = initial  # type: ignore[attr-defined]

    # -- nodes ------------------------------------------------------------------------------------

    def add_node(self, node: Node, name: str | None = None) -> Any:
        """Adds a node, and returns what the traced code gets."""
        self._recorders.update(thread.stack)
        node.recorders = thread.stack
        if placement.thread.names:
            node.scope = placement.current_scope()
        stated = node.stated_results()
        try:
            with placement.host_scope(), other_kernels():  # examples need no other device
                results, seconds = self.example_results(node, stated)
        except ValueError as error:
            raise self._described(error, node, name or node.type) from None
        shapes, traced_shapes = node.static_shapes(results), node.traced_shapes()
        if node.is_operation:
            operation = self._add_operation(node, name or node.type)
        else:
            operation = Operation(self, node.type, node.type, node)
        node.operation = operation
        for number, result in enumerate(results):
            second = seconds[number] if seconds is not None else None
            if shapes is None:
                shape = shadows.merged_shape(result, second)
                if traced_shapes is not None and shape != traced_shapes[number]:
                    # Sizes that follow from values inside of a function do not vary in examples.
                    shape, second = traced_shapes[number], None
            else:
                shape = shapes[number]
                second = None
            if second is not None and is_chance(node, result, second):
                result, second = EagerTensor(shadows.fake_like(result._t)), None
            if shape.is_fully_defined():
                if second is not None and not shadows.differ(result, second):
                    second = None
            elif second is None:
                second = EagerTensor(shadows.example(result._t.dtype, shape, SECOND_SIZE))
            shadow = Shadow(result, second)
            dtype = result.dtype if stated is None else stated[number][0]
            output = SymbolicTensor(operation, number, dtype, shape, shadow)
            operation.outputs.append(output)
            node.outputs.append(output)
        self.nodes.append(node)
        return node.result(list(node.outputs))

    def _described(self, error: ValueError, node: Node, name: str) -> ValueError:
        """The error for an operation that cannot be added, with all that TensorFlow says of it."""
        body = getattr(error, "kernel_text", None)
        if body is None:
            return error
        from .shape_errors import shape_error_text

        full = name[:-1] if name.endswith("/") else self.unique_name(name, mark_as_used=False)
        try:
            text = shape_error_text(Operation(self, full, node.type, node), body)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            return error  # its arguments cannot be shown
        described = ValueError(text)
        described.kernel_text = body  # type: ignore[attr-defined]
        return described

    def _add_operation(self, node: Node, name: str) -> Operation:
        unique = self._names.unique(name, current_context.scope)
        operation = Operation(self, unique, node.type, node)
        if placement.thread.names:
            operation.device = placement.requested_name()
        self._operations[unique] = operation
        self.add_control_inputs(operation)
        return operation

    def mark(self) -> int:
        """The place after the last node, for `roll_back`."""
        return len(self.nodes)

    def roll_back(self, mark: int) -> bool:
        """Removes the nodes that were added after a mark; False if one of them changed something.

        Statements, such as assertions, did nothing yet.
        """
        added = self.nodes[mark:]
        if any(node.has_effect and not isinstance(node, EffectNode) for node in added):
            return False
        del self.nodes[mark:]
        for node in added:
            if node.is_operation and node.operation is not None:
                self._operations.pop(node.operation.name, None)
        return True

    # -- variables and tapes ----------------------------------------------------------------------

    def note_variable(self, variable: Variable) -> None:
        """Notes that the function uses a variable."""
        if id(variable._handle) not in self.used_variables:
            inside = self._add_resource(variable, "resource")
            self.captured_pairs.append((variable._handle, inside))

    def is_initialized(self, variable: Variable, name: str | None = None) -> SymbolicTensor:
        """Adds an operation that tells whether a variable has a value."""
        tensor: SymbolicTensor = self.add_node(InitializedNode(variable), name)
        return tensor

    def note_argument(self, variable: Variable, name: str) -> None:
        """Notes a variable that is an argument."""
        self._add_resource(variable, name)

    def resource_of(self, variable: Variable) -> SymbolicTensor:
        """The symbolic tensor that users see for a variable of this graph."""
        return self._resources[id(variable._handle)]

    def rename_variables(self, replacements: Mapping[int, Variable]) -> None:
        """Notes other variables in the place of some, by the ids of the handles of those."""
        self._resources = dict(self._resources)  # copies of the graph share it
        for key, variable in replacements.items():
            if key in self.used_variables:
                del self.used_variables[key]
                self.used_variables[id(variable._handle)] = variable
            if key in self._resources:
                self._resources[id(variable._handle)] = self._resources.pop(key)

    def _add_resource(
        self, variable: Variable, name: str, kind: str = "Placeholder"
    ) -> SymbolicTensor:
        self.used_variables[id(variable._handle)] = variable
        operation = self._add_operation(Node(kind, []), name)
        resource = SymbolicTensor(operation, 0, _RESOURCE, TensorShape([]), None)  # type: ignore[arg-type]
        operation.outputs.append(resource)
        self._resources[id(variable._handle)] = resource
        return resource

    def read_variable(self, variable: Variable) -> SymbolicTensor:
        """Adds a read of a variable. A graph inside another one captures the outer graph's."""
        tell_watchers(variable)
        reads_outside = self.outer_graph is not None and not self.reads_variables
        if reads_outside and id(variable._handle) not in self.used_variables:
            with self._under_outer_tapes() as outer:
                value = outer.read_variable(variable)
            return self.symbol(value)
        with self._inputs_of("ReadVariableOp") as unique:
            self.note_variable(variable)
        tensor: SymbolicTensor = self.add_node(ReadNode(variable), unique)
        return tensor

    def refuse(self, what: str) -> None:
        """Raises TraceUnsupported: the function runs its Python at every call."""
        raise TraceUnsupported(what)

    # -- what runs --------------------------------------------------------------------------------

    def all_nodes(self) -> Iterator[Node]:
        """The nodes of this graph and of those inside it."""
        for node in self.nodes:
            yield node
            for graph in node.graphs:
                yield from graph.all_nodes()

    def live_nodes(self) -> list[Node]:
        """The nodes that have an effect, or that the outputs or such nodes depend on, in order."""
        needed = {id(output) for output in self.outputs}
        for node in self.nodes:
            needed.update(id(x) for x in node.later_inputs)
        live = []
        for node in reversed(self.nodes):
            if node.has_effect or any(id(output) in needed for output in node.outputs):
                live.append(node)
                needed.update(id(x) for x in node.inputs)
        return in_order(live[::-1])


def identity_node(tensor: SymbolicTensor) -> OpNode:
    """A node whose result is a tensor of its graph itself."""
    return OpNode("Identity", _same, ((TensorPlace(0),), {}), [tensor])


def _same(tensor: EagerTensor) -> EagerTensor:
    return tensor


_ACTIVE: Any = object()


class FuncGraph(Graph):
    """The graph of a function. It captures the tensors from outside that it uses.

    Args:
      name: the name of the function.
      outer_graph: the graph around it: the active one, unless said otherwise. Without an outer
        graph, or if nothing is said, variables are read in this graph.
      uses_autograph: whether the control flow of its Python function is converted.
    """

    building_function = True

    def __init__(
        self, name: str, outer_graph: Graph | None = _ACTIVE, uses_autograph: bool = False
    ) -> None:
        super().__init__()
        self.name = name
        reads_variables = outer_graph is None or outer_graph is _ACTIVE
        if outer_graph is _ACTIVE:
            outer_graph = active_graph()
        self._outer_graph = None if outer_graph is None else weakref.ref(outer_graph)
        self._kept_outer_graph = outer_graph
        self._number: int | None = None  # given when somebody asks
        self.uses_autograph = uses_autograph
        self.reads_variables = reads_variables

    @property
    def outer_graph(self) -> Graph | None:  # type: ignore[override]
        """The graph that was active when this one was made, or None."""
        return None if self._outer_graph is None else self._outer_graph()

    @property
    def function_name(self) -> str:
        """The name of the function in protocol buffers."""
        if self._number is None:
            self._number = next(_numbers)
        return f"{self.name}_{self._number}"

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that the function uses."""
        return tuple(self.variables_used())

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The trainable variables that the function uses."""
        return tuple(variable for variable in self.variables_used() if variable.trainable)

    def add_output(self, tensor: EagerTensor) -> SymbolicTensor:
        """Adds an operation that gives a tensor out, and returns its result."""
        output: SymbolicTensor = self.add_node(identity_node(self.symbol(tensor)))
        self.outputs.append(output)
        return output

    def release_outer_graph(self) -> None:
        """No longer keeps the outer graph alive, since this is a function of its own."""
        self._kept_outer_graph = None

    def __repr__(self) -> str:
        return f"FuncGraph(name={self.name}, id={id(self)})"


Graph.__module__ = "tensorflow.python.framework.ops"  # as its repr shows


class _Reads:
    """Stands among the watchers of reads while a graph is active, so that they are asked."""

    _thread = None
    watched: list[Any] = []


_READS: Any = _Reads()

__all__ = ["FuncGraph", "Graph", "active_graph"]
