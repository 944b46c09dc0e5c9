"""Slices, and the operations of tensor arrays, which are lists of tensors in TensorFlow."""

from __future__ import annotations

from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.tensor_arrays import ArrayNode
from .node_writers import argument, arguments, writes

_INT32, _INT64 = as_dtype("int32"), as_dtype("int64")


def write(writer: Any, node: ArrayNode) -> None:
    """Writes an operation of an array."""
    shape = node.entries.shape
    element_shape = writer.constant(_sizes(shape), "int32")
    element = {"element_dtype": node.dtype}
    with_shape = {**element, "shape_type": _INT32}
    array, *operands = [writer.reference(x) for x in node.inputs]
    kind = node.type
    if kind == "TensorListReserve":
        _add(writer, node, [element_shape, array], with_shape)
    elif kind == "TensorListSetItem":
        _add(writer, node, [array, *operands], {**element, "resize_if_index_out_of_bounds": True})
    elif kind == "TensorListGetItem":
        _add(writer, node, [array, *operands, element_shape], element)
    elif kind == "TensorListStack":
        (result,) = node.outputs
        count = result.shape.as_list()[0] if result.shape.rank else None
        attributes = {**element, "num_elements": -1 if count is None else count}
        _add(writer, node, [array, element_shape], attributes)
    elif kind == "TensorListGather":
        _add(writer, node, [array, *operands, element_shape], element)
    elif kind == "TensorListFromTensor":
        _add(writer, node, [operands[0], element_shape], with_shape)
    elif kind == "TensorListScatterIntoExistingList":
        indices, values = operands
        _add(writer, node, [array, values, indices], element)
    elif kind == "TensorListLength":
        _add(writer, node, [array], {})
    elif kind == "TensorListSplit":
        value, lengths = operands
        if node.inputs[2].dtype is not _INT64:
            lengths = cast(writer, lengths, node.inputs[2].dtype, _INT64)
        _add(writer, node, [value, element_shape, lengths], with_shape)
    elif kind == "TensorListConcatV2":
        leading = writer.constant([], "int64")
        _add(writer, node, [array, element_shape, leading], with_shape)
    else:  # an identity
        _add(writer, node, [array], {"T": node.inputs[0].dtype})


def _add(writer: Any, node: Any, inputs: list[str], attributes: dict[str, Any]) -> None:
    writer.add(node.type, inputs, attributes, node.outputs, node.operation.name)


def _sizes(shape: TensorShape) -> Any:
    """A shape as the operations of lists take it."""
    if shape.rank is None:
        return -1
    return [-1 if size is None else size for size in shape.as_list()]


def cast(writer: Any, operand: str, source: Any, target: Any) -> str:
    """Adds a cast."""
    name: str = writer.add("Cast", [operand], {"SrcT": source, "DstT": target, "Truncate": False})
    return name


# -- slices ----------------------------------------------------------------------------------------


class Slice:
    """The inputs and attributes of a StridedSlice for a key."""

    def __init__(self, writer: Any, items: Any) -> None:
        self._writer = writer
        parts = [p for x in items for p in (x if type(x) is tuple else (x,))]
        is_long = any(isinstance(x, EagerTensor) and x.dtype is _INT64 for x in parts)
        self.dtype = _INT64 if is_long else _INT32
        bounds: list[list[Any]] = [[], [], []]
        self.masks = dict.fromkeys(
            ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0
        )
        for position, item in enumerate(items):
            bit = 1 << position
            if type(item) is tuple:
                begin, end, step = item
                self.masks["begin_mask"] |= bit if begin is None else 0
                self.masks["end_mask"] |= bit if end is None else 0
                values = (0 if begin is None else begin, 0 if end is None else end, step)
                values = (*values[:2], 1 if step is None else step)
            elif item is None or item is Ellipsis:
                self.masks["new_axis_mask" if item is None else "ellipsis_mask"] |= bit
                values = (0, 0, 1)
            else:
                self.masks["shrink_axis_mask"] |= bit
                values = (item, _Next(item), 1)
            for listed, value in zip(bounds, values, strict=True):
                listed.append(value)
        self.inputs = [self._packed(values) for values in bounds]

    def _packed(self, values: list[Any]) -> str:
        if all(_known(value) is not None for value in values):
            packed: str = self._writer.constant([_known(value) for value in values], self.dtype)
            return packed
        items = [self._scalar(value) for value in values]
        attributes = {"T": self.dtype, "N": len(items), "axis": 0}
        name: str = self._writer.add("Pack", items, attributes)
        return name

    def _scalar(self, value: Any) -> str:
        known = _known(value)
        if known is not None:
            constant: str = self._writer.constant(known, self.dtype)
            return constant
        if type(value) is _Next:
            operands = [self._scalar(value.item), self._writer.constant(1, self.dtype)]
            following: str = self._writer.add("AddV2", operands, {"T": self.dtype})
            return following
        reference: str = self._writer.reference(value)
        if value.dtype is not self.dtype:
            return cast(self._writer, reference, value.dtype, self.dtype)
        return reference

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes, without the type of the tensor."""
        return {"Index": self.dtype, **self.masks}


class _Next:
    """The index after another one."""

    def __init__(self, item: Any) -> None:
        self.item = item


def _known(value: Any) -> int | None:
    """An index, if it is known."""
    if type(value) is _Next:
        item = _known(value.item)
        return None if item is None else item + 1
    if isinstance(value, SymbolicTensor):
        return None
    return int(value.numpy()) if isinstance(value, EagerTensor) else int(value)


@writes("StridedSlice")
def _strided_slice(writer: Any, node: Any) -> None:
    args, _ = arguments(node)
    if len(args) != 2 or not isinstance(args[1], list):
        key = argument(node, 1, "key")
        keys = key if isinstance(key, tuple) else (key,)
        items = [(x.start, x.stop, x.step) if isinstance(x, slice) else x for x in keys]
    else:
        items = args[1]
    tensor = argument(node, 0, "input")
    key_of = Slice(writer, items)
    inputs = [writer.operand(tensor), *key_of.inputs]
    flips = argument(node, 2, "flips")
    if not flips:
        _add(writer, node, inputs, {"T": tensor.dtype, **key_of.attributes})
        return
    sliced = writer.add("StridedSlice", inputs, {"T": tensor.dtype, **key_of.attributes})
    inputs = [sliced, writer.constant(list(flips), _INT32)]
    writer.add("ReverseV2", inputs, {}, node.outputs, node.operation.name)


@writes("Slice")
def _slice(writer: Any, node: Any) -> None:
    tensor, begin, size = (argument(node, i, n) for i, n in enumerate(("input_", "begin", "size")))
    dtypes = [x.dtype for x in (begin, size) if isinstance(x, EagerTensor)]
    dtype = dtypes[0] if dtypes else _INT32
    inputs = [writer.operand(tensor), writer.operand(begin, dtype), writer.operand(size, dtype)]
    writer.add("Slice", inputs, {"Index": dtype}, node.outputs, node.operation.name)
