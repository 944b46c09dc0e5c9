"""`tf.compat`: conversions of strings and dimensions, for older programs.

`tf.compat.v1` has TensorFlow 1's functions, and `tf.compat.v2` is this package itself.
"""

from __future__ import annotations

import codecs
import datetime
import numbers
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import _api
from .._core.types.dimension import Dimension
from .._core.types.shape import TensorShape

bytes_or_text_types = (bytes, str)
complex_types = (numbers.Complex, np.number)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """Encodes a str; bytes are returned unchanged. Implements `tf.compat.as_bytes`.

    Raises:
        TypeError: The argument is neither a str nor bytes.
        LookupError: The encoding is unknown.
    """
    codecs.lookup(encoding)
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """Decodes bytes; a str is returned unchanged. Implements `tf.compat.as_text`.

    Raises TypeError and LookupError as `as_bytes` does.
    """
    codecs.lookup(encoding)
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_str(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """The same as `as_text`. Implements `tf.compat.as_str`."""
    return as_text(bytes_or_text, encoding)


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """Decodes bytes, and converts anything else by `str`. Implements `tf.compat.as_str_any`."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """Converts a path object to str, and returns anything else unchanged.

    Implements `tf.compat.path_to_str`.
    """
    return as_str_any(os.fspath(path)) if hasattr(path, "__fspath__") else path


def dimension_value(dimension: Any) -> int | None:
    """The size of a `Dimension`, a number or None. Implements `tf.compat.dimension_value`."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """One `Dimension` of a shape, unknown if the rank is unknown.

    Implements `tf.compat.dimension_at_index`.
    """
    return Dimension(None) if shape.dims is None else shape.dims[index]


class _Horizon:
    date = datetime.date(2026, 1, 16)  # as in TensorFlow 2.21


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether a date is before the compatibility horizon.

    Implements `tf.compat.forward_compatible`.
    """
    return _Horizon.date > datetime.date(year, month, day)


@contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """A context in which the compatibility horizon is the given date.

    Implements `tf.compat.forward_compatibility_horizon`.
    """
    before = _Horizon.date
    _Horizon.date = datetime.date(year, month, day)
    try:
        yield
    finally:
        _Horizon.date = before


__getattr__, __dir__ = _api.namespace(__name__)
