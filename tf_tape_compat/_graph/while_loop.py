"""`tf.while_loop` in a graph: a node with a graph for the condition and one for the body.

Both take the loop's state, and capture what they use by placeholders of their own. Variables are
read in each iteration, unless no iteration changes them: then the outer graph reads them once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import nest
from .._core.recording.execution_context import active_graph, current_context
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape, as_shape
from .._core.types.tensor_spec import TensorSpec
from .._ops.control.while_loop import check_functions, without_variables
from .._ops.math.logical import logical_and
from .graph import FuncGraph
from .loop_function import call_lowered
from .nodes import Node, ReadNode, Run
from .static_loops import static_iterations
from .symbolic_tensor import SymbolicTensor
from .tensor_arrays import flow_of, with_flow
from .unsupported import TraceUnsupported
from .variable_use import assigned_variables

if TYPE_CHECKING:
    from .lowering import Lowering

_INT32 = as_dtype("int32")


class WhileNode(Node):
    """A loop. Its inputs are the initial state, and what the condition and the body capture.

    Attributes:
      condition, body: the graphs.
      shapes: the static shapes of the state.
    """

    __slots__ = ("body", "condition", "shapes")

    function_attributes = ("cond", "body")

    def __init__(
        self,
        condition: FuncGraph,
        body: FuncGraph,
        shapes: list[TensorShape],
        inputs: list[SymbolicTensor],
    ) -> None:
        self.condition, self.body, self.shapes = condition, body, shapes
        super().__init__("While" if self.has_effect else "StatelessWhile", inputs)

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        return self.condition, self.body

    @property
    def has_effect(self) -> bool:  # type: ignore[override]
        """Whether an iteration has an effect."""
        return any(node.has_effect for graph in self.graphs for node in graph.nodes)

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return [(x.dtype, shape) for x, shape in zip(self.body.inputs, self.shapes, strict=True)]

    def result(self, outputs: list[Any]) -> Any:
        return list(outputs)

    def split(self, values: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
        """The state, what the condition captures, and what the body captures, among the inputs."""
        begin = len(self.shapes)
        end = begin + len(self.condition.captures)
        return values[:begin], values[begin:end], values[end:]

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        return run.run_loop(self, values)

    def static_iterations(self, values: list[EagerTensor]) -> int | None:
        """The number of iterations; None if it is not known, or too large to unroll."""
        return static_iterations(self, values)

    def call_lowered(self, values: list[EagerTensor], run: Lowering) -> list[EagerTensor]:
        """Captures the loop as one call, in the program that is lowered."""
        return call_lowered(self, values, run)


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Adds a loop to the active graph.

    Raises:
      ValueError: if `body` changes the structure of the loop variables, or a shape that is not
        covered by `shape_invariants`.
      TypeError: if `body` changes a dtype.
    """
    check_functions(cond, body, parallel_iterations)
    graph: FuncGraph = active_graph()
    loop_vars = without_variables(loop_vars)
    if not loop_vars and isinstance(loop_vars, (list, tuple)):
        nest.assert_same_structure([0], list(loop_vars))
    len(loop_vars)  # raises the error for a single tensor
    structure = loop_vars
    state = [_initial(graph, leaf) for leaf in nest.flatten(loop_vars, expand_composites=True)]
    invariants = _invariants(loop_vars, state, shape_invariants)
    limit = _limit(maximum_iterations)
    if limit is not None:
        state = [_initial(graph, 0), *state]
        invariants = [TensorShape([]), *invariants]

    leaves = nest.flatten(loop_vars, expand_composites=True)

    def stepped(values: list[Any]) -> Any:
        packed = [with_flow(leaf, value) for leaf, value in zip(leaves, values, strict=True)]
        return nest.pack_sequence_as(structure, packed, expand_composites=True)

    def condition(values: list[Any]) -> list[Any]:
        if limit is None:
            return [cond(*stepped(values))]
        counter, *own = values
        return [logical_and(counter < limit, cond(*stepped(own)))]

    def iteration(values: list[Any]) -> list[Any]:
        counter = [] if limit is None else [values[0] + 1]
        result = body(*stepped(values[len(counter) :]))
        if not nest.is_nested(result) or (
            len(structure) == 1 and type(result) is not type(structure) and _is_leaf(result)
        ):
            result = [result]
        return [*counter, *_flat_result(result, structure)]

    loop = _Loop(graph, name or "while", state, invariants)
    loop._has_counter = limit is not None
    outputs = loop.add(condition, iteration)
    return stepped(outputs if limit is None else outputs[1:])


def _initial(graph: FuncGraph, leaf: Any) -> SymbolicTensor:
    tensor = _as_tensor(leaf)
    if not isinstance(tensor, SymbolicTensor):
        tensor = graph.as_symbolic(None, tensor, None)
    return graph.symbol(tensor)


def _as_tensor(value: Any) -> EagerTensor:
    if value is None:
        raise ValueError("None values not supported.")
    if hasattr(value, "_as_handle"):  # Keras's loop over several steps has one
        raise TraceUnsupported("an optional or iterator as a loop variable", is_expected=True)
    tensor: EagerTensor = to_tensor(flow_of(value))
    return tensor


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, (list, tuple))


def _flat_result(result: Any, structure: Any) -> list[Any]:
    """The leaves of what the body returned, which has the structure of the loop variables."""
    result = without_variables(result)
    if isinstance(result, (list, tuple)) and isinstance(structure, (list, tuple)):
        # The outermost sequence may be a list or a tuple.
        nest.assert_same_structure(list(result), list(structure), expand_composites=True)
    else:
        nest.assert_same_structure(result, structure, expand_composites=True)
    return nest.flatten(result, expand_composites=True)


def _limit(maximum_iterations: Any) -> EagerTensor | None:
    if maximum_iterations is None:
        return None
    limit = to_tensor(maximum_iterations, _INT32)
    if limit.shape.rank not in (None, 0):
        raise ValueError(f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}")
    return limit


def _invariants(
    loop_vars: Any, state: list[SymbolicTensor], shape_invariants: Any
) -> list[TensorShape]:
    """The static shape of each part of the state."""
    if shape_invariants is None:
        return [tensor.shape for tensor in state]
    symbols = nest.pack_sequence_as(loop_vars, state, expand_composites=True)
    nest.assert_same_structure(
        symbols, nest.map_structure(_Invariant, shape_invariants), expand_composites=False
    )
    shapes: list[TensorShape] = []
    for value, given in zip(nest.flatten(symbols), nest.flatten(shape_invariants), strict=True):
        for tensor in nest.flatten(value, expand_composites=True):
            if given is None:
                shapes.append(tensor.shape)
            else:
                shapes.append(as_shape(given.shape if isinstance(given, TensorSpec) else given))
    return shapes


class _Invariant:
    """A shape, as a leaf of a structure."""

    def __init__(self, shape: Any) -> None:
        self._shape = shape

    def __repr__(self) -> str:
        return repr(self._shape)


class _Loop:
    """What the graphs of a loop have in common."""

    def __init__(
        self,
        graph: FuncGraph,
        name: str,
        state: list[SymbolicTensor],
        invariants: list[TensorShape],
    ) -> None:
        self._graph = graph
        self._name = graph.unique_name(name)
        self._state = state
        self._invariants = invariants
        self._has_counter = False  # whether the first part of the state counts iterations

    def add(
        self,
        condition: Callable[[list[Any]], list[Any]],
        iteration: Callable[[list[Any]], list[Any]],
    ) -> Any:
        """Traces both functions of the state and adds the loop's node; returns its outputs."""
        graph = self._graph
        condition_graph = self.trace("cond", condition)
        body_graph = self.trace("body", iteration)
        _check_condition(condition_graph)
        self.check_results(body_graph)
        _hoist_reads(graph, condition_graph, body_graph)
        inputs = list(self._state)
        for inner in (condition_graph, body_graph):
            inputs += [graph.symbol(tensor) for tensor in inner.captured_external]
            for variable in inner.used_variables.values():
                graph.note_variable(variable)
        node = WhileNode(condition_graph, body_graph, self._invariants, inputs)
        results = graph.add_node(node, f"{self._name}/")
        self._number_results(results)
        return results

    def _number_results(self, results: list[SymbolicTensor]) -> None:
        """TensorFlow's loops have two results more: a counter, and the most iterations."""
        graph = self._graph
        missing = [] if self._has_counter else [("maximum_iterations", -1), ("loop_counter", 0)]
        counters = []
        for label, value in missing:
            name = f"{self._name}/{label}"
            counters.append(graph.add_constant(name, to_tensor(value, _INT32)))
            graph._operations[name] = counters[-1].op
        operation = results[0].op if results else None
        for number, tensor in enumerate(results):
            tensor.value_index = number + (2 if missing else min(number, 1))  # type: ignore[misc, assignment]
        if operation is not None:
            graph._operations[operation.name] = graph._operations.pop(operation.name)  # the last
            if counters:
                operation.outputs = [*counters[::-1], *operation.outputs]
            else:
                operation.outputs.insert(1, operation.outputs[0])

    def trace(self, kind: str, function: Callable[[list[Any]], list[Any]]) -> FuncGraph:
        """The graph of the condition or body, from a function of the state."""
        outer = self._graph
        graph = FuncGraph(f"{self._name.replace('/', '_')}_{kind}", outer, outer.uses_autograph)
        graph.is_part = True
        graph.reads_variables = True
        call = current_context.call
        scope = f"{self._name}/"
        with graph.as_default(getattr(call, "function", None), getattr(call, "trace", None)):
            current_context.scope = scope
            graph.inputs = [
                graph.add_placeholder("Placeholder", tensor.dtype, shape)
                for tensor, shape in zip(self._state, self._invariants, strict=True)
            ]
            results = function(list(graph.inputs))
            graph.outputs = [graph.symbol(_as_tensor(leaf)) for leaf in results]
        return graph

    def check_results(self, body: FuncGraph) -> None:
        """Raises TypeError or ValueError if an iteration changes a dtype or a static shape."""
        for before, shape, after in zip(self._state, self._invariants, body.outputs, strict=True):
            if after.dtype is not before.dtype:
                name = before.name
                raise TypeError(
                    f"Loop var {name} enters the loop with type <dtype: '{before.dtype.name}'> but "
                    f"has type <dtype: '{after.dtype.name}'> after 1 iteration. {name} type should "
                    "remain constant."
                )
            if not _is_as_specific(after.shape, shape):
                raise ValueError(
                    f"Input tensor `{before.name}` enters the loop with shape {shape}, but has "
                    f"shape {after.shape} after one iteration. To allow the shape to vary across "
                    "iterations, use the `shape_invariants` argument of tf.while_loop to specify a "
                    "less-specific shape."
                )


def _is_as_specific(shape: TensorShape, other: TensorShape) -> bool:
    """Whether every shape that fits `shape` also fits `other`."""
    if other.rank is None:
        return True
    return shape.rank == other.rank and all(
        n is None or m == n for m, n in zip(shape.as_list(), other.as_list(), strict=True)
    )


def _check_condition(condition: FuncGraph) -> None:
    output = condition.outputs[0]
    if output.dtype.name != "bool":
        raise TypeError(
            f"Input 'input' passed {output.dtype.name} expected bool while building the condition "
            f"of the loop {condition.name}"
        )


def _hoist_reads(outer: FuncGraph, *graphs: FuncGraph) -> None:
    """Reads variables that no iteration changes in the outer graph, once.

    Reads that a tape inside the loop sees stay in their place.
    """
    assigned = assigned_variables(*graphs)
    for graph in graphs:
        for node in list(graph.nodes):
            if (
                isinstance(node, ReadNode)
                and not node.recorders
                and (id(node.variable._handle) not in assigned)
            ):
                value = outer.read_variable(node.variable)
                graph.nodes.remove(node)
                graph.captures[id(value)] = value, node.outputs[0]
