"""Structures of specs as messages of type StructuredValue: in saved datasets, and SavedModels."""

from __future__ import annotations

import collections
from typing import Any

from .. import _messages
from .._core.tensor.host_values import to_numpy
from .._core.tensor.python_values import wrap_array
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec, TypeSpec
from .._core.variables.sparse_tensor import SparseTensorSpec
from .._ops.io.tensor_proto import proto_array, serialize_array
from .._ragged.spec import RaggedTensorSpec
from .optional import OptionalSpec
from .specs import DatasetSpec

# The numbers of TensorFlow's enumeration, and how many tensors a value has.
_CLASSES: dict[Any, tuple[int, int]] = {
    SparseTensorSpec: (1, 3),
    RaggedTensorSpec: (3, 0),
    DatasetSpec: (5, 1),
    OptionalSpec: (7, 1),
}
_BY_NUMBER = {number: cls for cls, (number, _) in _CLASSES.items()}
_REGISTERED = 12


class SpecMessageError(Exception):
    """Raised for a spec that cannot be written, or a message that is none."""


def encode_spec(spec: Any) -> bytes:
    """A structure of specs as a serialized message. Raises SpecMessageError."""
    message = _messages.StructuredValue()
    encode_value(spec, message)
    data: bytes = message.SerializeToString(deterministic=True)
    return data


def decode_spec(data: bytes) -> Any:
    """The structure of specs in a serialized message. Raises SpecMessageError."""
    try:
        return decode_value(_messages.StructuredValue.FromString(data))
    except (_messages.DecodeError, TypeError, ValueError) as error:
        raise SpecMessageError(f"it is not the spec of a dataset: {error}") from error


def _encode_shape(shape: TensorShape, message: Any) -> None:
    message.SetInParent()
    if shape.rank is None:
        message.unknown_rank = True
        return
    for size in shape.as_list():
        message.dim.add(size=-1 if size is None else size)


def _decode_shape(message: Any) -> TensorShape:
    if message.unknown_rank:
        return TensorShape(None)
    return TensorShape([None if dim.size < 0 else dim.size for dim in message.dim])


def encode_value(value: Any, message: Any) -> None:
    """Writes a structure of specs and Python values to a StructuredValue.

    Raises SpecMessageError.
    """
    if value is None:
        message.none_value.SetInParent()
    elif isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, int):
        message.int64_value = value
    elif isinstance(value, float):
        message.float64_value = value
    elif isinstance(value, str):
        message.string_value = value
    elif isinstance(value, TensorShape):
        _encode_shape(value, message.tensor_shape_value)
    elif isinstance(value, DType):
        message.tensor_dtype_value = value.as_datatype_enum
    elif isinstance(value, EagerTensor):
        array = to_numpy(value._t)
        message.tensor_value.ParseFromString(serialize_array(array, value.dtype))
    elif type(value) is TensorSpec:
        spec = message.tensor_spec_value
        _encode_shape(value.shape, spec.shape)
        spec.name, spec.dtype = value.name or "", value.dtype.as_datatype_enum
    elif isinstance(value, TypeSpec):
        _encode_type_spec(value, message.type_spec_value)
    else:
        _encode_container(value, message)


def _encode_type_spec(spec: TypeSpec, message: Any) -> None:
    state: Any = spec._serialize()
    if isinstance(spec, NoneTensorSpec):
        message.type_spec_class, message.type_spec_class_name = _REGISTERED, "tf.NoneTensorSpec"
        state = ()
    elif type(spec) in _CLASSES:
        number, count = _CLASSES[type(spec)]
        message.type_spec_class, message.type_spec_class_name = number, type(spec).__name__
        if isinstance(spec, RaggedTensorSpec):
            state, count = state[:4], spec.ragged_rank + 1
        message.num_flat_components = count
    else:
        raise SpecMessageError(f"a {type(spec).__name__} cannot be saved")
    encode_value(tuple(state), message.type_state)


def _encode_container(value: Any, message: Any) -> None:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        message.named_tuple_value.name = type(value).__name__
        for key, item in zip(value._fields, value, strict=True):
            encode_value(item, message.named_tuple_value.values.add(key=key).value)
    elif isinstance(value, (tuple, list)):
        items = message.tuple_value if isinstance(value, tuple) else message.list_value
        items.SetInParent()
        for item in value:
            encode_value(item, items.values.add())
    elif isinstance(value, collections.abc.Mapping) and all(isinstance(key, str) for key in value):
        message.dict_value.SetInParent()
        for key, item in value.items():
            encode_value(item, message.dict_value.fields[key])
    else:
        raise SpecMessageError(f"a {type(value).__name__} cannot be saved")


def decode_value(message: Any) -> Any:
    """The structure of specs and Python values in a StructuredValue. Raises SpecMessageError."""
    kind = message.WhichOneof("kind")
    value: Any = getattr(message, kind) if kind else None
    if kind in ("int64_value", "float64_value", "string_value", "bool_value"):
        return value
    if kind == "tensor_shape_value":
        return _decode_shape(value)
    if kind == "tensor_dtype_value":
        return as_dtype(value)
    if kind == "tensor_spec_value":
        return TensorSpec(_decode_shape(value.shape), as_dtype(value.dtype), value.name or None)
    if kind in ("tensor_value", "numpy_value"):
        dtype = as_dtype(value.dtype)
        array = proto_array(value, dtype)
        if array is None:
            raise SpecMessageError(f"a tensor of the type {dtype.name} cannot be loaded")
        return array if kind == "numpy_value" else EagerTensor(wrap_array(array, dtype))
    if kind == "type_spec_value":
        return _decode_type_spec(value)
    if kind == "tuple_value":
        return tuple(map(decode_value, value.values))
    if kind == "list_value":
        return list(map(decode_value, value.values))
    if kind == "dict_value":
        return {key: decode_value(item) for key, item in sorted(value.fields.items())}
    if kind == "named_tuple_value":
        names = [pair.key for pair in value.values]
        cls: Any = collections.namedtuple(value.name, names)  # type: ignore[misc]
        return cls(*(decode_value(pair.value) for pair in value.values))
    return None


def _decode_type_spec(message: Any) -> Any:
    if message.type_spec_class_name == "tf.NoneTensorSpec":
        return NoneTensorSpec()
    cls = _BY_NUMBER.get(message.type_spec_class)
    if cls is None:
        raise SpecMessageError(f"a {message.type_spec_class_name} cannot be loaded")
    return cls(*decode_value(message.type_state))
