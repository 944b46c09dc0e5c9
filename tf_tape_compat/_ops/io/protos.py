"""Protocol buffers as tensors of their fields, and Examples in JSON."""

from __future__ import annotations

import contextlib
import functools
import json
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import _messages
from ..._core.op.op import op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import wrap_array
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import DType, as_dtype
from ...errors import DataLossError, InvalidArgumentError, OpError
from .._support.arguments import brackets, invalid_argument
from ..strings.text import map_strings
from . import filesystem, tensor_proto, varint

# For each type of a field, by its number: the name of its values' type, the types of tensors that
# hold it, and how it is stored: None for bytes with their length, 0 for integers of variable
# length, or the format of struct.
_FIELD_TYPES: dict[int, tuple[str, str, Any]] = {
    1: ("double", "float64", "<d"),
    2: ("float", "float32 float64", "<f"),
    3: ("int64", "int64", 0),
    4: ("uint64", "uint64", 0),
    5: ("int32", "int32 int64", 0),
    6: ("uint64", "uint64", "<Q"),
    7: ("uint32", "uint32 uint64", "<I"),
    8: ("bool", "bool", 0),
    9: ("string", "string", None),
    11: ("message", "string", None),
    12: ("string", "string", None),
    13: ("uint32", "uint32 uint64", 0),
    14: ("enum", "int32", 0),
    15: ("int32", "int32 int64", "<i"),
    16: ("int64", "int64", "<q"),
    17: ("int32", "int32 int64", 0),
    18: ("int64", "int64", 0),
}
_ZIGZAG = (17, 18)
_MESSAGE = 11


# -- descriptors --------------------------------------------------------------------------------


def _descriptor_pool(source: str | bytes) -> Any:
    """The descriptors of a source other than the program itself. Raises InvalidArgumentError."""
    from google.protobuf import descriptor_pb2, descriptor_pool
    from google.protobuf.message import DecodeError

    given = source.encode("utf-8", "surrogateescape") if isinstance(source, str) else source
    try:
        data = given[8:] if given.startswith(b"bytes://") else filesystem.read(given)
        files = descriptor_pb2.FileDescriptorSet.FromString(data)
    except (OpError, DecodeError):
        shown = given.decode("utf-8", "replace")
        raise invalid_argument(
            "Source does not represent serialized file descriptor set proto. This may be due to a "
            f'missing dependency on the file containing REGISTER_DESCRIPTOR_POOL("{shown}", ...);'
        ) from None
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


@functools.lru_cache(64)
def _descriptor(message_type: str, source: str | bytes) -> Any:
    """The descriptor of a message. Raises InvalidArgumentError if there is none."""
    from google.protobuf import descriptor_pool

    is_local = source in ("local://", b"local://", "", b"")
    pools = [_messages.POOL, descriptor_pool.Default()] if is_local else [_descriptor_pool(source)]
    for pool in pools:
        with contextlib.suppress(KeyError):
            return pool.FindMessageTypeByName(message_type)
    raise invalid_argument(f"No descriptor found for message type {message_type}")


def _fields(descriptor: Any, names: Sequence[str]) -> list[Any]:
    """The fields of a message by their names. Raises InvalidArgumentError for others."""
    for name in names:
        if name not in descriptor.fields_by_name:
            raise invalid_argument(f"Unknown field: {name} in message type {descriptor.full_name}")
    return [descriptor.fields_by_name[name] for name in names]


def _is_repeated(field: Any) -> bool:
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == 3


# -- decoding -----------------------------------------------------------------------------------


def _parser(descriptor: Any, message_format: str) -> Any:
    """What makes messages of bytes. It raises DataLossError for bytes that are not valid."""
    from google.protobuf import message_factory, text_format
    from google.protobuf.message import DecodeError

    cls = message_factory.GetMessageClass(descriptor)

    def parse(data: bytes) -> Any:
        try:
            if message_format == "binary":
                return cls.FromString(data)
            return text_format.Parse(data, cls())
        except DecodeError:
            message = "CountFields: Failed to consume entire buffer"
        except text_format.ParseError:
            message = "Unable to parse text protobuf"
        raise DataLossError(None, None, message)

    return parse


def _values(message: Any, field: Any) -> list[Any]:
    """The values of a field; none if it is not set."""
    if _is_repeated(field):
        values = list(getattr(message, field.name))
    elif field.has_presence:
        values = [getattr(message, field.name)] if message.HasField(field.name) else []
    else:
        value = getattr(message, field.name)
        values = [value] if value != field.default_value else []
    if field.type == _MESSAGE:
        return [value.SerializeToString() for value in values]
    return [value.encode() if isinstance(value, str) else value for value in values]


def _column(rows: list[list[Any]], field: Any, dtype: DType) -> np.ndarray:
    """The values of a field in all messages, each filled up to the longest with the default."""
    longest = max(1, *map(len, rows))
    default: Any = b"" if dtype is STRING else 0
    if not _is_repeated(field) and field.type != _MESSAGE:
        default = field.default_value
        default = default.encode() if isinstance(default, str) else default
    column = np.empty((len(rows), longest), dtype.as_numpy_dtype)
    column[:] = default
    for index, row in enumerate(rows):
        column[index, : len(row)] = row
    return column


class DecodeProtoV2(NamedTuple):
    """What `decode_proto` returns."""

    sizes: Any
    values: Any


def _checked_fields(descriptor: Any, names: list[str], dtypes: list[DType]) -> list[Any]:
    """The fields. Raises InvalidArgumentError if one is unknown, or is of another type."""
    fields = _fields(descriptor, names)
    for field, dtype in zip(fields, dtypes, strict=True):
        type_name, allowed, _ = _FIELD_TYPES.get(field.type, ("group", "", None))
        if dtype.name not in allowed.split():
            c_type = {"float32": "FLOAT", "float64": "DOUBLE"}.get(dtype.name, dtype.name.upper())
            raise invalid_argument(
                f"Unexpected output type for {field.full_name}: {type_name} to DT_{c_type}"
            )
    return fields


@op("DecodeProtoV2", "bytes", unrecorded=True)
def _decode(bytes: Any, options: tuple[Any, ...]) -> Any:
    try:
        return _decoded(bytes, *options)
    except OpError as error:
        error.kernel = "DecodeProtoV2", f"_output_types_{len(options[2])}"
        raise


def _decoded(
    bytes: Any,
    message_type: str,
    names: list[str],
    dtypes: list[DType],
    source: Any,
    message_format: str,
) -> list[Any]:
    if message_format not in ("binary", "text"):
        raise invalid_argument("format must be one of binary or text")
    if len(dtypes) != len(names):
        raise invalid_argument("field_names and output_types attributes must have the same length")
    descriptor = _descriptor(message_type, source)
    fields = _checked_fields(descriptor, names, dtypes)
    if not bytes.size:
        raise invalid_argument("Bufs argument must contain at least one value")
    parse = _parser(descriptor, message_format)
    messages = [parse(data) for data in bytes.reshape(-1).tolist()]
    rows = [[_values(message, field) for message in messages] for field in fields]
    sizes = np.array([[len(values) for values in row] for row in rows], np.int32)
    sizes = sizes.reshape(len(fields), len(messages)).T
    columns = [
        _column(row, field, dtype) for row, field, dtype in zip(rows, fields, dtypes, strict=True)
    ]
    out = [wrap_array(sizes.reshape(*bytes.shape, len(fields)).copy(), as_dtype("int32"))]
    for column, dtype in zip(columns, dtypes, strict=True):
        out.append(wrap_array(column.reshape(*bytes.shape, -1), dtype))
    return out


def decode_proto(
    bytes: Any,
    message_type: str,
    field_names: Sequence[str],
    output_types: Sequence[Any],
    descriptor_source: Any = "local://",
    message_format: str = "binary",
    sanitize: bool = False,
    name: str | None = None,
) -> DecodeProtoV2:
    """The fields of serialized protocol buffers as tensors. Implements `tf.io.decode_proto`.

    Args:
        bytes: a tensor of serialized messages.
        message_type: the full name of their type, such as "tensorflow.Example".
        field_names: the fields.
        output_types: their types.
        descriptor_source: where the type is described: "local://" for what TensorFlow and the
            program's imports define, the path of a serialized FileDescriptorSet, or "bytes://"
            followed by one.
        message_format: "binary" or "text".
        sanitize: ignored.
        name: ignored.

    Returns:
        A named tuple: `sizes`, the number of values of each field, int32 `[..., fields]`; and
        `values`, a list of tensors `[..., values]`, one for each field, filled up with its default.

    Raises:
        DataLossError: if a message is malformed.
        InvalidArgumentError: if the type or a field is unknown, or a field has another type.
    """
    dtypes = [as_dtype(output_type) for output_type in output_types]
    options = message_type, list(field_names), dtypes, descriptor_source, message_format
    sizes, *values = _decode(to_tensor(bytes, STRING), options)
    return DecodeProtoV2(sizes, values)


# -- encoding -----------------------------------------------------------------------------------


def _encoded(value: Any, field_type: int) -> bytes:
    """A value without its tag."""
    wire = _FIELD_TYPES[field_type][2]
    if wire is None:
        return varint.encode(len(value)) + value
    if wire:
        return struct.pack(wire, value)
    number = int(value)
    if field_type in _ZIGZAG:
        return varint.encode(((number << 1) ^ (number >> 63)) & (1 << 64) - 1)
    return varint.encode(number & (1 << 64) - 1)


def _encoded_field(values: list[Any], field: Any) -> bytes:
    """A field with all of its values."""
    wire = _FIELD_TYPES[field.type][2]
    parts = [_encoded(value, field.type) for value in values]
    if parts and field.is_packed:
        data = b"".join(parts)
        return varint.encode(field.number << 3 | 2) + varint.encode(len(data)) + data
    wire_type = 2 if wire is None else {4: 5, 8: 1}[struct.calcsize(wire)] if wire else 0
    tag = varint.encode(field.number << 3 | wire_type)
    return b"".join([tag + part for part in parts])


@op("EncodeProto", "sizes", unrecorded=True)
def _encode(sizes: Any, values: list[Any], options: tuple[Any, ...]) -> Any:
    try:
        return _encoded_messages(sizes, values, *options)
    except InvalidArgumentError as error:
        error.kernel = "EncodeProto", f"_Tinput_types_{len(values)}"
        raise


def _encoded_messages(
    sizes: Any, values: list[Any], names: list[str], message_type: str, source: Any
) -> np.ndarray:
    arrays = [to_numpy(value) for value in values]
    descriptor = _descriptor(message_type, source)
    fields = _fields(descriptor, names)
    for field, array, payload in zip(fields, arrays, values, strict=True):
        dtype = tensor_proto.element_type(payload)
        type_name, allowed, _ = _FIELD_TYPES.get(field.type, ("group", "", None))
        if dtype.name not in allowed.split():
            raise invalid_argument(
                f"Incompatible type for field {field.name}.  Saw dtype: {c_name(dtype)} but "
                f"field type is: {type_name}"
            )
        if array.ndim < 2:
            raise invalid_argument(
                f"Invalid shape for field {field.name}.  Saw shape {brackets(array.shape)} but it "
                "should be at least a matrix."
            )
    batch = arrays[0].shape[:-1] if arrays else sizes.shape[:-1]
    counts = to_numpy(sizes)
    if counts.shape != (*batch, len(names)) or any(a.shape[:-1] != batch for a in arrays):
        raise invalid_argument(
            f"sizes should be batch_size + [len(field_names)].  Saw: {brackets(counts.shape)} but "
            f"expected: {brackets((*batch, len(names)))}"
        )
    order = sorted(range(len(names)), key=lambda index: fields[index].number)
    all_counts = counts.reshape(-1, len(names)).tolist()
    rows = [array.reshape(-1, array.shape[-1]).tolist() for array in arrays]
    messages = np.empty(len(all_counts), object)
    for number, own_counts in enumerate(all_counts):
        parts = []
        for index in order:
            count, row = own_counts[index], rows[index][number]
            if count > len(row):
                raise invalid_argument(
                    "Size to write must not be larger than value tensor; but saw: "
                    f"{count} > {len(row)} at message {number} field {index}"
                )
            parts.append(_encoded_field(row[: max(count, 0)], fields[index]))
        messages[number] = b"".join(parts)
    return messages.reshape(batch)


def encode_proto(
    sizes: Any,
    values: Sequence[Any],
    field_names: Sequence[str],
    message_type: str,
    descriptor_source: Any = "local://",
    name: str | None = None,
) -> Any:
    """Serializes protocol buffers of tensors of fields. Implements `tf.io.encode_proto`.

    Args:
        sizes: the number of values of each field, int32 `[..., fields]`.
        values: a list of tensors `[..., values]`, one for each field.
        field_names: the fields.
        message_type: the full name of the messages' type.
        descriptor_source: where the type is described; see `decode_proto`.
        name: ignored.

    Returns:
        A tensor of serialized messages.

    Raises:
        InvalidArgumentError: if the type or a field is unknown, or shapes or types do not match.
    """
    payloads = [to_tensor(value)._t for value in values]
    options = list(field_names), message_type, descriptor_source
    return _encode(to_tensor(sizes, as_dtype("int32")), payloads, options)


# -- JSON ---------------------------------------------------------------------------------------


def _from_json(text: bytes) -> bytes:
    from google.protobuf import json_format

    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise json_format.ParseError("an Example is an object")
        message = json_format.ParseDict(document, _messages.Example())
    except (json_format.ParseError, ValueError, RecursionError) as error:
        raise invalid_argument(f"Error while parsing JSON: {error}") from None
    return message.SerializeToString(deterministic=True)


@op("DecodeJSONExample", "json_examples", unrecorded=True)
def decode_json_example(json_examples: Any, name: str | None = None) -> Any:
    """Serializes Examples that are given in JSON. Implements `tf.io.decode_json_example`.

    Args:
        json_examples: a tensor of strings, the JSON format of `tf.train.Example`.
        name: ignored.

    Returns:
        A tensor of serialized Examples of the same shape.

    Raises:
        InvalidArgumentError: if a string is not an Example in JSON.
    """
    return map_strings(_from_json, json_examples)
