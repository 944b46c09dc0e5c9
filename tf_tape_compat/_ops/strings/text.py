"""Strings measured, cut, joined and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import INT32, is_typed, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import static
from ..._core.types.dtype import as_dtype
from ...errors import OutOfRangeError
from .._support.arguments import brackets, invalid_argument

WHITE_SPACE = b" \t\n\v\f\r"
_STRING = as_dtype("string")


def map_strings(function: Callable[[Any], Any], array: np.ndarray) -> np.ndarray:
    """An object array of the results of `function` for each element."""
    out = np.empty(array.size, object)
    out[:] = [function(item) for item in array.reshape(-1).tolist()]
    return out.reshape(array.shape)


def scalar_string(value: Any) -> Any:
    """The payload of a scalar string tensor."""
    out = np.empty((), object)
    out[()] = value
    return out


def check_choice(operation: str, name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Raises InvalidArgumentError if `value` is not one of those allowed."""
    if value not in allowed:
        listed = ", ".join(f'"{word}"' for word in allowed)
        raise refusal(operation, name, value, listed)


# -- single strings -----------------------------------------------------------------------------

_UNITS = ("BYTE", "UTF8_CHAR")


def starts(text: bytes) -> list[int]:
    """Where the characters of UTF-8 text begin."""
    return [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80]


@op("StringLength", "input", unrecorded=True)
def _length(input: Any, unit: str) -> Any:
    measure = len if unit == "BYTE" else lambda text: len(starts(text))
    return torch.from_numpy(map_strings(measure, input).astype(np.int32))


def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Any:
    """The lengths of strings. Implements `tf.strings.length`.

    Args:
        input: strings.
        unit: "BYTE", or "UTF8_CHAR" to count characters.
        name: ignored.

    Returns:
        int32 of the shape of `input`.
    """
    check_choice("StringLength", "unit", unit, _UNITS)
    return _length(input, unit)


def _changed_case(change: str, text: bytes, encoding: str) -> bytes:
    if not encoding:
        return getattr(text, change)()
    return getattr(text.decode("utf-8", "replace"), change)().encode()


def _check_encoding(encoding: str) -> None:
    if encoding not in ("", "utf-8"):
        raise invalid_argument(f"only utf-8 or '' (no encoding) is supported, received {encoding}")


@op("StringLower", "input", unrecorded=True)
def lower(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """Converts strings to lower case. Implements `tf.strings.lower`.

    Args:
        input: strings.
        encoding: "" to convert ASCII letters only, "utf-8" to convert all letters.
        name: ignored.

    Raises:
        InvalidArgumentError: for other encodings.
    """
    _check_encoding(encoding)
    return map_strings(lambda text: _changed_case("lower", text, encoding), input)


@op("StringUpper", "input", unrecorded=True)
def upper(input: Any, encoding: str = "", name: str | None = None) -> Any:
    """Converts strings to upper case. Implements `tf.strings.upper`.

    The arguments are as for `tf.strings.lower`.
    """
    _check_encoding(encoding)
    return map_strings(lambda text: _changed_case("upper", text, encoding), input)


@op("StringStrip", "input", unrecorded=True)
def strip(input: Any, name: str | None = None) -> Any:
    """Removes white space at both ends. Implements `tf.strings.strip`."""
    return map_strings(lambda text: text.strip(WHITE_SPACE), input)


def _substring(text: bytes, pos: int, size: int, unit: str, index: int) -> bytes:
    offsets = None if unit == "BYTE" else [*starts(text), len(text)]
    count = len(text) if offsets is None else len(offsets) - 1
    if not -count <= pos <= count or (offsets is not None and pos < 0 and size < 0):
        shown = f" {text!r}" if offsets is None else ""
        raise invalid_argument(f"pos {pos} out of range for string{shown} at index {index}")
    begin = pos + count if pos < 0 else pos
    if size < 0:
        size = count if offsets is None else 0
    end = min(begin + size, count)
    return text[begin:end] if offsets is None else text[offsets[begin] : offsets[end]]


@op("Substr", "input pos len", unrecorded=True)
def _substr(input: Any, pos: Any, len: Any, unit: str) -> Any:
    if pos.shape != len.shape:
        raise invalid_argument(
            f"pos and len should have the same shape, got: {brackets(pos.shape)} vs. "
            f"{brackets(len.shape)}"
        )
    positions, sizes = to_numpy(pos), to_numpy(len)
    try:
        texts, positions, sizes = np.broadcast_arrays(input, positions, sizes)
    except ValueError:
        raise invalid_argument(
            f"Incompatible shapes: {brackets(input.shape)} vs. {brackets(pos.shape)}"
        ) from None
    rows = zip(texts.reshape(-1), positions.reshape(-1), sizes.reshape(-1), strict=True)
    out = np.empty(texts.size, object)
    out[:] = [_substring(text, int(at), int(n), unit, i) for i, (text, at, n) in enumerate(rows)]
    return out.reshape(texts.shape)


def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None) -> Any:
    """Cuts a piece out of each string. Implements `tf.strings.substr`.

    Args:
        input: strings; the shape broadcasts with that of `pos`.
        pos: where each piece begins; counted from the end if negative.
        len: the length of each piece, of the shape of `pos`.
        unit: "BYTE", or "UTF8_CHAR" to count characters.
        name: ignored.

    Raises:
        InvalidArgumentError: if `pos` is outside the string.
    """
    check_choice("Substr", "unit", unit, _UNITS)
    return _substr(input, pos, len, unit)


# -- joined -------------------------------------------------------------------------------------


@op("StringJoin", "inputs*", unrecorded=True)
def _join(inputs: Any, separator: bytes) -> Any:
    shapes = [part.shape for part in inputs if part.ndim]
    for shape in shapes:
        if shape != shapes[0]:
            raise invalid_argument(
                f"Input shapes do not match: {brackets(shapes[0])} vs. {brackets(shape)}"
            )
    if not shapes:
        return scalar_string(separator.join(part[()] for part in inputs))
    parts = [np.broadcast_to(part, shapes[0]).reshape(-1).tolist() for part in inputs]
    out = np.empty(len(parts[0]), object)
    out[:] = [separator.join(row) for row in zip(*parts, strict=True)]
    return out.reshape(shapes[0])


def _bytes(text: Any) -> bytes:
    return text.encode() if isinstance(text, str) else text


def join(inputs: Any, separator: str = "", name: str | None = None) -> Any:
    """Joins the strings of several tensors, element by element. Implements `tf.strings.join`.

    Args:
        inputs: a list of string tensors of one shape, or scalars.
        separator: a string between them.
        name: ignored.

    Raises:
        TypeError: if `inputs` is not a list.
        InvalidArgumentError: if the shapes differ.
    """
    if isinstance(inputs, (str, bytes)):
        raise TypeError(f"Expected list for 'inputs' argument to 'string_join' Op, not {inputs!r}.")
    if isinstance(inputs, (list, tuple)) and not inputs:
        return to_tensor("")
    if isinstance(inputs, (list, tuple)):
        inputs = [item if is_typed(item) else to_tensor(item, _STRING) for item in inputs]
    return _join(inputs, _bytes(separator))


@op("ReduceJoin", "inputs", unrecorded=True)
def _reduce_join(inputs: Any, axes: list[int], keepdims: bool, separator: bytes) -> Any:
    rank = inputs.ndim
    for axis in axes:
        if not -rank <= axis < rank:
            raise OutOfRangeError(
                None,
                None,
                f"Invalid reduction dimension {axis} for input with {rank} dimension(s)",
            )
    axes = [axis % rank for axis in axes]
    for axis in axes:
        if axes.count(axis) > 1:
            raise invalid_argument(f"Duplicate reduction dimension {axis}")
    if not axes:
        return inputs.copy()
    kept = [axis for axis in range(rank) if axis not in axes]
    moved = inputs.transpose(kept + axes[::-1])
    shape = [inputs.shape[axis] for axis in kept]
    joined = int(np.prod([inputs.shape[axis] for axis in axes]))
    rows = moved.reshape(int(np.prod(shape)), joined).tolist()
    out = np.empty(len(rows), object)
    out[:] = [separator.join(row) for row in rows]
    if keepdims:
        shape = [1 if axis in axes else n for axis, n in enumerate(inputs.shape)]
    return out.reshape(shape)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Any:
    """Joins strings along axes. Implements `tf.strings.reduce_join`.

    Args:
        inputs: strings.
        axis: an axis or several, of which the first is joined first; all by default.
        keepdims: whether to keep the axes with size 1.
        separator: a string between them.
        name: ignored.

    Raises:
        OutOfRangeError: if an axis does not exist.
        InvalidArgumentError: if an axis is repeated.
    """
    inputs = to_tensor(inputs)
    axes = list(range(inputs._t.ndim))[::-1] if axis is None else static(axis)
    axes = axes if isinstance(axes, list) else [axes]
    return _reduce_join(inputs, axes, bool(keepdims), _bytes(separator))


@op("UnsortedSegmentJoin", "inputs segment_ids num_segments", unrecorded=True)
def _segment_join(inputs: Any, segment_ids: Any, num_segments: Any, separator: bytes) -> Any:
    ids = to_numpy(segment_ids)
    if ids.shape != inputs.shape[: ids.ndim]:
        raise invalid_argument(
            f"segment_ids' shape {brackets(ids.shape)} must begin inputs' {brackets(inputs.shape)}"
        )
    count = int(num_segments)
    if ids.size and (ids.min() < 0 or ids.max() >= count):
        raise invalid_argument(
            "segment_ids are not allowed to exceed num_segments or to have negative values."
        )
    inner = inputs.shape[ids.ndim :]
    rows = inputs.reshape(ids.size, -1) if ids.size else inputs.reshape(0, int(np.prod(inner)))
    segments: list[list[Any]] = [[] for _ in range(count)]
    for row, segment in zip(rows, ids.reshape(-1).tolist(), strict=True):
        segments[segment].append(row)
    out = np.full((count, rows.shape[1]), b"", object)
    for segment, members in enumerate(segments):
        for column in range(rows.shape[1] if members else 0):
            out[segment, column] = separator.join(row[column] for row in members)
    return out.reshape((count, *inner))


def unsorted_segment_join(
    inputs: Any, segment_ids: Any, num_segments: Any, separator: str = "", name: str | None = None
) -> Any:
    """Joins the strings of each segment. Implements `tf.strings.unsorted_segment_join`.

    Args:
        inputs: strings.
        segment_ids: the segment of each; the shape begins that of `inputs`.
        num_segments: the number of segments.
        separator: a string between them.
        name: ignored.

    Raises:
        InvalidArgumentError: if an id is not in `[0, num_segments)`.
    """
    num_segments = to_tensor(num_segments, None, INT32)
    return _segment_join(inputs, segment_ids, num_segments, _bytes(separator))
