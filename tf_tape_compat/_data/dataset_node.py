"""The node of a graph that makes or reads a dataset, and its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.devices.placement import host_scope
from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._graph.nodes import Node
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.unsupported import LoweringUnsupported
from .._ops.random import seeds
from .construction import Construction, Functions, constructing
from .graph_components import tensor_types, tensors_of

# A tensor of the graph, and the spec of the dataset that it stands for, or None.
Input = tuple[SymbolicTensor, Any]


class DatasetNode(Node):
    """A call of a method or constructor of datasets.

    Args:
      name: the name of the operation.
      make: returns, for the arguments, what has a method `compute` for the flat result.
      arguments: the positional and keyword arguments, as `lifted` returns them.
      inputs: the tensors that have places among the arguments.
      outer: the tensors around the functions among the arguments.
      functions: these functions, traced.
      counters: the counters of random operations before the call.
      is_effect: whether it runs even if nothing needs its results.
      spec: the structure of specs of the flat result.
    """

    __slots__ = (
        "_arguments",
        "_counters",
        "_functions",
        "_is_effect",
        "_make",
        "_outer",
        "_types",
    )

    connects = False  # a gradient does not pass through elements

    def __init__(
        self,
        name: str,
        make: Callable[..., Any],
        arguments: Any,
        inputs: list[SymbolicTensor],
        outer: list[SymbolicTensor],
        functions: Functions,
        counters: Any,
        is_effect: bool,
        spec: Any,
    ) -> None:
        super().__init__(name, [*inputs, *outer])
        self._make = make
        self._arguments = arguments
        self._outer = outer
        self._functions = functions
        self._counters = counters
        self._is_effect = is_effect
        self._types = tensor_types(spec)

    @property
    def has_effect(self) -> bool:  # type: ignore[override]
        """Whether it runs even if nothing needs its results: a function may have effects."""
        return self._is_effect

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return self._types

    def result(self, outputs: list[Any]) -> Any:
        return list(outputs)

    def run(self, run: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        if hasattr(run, "capture"):
            raise LoweringUnsupported("a dataset")
        count = len(values) - len(self._outer)
        args, kwargs = filled(self._arguments, values[:count])
        outer_values = {
            id(symbol): value for symbol, value in zip(self._outer, values[count:], strict=True)
        }
        seeds.set_counters(self._counters)
        with host_scope(), stop_recording():
            with constructing(Construction(None, self._functions, outer_values)):
                result = self._make(*args, **kwargs)
            flat = result.compute()
        return [tensor for leaf in flat for tensor in tensors_of(leaf)]


# -- arguments ------------------------------------------------------------------------------------


class _Place:
    """The place of an input of the node."""

    __slots__ = ("is_held", "number")

    def __init__(self, number: int, is_held: bool) -> None:
        self.number = number
        self.is_held = is_held


def lifted(value: Any, graph: Any, inputs: list[Input]) -> Any:
    """Arguments with places for the tensors and datasets of the graph in them."""
    if is_held(value):
        tensor = value._as_handle()
        if type(tensor) is not SymbolicTensor:
            return value
        inputs.append((graph.symbol(tensor), value._type_spec))
        return _Place(len(inputs) - 1, is_held=True)
    if type(value) is SymbolicTensor:
        inputs.append((graph.symbol(value), None))
        return _Place(len(inputs) - 1, is_held=False)
    if isinstance(value, Variable):
        return lifted(graph.read_variable(value), graph, inputs)
    if isinstance(value, (list, tuple)):
        items = [lifted(item, graph, inputs) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if type(value) is dict:
        return {key: lifted(item, graph, inputs) for key, item in value.items()}
    if hasattr(type(value), "_with_components"):
        parts = nest.flatten(value, expand_composites=True)
        if any(type(part) is SymbolicTensor for part in parts):
            return _Composite(value, [lifted(part, graph, inputs) for part in parts])
    return value


class _Composite:
    """A composite tensor with places in it."""

    __slots__ = ("parts", "value")

    def __init__(self, value: Any, parts: list[Any]) -> None:
        self.value = value
        self.parts = parts


def filled(structure: Any, values: list[Any]) -> Any:
    """The arguments with these values in their places."""
    cls = type(structure)
    if cls is _Place:
        value = values[structure.number]
        return value._t.value if structure.is_held else value
    if cls is _Composite:
        parts = [filled(part, values) for part in structure.parts]
        return nest.pack_sequence_as(structure.value, parts, expand_composites=True)
    if isinstance(structure, (list, tuple)):
        items = [filled(item, values) for item in structure]
        return cls(*items) if hasattr(structure, "_fields") else cls(items)
    if cls is dict:
        return {key: filled(item, values) for key, item in structure.items()}
    return structure
