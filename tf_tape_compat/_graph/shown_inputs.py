"""The inputs and the constants of an operation, as TensorFlow's graphs show them.

They are found out when somebody asks: running the graph needs none of it.
"""

from __future__ import annotations

import inspect
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .nodes import AssignNode, OpNode, ReadNode
from .op_inputs import PLAIN_FUNCTIONS, REDUCTIONS, Input, inputs_of
from .structure import SlicesPlace, TensorPlace, VariablePlace
from .symbolic_tensor import SymbolicTensor

if TYPE_CHECKING:
    from .operation import Operation

_INT32 = as_dtype("int32")


class ShownInput:
    """An input of an operation: its name, the attribute of its type, and its tensors."""

    __slots__ = ("name", "tensors", "type")

    def __init__(self, name: str, type_: str, tensors: list[SymbolicTensor]) -> None:
        self.name, self.type, self.tensors = name, type_, tensors


class Shown:
    """What is shown of an operation: its inputs, and the constants that belong to it alone."""

    __slots__ = ("arguments", "constants", "inputs")

    def __init__(self) -> None:
        self.inputs: list[ShownInput] = []
        self.constants: list[Operation] = []
        self.arguments: dict[str, Any] = {}  # of its function here, by parameter


def shown(operation: Operation) -> Shown:
    """What is shown of an operation."""
    if operation.shown is None:
        operation.shown = _Reader(operation).read()
    result: Shown = operation.shown
    return result


def _assigned(node: Any) -> list[Input]:
    """What an assignment is given besides the variable."""
    value, dtype = node.arguments[0][0], node.variable.dtype.name
    if type(value) is not SlicesPlace:
        return [] if isinstance(value, list) else [Input("value", dtype, value)]
    updates, indices, _ = value.parts
    return [Input("indices", "int64", indices), Input("updates", dtype, updates)]


class _Reader:
    """Reads the inputs of an operation from the arguments of its node."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._node: Any = operation.node
        self._result = Shown()
        self._given: list[Input] = []

    def read(self) -> Shown:
        node = self._node
        if isinstance(node, (ReadNode, AssignNode)):
            resource = self._operation.graph.resource(node.variable)
            if resource is not None:
                self._result.inputs.append(ShownInput("resource", "resource", [resource]))
            if isinstance(node, AssignNode) and node.arguments[0]:
                for given in _assigned(node):
                    self._add(given)
        elif type(node) is OpNode:
            inputs = self._inputs_here()
            if inputs is not None:
                self._given = inputs
                for given in inputs:
                    self._add(given)
                return self._result
        self._result.inputs += [ShownInput("input", "", [x]) for x in node.inputs]
        return self._result

    def _inputs_here(self) -> list[Input] | None:
        definition = self._definition()
        if definition is None:
            return None
        positional, keywords = self._node.arguments
        parameters = _parameters(definition)
        arguments = {**parameters, **dict(zip(parameters, positional, strict=False)), **keywords}
        for value in list(arguments.values()):
            if hasattr(value, "_fields"):  # several attributes
                for name, item in zip(value._fields, value, strict=True):
                    arguments.setdefault(name, item)
                if hasattr(value, "channels_first"):
                    middle = "DHW" if len(value.strides) == 5 else "HW"
                    arguments["data_format"] = (
                        f"NC{middle}" if value.channels_first else f"N{middle}C"
                    )
        self._result.arguments = arguments
        operation = self._node.type
        if operation == "StridedSlice" and "input" in arguments:
            return _slice_inputs(arguments)
        if operation in REDUCTIONS and arguments.get("axis") is None:
            arguments = {**arguments, "axis": self._all_axes(arguments)}
        elif operation == "Transpose" and arguments.get("perm") is None:
            axes = self._all_axes({"input_tensor": arguments.get("a")})
            arguments = {**arguments, "perm": None if axes is None else axes[::-1]}
        elif operation == "GatherV2" and arguments.get("axis") is None:
            arguments = {**arguments, "axis": arguments.get("batch_dims") or 0}
        lazy = getattr(self._node.function, "__self__", None)
        operands = () if lazy is None else tuple(lazy.operands())
        return inputs_of(operation, operands, arguments)

    def _definition(self) -> Any:
        """The Python function with the operation's parameters; None if it has others."""
        function = self._node.function
        lazy = getattr(function, "__self__", None)
        if lazy is not None:
            return getattr(lazy, "definition", None)
        return function if self._node.type in PLAIN_FUNCTIONS else None

    def _all_axes(self, arguments: dict[str, Any]) -> Any:
        rank = self._symbol(arguments.get("input_tensor", next(iter(arguments.values()))))
        shape = None if rank is None else rank.shape
        if shape is None or shape.rank is None:
            return None
        return np.arange(shape.rank, dtype=np.int32)

    def _symbol(self, value: Any) -> SymbolicTensor | None:
        return self._node.inputs[value.number] if type(value) is TensorPlace else None

    def _add(self, given: Input) -> None:
        symbol = self._symbol(given.value)
        if symbol is not None:
            tensors = [symbol]
        elif _has_nested_place(given.value):
            places = [x for x in nest.flatten(given.value) if type(x) is TensorPlace]
            tensors = [self._node.inputs[x.number] for x in places]
        elif _has_place(given.value):
            items = [(i, self._symbol(item)) for i, item in enumerate(given.value)]
            tensors = [
                self._constant(f"{given.name}_{i}", given.value[i], given.type) if x is None else x
                for i, x in items
            ]
        elif given.value is None or type(given.value) is VariablePlace:
            return
        else:
            tensors = [self._constant(given.name, given.value, given.type)]
        self._result.inputs.append(ShownInput(given.name, given.type, tensors))

    def _constant(self, name: str, value: Any, type_: str) -> SymbolicTensor:
        operation = self._operation
        given_name = operation.constant_name if name in ("reduction_indices", "value") else None
        full = given_name or f"{operation.name}/{name}"
        tensor = to_tensor(value, self._dtype(value, type_))
        constant: SymbolicTensor = operation.graph.add_constant(full, tensor)
        constant.op.call_stack = operation.call_stack
        self._result.constants.append(constant.op)
        return constant

    def _dtype(self, value: Any, type_: str) -> DType | None:
        """The type of a constant: that of other inputs with the same attribute."""
        if isinstance(value, (EagerTensor, np.ndarray)):
            return None
        for other in self._result.inputs:
            if other.type == type_ and other.tensors:
                return other.tensors[0].dtype
        for given in self._given:
            symbol = self._symbol(given.value) if given.type == type_ else None
            if symbol is not None:
                return symbol.dtype
        if type_ == "T" and self._operation.outputs:
            return self._operation.outputs[0].dtype
        if re.fullmatch(r"(u?int|float|complex|bfloat)\d+|string|bool", type_):
            return as_dtype(type_)
        if type_ != "T" and not _has_floats(value):
            return _INT32
        return None


@lru_cache(512)
def _parameters(definition: Any) -> dict[str, Any]:
    return {
        p.name: None if p.default is p.empty else p.default
        for p in inspect.signature(definition).parameters.values()
    }


def _has_place(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(type(x) is TensorPlace for x in value)


def _has_nested_place(value: Any) -> bool:
    """Whether there are tensors in the rows of a list."""
    return isinstance(value, (list, tuple)) and any(
        _has_place(x) or _has_nested_place(x) for x in value
    )


def _has_floats(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_floats, value))
    return not isinstance(value, (int, np.integer))


def _slice_inputs(arguments: dict[str, Any]) -> list[Input] | None:
    """The inputs of a slice by constants; its masks are added to the arguments."""
    key = arguments.get("key")
    keys = key if isinstance(key, tuple) else (key,)
    begin: list[int] = []
    end: list[int] = []
    strides: list[int] = []
    masks = dict.fromkeys(
        ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0
    )
    for position, item in enumerate(keys):
        bit = 1 << position
        if isinstance(item, slice):
            parts = item.start, item.stop, item.step
            if not all(part is None or isinstance(part, (int, np.integer)) for part in parts):
                return None
            masks["begin_mask"] |= bit if item.start is None else 0
            masks["end_mask"] |= bit if item.stop is None else 0
            begin.append(item.start or 0)
            end.append(item.stop or 0)
            strides.append(1 if item.step is None else item.step)
        elif item is Ellipsis or item is None:
            masks["ellipsis_mask" if item is Ellipsis else "new_axis_mask"] |= bit
            begin.append(0)
            end.append(0)
            strides.append(1)
        elif isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            masks["shrink_axis_mask"] |= bit
            begin.append(int(item))
            end.append(int(item) + 1)
            strides.append(1)
        else:
            return None
    arguments.update(masks)
    return [
        Input("input", "T", arguments["input"]),
        Input("stack", "Index", begin),
        Input("stack_1", "Index", end),
        Input("stack_2", "Index", strides),
    ]
