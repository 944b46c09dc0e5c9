"""Operations of a SavedModel that are not functions of `tf.raw_ops`.

They call functions, or work on variables, tables and lists of tensors: in place of a handle, there
is the object itself here. A reader gets the library, the inputs and the attributes, and returns the
results.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable
from .._graph.static_values import constant_value
from .._lookup import table_nodes
from .._lookup.entries import MUTABLE_DTYPES, STATIC_DTYPES, Entries
from .._lookup.initializers import TextFileInitializer
from .._ops.array import gathering
from .._ops.array.shaping import shape
from .._ops.control.cond import cond, switch_case
from .._ops.control.tensor_array import TensorArray
from .._ops.control.while_loop import while_loop
from .._ops.io import printing
from .._ops.math.sorting import searchsorted
from .._ragged.tensor import RaggedTensor

Reader = Callable[[Any, list[Any], dict[str, Any]], list[Any]]
READERS: dict[str, Reader] = {}


def _reader(*operations: str) -> Callable[[Reader], Reader]:
    def register(function: Reader) -> Reader:
        for operation in operations:
            READERS[operation] = function
        return function

    return register


# -- functions and control flow --------------------------------------------------------------------


@_reader("NoOp")
def _nothing(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return []


@_reader("PartitionedCall", "StatefulPartitionedCall")
def _call(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return library.run(attributes["f"], inputs)


@_reader("Identity", "IdentityN")
def _identity(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return inputs


@_reader("If", "StatelessIf")
def _if(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    predicate, *operands = inputs
    return _as_list(
        cond(
            predicate,
            lambda: library.run(attributes["then_branch"], operands),
            lambda: library.run(attributes["else_branch"], operands),
        )
    )


@_reader("Case", "StatelessCase")
def _case(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    index, *operands = inputs
    branches = [lambda name=name: library.run(name, operands) for name in attributes["branches"]]
    return _as_list(switch_case(index, branches))


@_reader("While", "StatelessWhile")
def _while(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    """A loop. Objects among its inputs stay the same, so they are no loop variables."""
    state = [x for x in inputs if not _is_object(x)]
    shapes = attributes.get("output_shapes") or [None] * len(inputs)
    invariants = [given for given, x in zip(shapes, inputs, strict=True) if not _is_object(x)]

    def merged(values: tuple[Any, ...]) -> list[Any]:
        remaining = iter(values)
        return [x if _is_object(x) else next(remaining) for x in inputs]

    def condition(*values: Any) -> Any:
        return library.run(attributes["cond"], merged(values))[0]

    def body(*values: Any) -> list[Any]:
        results = library.run(attributes["body"], merged(values))
        return [result for result, x in zip(results, inputs, strict=True) if not _is_object(x)]

    results = while_loop(condition, body, state, shape_invariants=invariants)
    return merged(tuple(_as_list(results)))


def _is_object(value: Any) -> bool:
    """Whether a value is a variable or table."""
    return isinstance(value, (Variable, Entries))


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


# -- variables -------------------------------------------------------------------------------------


@_reader("ReadVariableOp")
def _read(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].read_value()]


@_reader("VariableShape")
def _shape(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [shape(inputs[0], out_type=attributes["out_type"])]


@_reader("AssignVariableOp")
def _assign(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign(inputs[1])
    return []


@_reader("AssignAddVariableOp")
def _assign_add(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign_add(inputs[1])
    return []


@_reader("AssignSubVariableOp")
def _assign_sub(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    inputs[0].assign_sub(inputs[1])
    return []


@_reader("ResourceGather")
def _gather(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    variable, indices = inputs
    return [gathering.gather(variable, indices, batch_dims=attributes.get("batch_dims") or 0)]


@_reader("ResourceGatherNd")
def _gather_nd(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [gathering.gather_nd(inputs[0], inputs[1])]


@_reader("VarIsInitializedOp")
def _is_initialized(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [to_tensor(True)]


@_reader(*(f"ResourceScatter{update}" for update in "Add Sub Mul Div Max Min Update".split()))
def _scatter(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    variable, indices, updates = inputs
    update = attributes["op"].removeprefix("ResourceScatter").lower()
    getattr(variable, f"scatter_{update}")(IndexedSlices(updates, indices))
    return []


@_reader(*(f"ResourceScatterNd{update}" for update in "Add Sub Max Min Update".split()))
def _scatter_nd(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    variable, indices, updates = inputs
    update = attributes["op"].removeprefix("ResourceScatterNd").lower()
    getattr(variable, f"scatter_nd_{update}")(indices, updates)
    return []


@_reader("ResourceStridedSliceAssign")
def _assign_slice(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    variable, begin, end, strides, value = inputs
    masks = {name: attributes.get(f"{name}_mask") or 0 for name in _MASKS}
    count = int(begin.shape.as_list()[0])
    bounds = [_listed(x, count) for x in (begin, end, strides)]
    key: list[Any] = []
    for position, (first, last, step) in enumerate(zip(*bounds, strict=True)):
        bit = 1 << position
        if masks["ellipsis"] & bit:
            key.append(Ellipsis)
        elif masks["new_axis"] & bit:
            key.append(None)
        elif masks["shrink_axis"] & bit:
            key.append(first)
        else:
            first = None if masks["begin"] & bit else first
            key.append(slice(first, None if masks["end"] & bit else last, step))
    variable[tuple(key)].assign(value)
    return []


_MASKS = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")


def _listed(tensor: Any, count: int) -> list[Any]:
    known = constant_value(tensor)
    return [tensor[i] for i in range(count)] if known is None else [int(x) for x in known]


# -- tables ----------------------------------------------------------------------------------------


@_reader("HashTableV2", "AnonymousHashTable", "MutableHashTableV2", "AnonymousMutableHashTable")
def _table(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    is_mutable = "Mutable" in attributes["op"]
    operation = "MutableHashTableV2" if is_mutable else "HashTableV2"
    dtypes = MUTABLE_DTYPES if is_mutable else STATIC_DTYPES
    return [Entries(operation, dtypes, attributes["key_dtype"], attributes["value_dtype"])]


@_reader("LookupTableFindV2")
def _find(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    table, keys, default = inputs
    if active_graph() is None:
        return [table.find(keys, default)]
    return [table_nodes.find(table, keys, default, table.operation == "HashTableV2")]


@_reader("LookupTableImportV2", "InitializeTableV2")
def _import(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    table, keys, values = inputs
    table.values.clear()
    table.insert("LookupTableImportV2", keys, values)
    return []


@_reader("LookupTableInsertV2")
def _insert(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    table, keys, values = inputs
    if active_graph() is None:
        table.insert("LookupTableInsertV2", keys, values)
    else:
        table_nodes.insert(table, keys, values)
    return []


@_reader("LookupTableRemoveV2")
def _remove(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    if active_graph() is None:
        inputs[0].remove(inputs[1])
    else:
        table_nodes.remove(*inputs)
    return []


@_reader("LookupTableSizeV2")
def _table_size(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    is_eager = active_graph() is None
    return [inputs[0].size() if is_eager else table_nodes.size(inputs[0])]


@_reader("LookupTableExportV2")
def _export(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    table = inputs[0]
    if active_graph() is None:
        return list(table.export())
    return list(table_nodes.export(table, table.export, False))


@_reader("InitializeTableFromTextFileV2")
def _read_text_file(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    table, filename = inputs
    size = attributes.get("vocab_size", -1)
    initializer = TextFileInitializer(
        filename,
        table.key_dtype,
        attributes["key_index"],
        table.value_dtype,
        attributes["value_index"],
        None if size < 0 else size,
        attributes.get("delimiter", "\t"),
        value_index_offset=attributes.get("offset") or 0,
    )
    initializer.initialize(_Filled(table))
    return []


class _Filled:
    """Entries, as what an initializer fills."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self.key_dtype, self.value_dtype = entries.key_dtype, entries.value_dtype

    def _fill(self, operation: str, keys: Any, values: Any) -> None:
        self._entries.values.clear()
        self._entries.insert(operation, keys, values, True)


# -- lists of tensors ------------------------------------------------------------------------------


def _array(dtype: Any, size: Any, element_shape: Any, may_grow: bool = False) -> TensorArray:
    return TensorArray(
        dtype,
        size=size,
        dynamic_size=may_grow,
        element_shape=_static_shape(element_shape),
        infer_shape=False,
    )


def _static_shape(sizes: Any) -> TensorShape:
    """The shape of the elements of a list, from the operation's input."""
    known = constant_value(sizes)
    if known is None or np.ndim(known) == 0:
        return TensorShape(None)
    return TensorShape([None if size < 0 else int(size) for size in known])


@_reader("TensorListReserve")
def _reserve(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    element_shape, size = inputs
    return [_array(attributes["element_dtype"], size, element_shape)]


@_reader("EmptyTensorList")
def _empty(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [_array(attributes["element_dtype"], 0, inputs[0], may_grow=True)]


@_reader("TensorListFromTensor")
def _from_tensor(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    value, element_shape = inputs
    size: Any = gathering.gather(shape(value), 0)
    return [_array(attributes["element_dtype"], size, element_shape).unstack(value)]


@_reader("TensorListSplit")
def _split(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    value, element_shape, lengths = inputs
    array = _array(attributes["element_dtype"], gathering.gather(shape(lengths), 0), element_shape)
    return [array.split(value, lengths)]


@_reader("TensorListScatterV2")
def _scatter_list(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    value, indices, element_shape, size = inputs
    return [_array(attributes["element_dtype"], size, element_shape).scatter(indices, value)]


@_reader("TensorListScatterIntoExistingList")
def _scatter_into(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    array, value, indices = inputs
    return [array.scatter(indices, value)]


@_reader("TensorListSetItem")
def _set_item(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    array, index, value = inputs
    return [array.write(index, value)]


@_reader("TensorListGetItem")
def _get_item(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].read(inputs[1])]


@_reader("TensorListPushBack")
def _push_back(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    array, value = inputs
    return [array.write(array.size(), value)]


@_reader("TensorListStack")
def _stack(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].stack()]


@_reader("TensorListGather")
def _gather_list(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].gather(inputs[1])]


@_reader("TensorListConcatV2")
def _concat(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].concat(), None]


@_reader("TensorListLength")
def _length(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return [inputs[0].size()]


# -- others ----------------------------------------------------------------------------------------


@_reader("PrintV2")
def _print(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    streams = {"stdout": sys.stdout, "stderr": sys.stderr}
    stream = attributes.get("output_stream", "stderr")
    end = attributes.get("end", "\n")
    printing.print(inputs[0], output_stream=streams.get(stream, stream), end=end)
    return []


@_reader("PreventGradient")
def _prevent_gradient(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    return inputs


@_reader("LowerBound", "UpperBound")
def _searchsorted(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    side = "left" if attributes["op"] == "LowerBound" else "right"
    out_type = attributes.get("out_type") or as_dtype("int32")
    sequence, values = inputs
    return [searchsorted(sequence, values, side, out_type)]


@_reader("RaggedTensorToTensor")
def _ragged_to_tensor(library: Any, inputs: list[Any], attributes: dict[str, Any]) -> list[Any]:
    sizes, values, default, *partitions = inputs
    kinds = attributes["row_partition_types"]
    if kinds[0] == "FIRST_DIM_SIZE":
        kinds, partitions = kinds[1:], partitions[1:]
    ragged = values
    for kind, partition in reversed(list(zip(kinds, partitions, strict=True))):
        if kind not in _PARTITIONS:
            raise NotImplementedError(
                f"tf.saved_model.load: RaggedTensorToTensor with partitions of the type {kind}"
            )
        ragged = getattr(RaggedTensor, _PARTITIONS[kind])(ragged, partition, validate=False)
    known = constant_value(sizes)
    target = None
    if known is not None and np.ndim(known):
        target = [None if size < 0 else int(size) for size in known]
    return [ragged.to_tensor(default, shape=target)]


_PARTITIONS = {"ROW_SPLITS": "from_row_splits", "VALUE_ROWIDS": "from_value_rowids"}
