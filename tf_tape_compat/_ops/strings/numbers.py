"""Numbers as strings, and strings as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.host_values import to_numpy
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import invalid_argument
from .text import WHITE_SPACE, map_strings

_FLOAT32 = as_dtype("float32")


def _float_writer(notation: str, flags: str, width: int, precision: int) -> Callable[[Any], str]:
    size = "" if width < 0 else str(width)
    dot = "" if precision < 0 else f".{precision}"
    finite = f"%{flags}{size}{dot}{notation}"
    special = f"%{flags.replace('0', '')}{size}{notation}"  # no zeros before inf
    return lambda x: (finite if np.isfinite(x) else special) % x


@op("AsString", "input", unrecorded=True)
def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Any:
    """Formats numbers, booleans or strings. Implements `tf.strings.as_string`.

    Args:
        input: a tensor.
        precision: the number of digits after the point of floating point numbers, 6 by default.
        scientific: whether to use the scientific notation.
        shortest: whether to use the shorter of both notations.
        width: the minimum width.
        fill: "0" to fill up with zeros, "+" or " " for a sign or a space before positive numbers,
            "-" to align to the left.
        name: ignored.

    Returns:
        Strings of the shape of `input`.

    Raises:
        InvalidArgumentError: for options that do not apply to the type.
    """
    array = to_numpy(input)
    dtype_kind = "O" if array.dtype == object else array.dtype.kind
    dtype_kind = "f" if dtype_kind == "V" or array.dtype.name == "bfloat16" else dtype_kind
    name_ = "string" if dtype_kind == "O" else as_dtype(input.dtype).name
    if dtype_kind not in "fcO":
        if scientific or shortest:
            raise invalid_argument(
                f"scientific and shortest format not supported for datatype {name_}"
            )
        if precision >= 0:
            raise invalid_argument(f"precision not supported for datatype {name_}")
    if len(fill) > 1:
        raise invalid_argument("Fill string must be one or fewer characters")
    if fill not in ("", " ", "-", "0", "+"):
        raise invalid_argument(f'Fill argument not supported: "{fill}"')
    if scientific and shortest:
        raise invalid_argument("Cannot select both scientific and shortest notation")
    size = "" if width < 0 else str(width)
    if dtype_kind == "O":
        side = bytes.ljust if fill == "-" else bytes.rjust
        return map_strings(lambda x: side(x, max(width, 0)), array)
    if dtype_kind == "b":
        return map_strings(lambda x: b"true" if x else b"false", array)
    if dtype_kind in "iu":
        flags = "" if dtype_kind == "u" and fill in ("+", " ") else fill
        template = f"%{flags}{size}d"
        return map_strings(lambda x: (template % x).encode(), array)
    letter = "e" if scientific else "g" if shortest else "f"
    write = _float_writer(letter, fill, width, precision)
    if dtype_kind == "c":
        return map_strings(lambda x: f"({write(x.real)},{write(x.imag)})".encode(), array)
    return map_strings(lambda x: write(x).encode(), array.astype(np.float64))


_INTEGER = re.compile(rb"[+-]?\d+")
_DECIMAL = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?(inf(inity)?|nan)", re.I)
_HEXADECIMAL = re.compile(rb"[+-]?0x([0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(p[+-]?\d+)?", re.I)


def number_reader(dtype: DType) -> Callable[[bytes], Any]:
    """A function that parses a number of a type, and returns None if the text is not one."""
    numpy_dtype = np.dtype(dtype.as_numpy_dtype)
    bounds = None if numpy_dtype.kind == "f" else np.iinfo(numpy_dtype)

    def read(text: bytes) -> Any:
        word = text.strip(WHITE_SPACE)
        if bounds is None:
            if _DECIMAL.fullmatch(word):
                return float(word)
            if _HEXADECIMAL.fullmatch(word):
                return float.fromhex(word.decode())
        elif _INTEGER.fullmatch(word) and not (bounds.min == 0 and word.startswith(b"-")):
            value = int(word)
            if bounds.min <= value <= bounds.max:
                return value
        return None

    return read


def numbers_array(values: list[Any], dtype: DType) -> np.ndarray:
    """The array of numbers that a `number_reader` returned."""
    numpy_dtype = np.dtype(dtype.as_numpy_dtype)
    with np.errstate(over="ignore"):
        return np.array(values, np.float64 if numpy_dtype.kind == "f" else numpy_dtype).astype(
            numpy_dtype
        )


@op("StringToNumber", "input", unrecorded=True)
def _to_number(input: Any, out_type: Any) -> Any:
    dtype = as_dtype(out_type)
    read = number_reader(dtype)
    values = []
    for text in input.reshape(-1).tolist():
        values.append(read(text))
        if values[-1] is None:
            shown = text.decode("utf-8", "replace")
            raise invalid_argument(f"StringToNumberOp could not correctly convert string: {shown}")
    return torch.from_numpy(numbers_array(values, dtype).reshape(input.shape))


def to_number(input: Any, out_type: Any = _FLOAT32, name: str | None = None) -> Any:
    """Parses numbers. Implements `tf.strings.to_number`.

    Args:
        input: strings.
        out_type: float32, float64, int32, int64, uint32 or uint64.
        name: ignored.

    Returns:
        Numbers of the shape of `input`.

    Raises:
        InvalidArgumentError: for other types, and if a string is not a number of the type.
    """
    allowed = "float32 float64 int32 int64 uint32 uint64".split()
    if as_dtype(out_type).name not in allowed:
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'out_type' of {as_dtype(out_type).name} is not in the list of allowed "
            "values: float, double, int32, int64, uint32, uint64\n\t; NodeDef: {{node "
            "StringToNumber}} [Op:StringToNumber] name: ",
        )
    return _to_number(input, out_type)
