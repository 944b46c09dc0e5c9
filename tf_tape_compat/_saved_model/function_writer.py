"""The graphs of functions as messages of type FunctionDef, which TensorFlow can run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import _messages
from .._core.op.op_defs import op_signature
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.variable import Variable
from .._graph.cond import CondNode
from .._graph.graph import FuncGraph
from .._graph.node_defs import attributes, shape_message
from .._graph.nodes import (
    CallNode,
    GradientNode,
    Node,
    NoOpNode,
    ReadNode,
    WatchNode,
)
from .._graph.shown_inputs import shown
from .._graph.structure import fill, tensors_of
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.tensor_arrays import ArrayNode
from .._graph.while_loop import WhileNode
from .._lookup.table_nodes import TableNode
from . import (  # noqa: F401 -- some of them register writers
    array_writers,
    math_writers,
    node_writers,
    state_writers,
)
from .control_writers import name_of, write_conditional, write_loop
from .decompositions import DECOMPOSITIONS
from .effect_order import EffectOrder
from .function_arguments import (
    RESOURCE,
    Argument,
    arguments_of,
    key_of,
    resources,
)
from .node_writers import not_available
from .operation_types import Outputs, check_operation, count_of, infer_types, type_of

_CONFIG = (
    b"\n\x07\n\x03CPU\x10\x01\n\x07\n\x03GPU\x10\x002\x02J\x008\x01\x82\x01\x00\x92\x01\x02J\x00"
)


class LibraryWriter:
    """The functions of a SavedModel's graph.

    Attributes:
      functions: the messages, by name.
      open: the nodes that are taken apart at the moment.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Any] = {}
        self.open: list[str] = []
        self._names: dict[int, str] = {}
        self._kept: list[FuncGraph] = []  # so that ids stay theirs

    def add(
        self, graph: FuncGraph, name: str | None = None, arguments: list[Argument] | None = None
    ) -> str:
        """Writes a graph, and those that it calls, unless it is written already.

        Args:
          graph: the graph.
          name: the name of the function.
          arguments: its arguments, if they are others than `arguments_of(graph)`.

        Returns:
          The name of the function.

        Raises:
          NotImplementedError: if an operation has no counterpart in TensorFlow.
        """
        if arguments is None:
            name = self._names.get(id(graph), name)
            if name is not None and self.functions.get(name) is not None:
                return name
        if name is None or name in self.functions and arguments is not None:
            name = self._unique(name or f"__inference_{graph.function_name}")
        if arguments is None:
            self.reserve(graph, name)
        self._kept.append(graph)
        writer = FunctionWriter(self, graph, name, arguments or arguments_of(graph))
        self.functions[name] = writer.write()
        return name

    def reserve(self, graph: FuncGraph, name: str) -> None:
        """Gives a graph a name, under which it is written when it is first called, or added."""
        self._names[id(graph)] = name
        self.functions.setdefault(name, None)

    def _unique(self, name: str) -> str:
        unique, number = name, 0
        while unique in self.functions:
            number += 1
            unique = f"{name}_{number}"
        return unique


class FunctionWriter:
    """Writes one graph.

    Attributes:
      graph: the graph.
      library: the functions that it may call.
    """

    def __init__(
        self, library: LibraryWriter, graph: FuncGraph, name: str, arguments: list[Argument]
    ) -> None:
        self.library = library
        self.graph = graph
        self._message = _messages.FunctionDef()
        self._message.signature.name = name
        self._message.attr["_construction_context"].s = b"kEagerRuntime"
        self._names: set[str] = set()
        self._references: dict[int, str] = {}
        self._kept: list[Any] = []
        self._handles: dict[int, str] = {}
        self._types: dict[str, int] = {}  # of what inputs may name
        self._order = EffectOrder()
        for number, argument in enumerate(arguments):
            self._add_argument(number, argument)

    @property
    def function(self) -> str:
        """The name of the Python function, for errors."""
        return self.graph.name

    def write(self) -> Any:
        """The message."""
        for node in self.graph.live_nodes():
            self._write_node(node)
        taken = {argument.name for argument in self._message.signature.input_arg}
        for output in self.graph.outputs:
            reference = self.reference(output)
            if self.graph.is_part or ":" not in reference:
                reference = self.add("Identity", [reference], {"T": output.dtype})
            name = _argument_name(reference.partition(":")[0], taken)
            self._message.signature.output_arg.add(name=name, type=output.dtype.as_datatype_enum)
            self._message.ret[name] = reference
        return self._finished()

    def effect(self, reference: str) -> None:
        """Notes that an operation changes something."""
        self._order.effects.append(reference.partition(":")[0])

    def write_result(self, reference: str, dtype: DType) -> Any:
        """The message, if it is a function of a single result without a graph."""
        self._message.signature.output_arg.add(name="result", type=dtype.as_datatype_enum)
        self._message.ret["result"] = reference
        return self._finished()

    def _finished(self) -> Any:
        signature = self._message.signature
        for name in self._order.effects:
            self._message.control_ret[name] = name
            signature.control_output.append(name)
        signature.is_stateful = bool(self._order.effects) or bool(self._handles)
        return self._message

    def _add_argument(self, number: int, argument: Argument) -> None:
        signature = self._message.signature
        name = _argument_name(argument.name, self._names)
        dtype = RESOURCE if argument.is_handle else argument.dtype
        added = signature.input_arg.add(name=name, type=dtype.as_datatype_enum)
        self._types[name] = dtype.as_datatype_enum
        values = self._message.arg_attr.add(key=number).value
        if argument.is_handle:
            self._handles[key_of(argument.value)] = name
            if isinstance(argument.value, Variable):
                added.handle_data.add(
                    dtype=argument.dtype.as_datatype_enum, shape=shape_message(argument.shape)
                )
        else:
            shapes = values.attr["_output_shapes"].list.shape
            shapes.append(shape_message(argument.shape))
        values.attr["_user_specified_name"].s = argument.name.encode()
        if isinstance(argument.value, SymbolicTensor):
            self._references[id(argument.value)] = name

    # -- what operations read ---------------------------------------------------------------------

    def reference(self, tensor: SymbolicTensor) -> str:
        """How inputs of operations name a tensor. Constants are written when first read."""
        if id(tensor) not in self._references:
            operation = tensor.op
            if operation.type != "Const":
                raise not_available(f"a tensor of the operation {operation.type}", self.function)
            self._write_node(operation.node)
        return self._references[id(tensor)]

    def handle(self, resource: Any) -> str:
        """How inputs of operations name the handle of a variable or table."""
        return self._handles[key_of(resource)]

    def constant(self, value: Any, dtype: Any = None, name: str = "Const") -> str:
        """Adds a constant; how inputs name it."""
        tensor = to_tensor(value, None if dtype is None else as_dtype(dtype))
        return self.add("Const", [], {"dtype": tensor.dtype, "value": tensor}, name=name)

    def operand(self, value: Any, dtype: Any = None) -> str:
        """How inputs name a tensor of the graph, or a constant of Python's values.

        A list with tensors in it is packed.
        """
        if isinstance(value, SymbolicTensor):
            return self.reference(value)
        if isinstance(value, (list, tuple)) and any(map(_holds_symbol, value)):
            items = [self.operand(item, dtype) for item in value]
            found = dtype or next(x.dtype for x in value if isinstance(x, SymbolicTensor))
            return self.add("Pack", items, {"T": as_dtype(found), "N": len(items), "axis": 0})
        return self.constant(value, dtype)

    def add(
        self,
        operation: str,
        inputs: Sequence[str],
        attributes: dict[str, Any],
        outputs: Outputs = (),
        name: str | None = None,
    ) -> str:
        """Adds an operation; how inputs name its first result.

        Args:
          operation: its type.
          inputs: how its inputs are named.
          attributes: its attributes; Python values, or messages.
          outputs: the tensors of the graph that are its results, in order; None for others.
          name: its name, before it is made unique.

        Raises:
          NotImplementedError: if an attribute or input is missing.
        """
        node = _messages.NodeDef(name=self._unique(name or operation), op=operation)
        node.input.extend(inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(node_writers.attribute(value))
        labels = self._labels(node, outputs)
        self._message.node_def.append(node)
        for tensor, label in zip(outputs, labels, strict=False):
            if tensor is None:
                continue
            self._references[id(tensor)] = f"{node.name}:{label}"
            self._kept.append(tensor)
        return f"{node.name}:{labels[0]}" if labels else node.name

    def _labels(self, node: Any, outputs: Outputs) -> list[str]:
        """What stands after the name of an operation for each of its results."""
        signature = op_signature(node.op)
        if signature is None:
            raise not_available(f"the operation {node.op}", self.function)
        infer_types(node, signature, self._types, outputs)
        check_operation(node, signature, self._types, outputs, self.function)
        labels = []
        for name, kind in signature.outputs.items():
            count = count_of(kind, signature, node)
            for number in range(1 if count is None else count):
                labels.append(f"{name}:{number}")
                found = type_of(kind, signature, node, number)
                self._types[f"{node.name}:{labels[-1]}"] = found
        return labels

    def _unique(self, name: str) -> str:
        name = re.sub(r"[^A-Za-z0-9_.\\/>-]", "_", name)
        if not re.match(r"[A-Za-z0-9.]", name):
            name = f"_{name}".lstrip("_") or "node"
        unique, number = name, 0
        while unique.lower() in self._names:
            number += 1
            unique = f"{name}_{number}"
        self._names.add(unique.lower())
        return unique

    # -- nodes ------------------------------------------------------------------------------------

    def _write_node(self, node: Node) -> None:
        if isinstance(node, (WatchNode, NoOpNode)):
            return
        if isinstance(node, GradientNode):
            raise not_available("GradientTape.gradient", self.function)
        first = len(self._message.node_def)
        if isinstance(node, ReadNode):
            self._write_read(node)
        elif isinstance(node, CallNode):
            self._write_call(node)
        elif isinstance(node, CondNode):
            write_conditional(self, node)
        elif isinstance(node, WhileNode):
            write_loop(self, node)
        elif isinstance(node, ArrayNode):
            array_writers.write(self, node)
        elif isinstance(node, TableNode):
            args, _ = node_writers.arguments(node)
            inputs = [self.handle(node.entries), *map(self.operand, args)]
            self.add(node.type, inputs, {}, node.outputs, name_of(node))
        elif (write := node_writers.writer_of(node)) is not None:
            write(self, node)
        elif (function := node_writers.own(DECOMPOSITIONS, node)) is not None:
            self._write_decomposed(node, function)
        elif node.is_operation and node.operation is not None:
            self._write_operation(node)
        else:
            raise not_available(f"the operation {node.type}", self.function)
        self._order.add(node, self._message.node_def[first:])

    def _write_operation(self, node: Node) -> None:
        """An operation whose inputs and attributes are those that graphs show."""
        operation = node.operation
        assert operation is not None
        if node.type == "Identity" and node_writers.definition_name(node) in ("", "_copy"):
            inputs, messages = [self.reference(node.inputs[0])], {"T": node.inputs[0].dtype}
        else:
            unfaithful = node_writers.what_differs(node)
            if unfaithful is not None:
                raise not_available(f"the operation {node.type} ({unfaithful})", self.function)
            inputs = []
            for given in shown(operation).inputs:
                inputs += [
                    self.handle(node.variable)  # type: ignore[attr-defined]
                    if given.type == "resource"
                    else self.reference(tensor)
                    for tensor in given.tensors
                ]
            messages = attributes(operation)
        self.add(node.type, inputs, messages, node.outputs, operation.name)

    def _write_read(self, node: ReadNode) -> None:
        name = None if node.operation is None else node.operation.name
        read = {"dtype": node.variable.dtype}
        self.add("ReadVariableOp", [self.handle(node.variable)], read, node.outputs, name)

    # -- calls and control flow -----------------------------------------------------------------

    def _write_call(self, node: CallNode) -> None:
        called = self.library.add(node.graph)
        variables = resources(node.graph)
        inputs = [self.reference(x) for x in node.inputs]
        inputs += [self.handle(variable) for variable in variables]
        types = [x.dtype for x in node.inputs] + [RESOURCE] * len(variables)
        is_stateful = self.library.functions[called].signature.is_stateful
        self.add(
            "StatefulPartitionedCall" if is_stateful else "PartitionedCall",
            inputs,
            call_attributes(called, types, node.outputs),
            node.outputs,
            name_of(node),
        )

    def _write_decomposed(self, node: Any, function: Callable[..., Any]) -> None:
        """A function that is one node here, as a call of a function of several operations."""
        if node.type in self.library.open:
            raise not_available(f"the operation {node.type}", self.function)
        graph = FuncGraph(node.type, None)
        self.library.open.append(node.type)
        with graph.as_default():
            graph.inputs = [graph.add_placeholder("x", x.dtype, x.shape) for x in node.inputs]
            args, kwargs = fill(node.arguments, graph.inputs)
            _, tensors = tensors_of(function(*args, **kwargs))
            for tensor in tensors:
                graph.add_output(tensor)
        name = self.library.add(graph)
        self.library.open.pop()
        captured = graph.captured_external
        inputs = [self.reference(x) for x in node.inputs] + [self.constant(x) for x in captured]
        self.add(
            "PartitionedCall",
            inputs,
            call_attributes(name, [x.dtype for x in (*node.inputs, *captured)], graph.outputs),
            node.outputs,
            name_of(node),
        )


def _holds_symbol(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_symbol, value))
    return isinstance(value, SymbolicTensor)


def call_attributes(
    name: str, types: Iterable[DType], outputs: Sequence[SymbolicTensor]
) -> dict[str, Any]:
    """The attributes of a call of a function."""
    return {
        "Tin": list(types),
        "Tout": [x.dtype for x in outputs],
        "f": node_writers.Name(name),
        "config_proto": _CONFIG,
        "_output_shapes": [x.shape for x in outputs],
        "_collective_manager_ids": [],
        "_read_only_resource_inputs": [],
    }


def _argument_name(name: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]", "_", name.lower())
    if not re.match(r"[a-z]", base):
        base = f"arg{base}" if base.startswith("_") else f"arg_{base}"
    unique, number = base, 0
    while unique in taken:
        number += 1
        unique = f"{base}_{number}"
    taken.add(unique)
    return unique
