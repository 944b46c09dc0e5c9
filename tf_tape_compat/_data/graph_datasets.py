"""Datasets in traced functions: making them and reading them are nodes of the graph.

Where the graph runs, the value of such a tensor is the dataset itself, so the nodes around it are
interpreted. The functions that are called for elements have programs of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from .._core.devices.placement import host_scope
from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import FunctionCall, active_graph, current_context
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._graph.static_values import constant_value
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.unsupported import TraceUnsupported
from .._ops.random import seeds
from ..errors import OpError
from .construction import Construction, Functions, constructing
from .dataset import DatasetV2
from .dataset_node import DatasetNode, Input, filled, lifted
from .graph_components import from_tensors
from .iterator import at
from .scanning import Reduction
from .specs import DatasetSpec, VariantDataset
from .structure import Flat, common_spec, flatten, pack

# The examples of unknown arguments: sizes of unknown dimensions, and the value of all elements.
_EXAMPLES = ((3, 1), (5, 2))


class GraphDataset(DatasetV2):
    """A dataset of a function that is traced: its specs, and the tensor that stands for it."""

    def __init__(self, element_spec: Any, tensor: SymbolicTensor) -> None:
        self._spec = element_spec
        self._tensor = tensor

    def _as_handle(self) -> SymbolicTensor:
        return self._tensor

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._spec

    def cardinality(self) -> Any:
        """The number of elements, an int64 scalar that is known when the function runs."""
        return add_call(active_graph(), _cardinality, "cardinality", (self,), {})


GraphDataset.__name__ = VariantDataset.__name__


def graph_dataset(
    element_spec: Any, tensor: SymbolicTensor, cls: type[GraphDataset] | None = None
) -> GraphDataset:
    """The dataset that a tensor stands for, of a class that is `GraphDataset` by default."""
    dataset = object.__new__(cls or GraphDataset)
    dataset.__init__(element_spec, tensor)  # type: ignore[misc]
    return dataset


# -- nodes ----------------------------------------------------------------------------------------


class _Result:
    """What is made by a call, the specs of its flat value, and how to compute that."""

    def __init__(self, made: Any, spec: Any, compute: Callable[[], Flat], effect: bool) -> None:
        self.made = made
        self.spec = spec
        self.compute = compute
        self.effect = effect


def _result_of(made: Any, name: str) -> _Result:
    if isinstance(made, DatasetV2):
        spec = DatasetSpec(made.element_spec)
        return _Result(made, spec, lambda: (made,), effect=False)
    if isinstance(made, Reduction):
        return _Result(made, made.output_spec, made.run, effect=True)
    if isinstance(made, Computed):
        return _Result(made, made.spec, made.compute, made.effect)
    raise TraceUnsupported(f"tf.data.Dataset.{name}")


class Computed:
    """What a dataset or iterator gives when a graph runs: its specs, and how to compute it flat."""

    def __init__(self, spec: Any, compute: Callable[[], Flat], effect: bool = True) -> None:
        self.spec = spec
        self.compute = compute
        self.effect = effect


def _cardinality(dataset: DatasetV2) -> Computed:
    spec = TensorSpec([], "int64")
    return Computed(spec, lambda: (DatasetV2.cardinality(dataset),), effect=False)


def _single_element(dataset: Any, name: str | None = None) -> Computed:
    spec = dataset.element_spec
    read = DatasetV2.get_single_element  # type: ignore[attr-defined]
    return Computed(spec, lambda: tuple(flatten(read(dataset))))


def _element_at(dataset: Any, index: Any) -> Computed:
    return Computed(dataset.element_spec, lambda: tuple(flatten(at(dataset, index))))


# Methods whose results are no datasets: what makes their results in a graph.
_MAKERS: dict[str, Callable[..., Any]] = {
    "reduce": Reduction,
    "get_single_element": _single_element,
    "at": _element_at,
}
_OPERATIONS = {
    "reduce": "ReduceDataset",
    "get_single_element": "DatasetToSingleElement",
    "cardinality": "DatasetCardinality",
    "at": "GetElementAtIndex",
}
# Methods that call their argument in the function itself.
_CALLED = frozenset(("apply",))


def add_call(graph: Any, function: Callable[..., Any], name: str, args: Any, kwargs: Any) -> Any:
    """Adds a call of a method or constructor of datasets, by its name, to a graph.

    Raises TraceUnsupported if the function that is traced has to run its Python instead.
    """
    if name in _CALLED:
        return function(*args, **kwargs)
    maker = _MAKERS.get(name, function)

    def make(*args: Any, **kwargs: Any) -> _Result:
        return _result_of(maker(*args, **kwargs), name)

    counters = seeds.counters()
    inputs: list[Input] = []
    arguments = lifted((args, kwargs), graph, inputs)
    functions: Functions = {}
    result, spec = _example(graph, make, arguments, inputs, functions)
    outer: dict[int, SymbolicTensor] = {}
    for traced in (x for items in functions.values() for x in items):
        outer.update((id(symbol), symbol) for symbol in traced.outer)
    node = DatasetNode(
        _operation_name(result, name),
        make,
        arguments,
        [symbol for symbol, _ in inputs],
        list(outer.values()),
        functions,
        counters,
        result.effect,
        spec,
    )
    outputs = iter(graph.add_node(node))
    return pack(spec, [from_tensors(leaf, outputs) for leaf in flatten(spec)])


def _operation_name(result: _Result, name: str) -> str:
    if isinstance(result.made, DatasetV2):
        return type(result.made).__name__.lstrip("_")
    return _OPERATIONS.get(name, name)


def _example(
    graph: Any,
    make: Callable[..., _Result],
    arguments: Any,
    inputs: list[Input],
    functions: Functions,
) -> tuple[_Result, Any]:
    """The result for example arguments, and its spec for all arguments."""
    tracing_call = current_context.call
    merged: Any = None
    result: Any = None
    is_known = all(spec is not None or constant_value(x) is not None for x, spec in inputs)
    for size, number in _EXAMPLES[:1] if is_known else _EXAMPLES:
        call = FunctionCall(tracing_call.function, (), tracing_call.trace, None)  # type: ignore[union-attr]
        is_first = result is None
        if is_first:
            seeds.share_state(call, tracing_call)
        construction = Construction(graph if is_first else None, functions, {})
        try:
            with _in_call(call), constructing(construction), stop_recording(), host_scope():
                args, kwargs = filled(arguments, [_example_of(*x, size, number) for x in inputs])
                result = make(*args, **kwargs)
        except OpError as error:  # also of arguments that are refused for the example's value
            raise TraceUnsupported(f"a dataset: {error}") from error
        merged = result.spec if merged is None else common_spec(merged, result.spec)
        if merged is None:
            raise TraceUnsupported("a dataset whose specs depend on values")
    return result, merged


@contextmanager
def _in_call(call: FunctionCall) -> Iterator[None]:
    outer = current_context.call
    current_context.call = call
    try:
        yield
    finally:
        current_context.call = outer


# -- arguments ------------------------------------------------------------------------------------


def _example_of(tensor: SymbolicTensor, spec: Any, size: int, number: int) -> Any:
    """An example of a tensor's value; `spec` is that of the dataset that it stands for."""
    if spec is not None:
        if not hasattr(spec, "_example"):  # an iterator, of which only the specs of elements count
            return VariantDataset(spec._element_spec)._as_handle()
        return spec._example()._as_handle()
    known = constant_value(tensor)
    if known is not None:
        return EagerTensor(tensor.shadow.first._t)
    if tensor.shape.rank is None:
        raise TraceUnsupported("a dataset of a tensor of unknown rank")
    shape = [size if n is None else n for n in tensor.shape.as_list()]
    if tensor.dtype.torch is None:
        return EagerTensor(np.full(shape, b"1" * number, object))
    return EagerTensor(torch.full(shape, number, dtype=tensor.dtype.torch))
