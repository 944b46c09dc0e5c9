"""Functions of elements that are traced: their Python runs once, and their graph for each element.

The components of an element are placeholders of a graph. Each iteration calls the graph in a
context of its own, in which the streams of its random operations begin anew.
"""

from __future__ import annotations

import copy
import functools
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import torch

from .. import nest
from .._autograph.calls import converting
from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import FunctionCall, current_context, in_call
from .._core.recording.tape_set import thread
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import resource
from .._core.types.handles import Handle, is_held
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec, describe
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec, SparseTensorValue
from .._core.variables.variable import Variable
from .._graph.api import FuncGraph
from .._graph.executors.executor import explain
from .._graph.replay import interpret
from .._graph.shadows import is_data_dependent
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.traced_function import TracedFunction
from .._graph.unsupported import LoweringUnsupported, TraceUnsupported
from .batched_programs import BatchedProgram
from .dataset_node import DatasetNode
from .graph_components import component_types, from_tensors, tensors_of
from .structure import Flat, flatten, pack

_lowering = threading.RLock()  # several threads may call a function for the first time


class TracedElements:
    """A traced function of flat elements.

    Attributes:
      output_spec: the structure of specs of the results.
      outer: the tensors of the graph around it that it uses; `bind` gives them values.
    """

    def __init__(
        self,
        traced: TracedFunction,
        input_specs: list[Any],
        result: Any,
        outer: list[SymbolicTensor],
    ) -> None:
        self._traced = traced
        traced.specializes = False  # each element has other values
        self.outer = outer
        self._outer_values: list[EagerTensor] = []
        self._holds_datasets = False  # among these values
        self._graph = traced.graph
        leaves = flatten(result)
        self.output_spec = pack(result, [_spec(leaf) for leaf in leaves])
        self._leaves = leaves
        self._inputs_are_dense = all(map(_is_dense, input_specs))
        self._outputs_are_dense = all(isinstance(leaf, SymbolicTensor) for leaf in leaves)
        self._sizes = _static_sizes(input_specs) if self._inputs_are_dense else None
        self._needs_context = any(
            node.needs_values or type(node) is DatasetNode for node in self._graph.all_nodes()
        )
        self._is_interpreted = any(
            hasattr(spec, "_from_handle") for spec in (*input_specs, *flatten(self.output_spec))
        )

    @functools.cached_property
    def batched(self) -> BatchedProgram | None:
        """The program for many elements at once; None if that may differ from one by one."""
        if self._sizes is None or self._needs_context or self._graph.used_variables:
            return None
        executor = self._static_executor()
        if executor is None or executor.program.called_eagerly:
            return None
        return BatchedProgram.of(executor.program, len(self._sizes))

    def bind(self, values: dict[int, EagerTensor]) -> TracedElements:
        """This function, with values for the tensors around it, by their ids."""
        bound = copy.copy(self)
        bound.__dict__.pop("batched", None)
        bound._outer_values = [values[id(symbol)] for symbol in self.outer]
        bound._holds_datasets = any(type(x._t) is Handle for x in bound._outer_values)
        return bound

    @property
    def captured(self) -> list[Any]:
        """The payloads that programs get after the components of an element."""
        return [x._t.detach() for x in (*self._outer_values, *self._traced.captured)]

    def instance(self, place: Any) -> Callable[[Flat], Flat]:
        """A function of flat elements. `place` is where random operations find their streams."""
        if self._sizes is not None and self._outputs_are_dense and not self._needs_context:
            run = self._quick_run()
            if run is not None:
                return run

        def call(element: Flat) -> Flat:
            args: list[Any] = list(element)
            if not self._inputs_are_dense:
                args = [part for leaf in element for part in tensors_of(leaf)]
            with self._calling(place):
                outputs = self._run(args)
            return tuple(outputs) if self._outputs_are_dense else self._packed(outputs)

        return call

    def _quick_run(self) -> Callable[[Flat], Flat] | None:
        """A function for elements whose sizes are known, by one program; None if there is none."""
        traced = self._traced
        assert self._sizes is not None
        executor = self._static_executor()
        if executor is None or traced._resizable:
            return None
        sizes = [size for _, size in self._sizes]
        captured = [*self._outer_values, *traced.captured]

        def call(element: Flat) -> Flat:
            payloads = [x._t for x in element]
            if [x.shape for x in payloads] != sizes:  # a spec from examples was too narrow
                with _in_function(None):
                    return tuple(self._run(list(element)))
            if captured:
                payloads += [x._t for x in captured]
            try:
                outputs = executor.run(*payloads)
            except LoweringUnsupported as reason:
                traced._note_not_lowered(reason)
                with _in_function(None):
                    return tuple(self._run(list(element)))
            except Exception as error:
                raise explain(error) from None
            return tuple([EagerTensor(x) for x in outputs])

        return call

    @contextmanager
    def _calling(self, place: Any) -> Iterator[None]:
        """A context in which operations belong to this function, and to no tape."""
        with _in_function(place):
            if thread.stack:
                with stop_recording():
                    yield
            else:
                yield

    def _static_executor(self) -> Any:
        assert self._sizes is not None
        args = [EagerTensor(torch.empty(n, dtype=t)) for t, n in self._sizes]
        return self._executor([*args, *self._outer_values])

    def _executor(self, args: list[EagerTensor]) -> Any:
        if self._is_interpreted or self._holds_datasets:
            return None
        with _lowering:
            return self._traced.executor(args)

    def _run(self, args: list[EagerTensor]) -> list[EagerTensor]:
        traced = self._traced
        args = [*args, *self._outer_values]
        executor = self._executor(args)
        if executor is not None:
            try:
                payloads = executor.run(*[x._t for x in (*args, *traced.captured)])
            except LoweringUnsupported as reason:  # only now did sizes turn out to vary
                traced._note_not_lowered(reason)
            except Exception as error:
                raise explain(error) from None
            else:
                return [EagerTensor(payload) for payload in payloads]
        return interpret(self._graph, [*args, *self._graph.captured_external])

    def _packed(self, outputs: list[EagerTensor]) -> Flat:
        """The flat result with these outputs in it."""
        remaining = iter(outputs)
        packed: list[Any] = []
        for leaf in self._leaves:
            if leaf is None:
                packed.append(None)
            elif is_held(leaf):
                packed.append(leaf._type_spec._from_handle(next(remaining)))
            else:
                parts = [next(remaining) for _ in nest.flatten(leaf, expand_composites=True)]
                packed.append(nest.pack_sequence_as(leaf, parts, expand_composites=True))
        return tuple(packed)


def trace_function(
    function: Callable[..., Any],
    name: str,
    input_spec: Any,
    unpacks: bool,
    owner: Any,
    place: Any,
    outer_graph: Any,
) -> TracedElements:
    """Traces a function of elements.

    Args:
      function: the function of a program.
      name: the name of the graph.
      input_spec: the structure of specs of the elements.
      unpacks: whether the items of an element are arguments of their own.
      owner: is told of variables that are created.
      place: the trace that random operations take their seeds from.
      outer_graph: the graph of the function around it, or None.

    Raises:
      TraceUnsupported: if its Python has to be run for each element instead.
      TypeError: if it returns what is no element.
      Exception: what the function raises.
    """
    specs = flatten(input_spec)
    graph = FuncGraph(name, outer_graph, uses_autograph=True)
    graph.reads_variables = True  # for each element
    caller = current_context.call
    current_context.call = None
    try:
        with graph.as_default(owner, place):
            try:
                arguments = pack(input_spec, list(_placeholders(graph, specs)))
                python = converting(function, user_requested=False)
                result = python(*arguments) if unpacks else python(arguments)
                result = _outputs(graph, result, place.transformation)
                if caller is not None and current_context.call is not None:
                    _warn_of_seed(name, current_context.call.random_state, caller.random_state)
            except Exception as error:
                if not is_data_dependent(error) or isinstance(error, TraceUnsupported):
                    raise
                raise TraceUnsupported(f"a function that needs values: {error}") from error
    finally:
        current_context.call = caller
    graph.structured_outputs = result
    outer = _take_outer(graph)
    return TracedElements(TracedFunction(graph, owner, place), specs, result, outer)


def _warn_of_seed(name: str, state: Any, outer: Any) -> None:
    """Warns if a random operation without a seed used the global one of the graph around."""
    if state is None or outer is None or not outer.seed:
        return
    if state.unseeded and state.seed == outer.seed:
        warnings.warn(
            f"Seed {outer.seed} from outer graph might be getting used by function {name}, if the "
            "random op has not been provided any seed. Explicitly set the seed in the function if "
            "this is not the intended behavior.",
            stacklevel=2,
        )


def _take_outer(graph: FuncGraph) -> list[SymbolicTensor]:
    """Makes the tensors of the graph around that are used arguments, and returns them."""
    outer = []
    for key, (outside, placeholder) in list(graph.captures.items()):
        if type(outside) is SymbolicTensor:
            outer.append(outside)
            graph.inputs.append(placeholder)
            del graph.captures[key]
    return outer


def graph_name(transformation: str, function: Any) -> str:
    """The name of the graph of a function that was passed to a transformation."""
    name = getattr(function, "__name__", type(function).__name__)
    return re.sub(r"\W", "", f"{transformation}_{name}".replace(".", "_"))


def _in_function(place: Any) -> AbstractContextManager[None]:
    return in_call(FunctionCall(None, (), place, None))


# -- arguments ------------------------------------------------------------------------------------


def _is_dense(spec: Any) -> bool:
    return isinstance(spec, TensorSpec)


def _static_sizes(specs: Sequence[Any]) -> list[tuple[torch.dtype, torch.Size]] | None:
    """The dtypes and sizes of the components, if all are known and none are strings."""
    sizes = []
    for spec in specs:
        if spec.dtype.torch is None or not spec.shape.is_fully_defined():
            return None
        sizes.append((spec.dtype.torch, torch.Size(spec.shape.as_list())))
    return sizes


def _placeholders(graph: FuncGraph, specs: list[Any]) -> Iterator[Any]:
    """A value of each spec, made of placeholders with TensorFlow's names."""
    number = 0
    for spec in specs:
        if isinstance(spec, NoneTensorSpec):
            yield None
            continue
        yield _argument(graph, f"args_{number}", spec)
        number += 1


def _argument(graph: FuncGraph, name: str, spec: Any) -> Any:
    parts: list[Any] = [_placeholder(graph, name, *types) for types in component_types(spec)]
    if isinstance(spec, SparseTensorSpec) and spec.shape.is_fully_defined():
        shape = np.array(spec.shape.as_list(), np.int64)
        parts[2] = graph.as_symbolic(shape, to_tensor(shape), "shape")  # its value is known
    return from_tensors(spec, iter(parts))


def _placeholder(graph: FuncGraph, name: str, dtype: Any, shape: TensorShape) -> SymbolicTensor:
    if dtype is resource:
        raise TraceUnsupported(f"an argument of the type {dtype}")
    placeholder = graph.add_placeholder(name, dtype, shape)
    graph.argument_placeholders.append(placeholder)
    graph.inputs.append(placeholder)
    return placeholder


# -- results --------------------------------------------------------------------------------------


def _outputs(graph: FuncGraph, result: Any, transformation: str) -> Any:
    """The result of a function, with the outputs of its graph in it."""
    if isinstance(result, list):
        result = tuple(result)
    try:
        return pack(result, [_component(graph, leaf) for leaf in flatten(result)])
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"Unsupported return value from function passed to {transformation}: {result}."
        ) from error


def _component(graph: FuncGraph, leaf: Any) -> Any:
    if leaf is None:
        return None
    if is_held(leaf):
        return leaf._type_spec._from_handle(_output(graph, graph.held(leaf)))
    if isinstance(leaf, SparseTensorValue):
        leaf = SparseTensor(*leaf)
    cls = type(leaf)
    if not isinstance(leaf, (EagerTensor, Variable)) and (
        hasattr(cls, "_type_spec") or hasattr(cls, "_with_components")
    ):
        if not hasattr(cls, "_with_components"):
            raise TraceUnsupported(f"a result of the type {cls.__name__}")
        return nest.map_structure(lambda part: _output(graph, part), leaf, expand_composites=True)
    if isinstance(leaf, Variable):
        leaf = graph.read_variable(leaf)
    elif not isinstance(leaf, EagerTensor):
        leaf = graph.as_symbolic(leaf, to_tensor(leaf), None)
    return _output(graph, leaf)


def _output(graph: FuncGraph, leaf: Any) -> Any:
    if leaf is None:
        return None
    if not isinstance(leaf, EagerTensor):
        raise TraceUnsupported(f"a result with a part of the type {type(leaf).__name__}")
    return graph.add_output(leaf)


def _spec(leaf: Any) -> Any:
    """The spec of a component of the result."""
    if leaf is None:
        return NoneTensorSpec()
    if isinstance(leaf, SymbolicTensor):
        return TensorSpec(leaf.shape, leaf.dtype)
    return leaf._type_spec if is_held(leaf) else describe(leaf)
