"""Strings and code points in Unicode's encodings; answers for functions of `tf.strings`."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.op.op import op
from .._core.tensor.convert import INT32, to_tensor
from .._core.tensor.host_values import to_numpy
from .._ops._support.arguments import failure, invalid
from .._ops.array.shaping import reshape
from .._ops.strings.text import check_choice, mapped
from .conversion import from_tensor
from .dispatch import of_each_element
from .factories import is_ragged
from .tensor import RaggedTensor

_ERRORS = ("strict", "replace", "ignore")
_OUTPUTS = ("UTF-8", "UTF-16-BE", "UTF-32-BE")


def _codec(encoding: str, operation: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise failure(
            operation, f"Could not create converter for input encoding: {encoding}"
        ) from None


def _characters(text: bytes, codec: str) -> list[tuple[int | None, int]]:
    """The code points, None for what is badly encoded, and where each begins."""
    found: list[tuple[int | None, int]] = []
    at = 0
    while at < len(text):
        try:
            good, bad = text[at:].decode(codec), None
        except UnicodeDecodeError as error:
            good, bad = text[at : at + error.start].decode(codec), error
        begin = at
        for character in good:
            found.append((ord(character), at))
            at += len(character.encode(codec))
        if bad is None:
            break
        found.append((None, begin + bad.start))
        at = begin + bad.end
    return found


def _repaired(
    text: bytes, codec: str, errors: str, replacement: int, control: bool
) -> list[tuple[int, int]]:
    found = []
    for point, at in _characters(text, codec):
        if point is None:
            if errors == "strict":
                raise invalid("Invalid formatting on input string")
            if errors == "ignore":
                continue
            point = replacement
        elif control and point < 0x20:
            point = replacement
        found.append((point, at))
    return found


def _written(points: Any, codec: str, errors: str, replacement: int) -> bytes:
    out = []
    for point in points:
        if not 0 <= point <= 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            if errors == "strict":
                raise invalid("Code point is out of range for Unicode, or a noncharacter.")
            if errors == "ignore":
                continue
            point = replacement
        out.append(chr(point))
    return "".join(out).encode(codec)


@op("UnicodeTranscode", "input", unrecorded=True)
def _transcode(
    input: Any, codec: str, out: str, errors: str, replacement: int, control: Any
) -> Any:
    def change(text: bytes) -> bytes:
        found = _repaired(text, codec, errors, replacement, control)
        return _written((point for point, _ in found), out, "replace", replacement)

    return mapped(change, input)


@of_each_element
def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The strings in another encoding; answers for `tf.strings.unicode_transcode`.

    From any that Python knows to UTF-8, UTF-16-BE or UTF-32-BE. What is badly encoded is replaced,
    or left out with the errors "ignore". Raises InvalidArgumentError for it with "strict".
    """
    check_choice("UnicodeTranscode", "output_encoding", output_encoding, _OUTPUTS)
    check_choice("UnicodeTranscode", "errors", errors, _ERRORS)
    codec = _codec(input_encoding, "UnicodeTranscode")
    out = _codec(output_encoding, "UnicodeTranscode")
    return _transcode(input, codec, out, errors, replacement_char, replace_control_characters)


@op("UnicodeDecodeWithOffsets", "input", unrecorded=True)
def _decoded(input: Any, read: Callable[[bytes], list[tuple[int, int]]]) -> Any:
    rows = [read(text) for text in input.reshape(-1).tolist()]
    flat = np.array([pair for row in rows for pair in row], np.int64).reshape(-1, 2)
    points, at = torch.from_numpy(flat).unbind(1)
    counts = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return [points.to(torch.int32), at.clone(), counts]


def _decode(
    input: Any, encoding: str, errors: str, replacement: int, control: bool
) -> tuple[Any, Any]:
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
    points, at, counts = _decoded(
        texts, lambda text: _repaired(text, codec, errors, replacement, control)
    )
    if rank == 0:
        return points, at
    found = []
    for values in (points, at):
        rows = RaggedTensor.from_row_lengths(values, counts, validate=False)
        found.append(input.with_flat_values(rows) if rank > 1 else rows)
    return found[0], found[1]


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each string, in rows; answers for `tf.strings.unicode_decode`.

    As `unicode_transcode` otherwise.
    """
    control = replace_control_characters
    return _decode(input, input_encoding, errors, replacement_char, control)[0]


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """As `unicode_decode`, and the byte at which each begins.

    Answers for `tf.strings.unicode_decode_with_offsets`.
    """
    control = replace_control_characters
    return _decode(input, input_encoding, errors, replacement_char, control)


@op("UnicodeEncode", "input_values input_splits", unrecorded=True)
def _encoded(
    input_values: Any, input_splits: Any, codec: str, errors: str, replacement: int
) -> Any:
    points, splits = to_numpy(input_values).tolist(), to_numpy(input_splits).tolist()
    out = np.empty(len(splits) - 1, object)
    out[:] = [
        _written(points[begin:end], codec, errors, replacement)
        for begin, end in zip(splits[:-1], splits[1:], strict=True)
    ]
    return out


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """The strings of the code points in each row; answers for `tf.strings.unicode_encode`.

    In UTF-8, UTF-16-BE or UTF-32-BE; `errors` is for what is no code point. Raises ValueError for a
    scalar.
    """
    check_choice("UnicodeEncode", "output_encoding", output_encoding, _OUTPUTS)
    check_choice("UnicodeEncode", "errors", errors, _ERRORS)
    options = (output_encoding, errors, replacement_char)
    if not is_ragged(input):
        input = to_tensor(input, None, INT32)
        rank = input._t.ndim
        if rank == 0:
            raise ValueError("input_tensor's rank must be at least 1.")
        rows = reshape(input, [-1, input.shape[-1]])
        found = unicode_encode(from_tensor(RaggedTensor, rows), *options)
        return reshape(found, input.shape.as_list()[:-1])
    if input.flat_values.shape.rank > 1:
        return input.with_flat_values(unicode_encode(input.flat_values, *options))
    if input.ragged_rank > 1:
        return input.with_values(unicode_encode(input.values, *options))
    codec = _codec(output_encoding, "UnicodeEncode")
    return _encoded(input.values, input.row_splits, codec, errors, replacement_char)


def _split(input: Any, encoding: str, errors: str, replacement: int) -> tuple[Any, Any]:
    check_choice("UnicodeEncode", "output_encoding", encoding, _OUTPUTS)
    points, at = _decode(input, encoding, errors, replacement, False)
    flat = reshape(points.flat_values if is_ragged(points) else points, [-1, 1])
    characters = unicode_encode(flat, encoding, errors, replacement)
    return (points.with_flat_values(characters) if is_ragged(points) else characters), at


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Any:
    """The characters of each string, in rows, as strings; answers for `tf.strings.unicode_split`.

    In UTF-8, UTF-16-BE or UTF-32-BE; as `unicode_transcode` otherwise.
    """
    return _split(input, input_encoding, errors, replacement_char)[0]


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> tuple[Any, Any]:
    """As `unicode_split`, and the byte at which each begins.

    Answers for `tf.strings.unicode_split_with_offsets`.
    """
    return _split(input, input_encoding, errors, replacement_char)
