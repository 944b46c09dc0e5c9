"""Bytes as numbers, base64, and compression."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import numpy as np

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel, refusal
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.python_values import wrap_array
from ..._core.tensor.static_args import flag
from ..._core.types.dtype import DType, as_dtype
from ...errors import DataLossError, UnimplementedError
from .._support.arguments import invalid_argument, op_error
from ..strings.text import map_strings

_RAW = "float16 float32 float64 int32 uint16 uint8 int16 int8 int64 complex64 complex128 bool"
_RAW_TYPES = [as_dtype(name) for name in [*_RAW.split(), "bfloat16"]]
_PADDED_TYPES = [d for d in _RAW_TYPES if not d.is_complex and d.name != "bool"]


# -- numbers ------------------------------------------------------------------------------------


def _numbers(rows: list[bytes], shape: tuple[int, ...], dtype: DType, little_endian: bool) -> Any:
    """The numbers stored in strings of one length, in a last axis."""
    numpy_dtype: Any = np.dtype(dtype.as_numpy_dtype)
    count = len(rows[0]) // numpy_dtype.itemsize if rows else 0
    data = b"".join(rows)
    if dtype.name == "bool":
        array = np.frombuffer(data, np.uint8) != 0
    else:
        part = numpy_dtype.itemsize // 2 if numpy_dtype.kind == "c" else numpy_dtype.itemsize
        words = np.frombuffer(data, f"u{part}")
        array = (words if little_endian else words.byteswap()).view(numpy_dtype)
    return wrap_array(array.reshape(*shape, count).copy(), dtype)


@op("DecodeRaw", "input_bytes", unrecorded=True)
def _decode_raw(input_bytes: Any, dtype: DType, little_endian: bool) -> Any:
    rows = input_bytes.reshape(-1).tolist()
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise invalid_argument(
                "DecodeRaw requires input strings to all be the same size, but element "
                f"{index} has size {len(rows[0])} != {len(row)}"
            )
    if rows and len(rows[0]) % dtype.size:
        raise invalid_argument(
            f"Input to DecodeRaw has length {len(rows[0])} that is not a multiple of {dtype.size}, "
            f"the size of {c_name(dtype)}"
        )
    return _numbers(rows, input_bytes.shape, dtype, little_endian)


@op("DecodePaddedRaw", "input_bytes fixed_length", unrecorded=True)
def _decode_padded(input_bytes: Any, fixed_length: Any, dtype: DType, little_endian: bool) -> Any:
    if dtype.name == "float16":
        raise missing_kernel("DecodePaddedRaw", out_type=dtype, little_endian=little_endian)
    size = int(fixed_length)
    if size <= 0:
        raise invalid_argument(f"fixed_length ({size}) must be greater than zero.")
    if size % dtype.size:
        raise invalid_argument(
            f"fixed_length ({size}) must be a multiple of the size of out_type ({dtype.size})"
        )
    rows = [row[:size].ljust(size, b"\0") for row in input_bytes.reshape(-1).tolist()]
    return _numbers(rows, input_bytes.shape, dtype, little_endian)


def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: Any = None,
    name: str | None = None,
) -> Any:
    """Reads the bytes of strings as numbers. Implements `tf.io.decode_raw`.

    Args:
        input_bytes: strings of one length.
        out_type: the type of the numbers.
        little_endian: the byte order.
        fixed_length: strings are cut or filled up with zeros to this length.
        name: ignored.

    Returns:
        Numbers of the shape of `input_bytes`, with a last axis for the numbers of a string.

    Raises:
        InvalidArgumentError: if the lengths do not match, and for uint32 and uint64.
    """
    try:
        dtype = as_dtype(out_type)
    except TypeError:
        message = f"Expected DataType for argument 'out_type' not {out_type!r}."
        raise TypeError(message) from None
    operation = "DecodeRaw" if fixed_length is None else "DecodePaddedRaw"
    types = _RAW_TYPES if fixed_length is None else _PADDED_TYPES
    if dtype not in types:
        raise refusal(operation, "out_type", dtype, types)
    if fixed_length is None:
        return _decode_raw(input_bytes, dtype, bool(little_endian))
    return _decode_padded(input_bytes, fixed_length, dtype, bool(little_endian))


# -- base64 -------------------------------------------------------------------------------------

_WEB_SAFE = re.compile(rb"[A-Za-z0-9_-]*")


@op("EncodeBase64", "input", unrecorded=True)
def _encode_base64(input: Any, pad: bool) -> Any:
    def encode(text: bytes) -> bytes:
        encoded = base64.urlsafe_b64encode(text)
        return encoded if pad else encoded.rstrip(b"=")

    return map_strings(encode, input)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Any:
    """Encodes strings in web-safe base64. Implements `tf.io.encode_base64`.

    Args:
        input: strings.
        pad: whether to fill up with "=".
        name: ignored.
    """
    return _encode_base64(input, flag(pad, "pad"))


def _decode(text: bytes) -> bytes:
    body = text
    if len(text) % 4 == 0:
        body = text[:-2] + text[-2:].rstrip(b"=")
    if len(body) % 4 == 1:
        raise invalid_argument("Base64 string length cannot be 1 modulo 4.")
    if not _WEB_SAFE.fullmatch(body):
        raise invalid_argument("Invalid character found in base64.")
    try:
        return base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4))
    except binascii.Error as error:
        raise invalid_argument(str(error)) from None


@op("DecodeBase64", "input", unrecorded=True)
def decode_base64(input: Any, name: str | None = None) -> Any:
    """Decodes strings in web-safe base64. Implements `tf.io.decode_base64`.

    Raises:
        InvalidArgumentError: if a string is not base64.
    """
    return map_strings(_decode, input)


# -- compressed ---------------------------------------------------------------------------------

_WINDOWS = {"ZLIB": 15, "GZIP": 31}


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _inflate(text: bytes, window: int) -> bytes:
    """Decompresses all members of gzip data, or zlib data, which may be truncated."""
    decompressed = b""
    while text:
        decompressor = zlib.decompressobj(window)
        try:
            decompressed += decompressor.decompress(text)
        except zlib.error as error:
            raise DataLossError(None, None, f"inflate() failed with error: {error}") from None
        text = decompressor.unused_data if window == _WINDOWS["GZIP"] else b""
    return decompressed


@op("DecodeCompressed", "bytes", unrecorded=True)
def _decompress(bytes: Any, window: int) -> Any:
    return map_strings(lambda text: _inflate(text, window), bytes)


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Any:
    """Decompresses strings. Implements `tf.io.decode_compressed`.

    Args:
        bytes: strings.
        compression_type: "ZLIB", "GZIP", or "" for none.
        name: ignored.

    Raises:
        DataLossError: if a string is not compressed in this way.
        InvalidArgumentError: for other types of compression.
        UnimplementedError: for "ZSTD".
    """
    compression_type = _text(compression_type)
    if compression_type == "ZSTD":
        raise UnimplementedError(
            None, None, "ZSTD is not available in tf_tape_compat: use ZLIB or GZIP"
        )
    if compression_type not in (None, "", *_WINDOWS):
        raise op_error(
            "DecodeCompressed", "Only ZLIB, ZSTD, GZIP or NONE are supported compressions"
        )
    if not compression_type:
        return to_tensor(bytes, as_dtype("string"))
    return _decompress(bytes, _WINDOWS[compression_type])
