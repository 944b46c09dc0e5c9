"""Graphs as protocol buffers: `NodeDef`, `GraphDef` and `FunctionDef`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _messages
from .._core.op.op_defs import OpSignature, op_signature
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._ops.io.array_proto import tensor_proto
from .shown_inputs import ShownInput, shown
from .symbolic_tensor import SymbolicTensor

if TYPE_CHECKING:
    from .graph import FuncGraph, Graph
    from .nodes import Node
    from .operation import Operation

_PRODUCER, _MIN_CONSUMER = 2474, 12  # the versions of TensorFlow 2.21's graphs

_CONDITIONALS = frozenset(("If", "StatelessIf"))
_LOOPS = frozenset(("While", "StatelessWhile"))

# Attributes that are parameters of another name here, for all operations.
ATTRIBUTE_PARAMETERS = {
    "keep_dims": "keepdims",
    "squeeze_dims": "axis",
    "grad_a": "",
    "grad_b": "",
    "num_split": "count",
    "ksizes": "sizes",
    "block_size": "size",
    "batch_dims": "batch",
    "depth_radius": "radius",
    "seq_dim": "seq_axis",
    "batch_dim": "batch_axis",
    "extrapolation_value": "outside",
}


def node_def(operation: Operation, named: Callable[[SymbolicTensor], str] | None = None) -> Any:
    """An operation as a `NodeDef`; `named` gives the name of an input."""
    message = _messages.NodeDef(name=operation.name, op=operation.type, device=operation.device)
    message.input.extend((named or _input_name)(x) for x in operation.inputs)
    message.input.extend(f"^{op.name}" for op in operation.control_inputs)
    for name, value in attributes(operation).items():
        message.attr[name].CopyFrom(value)
    return message


def _input_name(tensor: SymbolicTensor) -> str:
    return f"{tensor.op.name}:{tensor.value_index}" if tensor.value_index else tensor.op.name


# -- attributes ------------------------------------------------------------------------------------


def attributes(operation: Operation) -> dict[str, Any]:
    """The attributes of an operation, as messages, by name."""
    if operation.type == "Const":
        tensor = operation.outputs[0]
        value = tensor.known_value()
        result = {"dtype": _type(tensor.dtype)}
        if value is not None:
            result["value"] = _messages.AttrValue(tensor=tensor_proto(value.numpy(), tensor.dtype))
        return result
    if operation.type == "Placeholder":
        return _of_placeholder(operation)
    if operation.type == "VarHandleOp":
        return _of_variable(operation)
    if operation.node.function_attributes and operation.type != "Identity":
        return _of_control_flow(operation)
    signature = op_signature(operation.type)
    if signature is None:
        return {}
    result = {}
    for name, kind in signature.attributes.items():
        value = _attribute(operation, signature, name, kind)
        if value is not None:
            result[name] = value
    return result


def _of_placeholder(operation: Operation) -> dict[str, Any]:
    (tensor,) = operation.outputs
    result = {
        "shape": _messages.AttrValue(shape=shape_message(tensor.shape)),
        "dtype": _type(tensor.dtype),
    }
    if operation.graph.building_function and not operation.graph.is_part:
        name = operation.name.rpartition("/")[2]
        result["_user_specified_name"] = _messages.AttrValue(s=name.encode())
    return result


def _of_variable(operation: Operation) -> dict[str, Any]:
    variable = operation.graph.variable_of(operation)
    name = operation.name.encode()
    empty = _messages.AttrValue.ListValue()
    return {
        "shared_name": _messages.AttrValue(s=name),
        "shape": _messages.AttrValue(shape=shape_message(variable.shape)),
        "dtype": _type(variable.dtype),
        "debug_name": _messages.AttrValue(s=name + b"/"),
        "container": _messages.AttrValue(s=b""),
        "allowed_devices": _messages.AttrValue(list=empty),
    }


def _of_control_flow(operation: Operation) -> dict[str, Any]:
    node = operation.node
    result = {
        "Tin": _types(x.dtype for x in node.inputs),
        "Tout": _types(x.dtype for x in operation.outputs),
    }
    if operation.type in _CONDITIONALS:
        result["Tcond"] = _type(node.inputs[0].dtype)
    elif operation.type in _LOOPS:
        result = {"T": result["Tin"]}
    for name, graph in zip(node.function_attributes, node.graphs, strict=True):
        result[name] = _messages.AttrValue(func=_messages.NameAttrList(name=graph.function_name))
    if operation.type in _CONDITIONALS or operation.type in _LOOPS:
        shapes = [shape_message(x.shape) for x in operation.outputs]
        listed = _messages.AttrValue.ListValue(shape=shapes)
        result["output_shapes"] = _messages.AttrValue(list=listed)
    return result


def _attribute(operation: Operation, signature: OpSignature, name: str, kind: str) -> Any:
    if kind in ("type", "list(type)"):
        dtypes = _dtypes_of(operation, signature, name)
        if dtypes:
            return _types(dtypes) if kind == "list(type)" else _type(dtypes[0])
    arguments = shown(operation).arguments
    value = arguments.get(name, arguments.get(ATTRIBUTE_PARAMETERS.get(name, name)))
    if kind == "int" and value is None:
        for given in shown(operation).inputs:
            if signature.inputs.get(given.name, "").startswith(f"{name}*"):
                return _messages.AttrValue(i=len(given.tensors))
        if any(shape.startswith(f"{name}*") for shape in signature.outputs.values()):
            return _messages.AttrValue(i=len(operation.outputs))
    if value is not None and kind in _KINDS:
        try:
            return _KINDS[kind](value)
        except (TypeError, ValueError):
            pass
    default = signature.defaults.get(name)
    return None if default is None else _default(kind, default)


def _dtypes_of(operation: Operation, signature: OpSignature, name: str) -> list[DType]:
    """The types that an attribute stands for, from the tensors whose type it is."""
    groups: list[tuple[str, list[SymbolicTensor]]] = []
    given: list[ShownInput] = shown(operation).inputs
    inputs = list(signature.inputs.items())
    if len(inputs) == len(given):
        groups += [(kind, x.tensors) for (_, kind), x in zip(inputs, given, strict=True)]
    if len(signature.outputs) == 1 and operation.outputs:
        groups.append((next(iter(signature.outputs.values())), operation.outputs))
    else:
        groups += [
            (kind, [x])
            for kind, x in zip(signature.outputs.values(), operation.outputs, strict=False)
        ]
    for kind, tensors in groups:
        if kind.rpartition("*")[2] == name and tensors:
            return [x.dtype for x in tensors]
    return []


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, np.ndarray)) else [value]


def _list(**fields: Any) -> Any:
    return _messages.AttrValue(list=_messages.AttrValue.ListValue(**fields))


_KINDS: dict[str, Callable[[Any], Any]] = {
    "type": lambda x: _type(as_dtype(x)),
    "int": lambda x: _messages.AttrValue(i=int(x)),
    "float": lambda x: _messages.AttrValue(f=float(x)),
    "bool": lambda x: _messages.AttrValue(b=bool(x)),
    "string": lambda x: _messages.AttrValue(s=x.encode() if isinstance(x, str) else bytes(x)),
    "shape": lambda x: _messages.AttrValue(shape=shape_message(TensorShape(x))),
    "list(int)": lambda x: _list(i=[int(item) for item in _listed(x)]),
    "list(float)": lambda x: _list(f=[float(item) for item in _listed(x)]),
    "list(string)": lambda x: _list(s=[str(item).encode() for item in _listed(x)]),
}


def _default(kind: str, text: str) -> Any:
    """The message for a default of TensorFlow's definition."""
    if kind.startswith("list("):
        items = [item for item in text.strip("[]").split(", ") if item]
        return _list() if not items else _KINDS[kind](items) if kind in _KINDS else None
    if kind == "type":
        return _messages.AttrValue(type=_data_type(text))
    if kind == "bool":
        return _messages.AttrValue(b=text == "true")
    if kind == "string":
        return _messages.AttrValue(s=text.strip('"').encode())
    if kind in ("int", "float"):
        return _KINDS[kind](float(text))
    return None


def _data_type(text: str) -> int:
    data_types = _messages.POOL.FindEnumTypeByName("tensorflow.DataType")
    number: int = data_types.values_by_name[text].number
    return number


def _type(dtype: DType) -> Any:
    return _messages.AttrValue(type=dtype.as_datatype_enum)


def _types(dtypes: Iterable[DType]) -> Any:
    return _list(type=[dtype.as_datatype_enum for dtype in dtypes])


def shape_message(shape: TensorShape) -> Any:
    """A static shape as a message."""
    message = _messages.TensorShapeProto()
    if shape.rank is None:
        message.unknown_rank = True
    else:
        message.SetInParent()
        for size in shape.as_list():
            message.dim.add(size=-1 if size is None else size)
    return message


# -- graphs ----------------------------------------------------------------------------------------


def graph_def(graph: Graph) -> Any:
    """A graph as a `GraphDef`, with the functions that it calls."""
    message = _messages.GraphDef()
    message.node.extend(node_def(operation) for operation in graph.get_operations())
    functions = list(_called(graph.nodes))
    if functions:
        message.library.function.extend(function_def(inner) for inner in functions)
        message.versions.min_consumer = _MIN_CONSUMER
    message.versions.producer = _PRODUCER
    return message


def _called(nodes: Iterable[Node]) -> Iterable[FuncGraph]:
    seen: dict[int, FuncGraph] = {}

    def visit(nodes: Iterable[Node]) -> None:
        for node in nodes:
            if not node.function_attributes:
                continue
            for graph in node.graphs:
                if id(graph) not in seen:
                    seen[id(graph)] = graph
                    visit(graph.nodes)

    visit(nodes)
    return seen.values()


def function_def(graph: FuncGraph, name: str | None = None) -> Any:
    """The graph of a function as a `FunctionDef`."""
    message = _messages.FunctionDef()
    message.signature.name = name or graph.function_name
    arguments: dict[int, str] = {}
    taken: set[str] = set()
    for tensor in graph.all_inputs or graph.placeholders:
        arguments[id(tensor.op)] = argument = _argument_name(tensor.op.name, taken)
        message.signature.input_arg.add(name=argument, type=tensor.dtype.as_datatype_enum)

    def named(tensor: SymbolicTensor) -> str:
        argument = arguments.get(id(tensor.op))
        if argument is not None:
            return argument
        signature = op_signature(tensor.op.type)
        outputs = [] if signature is None else list(signature.outputs)
        if len(outputs) == 1:
            return f"{tensor.op.name}:{outputs[0]}:{tensor.value_index}"
        label = outputs[tensor.value_index] if tensor.value_index < len(outputs) else "output"
        return f"{tensor.op.name}:{label}:0"

    message.node_def.extend(
        node_def(operation, named)
        for operation in graph.get_operations()
        if id(operation) not in arguments
    )
    for tensor in graph.outputs:
        output = _argument_name(tensor.op.name, taken)
        message.signature.output_arg.add(name=output, type=tensor.dtype.as_datatype_enum)
        message.ret[output] = named(tensor)
    for operation in graph.control_outputs:
        message.control_ret[operation.name] = operation.name
        message.signature.control_output.append(operation.name)
    message.signature.is_stateful = bool(graph.control_outputs)
    return message


def _argument_name(name: str, taken: set[str]) -> str:
    base = unique = re.sub(r"[^a-z0-9]", "_", name.lower())
    number = 0
    while unique in taken:
        number += 1
        unique = f"{base}_{number}"
    taken.add(unique)
    return unique
