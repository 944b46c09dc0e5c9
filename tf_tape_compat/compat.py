"""Conversions of strings and sizes for old programs; answers for `tf.compat`.

`tf.compat.v2` is this package itself.
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

from . import _api
from ._core.types.dimension import Dimension
from ._core.types.shape import TensorShape

bytes_or_text_types = (bytes, str)
complex_types = (numbers.Complex, np.number)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)


def as_bytes(bytes_or_text: Any, encoding: str = "utf-8") -> bytes:
    """The bytes of a text, or the bytes given; `tf.compat.as_bytes`.

    Raises TypeError for what is neither, LookupError for an unknown encoding.
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
    """The text of bytes, or the text given; `tf.compat.as_text`. Raises as `as_bytes` does."""
    codecs.lookup(encoding)
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_str(bytes_or_text: Any, encoding: str = "utf-8") -> str:
    """The same as `as_text`; `tf.compat.as_str`."""
    return as_text(bytes_or_text, encoding)


def as_str_any(value: Any, encoding: str = "utf-8") -> str:
    """The text of bytes, and of anything else its `str`; `tf.compat.as_str_any`."""
    return as_text(value, encoding) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; anything else as it is. `tf.compat.path_to_str`."""
    return as_str_any(os.fspath(path)) if hasattr(path, "__fspath__") else path


def dimension_value(dimension: Any) -> int | None:
    """The size that a `Dimension`, a number or None stands for; `tf.compat.dimension_value`."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """One `Dimension` of a shape, unknown if its rank is; `tf.compat.dimension_at_index`."""
    return Dimension(None) if shape.dims is None else shape.dims[index]


class _Horizon:
    date = datetime.date(2026, 1, 16)  # that of TensorFlow 2.21


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether programs of that day are to be understood; `tf.compat.forward_compatible`."""
    return _Horizon.date > datetime.date(year, month, day)


@contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """A context with another such day; `tf.compat.forward_compatibility_horizon`."""
    before = _Horizon.date
    _Horizon.date = datetime.date(year, month, day)
    try:
        yield
    finally:
        _Horizon.date = before


__getattr__, __dir__ = _api.namespace(__name__)
