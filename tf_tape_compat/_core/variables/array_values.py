"""The values of composite tensors as NumPy arrays: what sessions give back for them."""

from __future__ import annotations

from typing import Any, NamedTuple


class IndexedSlicesValue(NamedTuple):
    """The parts of `tf.IndexedSlices` as arrays."""

    values: Any
    indices: Any
    dense_shape: Any
