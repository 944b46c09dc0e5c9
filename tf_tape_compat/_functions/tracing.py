"""Tracing a Python function into a graph, and the structure of its arguments and results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import nest
from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.handles import is_held
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .._graph.api import FuncGraph
from .._graph.automatic_control import add_control_inputs
from .._graph.binding import bound, rebind, stand_in
from .._graph.executors.direct_call import can_check
from .._graph.operation import is_valid_name
from .._graph.shadows import is_data_dependent
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.traced_function import TracedFunction
from .._graph.unsupported import TraceUnsupported
from .._logging import get_logger
from .arguments import check_unmodified, containers
from .results import converted, is_opaque, type_of
from .trace_types import VariableSpec
from .type_components import opaque_specs, pack_tensors, tensor_specs

_MAX_BOUND = 64  # the variables for which a function is kept


class Trace:
    """A traced function with the structure of its result.

    Attributes:
      function: the traced function.
      structured_outputs: the result, with symbolic tensors in it.
      output_type: the type of the result.
      stand_ins: what stands for the variables among the arguments.
    """

    __slots__ = (
        "_bound",
        "_kind",
        "_leaves",
        "function",
        "output_type",
        "stand_ins",
        "structured_outputs",
    )

    def __init__(self, function: TracedFunction, result: Any, stand_ins: list[Variable]) -> None:
        self.function = function
        self.stand_ins = stand_ins
        self._bound: dict[tuple[int, ...], TracedFunction] = {}
        self.structured_outputs = result
        self.output_type = type_of(result)
        # The leaves of the result that are no tensors, such as None, and what stands for tensors.
        leaves = nest.flatten(result, expand_composites=True)
        self._leaves = [_OUTPUT if isinstance(leaf, EagerTensor) else leaf for leaf in leaves]
        self._kind = _packing(result)

    def __call__(self, args: Any, kwargs: Any) -> Any:
        """The result for converted arguments."""
        function = self._for_variables(args, kwargs) if self.stand_ins else self.function
        return self._packed(function(tensors_in(args, kwargs)))

    def _for_variables(self, args: Any, kwargs: Any) -> TracedFunction:
        """The function for the variables among these arguments."""
        leaves = nest.flatten((args, kwargs), expand_composites=True)
        variables = [leaf for leaf in leaves if isinstance(leaf, Variable)]
        key = tuple(id(variable._handle) for variable in variables)
        function = self._bound.get(key)
        if function is None:
            if len(self._bound) >= _MAX_BOUND:
                self._bound.clear()
            replacements = {
                id(replaced._handle): variable
                for replaced, variable in zip(self.stand_ins, variables, strict=True)
            }
            graph = bound(self.function.graph, replacements)
            function = self._bound[key] = self.function.with_graph(graph)
        return function

    def direct(self, args: Any, kwargs: Any) -> Callable[[Any], Any] | None:
        """A function of `args` for calls outside of tapes; NotImplemented for other arguments.

        None if such calls need more than the program for these sizes.
        """
        if self.stand_ins or kwargs or not can_check(args):
            return None
        tensors = [x for x in args if isinstance(x, EagerTensor)]
        executor = self.function.sole_executor(tensors)
        if executor is None:
            return None
        pack = None if self._kind is _SINGLE else self._packed
        return executor.direct(args, self.function.captured, pack, self.function.explain)

    def _packed(self, outputs: list[EagerTensor]) -> Any:
        """The result with these outputs in it."""
        if self._kind is _SINGLE:
            return outputs[0]
        if self._kind is _TUPLE:
            return tuple(outputs)
        remaining = iter(outputs)
        leaves = [self._filled_leaf(leaf, remaining) for leaf in self._leaves]
        return nest.pack_sequence_as(self.structured_outputs, leaves, expand_composites=True)

    @staticmethod
    def _filled_leaf(leaf: Any, outputs: Iterator[EagerTensor]) -> Any:
        if leaf is _OUTPUT:
            return next(outputs)
        return leaf._type_spec._from_handle(next(outputs)) if is_held(leaf) else leaf


_OUTPUT = object()

# The kinds of results: one tensor, a tuple of tensors, or any other structure.
_SINGLE, _TUPLE, _STRUCTURE = "single", "tuple", "structure"


def _packing(result: Any) -> str:
    if type(result) is SymbolicTensor:
        return _SINGLE
    if type(result) is tuple and all(type(item) is SymbolicTensor for item in result):
        return _TUPLE
    return _STRUCTURE


def tensors_in(args: Any, kwargs: Any) -> list[EagerTensor]:
    """The tensors among converted arguments, in the order of the placeholders."""
    for value in args:
        if not isinstance(value, EagerTensor):
            break
    else:
        if not kwargs:
            return list(args)
    leaves = nest.flatten((args, kwargs), expand_composites=True)
    tensors = (leaf._as_handle() if is_held(leaf) else leaf for leaf in leaves)
    return [tensor for tensor in tensors if isinstance(tensor, EagerTensor)]


def trace(
    name: str,
    python_function: Callable[..., Any],
    concrete: Any,
    function: Any,
    uses_autograph: bool,
) -> Trace:
    """Runs a Python function once, on symbolic tensors.

    Args:
      name: the name of the function.
      python_function: the function.
      concrete: the ConcreteFunction that is traced; random operations take their seeds from it.
      function: is told of variables that are created.
      uses_autograph: whether the control flow of the function is converted.

    Raises:
      TraceUnsupported: if the function has to be run at every call instead.
      Exception: what the function raises.
    """
    graph = FuncGraph(name, active_graph(), uses_autograph)
    graph.reads_variables = True
    parameters = concrete.input_type.parameters
    stand_ins = _StandIns()
    with graph.as_default(function, concrete):
        try:
            args, kwargs = _arguments(graph, concrete, stand_ins)
            graph.inputs = tensors_in(args, kwargs)  # type: ignore[assignment]
            named_arguments = {**dict(zip(parameters, args, strict=False)), **kwargs}
            before = containers(named_arguments)
            structured = converted(
                python_function(*args, **kwargs),
                python_function,
                (),
                lambda value: graph.as_symbolic(value, to_tensor(value), None),
                lambda leaf: _output(graph, leaf),
            )
        except Exception as error:
            if not is_data_dependent(error) or isinstance(error, TraceUnsupported):
                raise
            raise TraceUnsupported(f"a function that needs values: {error}") from error
        check_unmodified(python_function, name, before, named_arguments)
    stand_ins.take_places(graph)
    graph.structured_input_signature = concrete.structured_input_signature
    graph.structured_outputs = structured
    add_control_inputs(graph)
    graph.release_outer_graph()
    traced = TracedFunction(graph, function, concrete)
    result_trace = Trace(traced, structured, stand_ins.variables)
    concrete.output = result_trace.output_type
    return result_trace


def _arguments(graph: FuncGraph, concrete: Any, stand_ins: _StandIns) -> Any:
    """The `args` and `kwargs` to trace with."""
    for parameter in concrete.input_type.parameters.values():
        for spec in opaque_specs(parameter.annotation):
            # An iterator or a dataset: Keras's loops take one, and call traced functions.
            raise TraceUnsupported(f"an argument of the type {spec}", is_expected=True)
    arguments = {
        name: pack_tensors(p.annotation, _placeholders(graph, name, p, stand_ins))
        for name, p in concrete.input_type.parameters.items()
    }
    return concrete._call_arguments(arguments)


class _StandIns:
    """What stands for variables among the arguments: one for all arguments that are the same.

    The Python function gets the variables that it is traced for, so that it can tell them from
    others, as optimizers do. Stand-ins take their places in the graph afterwards.
    """

    def __init__(self) -> None:
        self.variables: list[Variable] = []  # for each variable argument
        self._by_alias: dict[Any, tuple[Variable, Variable]] = {}
        self._traced: dict[int, Variable] = {}  # the stand-ins, by the handles of the variables

    def variable(self, name: str, spec: VariableSpec) -> Variable:
        """The next variable among the arguments, to trace with."""
        pair = self._by_alias.get(spec.alias_id)
        if pair is None:
            replacement = stand_in(name, spec.dtype, spec.shape, spec.trainable)
            variable = spec.variable
            if variable is None:
                variable = replacement
            else:
                self._traced[id(variable._handle)] = replacement
            pair = variable, replacement
            if spec.alias_id is not None:
                self._by_alias[spec.alias_id] = pair
        self.variables.append(pair[1])
        return pair[0]

    def take_places(self, graph: FuncGraph) -> None:
        """Puts the stand-ins in the places of the variables that the graph was traced with."""
        if self._traced:
            rebind(graph, self._traced)


def _placeholders(graph: FuncGraph, name: str, parameter: Any, stand_ins: _StandIns) -> Any:
    for spec in tensor_specs(parameter.annotation):
        if isinstance(spec, VariableSpec) and spec.dtype.torch is not None:
            variable = stand_ins.variable(name, spec)
            if id(variable._handle) not in graph.used_variables:
                graph.note_argument(variable, name)
            graph.argument_placeholders.append(graph.resource_of(variable))
            yield variable
        elif not isinstance(spec, TensorSpec) or spec.dtype.name == "resource":
            raise TraceUnsupported(f"an argument of the type {spec}")
        else:
            placeholder = graph.add_placeholder(_valid(spec.name or name), spec.dtype, spec.shape)
            graph.argument_placeholders.append(placeholder)
            yield placeholder


def _valid(name: str) -> str:
    """The name of a placeholder; another one, with a warning, if no operation can have it."""
    if is_valid_name(name):
        return name
    get_logger().warning(
        f"`{name}` is not a valid node name. Accepted names conform to Regex "
        r"/re.compile('^[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*$')/"
    )
    return "Placeholder"


def _output(graph: FuncGraph, leaf: Any) -> Any:
    """A leaf of the result, with the outputs of the graph in it; None stays."""
    if is_held(leaf):
        return leaf._type_spec._from_handle(_output_tensor(graph, graph.held(leaf)))
    if is_opaque(leaf):
        raise TraceUnsupported(f"a result of the type {leaf._type_spec}")
    return nest.map_structure(
        lambda part: _output_tensor(graph, part), leaf, expand_composites=True
    )


def _output_tensor(graph: FuncGraph, leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        leaf = graph.read_variable(leaf)
    if not isinstance(leaf, EagerTensor):
        return leaf
    return graph.add_output(leaf)
