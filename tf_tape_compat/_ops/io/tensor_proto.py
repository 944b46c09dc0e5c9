"""Tensors as bytes: the message `TensorProto` in the wire format of protocol buffers."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..._core.op.op import op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import wrap_array
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid
from ..strings.text import scalar_string

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_TYPE, _SHAPE, _VERSION, _CONTENT, _TEXTS = 1, 2, 3, 4, 8

# The fields of single values: for each type its number and how a value is read, a letter of
# `struct` or v for a number of variable length. Halves are the numbers of their bits.
_VALUES: dict[str, tuple[int, str]] = {
    "float32": (5, "f"),
    "float64": (6, "d"),
    "complex64": (9, "f"),
    "int64": (10, "v"),
    "bool": (11, "v"),
    "complex128": (12, "d"),
    "float16": (13, "v"),
    "bfloat16": (13, "v"),
    "uint32": (16, "v"),
    "uint64": (17, "v"),
} | dict.fromkeys("int32 int16 int8 uint16 uint8".split(), (7, "v"))


class _Malformed(Exception):
    """Bytes that are no message."""


# -- writing ------------------------------------------------------------------------------------


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def _written_shape(sizes: tuple[int, ...]) -> bytes:
    written = (b"\x08" + _varint(size) if size else b"" for size in sizes)
    return b"".join(_field(2, size) for size in written)


def serialized(array: np.ndarray, dtype: DType) -> bytes:
    """The message of an array."""
    found = b"\x08" + _varint(dtype.as_datatype_enum)
    found += _field(_SHAPE, _written_shape(array.shape))
    if dtype is STRING:
        return found + b"".join(_field(_TEXTS, text) for text in array.reshape(-1).tolist())
    content = np.ascontiguousarray(array).tobytes()
    return found + _field(_CONTENT, content) if content else found


@op("SerializeTensor", "tensor", unrecorded=True)
def serialize_tensor(tensor: Any, name: str | None = None) -> Any:
    """The bytes of the message `TensorProto` for a tensor; for `tf.io.serialize_tensor`."""
    dtype = STRING if isinstance(tensor, np.ndarray) else as_dtype(tensor.dtype)
    return scalar_string(serialized(to_numpy(tensor), dtype))


# -- reading ------------------------------------------------------------------------------------


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise _Malformed
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, at
        shift += 7
    raise _Malformed


def _fields(data: bytes) -> Iterator[tuple[int, int, Any]]:
    """The number, the kind and the value of each field."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        number, kind = key >> 3, key & 7
        if not number:
            raise _Malformed
        if kind == _VARINT:
            value, at = _number(data, at)
            yield number, kind, value
            continue
        if kind == _BYTES:
            size, at = _number(data, at)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
        else:
            raise _Malformed
        if at + size > len(data):
            raise _Malformed
        yield number, kind, data[at : at + size]
        at += size


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _read_shape(data: bytes) -> list[int]:
    sizes = []
    for number, kind, value in _fields(data):
        if number == 2 and kind == _BYTES:
            found = [size for field, what, size in _fields(value) if (field, what) == (1, _VARINT)]
            sizes.append(_signed(found[-1]) if found else 0)
    return sizes


def _read_values(data: Any, kind: int, letter: str) -> list[Any]:
    """The values of one field: packed, or a single one."""
    if letter == "v":
        if kind == _VARINT:
            return [data]
        found, at = [], 0
        while at < len(data):
            value, at = _number(data, at)
            found.append(value)
        return found
    if len(data) % struct.calcsize(letter):
        raise _Malformed
    return [value for (value,) in struct.iter_unpack(f"<{letter}", data)]


def _array(dtype: DType, sizes: list[int], content: bytes, values: list[Any]) -> np.ndarray | None:
    """The array of a message; None if it contradicts itself. The last value is repeated."""
    count = int(np.prod(sizes, dtype=object))
    if min(sizes, default=0) < 0:
        return None
    if dtype is STRING:
        texts = np.full(count, b"", object)
        values = values[:count]
        texts[: len(values)] = values
        texts[len(values) :] = values[-1:] or b""
        return texts.reshape(sizes)
    kind: Any = np.dtype(dtype.as_numpy_dtype)
    if content:
        fits = len(content) == count * kind.itemsize
        return np.frombuffer(content, kind).reshape(sizes).copy() if fits else None
    if not values:
        return np.zeros(sizes, kind)
    if kind.kind == "c":
        array = np.array(values[0::2]) + 1j * np.array(values[1::2])
    elif dtype.name in ("float16", "bfloat16"):
        array = np.array(values, np.uint64).astype(np.uint16).view(kind)
    elif kind.kind == "f":
        array = np.array(values)
    else:
        array = np.array(values, np.uint64)
    array = array[:count].astype(kind)
    return np.append(array, np.repeat(array[-1:], count - len(array))).reshape(sizes)


def parsed(data: bytes) -> tuple[np.ndarray | None, DType | None]:
    """The array of a message and its type, None where the message says nothing good.

    Raises _Malformed for bytes that are no message.
    """
    enum, sizes, content, fields = 0, [], b"", list(_fields(data))
    for number, kind, value in fields:
        if number == _TYPE and kind == _VARINT:
            enum = value
        elif number == _SHAPE and kind == _BYTES:
            sizes = _read_shape(value)
        elif number == _CONTENT and kind == _BYTES:
            content = value
    try:
        dtype = as_dtype(enum)
    except TypeError:
        return None, None
    if dtype is STRING:
        values = [value for number, kind, value in fields if (number, kind) == (_TEXTS, _BYTES)]
    elif dtype.name in _VALUES:
        where, letter = _VALUES[dtype.name]
        found = [_read_values(v, kind, letter) for number, kind, v in fields if number == where]
        values = [value for part in found for value in part]
    else:
        return None, dtype
    return _array(dtype, sizes, content, values), dtype


@op("ParseTensor", "serialized", unrecorded=True)
def _parse(serialized: Any, wanted: DType) -> Any:
    if serialized.ndim:
        raise invalid(
            f"Expected `serialized` to be a scalar, got shape: {brackets(serialized.shape)}"
        )
    data = serialized[()]
    try:
        array, dtype = parsed(data)
    except _Malformed:
        shown = base64.b64encode(data).decode()
        raise invalid(f"Could not parse `serialized` as TensorProto, base64: {shown}") from None
    if dtype is not None and dtype is not wanted:
        raise invalid(
            f"Type mismatch between parsed tensor ({c_name(dtype)}) and dtype ({c_name(wanted)})"
        )
    if array is None or dtype is None:
        raise invalid("Cannot parse tensor from proto")
    return wrap_array(array, dtype)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """The tensor, of type `out_type`, in a message `TensorProto`; answers for `tf.io.parse_tensor`.

    Raises InvalidArgumentError for bytes that are none, and for a message of another type.
    """
    return _parse(to_tensor(serialized, STRING), as_dtype(out_type))
