"""Lookup tables in a graph: nodes that look up, insert or remove with values, at each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from .._core.recording.execution_context import active_graph, name_scope
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._graph.nodes import EffectNode
from .._graph.shadows import example, payload_type
from .._graph.symbolic_tensor import SymbolicTensor

if TYPE_CHECKING:
    from .entries import Entries

_INT64 = as_dtype("int64")
_UNKNOWN = TensorShape(None)


class TableNode(EffectNode):
    """A call of a function that reads or changes a table.

    Attributes:
      entries: the entries of the table.
      results: the dtypes and static shapes of the results.
      key_rank: the rank of a key, if it is a lookup.
    """

    __slots__ = ("entries", "key_rank", "results")

    has_effect: ClassVar[bool] = True
    connects = False

    def __init__(
        self,
        operation_type: str,
        entries: Entries,
        function: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        results: list[tuple[DType, TensorShape]],
        key_rank: int | None = None,
    ) -> None:
        super().__init__(operation_type, function, arguments, inputs, bool(results))
        self.entries = entries
        self.results = results
        self.key_rank = key_rank

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return self.results

    def run_example(self, values: list[EagerTensor]) -> list[EagerTensor]:
        if self.key_rank is None:
            raise NotImplementedError
        keys = tuple(values[0]._t.shape)
        shape = TensorShape([*keys[: len(keys) - self.key_rank], *self.entries.value_shape])
        dtype = payload_type(self.entries.value_dtype)
        return [EagerTensor(example(dtype, shape, 0))]

    def result(self, outputs: list[Any]) -> Any:
        return (outputs[0] if len(outputs) == 1 else tuple(outputs)) if outputs else self.operation


class ReadNode(TableNode):
    """A lookup in a table that never changes."""

    __slots__ = ()

    has_effect = False


def _add(
    node_type: type[TableNode],
    scope: str,
    operation: str,
    entries: Entries,
    function: Callable[..., Any],
    tensors: tuple[Any, ...],
    results: list[tuple[DType, TensorShape]],
    key_rank: int | None = None,
) -> Any:
    graph: Any = active_graph()
    with name_scope(scope):
        arguments, inputs = graph.lift((tensors, {}))
        node = node_type(operation, entries, function, arguments, inputs, results, key_rank)
        return graph.add_node(node)


def find(entries: Entries, keys: Any, default: Any, is_constant: bool) -> Any:
    """Adds a lookup. As in TensorFlow, the shape of what a table that may change has is unknown."""
    results = [(entries.value_dtype, keys.shape if is_constant else _UNKNOWN)]
    scope = "None_Lookup" if is_constant else "None_lookup_table_find"
    node_type = ReadNode if is_constant else TableNode
    operation, key_rank = "LookupTableFindV2", len(entries.key_shape)
    tensors = keys, default
    return _add(node_type, scope, operation, entries, entries.find, tensors, results, key_rank)


def insert(entries: Entries, keys: Any, values: Any) -> Any:
    """Adds an insertion, and returns its operation."""
    operation = "LookupTableInsertV2"

    def run(keys: Any, values: Any) -> None:
        entries.insert(operation, keys, values)

    return _add(TableNode, "None_lookup_table_insert", operation, entries, run, (keys, values), [])


def remove(entries: Entries, keys: Any) -> Any:
    """Adds a removal, and returns its operation."""
    operation, scope = "LookupTableRemoveV2", "None_lookup_table_remove"
    return _add(TableNode, scope, operation, entries, entries.remove, (keys,), [])


def size(entries: Entries) -> Any:
    """Adds a count of the keys."""
    results = [(_INT64, TensorShape([]))]
    operation, scope = "LookupTableSizeV2", "None_Size"
    return _add(TableNode, scope, operation, entries, entries.size, (), results)


def export(entries: Entries, function: Callable[..., Any], is_constant: bool) -> Any:
    """Adds a call of `function`, which returns all keys and values."""
    results = [(entries.key_dtype, _UNKNOWN), (entries.value_dtype, _UNKNOWN)]
    scope = "None_Export" if is_constant else "None_lookup_table_export_values"
    operation = "LookupTableExportV2"
    return _add(TableNode, scope, operation, entries, function, (), results)
