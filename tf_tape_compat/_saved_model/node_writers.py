"""Nodes of a graph that are other operations in TensorFlow than graphs show, or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import _messages
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._graph.node_defs import shape_message
from .._graph.structure import fill
from .._ops.io.tensor_proto import serialize_array

# A writer gets the function's writer and the node.
Writer = Callable[[Any, Any], None]
WRITERS: dict[str, Writer] = {}


def writes(*operations: str) -> Callable[[Writer], Writer]:
    """Registers a writer under the types of nodes."""

    def register(function: Writer) -> Writer:
        for operation in operations:
            WRITERS[operation] = function
        return function

    return register


def arguments(node: Any) -> tuple[Any, Any]:
    """The arguments of a node's function, with symbolic tensors in their places."""
    return fill(node.arguments, node.inputs)


def argument(node: Any, position: int, name: str, default: Any = None) -> Any:
    """An argument of a node's function."""
    args, kwargs = arguments(node)
    return args[position] if position < len(args) else kwargs.get(name, default)


class Name(str):
    """The name of a function, as an attribute."""

    __slots__ = ()


def attribute(value: Any) -> Any:
    """A Python value as the message of an attribute."""
    if isinstance(value, _messages.AttrValue):
        return value
    message = _messages.AttrValue()
    if isinstance(value, (list, tuple)):
        message.list.SetInParent()
        for item in value:
            field, item_value = _field(item)
            getattr(message.list, field).append(item_value)
        return message
    field, item_value = _field(value)
    if field in ("shape", "tensor", "func"):
        getattr(message, field).CopyFrom(item_value)
    else:
        setattr(message, field, item_value)
    return message


def _field(value: Any) -> tuple[str, Any]:
    if isinstance(value, DType):
        return "type", value.as_datatype_enum
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, int):
        return "i", value
    if isinstance(value, float):
        return "f", value
    if isinstance(value, Name):
        return "func", _messages.NameAttrList(name=value)
    if isinstance(value, str):
        return "s", value.encode()
    if isinstance(value, bytes):
        return "s", value
    if isinstance(value, TensorShape):
        return "shape", shape_message(value)
    if isinstance(value, EagerTensor):
        data = serialize_array(to_numpy(value._t), value.dtype)
        return "tensor", _messages.TensorProto.FromString(data)
    raise TypeError(f"{value!r} is not the value of an attribute")
