"""`tf.strings.unicode_*`: strings and code points in the Unicode encodings."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.op.op import op
from .._core.tensor.convert import INT32, INT64, to_tensor
from .._core.tensor.host_values import to_numpy
from .._ops._support.arguments import invalid_argument, op_error
from .._ops.array import ranges
from .._ops.array.shaping import reshape, size
from .._ops.math.arithmetic import add
from .._ops.strings.text import check_choice, map_strings
from .conversion import from_tensor
from .dispatch import elementwise_function
from .factories import is_ragged
from .tensor import RaggedTensor

_ERRORS = ("strict", "replace", "ignore")
_OUTPUTS = ("UTF-8", "UTF-16-BE", "UTF-32-BE")


def _codec(encoding: str, operation: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise op_error(
            operation, f"Could not create converter for input encoding: {encoding}"
        ) from None


def _characters(text: bytes, codec: str) -> list[tuple[int | None, int]]:
    """The code points with their byte offsets; the code point is None for invalid bytes."""
    characters: list[tuple[int | None, int]] = []
    offset = 0
    while offset < len(text):
        try:
            decoded, invalid_bytes = text[offset:].decode(codec), None
        except UnicodeDecodeError as error:
            decoded = text[offset : offset + error.start].decode(codec)
            invalid_bytes = error
        begin = offset
        for character in decoded:
            characters.append((ord(character), offset))
            offset += len(character.encode(codec))
        if invalid_bytes is None:
            break
        characters.append((None, begin + invalid_bytes.start))
        offset = begin + invalid_bytes.end
    return characters


def _decoded_characters(
    text: bytes, codec: str, errors: str, replacement: int, replace_control: bool
) -> list[tuple[int, int]]:
    """The code points with their byte offsets, after handling errors and control characters."""
    characters = []
    for point, offset in _characters(text, codec):
        if point is None:
            if errors == "strict":
                raise invalid_argument("Invalid formatting on input string")
            if errors == "ignore":
                continue
            point = replacement
        elif replace_control and point < 0x20:
            point = replacement
        characters.append((point, offset))
    return characters


def _encode(points: Any, codec: str, errors: str, replacement: int) -> bytes:
    characters = []
    for point in points:
        if not 0 <= point <= 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            if errors == "strict":
                raise invalid_argument("Code point is out of range for Unicode, or a noncharacter.")
            if errors == "ignore":
                continue
            point = replacement
        characters.append(chr(point))
    return "".join(characters).encode(codec)


@op("UnicodeTranscode", "input", unrecorded=True)
def _transcode(
    input: Any, codec: str, output_codec: str, errors: str, replacement: int, replace_control: Any
) -> Any:
    def transcode(text: bytes) -> bytes:
        characters = _decoded_characters(text, codec, errors, replacement, replace_control)
        points = (point for point, _ in characters)
        return _encode(points, output_codec, "replace", replacement)

    return map_strings(transcode, input)


@elementwise_function
def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """Converts strings to another encoding. Implements `tf.strings.unicode_transcode`.

    Args:
      input: a string tensor, dense or ragged.
      input_encoding: any encoding that Python knows.
      output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE".
      errors: what to do with invalid bytes: "replace", "ignore" or "strict".
      replacement_char: the code point that replaces invalid bytes.
      replace_control_characters: whether to replace code points below 32 too.

    Raises:
      InvalidArgumentError: for an unknown argument, and for invalid bytes if `errors` is "strict".
    """
    check_choice("UnicodeTranscode", "output_encoding", output_encoding, _OUTPUTS)
    check_choice("UnicodeTranscode", "errors", errors, _ERRORS)
    codec = _codec(input_encoding, "UnicodeTranscode")
    output_codec = _codec(output_encoding, "UnicodeTranscode")
    return _transcode(
        input, codec, output_codec, errors, replacement_char, replace_control_characters
    )


@op("UnicodeDecodeWithOffsets", "input", unrecorded=True)
def _decode_with_offsets(input: Any, decode: Callable[[bytes], list[tuple[int, int]]]) -> Any:
    rows = [decode(text) for text in input.reshape(-1).tolist()]
    flat = np.array([pair for row in rows for pair in row], np.int64).reshape(-1, 2)
    points, offsets = torch.from_numpy(flat).unbind(1)
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return [points.to(torch.int32), offsets.clone(), lengths]


def _decode(
    input: Any, encoding: str, errors: str, replacement: int, replace_control: bool
) -> tuple[Any, Any]:
    """The code points and their byte offsets, as ragged tensors; vectors for a scalar."""
    check_choice("UnicodeDecode", "errors", errors, _ERRORS)
    codec = _codec(encoding, "UnicodeDecode")
    if not is_ragged(input):
        input = to_tensor(input)
    rank = input.shape.rank
    if rank > 1 and not is_ragged(input):
        input = from_tensor(RaggedTensor, input, ragged_rank=rank - 1)
    elif rank > 1 and input.ragged_rank < rank - 1:
        flat = from_tensor(
            RaggedTensor, input.flat_values, ragged_rank=rank - input.ragged_rank - 1
        )
        input = input.with_flat_values(flat)
    texts = reshape(input.flat_values if is_ragged(input) else input, [-1])
    points, offsets, lengths = _decode_with_offsets(
        texts,
        lambda text: _decoded_characters(text, codec, errors, replacement, replace_control),
    )
    if rank == 0:
        return points, offsets

    def with_rows(values: Any) -> Any:
        rows = RaggedTensor.from_row_lengths(values, lengths, validate=False)
        return input.with_flat_values(rows) if rank > 1 else rows

    return with_rows(points), with_rows(offsets)


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points (int32) of each string. Implements `tf.strings.unicode_decode`.

    Returns a ragged tensor with one more dimension than `input`, or a vector if that is a scalar.
    See `unicode_transcode` for the arguments.
    """
    replace_control = replace_control_characters
    return _decode(input, input_encoding, errors, replacement_char, replace_control)[0]


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """Like `unicode_decode`, and the byte offset (int64) of each code point in its string.

    Implements `tf.strings.unicode_decode_with_offsets`.
    """
    replace_control = replace_control_characters
    return _decode(input, input_encoding, errors, replacement_char, replace_control)


@op("UnicodeEncode", "input_values input_splits", unrecorded=True)
def _encode_rows(
    input_values: Any, input_splits: Any, codec: str, errors: str, replacement: int
) -> Any:
    points, splits = to_numpy(input_values).tolist(), to_numpy(input_splits).tolist()
    strings = np.empty(len(splits) - 1, object)
    strings[:] = [
        _encode(points[begin:end], codec, errors, replacement)
        for begin, end in zip(splits[:-1], splits[1:], strict=True)
    ]
    return strings


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """Encodes each row of code points as a string. Implements `tf.strings.unicode_encode`.

    Args:
      input: integers, a dense or ragged tensor of rank 1 or more.
      output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE".
      errors: what to do with invalid code points: "replace", "ignore" or "strict".
      replacement_char: the code point that replaces invalid ones.

    Returns:
      A string tensor with one dimension fewer than `input`.

    Raises:
      ValueError: if `input` is a scalar.
      InvalidArgumentError: for an unknown argument, and for an invalid code point if `errors` is
        "strict".
    """
    check_choice("UnicodeEncode", "output_encoding", output_encoding, _OUTPUTS)
    check_choice("UnicodeEncode", "errors", errors, _ERRORS)
    options = (output_encoding, errors, replacement_char)
    if not is_ragged(input):
        input = to_tensor(input, None, INT32)
        rank = input.shape.rank
        if rank == 0:
            raise ValueError("input_tensor's rank must be at least 1.")
        rows = reshape(input, [-1, input.shape[-1]])
        strings = unicode_encode(from_tensor(RaggedTensor, rows), *options)
        return reshape(strings, input.shape.as_list()[:-1])
    if input.flat_values.shape.rank > 1:
        return input.with_flat_values(unicode_encode(input.flat_values, *options))
    if input.ragged_rank > 1:
        return input.with_values(unicode_encode(input.values, *options))
    codec = _codec(output_encoding, "UnicodeEncode")
    return _encode_rows(input.values, input.row_splits, codec, errors, replacement_char)


def _split(input: Any, encoding: str, errors: str, replacement: int) -> tuple[Any, Any]:
    """The characters as strings, and their byte offsets."""
    check_choice("UnicodeEncode", "output_encoding", encoding, _OUTPUTS)
    points, offsets = _decode(input, encoding, errors, replacement, False)
    flat = points.flat_values if is_ragged(points) else points
    each = ranges.range(add(size(flat, INT64), 1))  # a row for each character
    characters = _encode_rows(flat, each, _codec(encoding, "UnicodeEncode"), errors, replacement)
    return (points.with_flat_values(characters) if is_ragged(points) else characters), offsets


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """The characters of each string, as strings. Implements `tf.strings.unicode_split`.

    The encoding is "UTF-8", "UTF-16-BE" or "UTF-32-BE". Returns a ragged tensor with one more
    dimension than `input`, or a vector if that is a scalar. See `unicode_transcode` for the other
    arguments.
    """
    return _split(input, input_encoding, errors, replacement_char)[0]


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> tuple[Any, Any]:
    """Like `unicode_split`, and the byte offset (int64) of each character in its string.

    Implements `tf.strings.unicode_split_with_offsets`.
    """
    return _split(input, input_encoding, errors, replacement_char)
