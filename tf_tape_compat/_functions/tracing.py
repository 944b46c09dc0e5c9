"""Tracing a Python function into a graph, and the structure of its arguments and results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .._graph import node_functions
from .._graph.graph import FuncGraph
from .._graph.operation import Operation
from .._graph.shadows import is_data_dependent
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.traced_function import TracedFunction
from .._graph.unsupported import TraceUnsupported
from .function_type import FunctionType
from .results import converted
from .type_components import pack_tensors, tensor_specs


class Trace:
    """A traced function with the structure of its result."""

    __slots__ = ("_result", "function")

    def __init__(self, function: TracedFunction, result: Any) -> None:
        self.function = function
        self._result = result  # with the numbers of outputs in it

    def __call__(self, args: Any, kwargs: Any) -> Any:
        """The result for converted arguments."""
        return self._packed(self.function(tensors_in(args, kwargs)))

    def direct(self, args: Any, kwargs: Any) -> Callable[[Any], Any] | None:
        """A function of `args` for calls outside of tapes with tensors of the same sizes.

        None if such calls need more than the program for these sizes.
        """
        if kwargs or any(isinstance(x, (list, tuple, dict)) for x in args):
            return None
        executor = self.function.sole_executor([x for x in args if isinstance(x, EagerTensor)])
        if executor is None:
            return None
        captured = self.function.captured
        tensors = [f"a{i}._t" for i, x in enumerate(args) if isinstance(x, EagerTensor)]
        tensors += [f"captured[{i}]._t" for i in range(len(captured))]
        lines = [
            "def direct(args):",
            *([f"    {', '.join(f'a{i}' for i in range(len(args)))}, = args"] if args else []),
            f"    try: outputs = executor.run({', '.join(tensors)})",
            "    except Exception as error: raise executor.explain(error) from None",
        ]
        if self._is_single:
            lines += ["    result = new(T)", "    result._t, = outputs", "    return result"]
        else:
            lines.append("    return packed([T(output) for output in outputs])")
        namespace = {
            "executor": executor,
            "captured": captured,
            "new": object.__new__,
            "T": EagerTensor,
            "packed": self._packed,
        }
        exec("\n".join(lines), namespace)
        function: Callable[[Any], Any] = namespace["direct"]  # type: ignore[assignment]
        return function

    @property
    def _is_single(self) -> bool:
        return type(self._result) is int

    def _packed(self, outputs: list[EagerTensor]) -> Any:
        """The result with these outputs in it."""
        result = self._result
        if type(result) is int:
            return outputs[result]
        if type(result) is tuple and all(type(item) is int for item in result):
            return tuple(outputs)
        leaves = [
            outputs[leaf] if type(leaf) is int else leaf
            for leaf in nest.flatten(result, expand_composites=True)
        ]
        return nest.pack_sequence_as(result, leaves, expand_composites=True)


def tensors_in(args: Any, kwargs: Any) -> list[EagerTensor]:
    """The tensors among converted arguments, in the order of the placeholders."""
    for value in args:
        if not isinstance(value, EagerTensor):
            break
    else:
        if not kwargs:
            return list(args)
    leaves = nest.flatten((args, kwargs), expand_composites=True)
    return [leaf for leaf in leaves if isinstance(leaf, EagerTensor)]


def trace(
    name: str,
    python_function: Callable[..., Any],
    input_type: FunctionType,
    to_call_arguments: Callable[[dict[str, Any]], tuple[list[Any], dict[str, Any]]],
    function: Any,
    concrete: Any,
    uses_autograph: bool,
) -> Trace:
    """Runs a Python function once, on symbolic tensors.

    Args:
      name: the name of the function.
      python_function: the function.
      input_type: the types of the arguments.
      to_call_arguments: turns arguments by name into the `args` and `kwargs` of the function.
      function: is told of variables that are created.
      concrete: the trace that random operations take their seeds from.
      uses_autograph: whether the control flow of the function is converted.

    Raises:
      TraceUnsupported: if the function has to be run at every call instead.
      Exception: what the function raises.
    """
    node_functions.install()
    graph = FuncGraph(name, uses_autograph=uses_autograph)
    with graph.as_default(function, concrete):
        arguments = {
            parameter: pack_tensors(p.annotation, _placeholders(graph, parameter, p.annotation))
            for parameter, p in input_type.parameters.items()
        }
        args, kwargs = to_call_arguments(arguments)
        graph.inputs = tensors_in(args, kwargs)  # type: ignore[assignment]
        try:
            result = converted(python_function(*args, **kwargs), python_function, ())
        except Exception as error:
            if not is_data_dependent(error) or isinstance(error, TraceUnsupported):
                raise
            raise TraceUnsupported(f"a function that needs values: {error}") from error
        leaves = nest.flatten(result, expand_composites=True)
        numbered = [_output(graph, leaf) for leaf in leaves]
    structure = nest.pack_sequence_as(result, numbered, expand_composites=True)
    return Trace(TracedFunction(graph, function, concrete), structure)


def _placeholders(graph: FuncGraph, name: str, trace_type: Any) -> Any:
    for spec in tensor_specs(trace_type):
        if not isinstance(spec, TensorSpec) or spec.dtype.torch is None:
            raise TraceUnsupported(f"an argument of the type {spec}")
        yield graph.add_placeholder(spec.name or name, spec.dtype, spec.shape)


def _output(graph: FuncGraph, leaf: Any) -> Any:
    """The number of an output for a leaf of the result; other leaves stay."""
    if isinstance(leaf, Variable):
        leaf = graph.read_variable(leaf)
    if not isinstance(leaf, EagerTensor):
        return None if isinstance(leaf, Operation) else leaf
    tensor: SymbolicTensor = graph.symbol(leaf)
    graph.outputs.append(tensor)
    return len(graph.outputs) - 1
