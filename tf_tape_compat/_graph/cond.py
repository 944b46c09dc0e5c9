"""`tf.cond` in a graph: a node with a graph for each branch.

Each branch captures what it uses by a placeholder of its own, so no path of a gradient is counted
twice. When the graph is lowered, the conditional becomes one call that runs the program of the
branch that is taken; its vector-Jacobian products of every order are such calls, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from .. import nest
from .._core.devices.placement import thread
from .._core.recording.admission import admit
from .._core.recording.execution_context import active_graph, current_context
from .._core.tensor.convert import c_name, to_tensor
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import DType
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape
from .._core.variables.indexed_slices import IndexedSlices
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from . import calls
from .array_values import dense, refuse_unallocated
from .graph import FuncGraph
from .nodes import Node, Run
from .operation import Operation
from .program import PayloadSpec
from .symbolic_tensor import SymbolicTensor
from .tensor_arrays import flow_of, with_flow
from .unsupported import LoweringUnsupported
from .variable_use import assigned_variables

if TYPE_CHECKING:
    from .lowering import Lowering

Branch = Callable[[], Any]


class CondNode(Node):
    """A conditional. Its inputs are the predicate and what each of the branches captures."""

    __slots__ = ("branches",)

    function_attributes = ("then_branch", "else_branch")

    def __init__(self, branches: tuple[FuncGraph, FuncGraph], inputs: list[SymbolicTensor]) -> None:
        super().__init__("If" if _has_effect(branches) else "StatelessIf", inputs)
        self.branches = branches

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        return self.branches

    @property
    def has_effect(self) -> bool:  # type: ignore[override]
        """Whether a branch has an effect."""
        return _has_effect(self.branches)

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return [
            (x.dtype, x.shape.most_specific_compatible_shape(y.shape))
            for x, y in zip(*(branch.outputs for branch in self.branches), strict=True)
        ]

    def result(self, outputs: list[Any]) -> Any:
        return list(outputs)

    def branch(self, predicate: bool, values: Sequence[Any]) -> tuple[FuncGraph, list[Any]]:
        """The branch that is taken, and the values for its placeholders."""
        true, false = self.branches
        border = 1 + len(true.captures)
        if predicate:
            return true, list(values[1:border])
        return false, list(values[border:])

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        return run.run_branch(self, values)

    def call_lowered(self, values: list[EagerTensor], run: Lowering) -> list[EagerTensor]:
        """Captures the conditional as one call, in the program that is lowered."""
        values = [dense(value) for value in values]
        refuse_unallocated(values)
        recording, payloads = admit(values)
        if self.has_effect and (recording.recorders or not run.stores):
            raise LoweringUnsupported("the gradient of a conditional with an effect")
        branches = []
        for predicate in (True, False):
            graph, inputs = self.branch(predicate, payloads)
            branches.append(calls.Derivative(graph, [], inputs, all_inputs=True))
        counts = len(self.branches[0].captures), len(self.branches[1].captures)
        function = CondFunction((branches[0], branches[1]), counts)
        function.has_effect = self.has_effect
        outputs = run.captured(lambda: calls.apply(function, payloads))
        for variable in assigned_variables(*self.branches).values():
            run.reload(variable)
        return list(finish(recording, list(outputs)))


def _has_effect(branches: Sequence[FuncGraph]) -> bool:
    return any(node.has_effect for branch in branches for node in branch.nodes)


def cond(pred: Any, true_fn: Branch, false_fn: Branch, name: str | None = None) -> Any:
    """Adds a conditional to the active graph.

    Raises:
      TypeError: if the branches return different structures or types.
      ValueError, AssertionError: if they return different numbers of tensors.
    """
    graph = active_graph()
    predicate = graph.symbol(to_tensor(pred))
    unique = graph.unique_name(name or "cond")
    if predicate.dtype.name != "bool":
        raise _not_boolean(predicate, unique)
    (true, result), (false, other) = (
        _trace(graph, unique, kind, branch, predicate)
        for kind, branch in (("true", true_fn), ("false", false_fn))
    )
    result, other = _with_alike_indices(true, false, result, other)
    _check_alike(true, false, result, other)
    others = nest.flatten(other, expand_composites=True)
    inputs = [predicate]
    for branch in (true, false):
        inputs += [graph.symbol(tensor) for tensor in branch.captured_external]
    results = graph.add_node(CondNode((true, false), inputs), f"{unique}/")
    for tensor in results:
        _show_identity(graph, tensor, f"{unique}/Identity")
    outputs = iter(results)
    leaves = [
        leaf if leaf is None else _of_tensor(leaf, next(outputs), twin)
        for leaf, twin in zip(nest.flatten(result, expand_composites=True), others, strict=True)
    ]
    return nest.pack_sequence_as(result, leaves, expand_composites=True)


def _of_tensor(leaf: Any, tensor: Any, twin: Any = None) -> Any:
    """What a tensor stands for, if it takes the place of `leaf`, or of it and a twin."""
    if not is_held(leaf):
        return with_flow(leaf, tensor, keeps_size=False)
    return _common_spec(leaf, leaf if twin is None else twin)._from_handle(tensor)


def _common_spec(one: Any, two: Any) -> Any:
    """The spec that covers two datasets, or others that are passed as handles; None without one."""
    return one._type_spec.most_specific_common_supertype([two._type_spec])


def _not_boolean(predicate: SymbolicTensor, conditional: str) -> Exception:
    """The error for a predicate of another type, which TensorFlow raises when the graph runs."""
    error = InvalidArgumentError(
        None,
        None,
        f"Input 'pred' passed {c_name(predicate.dtype)} expected bool while building NodeDef "
        f"'{conditional}/switch_pred/_2' using Op<name=Switch; signature=data:T, pred:bool -> "
        f"output_false:T, output_true:T; attr=T:type> [Op:__inference_{predicate.graph.name}]",
    )
    error.ag_pass_through = True  # type: ignore[attr-defined]
    return error


def _with_alike_indices(true: FuncGraph, false: FuncGraph, result: Any, other: Any) -> list[Any]:
    """The results of both branches; where indices of slices differ in type, both are int64."""
    results = [nest.flatten(value) for value in (result, other)]
    pairs = list(zip(*results, strict=False))
    changed = False
    for position, pair in enumerate(pairs):
        if not all(isinstance(x, IndexedSlices) for x in pair):
            continue
        if pair[0].indices.dtype is pair[1].indices.dtype:
            continue
        for graph, leaves, slices in zip((true, false), results, pair, strict=True):
            if slices.indices.dtype.name == "int64":
                continue
            with graph.as_default():
                indices = graph.symbol(cast(slices.indices, "int64"))
            place = next(i for i, x in enumerate(graph.outputs) if x is slices.indices)
            graph.outputs[place] = indices
            leaves[position] = IndexedSlices(slices.values, indices, slices.dense_shape)
            changed = True
    if not changed:
        return [result, other]
    packed = zip((result, other), results, strict=True)
    return [nest.pack_sequence_as(structure, leaves) for structure, leaves in packed]


def _check_alike(true: FuncGraph, false: FuncGraph, result: Any, other: Any) -> None:
    """Raises TensorFlow's errors for branches with different results."""
    counts = [len(true.outputs), len(false.outputs)]
    if counts[0] != counts[1]:
        if 0 not in counts:
            raise AssertionError(counts)
        raise ValueError(
            "Lengths of branch outputs of cond must match.\n"
            f"len(graphs[0].outputs): {counts[0]}\nlen(graphs[1].outputs): {counts[1]}\n"
        )
    try:
        nest.assert_same_structure(result, other, expand_composites=True)
        for x, y in zip(true.outputs, false.outputs, strict=True):
            if x.dtype is not y.dtype:
                shown = [_as_shown(z) for z in (x, y)]
                raise TypeError(f"{shown[0]} and {shown[1]} have different types")
        leaves = (nest.flatten(value, expand_composites=True) for value in (result, other))
        for one, two in zip(*leaves, strict=True):
            if is_held(one) and (not is_held(two) or _common_spec(one, two) is None):
                raise TypeError(f"{one} and {two} have different types")
    except (TypeError, ValueError):
        shown_result, shown_other = (
            nest.map_structure(_as_shown, value, expand_composites=True)
            for value in (result, other)
        )
        try:
            nest.assert_same_structure(shown_result, shown_other, expand_composites=True)
            pairs = zip(nest.flatten(shown_result), nest.flatten(shown_other), strict=True)
            x, y = next((x, y) for x, y in pairs if is_held(x) or x.dtype is not y.dtype)
            details = f"{x} and {y} have different types"
            if is_held(x):
                first, second = (f"type={type(z).__name__} str={z}" for z in (x, y))
                details = (
                    "The two structures don't have the same nested structure.\n\n"
                    f"First structure: {first}\n\nSecond structure: {second}\n\nMore specifically: "
                    f"Incompatible CompositeTensor TypeSpecs: {_shown_spec(x)} vs. "
                    f"{_shown_spec(y)}\nEntire first structure:\n.\nEntire second structure:\n."
                )
        except (TypeError, ValueError) as error:
            details = str(error)
        raise TypeError(
            "true_fn and false_fn arguments to tf.cond must have the same number, type, and "
            f"overall structure of return values.\n\ntrue_fn output: {shown_result}\n"
            f"false_fn output: {shown_other}\n\nError details:\n{details}"
        ) from None


def _shown_spec(value: Any) -> str:
    spec = value._type_spec
    return f"type={type(spec).__name__} str={spec}"


def _as_shown(tensor: Any) -> Any:
    """A result of a branch as errors show it: TensorFlow's branches end with identities."""
    if type(tensor) is not SymbolicTensor:
        return tensor
    graph = tensor.graph
    position = next(i for i, output in enumerate(graph.outputs) if output is tensor)
    name = "cond/Identity" if not position else f"cond/Identity_{position}"
    operation = Operation(graph, name, "Identity", tensor.op.node)
    return SymbolicTensor(operation, 0, tensor.dtype, tensor.shape, tensor.shadow)


def _show_identity(graph: FuncGraph, tensor: SymbolicTensor, name: str) -> None:
    """Shows a result of a conditional as that of an identity, as TensorFlow's graphs have it."""
    conditional = tensor.op
    number: int = tensor.value_index
    shown = SymbolicTensor(conditional, number, tensor.dtype, tensor.shape, tensor.shadow)
    conditional.outputs[number] = shown
    identity = Node("Identity", [shown])
    operation = graph._add_operation(identity, f"{graph.unique_name(name, '')}/")
    operation.outputs.append(tensor)
    tensor._op, tensor.value_index = operation, 0  # type: ignore[misc, assignment]


def _trace(
    outer: FuncGraph, conditional: str, kind: str, function: Branch, predicate: SymbolicTensor
) -> tuple[FuncGraph, Any]:
    """The graph of a branch, and its result with tensors of that graph as leaves.

    As in TensorFlow, the predicate takes the place of an operation without a result.
    """
    graph = FuncGraph(f"{conditional.replace('/', '_')}_{kind}", outer, outer.uses_autograph)
    graph.is_part = True
    call = current_context.call
    with graph.as_default(getattr(call, "function", None), getattr(call, "trace", None)):
        current_context.scope = f"{conditional}/"
        result = function()
        leaves = []
        for leaf in nest.flatten(result, expand_composites=True):
            if leaf is not None:
                if isinstance(leaf, Operation):
                    leaf = predicate
                tensor = graph.held(leaf) if is_held(leaf) else to_tensor(flow_of(leaf))
                tensor = graph.symbol(tensor)
                graph.outputs.append(tensor)
                leaf = _of_tensor(leaf, tensor)
            leaves.append(leaf)
    return graph, nest.pack_sequence_as(result, leaves, expand_composites=True)


# -- lowered -------------------------------------------------------------------------------------


class _Cotangents(NamedTuple):
    """The cotangents of one order: how many there are, and which of them each branch takes."""

    total: int
    taken: tuple[list[int], list[int]]


def _common(specs: Sequence[PayloadSpec], other: calls.Function) -> list[PayloadSpec]:
    """The types of the results of both branches: on the accelerator if those of one are.

    Raises LoweringUnsupported if they differ in more than their devices.
    """
    others = other.output_specs
    if [x[:2] for x in specs] != [x[:2] for x in others]:
        raise LoweringUnsupported("the branches of a conditional have other shapes")
    return [y if x.device.type == "cpu" else x for x, y in zip(specs, others, strict=True)]


def _moved(payloads: Sequence[Any], specs: Sequence[PayloadSpec]) -> list[Any]:
    """The payloads, on the devices of these types."""
    return [
        x if x is None or x.device == spec.device else x.to(spec.device)
        for x, spec in zip(payloads, specs, strict=True)
    ]


class CondFunction(calls.Function):
    """A conditional as a function of payloads, or its vector-Jacobian product of some order.

    The payloads are the predicate, the inputs of both branches, and the cotangents of each order.
    The results of a product are the gradients by the trainable ones among the payloads of the order
    below. Each belongs to one of the branches, or, if it is by a cotangent, to both.
    """

    def __init__(
        self,
        branches: tuple[calls.Function, calls.Function],
        counts: tuple[int, int],
        cotangents: tuple[_Cotangents, ...] = (),
    ) -> None:
        self.branches = branches
        self._counts = counts  # the numbers of inputs of the branches
        self._cotangents = cotangents
        self.order = len(cotangents)
        self._next: CondFunction | None = None
        self._results: list[int] = []  # the numbers of the results that are not None
        self._places: tuple[list[int], list[int]] = ([], [])  # of each branch's results
        self._moves = thread.device is not None  # whether results may be on other devices
        true, false = branches
        if cotangents:
            self._merge_results()
        else:
            self.kinds, self.output_specs = true.kinds, _common(true.output_specs, false)

    def _merge_results(self) -> None:
        """Numbers the results of both branches."""
        below = self._cotangents[:-1]
        own = [
            len(branch.kinds) - sum(len(order.taken[i]) for order in below)
            for i, branch in enumerate(self.branches)
        ]
        self._places = list(range(own[0])), list(range(own[0], sum(own)))
        total = sum(own)
        for order in below:
            for places, taken in zip(self._places, order.taken, strict=True):
                places += [total + number for number in taken]
            total += order.total
        specs: dict[int, PayloadSpec] = {}
        for branch, places in zip(self.branches, self._places, strict=True):
            branch_specs = iter(branch.output_specs)
            for place, kind in zip(places, branch.kinds, strict=True):
                if kind is not None:
                    specs[place] = next(branch_specs)
        self._results = sorted(specs)
        self.kinds = ["dense" if place in specs else None for place in range(total)]
        self.output_specs = [specs[place] for place in self._results]

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        """Runs the branch that the predicate chooses. The other one's gradients are zeros."""
        chosen = 0 if bool(payloads[0]) else 1
        branch = self.branches[chosen]
        outputs = branch.run(self.inputs(chosen, payloads))
        if not self._cotangents:
            return _moved(outputs, self.output_specs) if self._moves else outputs
        remaining = iter(outputs)
        known = {
            place: next(remaining)
            for place, kind in zip(self._places[chosen], branch.kinds, strict=True)
            if kind is not None
        }
        results = [
            known[place] if place in known else spec.zeros()
            for place, spec in zip(self._results, self.output_specs, strict=True)
        ]
        return _moved(results, self.output_specs) if self._moves else results

    def inputs(self, branch: int, payloads: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The payloads that a branch takes."""
        begin = 1 + branch * self._counts[0]
        inputs = list(payloads[begin : begin + self._counts[branch]])
        begin = 1 + sum(self._counts)
        for order in self._cotangents:
            inputs += [payloads[begin + number] for number in order.taken[branch]]
            begin += order.total
        return inputs

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> CondFunction:
        if self._next is None:
            taken = tuple(self._outputs_of(branch, cotangents) for branch in (0, 1))
            orders = (*self._cotangents, _Cotangents(cotangents, taken))  # type: ignore[arg-type]
            layout = CondFunction.__new__(CondFunction)
            layout._counts, layout._cotangents = self._counts, orders
            branches = tuple(
                function.derivative(layout.inputs(i, payloads), len(taken[i]))
                for i, function in enumerate(self.branches)
            )
            self._next = CondFunction(branches, self._counts, orders)  # type: ignore[arg-type]
        return self._next

    def _outputs_of(self, branch: int, cotangents: int) -> list[int]:
        """The numbers of the outputs that a branch computes, in its own order."""
        if not self._cotangents:
            return list(range(cotangents))
        kinds = self.branches[branch].kinds
        places = zip(self._places[branch], kinds, strict=True)
        return [self._results.index(place) for place, kind in places if kind is not None]
