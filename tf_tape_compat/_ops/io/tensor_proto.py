"""Tensors as serialized messages of type TensorProto."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from ... import _messages
from ..._core.op.op import op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import wrap_array
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument
from ..strings.text import scalar_string
from . import varint

# The field that holds single values of each type. Halves are stored as the integers of their bits.
VALUE_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "complex64": "scomplex_val",
    "complex128": "dcomplex_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
} | dict.fromkeys("int32 int16 int8 uint16 uint8".split(), "int_val")


def element_type(payload: Any) -> DType:
    """The type of a payload."""
    return STRING if isinstance(payload, np.ndarray) else as_dtype(payload.dtype)


def serialize_array(array: np.ndarray, dtype: DType, as_content: bool = False) -> bytes:
    """An array as a serialized TensorProto; with `as_content`, strings are in one field, too."""
    proto = _messages.TensorProto(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if dtype is STRING and as_content:
        strings = array.reshape(-1).tolist()
        proto.tensor_content = b"".join([varint.encode(len(s)) for s in strings] + strings)
    elif dtype is STRING:
        proto.string_val.extend(array.reshape(-1).tolist())
    else:
        proto.tensor_content = np.ascontiguousarray(array).tobytes()
    return proto.SerializeToString()


@op("SerializeTensor", "tensor", unrecorded=True)
def serialize_tensor(tensor: Any, name: str | None = None) -> Any:
    """Serializes a tensor as a TensorProto. Implements `tf.io.serialize_tensor`.

    Args:
        tensor: a tensor of any shape and type.
        name: ignored.

    Returns:
        A scalar string tensor.
    """
    return scalar_string(serialize_array(to_numpy(tensor), element_type(tensor)))


def stored_elements(proto: Any, dtype: DType, count: int) -> np.ndarray | None:
    """The elements that a TensorProto stores, as a vector of `count` elements.

    The last element is repeated if there are fewer. Without any, they are zeros or empty strings.
    None if the message is inconsistent or the type is not supported.
    """
    if dtype is not STRING and dtype.name not in VALUE_FIELDS:
        return None
    content = proto.tensor_content
    if content and dtype is STRING:
        return _strings(content, count)
    if content:
        numpy_dtype: Any = np.dtype(dtype.as_numpy_dtype)
        if len(content) != count * numpy_dtype.itemsize:
            return None
        return np.frombuffer(content, numpy_dtype).copy()
    values = _stored_values(proto, dtype)[:count]
    try:
        elements = np.full(count, b"" if dtype is STRING else 0, values.dtype)
    except (MemoryError, ValueError):  # a shape that no memory can hold
        return None
    elements[: values.size] = values
    if values.size:
        elements[values.size :] = values[-1]
    return elements


def _strings(content: bytes, count: int) -> np.ndarray | None:
    """Strings that are stored as their lengths and then their text; None if it is inconsistent."""
    lengths, at = [], 0
    try:
        for _ in range(count):
            length, at = varint.decode(content, at)
            lengths.append(length)
    except varint.VarintError:
        return None
    if at + sum(lengths) != len(content):
        return None
    strings = np.empty(count, object)
    for index, length in enumerate(lengths):
        strings[index] = content[at : at + length]
        at += length
    return strings


def _stored_values(proto: Any, dtype: DType) -> np.ndarray:
    if dtype is STRING:
        strings = np.empty(len(proto.string_val), object)
        strings[:] = list(proto.string_val)
        return strings
    numpy_dtype: Any = np.dtype(dtype.as_numpy_dtype)
    field = VALUE_FIELDS[dtype.name]
    values = getattr(proto, field)
    if numpy_dtype.kind == "c":
        return (np.array(values[0::2]) + 1j * np.array(values[1::2])).astype(numpy_dtype)
    if field == "half_val":
        return np.array(values, np.int32).astype(np.uint16).view(numpy_dtype)
    return np.array(values, np.uint64 if field == "uint64_val" else None).astype(numpy_dtype)


def proto_array(proto: Any, dtype: DType) -> np.ndarray | None:
    """The array of a TensorProto; None if it is inconsistent or the type is not supported."""
    shape = [dim.size for dim in proto.tensor_shape.dim]
    if min(shape, default=0) < 0:
        return None
    elements = stored_elements(proto, dtype, math.prod(shape))
    return None if elements is None else elements.reshape(shape)


@op("ParseTensor", "serialized", unrecorded=True)
def _parse(serialized: Any, expected: DType) -> Any:
    if serialized.ndim:
        raise invalid_argument(
            f"Expected `serialized` to be a scalar, got shape: {brackets(serialized.shape)}"
        )
    data = serialized[()]
    try:
        proto = _messages.TensorProto.FromString(data)
    except _messages.DecodeError:
        shown = base64.b64encode(data).decode()
        raise invalid_argument(
            f"Could not parse `serialized` as TensorProto, base64: {shown}"
        ) from None
    try:
        dtype = as_dtype(proto.dtype)
    except TypeError:
        raise invalid_argument("Cannot parse tensor from proto") from None
    if dtype is not expected:
        raise invalid_argument(
            f"Type mismatch between parsed tensor ({c_name(dtype)}) and dtype ({c_name(expected)})"
        )
    array = proto_array(proto, dtype)
    if array is None:
        raise invalid_argument("Cannot parse tensor from proto")
    return wrap_array(array, dtype)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """Parses a serialized TensorProto. Implements `tf.io.parse_tensor`.

    Args:
        serialized: a scalar string.
        out_type: the tensor's type.
        name: ignored.

    Returns:
        A tensor of type `out_type`.

    Raises:
        InvalidArgumentError: if the bytes are not a TensorProto, or its type is another one.
    """
    return _parse(to_tensor(serialized, STRING), as_dtype(out_type))
