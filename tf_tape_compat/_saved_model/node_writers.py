"""Nodes of a graph that are other operations in TensorFlow than graphs show, or several."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from .. import _messages
from .._core.op.op_defs import op_signature
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._graph.node_defs import ATTRIBUTE_PARAMETERS, shape_message
from .._graph.op_inputs import INPUT_PARAMETERS, PLAIN_FUNCTIONS
from .._graph.shown_inputs import shown
from .._graph.structure import TensorPlace, fill
from .._ops.io.tensor_proto import serialize_array

# A writer gets the function's writer and the node.
Writer = Callable[[Any, Any], None]
WRITERS: dict[str, Writer] = {}


def not_available(what: str, function: str) -> Exception:
    """The error for something that cannot be written."""
    return NotImplementedError(
        f"tf.saved_model.save: {what} in the function {function} is not available in "
        "tf_tape_compat; save a function without it"
    )


def writes(*operations: str) -> Callable[[Writer], Writer]:
    """Registers a writer under the types of nodes."""

    def register(function: Writer) -> Writer:
        for operation in operations:
            WRITERS[operation] = function
        return function

    return register


def writer_of(node: Any) -> Writer | None:
    """The writer of a node, or None. Writers of one function among several of a type come first."""
    found: Writer | None = own(WRITERS, node)
    return found


def own(table: dict[str, Any], node: Any) -> Any:
    """What a table has for a node: for its function's definition, or else for its type."""
    key = f"{node.type}:{definition_name(node)}"
    return table.get(key) or table.get(node.type)


def definition_name(node: Any) -> str:
    """The name of the Python function that defines a node's operation; empty if it is another."""
    lazy = getattr(getattr(node, "function", None), "__self__", None)
    return getattr(getattr(lazy, "definition", None), "__name__", "")


# Definitions whose names differ from the operation's, but which compute just that.
_SAME = frozenset(
    """
    complex_function string_operation run _add_all reduce_all reduce_any reduce_euclidean_norm
    reduce_max reduce_min reduce_mean reduce_prod reduce_sum tensor_diag
    _log_of_complex _log1p_of_complex _multiply_no_nan negative multiply subtract truediv
    zeros_like_input band_part det diag_part diag inv logm set_diag solve sqrtm triangular_solve
    slogdet eigh lower upper strip to_hash_bucket to_hash_bucket_fast to_hash_bucket_strong
    tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub
    tensor_scatter_nd_update _depthwise _pad_with equals_tensor differs_from_tensor _copy
    _full_match _replace _join _length _to_number list_difference gamma_sample_derivative
    _scatter_sum invert _invert bitwise_and bitwise_or
    _contrast _resize_nearest _patches _draw_colored _local_response _pack
    """.split()
)


def what_differs(node: Any) -> str | None:
    """Why a node is not the operation that its type names; None if it is.

    Some functions are defined as one operation, but compute more than TensorFlow's kernel, which is
    one of several there.
    """
    name = definition_name(node)
    if name and _normal(name) != _normal(node.type) and name not in _SAME:
        return f"it is a part of {name.strip('_')}"
    if not name:
        # A function of several operations, whose name may be that of another operation by chance.
        is_plain = node.type in PLAIN_FUNCTIONS or node.type in ("Const", "Identity")
        return "with sizes or values that are not known" if not is_plain else None
    signature = op_signature(node.type)
    if signature is None:
        return None
    lazy = node.function.__self__
    known = {*signature.inputs, *signature.attributes, *lazy.operands(), "name"}
    renamed = {**INPUT_PARAMETERS.get(node.type, {}), **ATTRIBUTE_PARAMETERS}
    known.update(renamed.values())
    defaults = inspect.signature(lazy.definition).parameters
    for parameter, value in shown(node.operation).arguments.items():
        if parameter in known or parameter not in defaults or _is_tensor(value):
            continue
        default = defaults[parameter].default
        if value is None or value is default or (type(value) is type(default) and value == default):
            continue
        if not hasattr(value, "_fields") and not isinstance(value, DType):
            return f"with {parameter}={value!r}"
    return None


def _is_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return any(map(_is_tensor, value))
    return isinstance(value, TensorPlace)


def _normal(name: str) -> str:
    return re.sub(r"(v\d|op|operation)$", "", name.lower().replace("_", ""))


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
