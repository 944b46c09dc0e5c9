"""`tf.gradients` and `tf.hessians`: gradients of tensors of a graph by others of the same graph.

They are nodes. What lies between the tensors is run again, under a tape of the node's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.gradients import jacobian, tape_gradient
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.recording import activation, admission
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import variant
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._ops.array.creation import zeros_like
from .._ops.array.identity import identity
from .._ops.control import gradient_functions
from .._ops.math.arithmetic import add_n
from .graph import FuncGraph, Graph
from .jacobian_node import _ReplayedTape
from .nodes import Node, ReadNode, Run
from .structure import TensorPlace, fill, tensors_of
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_function
from .traced_gradients import as_traced
from .unsupported import TraceUnsupported


class GradientsNode(Node):
    """Gradients of tensors by others. Its inputs are those of `between`, then cotangents.

    Attributes:
      between: the graph between sources and targets. Its first inputs are the sources.
      sources: their number.
      variables: further sources, which functions that are called in between read.
      cotangents: for each target, whether a cotangent is given.
    """

    __slots__ = ("between", "cotangents", "sources", "structure", "variables")

    is_operation = False

    def __init__(
        self,
        between: FuncGraph,
        sources: int,
        variables: list[Variable],
        cotangents: list[SymbolicTensor | None],
    ) -> None:
        given = [x for x in cotangents if x is not None]
        super().__init__("gradients", [*between.inputs, *given])
        self.between = between
        self.sources = sources
        self.variables = variables
        self.cotangents = [x is not None for x in cotangents]
        self.structure: Any = None

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        return (self.between,)

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder = Recorder(persistent=False, watch_accessed=False)
        gradients = self._differentiate(run, values, recorder)
        recorder.release()
        if self.structure is not None and not isinstance(run, Graph):
            sources = [*values[: self.sources], *map(run.variable, self.variables)]
            return tensors_of(as_traced(gradients, self.structure, sources, self.outputs))[1]
        self.structure, tensors = tensors_of(gradients)
        return tensors

    def _differentiate(self, run: Run, values: list[EagerTensor], recorder: Recorder) -> list[Any]:
        """The gradients, as operations that the tapes around `recorder` see."""
        own = {node.read_recorder for node in self.between.nodes} - {None}
        with run.new_recorders(own):  # type: ignore[arg-type]
            return self._differentiate_once(run, values, recorder)

    def _differentiate_once(
        self, run: Run, values: list[EagerTensor], recorder: Recorder
    ) -> list[Any]:
        count = len(self.between.inputs)
        sources: list[Any] = [_renewed(value) for value in values[: self.sources]]
        variables = [run.variable(variable) for variable in self.variables]
        activation.activate(recorder)
        try:
            for value in sources:
                admission.watch(recorder, value)
            for variable in variables:
                recorder.variables[id(variable._handle)] = variable
            targets = run.run_graph(self.between, [*sources, *values[self.sources : count]])
        finally:
            activation.deactivate(recorder)
        given = iter(values[count:])
        cotangents = [next(given) if is_given else None for is_given in self.cotangents]
        sources += variables
        gradients: list[Any] = tape_gradient.gradient(
            recorder,
            targets,
            sources,
            cotangents if any(self.cotangents) else None,
            UnconnectedGradients.NONE,
        )
        return gradients

    def result(self, outputs: list[Any]) -> Any:
        return fill(self.structure, outputs)

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape] | None:
        shapes = [x.shape for x in self.between.inputs[: self.sources]]
        shapes += [variable.shape for variable in self.variables]
        if any(place is not None and type(place) is not TensorPlace for place in self.structure):
            return None  # slices
        return [
            shape for shape, place in zip(shapes, self.structure, strict=True) if place is not None
        ]


class HessianNode(GradientsNode):
    """The second derivatives of the sum of the targets by one source."""

    __slots__ = ()

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        source = _renewed(values[0])
        outer = Recorder(persistent=True, watch_accessed=False)
        activation.activate(outer)
        try:
            admission.watch(outer, source)
            inner = Recorder(persistent=False, watch_accessed=False)
            (gradient,) = self._differentiate(run, [source, *values[1:]], inner)
            inner.release()
        finally:
            activation.deactivate(outer)
        result = None
        if gradient is not None:
            options = UnconnectedGradients.ZERO, None, True
            result = jacobian.jacobian(_ReplayedTape(outer), to_tensor(gradient), source, *options)
        outer.release()
        self.structure, tensors = tensors_of([result])
        return tensors

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape] | None:
        shape = self.between.inputs[0].shape
        return [shape.concatenate(shape) for _ in results]


def _renewed(value: EagerTensor) -> EagerTensor:
    """The same value as a tensor of its own, so that a source is not mistaken for another use."""
    return identity(value)


def install() -> None:
    """Gives `tf.gradients` and `tf.hessians` their rules for graphs."""
    trace_function(gradient_functions.gradients, _gradients)
    trace_function(gradient_functions.hessians, _hessians)


def _gradients(
    graph: Graph,
    call: Callable[..., Any],
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:
    unconnected_gradients = UnconnectedGradients(unconnected_gradients)
    targets = [graph.symbol(to_tensor(y)) for y in nest.flatten(ys, expand_composites=True)]
    sources = nest.flatten(xs, expand_composites=True)
    if grad_ys is None:
        cotangents: list[Any] = [None] * len(targets)
    else:
        given = nest.flatten(grad_ys, expand_composites=True)
        if len(given) != len(targets):
            raise ValueError(f"Passed {len(given)} grad_ys for {len(targets)} ys")
        cotangents = [
            None if g is None else graph.symbol(to_tensor(g, y.dtype))
            for g, y in zip(given, targets, strict=True)
        ]
    stops = [graph.symbol(to_tensor(x)) for x in nest.flatten(stop_gradients or [])]
    parts: list[list[SymbolicTensor]] = []
    used = _used_by(graph, targets)
    for source in sources:
        if isinstance(source, Variable):
            parts.append([x for x in _reads(graph, source) if id(x) in used])
        else:
            parts.append([graph.symbol(to_tensor(source))])
    found = _add_node(graph, GradientsNode, targets, parts, sources, stops, cotangents)
    results = []
    for source, flat in zip(sources, found, strict=True):
        if not flat:
            is_zero = unconnected_gradients is UnconnectedGradients.ZERO
            results.append(zeros_like(source) if is_zero else None)
        else:
            results.append(flat[0] if len(flat) == 1 else add_n([to_tensor(x) for x in flat]))
    return results


def _hessians(
    graph: Graph,
    call: Callable[..., Any],
    ys: Any,
    xs: Any,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    name: str = "hessians",
) -> list[Any]:
    targets = [graph.symbol(to_tensor(y)) for y in nest.flatten(ys)]
    results = []
    for x in nest.flatten(xs):
        source = graph.symbol(to_tensor(x))
        (found,) = _add_node(
            graph, HessianNode, targets, [[source]], [x], [], [None] * len(targets)
        )
        results.append(found[0] if found else None)
    return results


def _add_node(
    graph: Graph,
    cls: type[GradientsNode],
    targets: list[SymbolicTensor],
    parts: list[list[SymbolicTensor]],
    sources_of_parts: list[Any],
    stops: list[SymbolicTensor],
    cotangents: list[Any],
) -> list[list[Any]]:
    """For each source, its gradients by its parts and, if it is a variable, by its reads inside."""
    variables = [x for x in sources_of_parts if isinstance(x, Variable)]
    sources = [x for items in parts for x in items]
    nodes, reached = _nodes_between(graph, targets, [*sources, *stops], sources, variables)
    connected = [i for i, y in enumerate(targets) if id(y) in reached]
    if not connected:
        return [[] for _ in parts]
    made = {id(output) for node in nodes for output in node.outputs}
    known = {id(x) for x in sources} | made
    others: dict[int, SymbolicTensor] = {}
    for x in [x for node in nodes for x in node.inputs] + [targets[i] for i in connected]:
        if id(x) not in known:
            others[id(x)] = x
    between = FuncGraph(f"{graph.name}_gradients", None)
    between.inputs = [*sources, *others.values()]
    between.nodes = nodes
    between.outputs = [targets[i] for i in connected]
    for node in nodes:
        for inner in node.graphs:
            between.used_variables.update(inner.used_variables)
    node = cls(between, len(sources), variables, [cotangents[i] for i in connected])
    flat = iter(graph.add_node(node))
    found: list[list[Any]] = [[next(flat) for _ in items] for items in parts]
    inside = iter(flat)
    for source_parts, source in zip(found, sources_of_parts, strict=True):
        if isinstance(source, Variable):
            source_parts.append(next(inside))
    return [[g for g in items if g is not None] for items in found]


def _carries_gradients(tensor: SymbolicTensor) -> bool:
    """Whether a gradient may pass a tensor: also the flow of a TensorArray."""
    return tensor.dtype.torch in TRAINABLE or tensor.dtype is variant


def _reads(graph: Graph, variable: Variable) -> list[SymbolicTensor]:
    """What was read from a variable so far."""
    return [
        node.outputs[0]
        for node in graph.nodes
        if isinstance(node, ReadNode) and node.variable._handle is variable._handle
    ]


def _used_by(graph: Graph, targets: list[SymbolicTensor]) -> set[int]:
    """The ids of all tensors that the targets are computed from.

    Another read of a variable may have to wait for an assignment, which the gradient must not run.
    """
    used = {id(y) for y in targets}
    for node in reversed(graph.nodes):
        if any(id(x) in used for x in node.outputs):
            used.update(id(x) for x in node.inputs)
    return used


def _nodes_between(
    graph: Graph,
    targets: list[SymbolicTensor],
    cuts: list[SymbolicTensor],
    sources: list[SymbolicTensor],
    variables: list[Variable],
) -> tuple[list[Node], set[int]]:
    """The nodes between sources and targets, in order, and the ids of all that sources reach."""
    cut = {id(x) for x in cuts}
    handles = {id(variable._handle) for variable in variables}
    reached = {id(x) for x in sources}
    nodes = []
    for node in graph.nodes:
        if isinstance(node, ReadNode):
            continue
        reads = any(
            id(v._handle) in handles for inner in node.graphs for v in inner.variables_used()
        )
        if reads or any(id(x) in reached for x in node.inputs):
            nodes.append(node)
            reached.update(
                id(x) for x in node.outputs if id(x) not in cut and _carries_gradients(x)
            )
    needed = {id(y) for y in targets}
    candidates = {id(node) for node in nodes}
    recorders: set[Recorder] = set()  # of the tapes whose gradients lie in between
    between = []
    for node in reversed(graph.nodes):
        is_needed = any(id(x) in needed and id(x) not in cut for x in node.outputs)
        is_recorded = not recorders.isdisjoint(node.recorders)
        if (
            is_needed
            and is_recorded
            and isinstance(node, ReadNode)
            and _reads_one_of(node, handles)
        ):
            raise TraceUnsupported("tf.gradients, by a variable, of the gradient of a tape by it")
        if (is_needed and (id(node) in candidates or is_recorded)) or (
            node.watching_recorder in recorders
        ):
            between.append(node)
            needed.update(id(x) for x in node.inputs)
            if node.read_recorder is not None:
                recorders.add(node.read_recorder)
    return between[::-1], reached


def _reads_one_of(node: Node, handles: set[int]) -> bool:
    return isinstance(node, ReadNode) and id(node.variable._handle) in handles
