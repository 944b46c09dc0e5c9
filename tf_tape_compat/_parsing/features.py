"""The classes that describe the features of serialized Examples."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from .._core.types.dtype import as_dtype

_VALUE_TYPES = [as_dtype(name) for name in ("int64", "float32", "string")]
_SPLIT_TYPES = [as_dtype(name) for name in ("int32", "int64")]


class VarLenFeature(namedtuple("VarLenFeature", ["dtype"])):
    """A feature of any number of values, which becomes sparse. Implements `tf.io.VarLenFeature`.

    Args:
      dtype: int64, float32 or string.
    """

    __module__ = "tensorflow.python.ops.parsing_config"
    __slots__ = ()


class FixedLenFeature(namedtuple("FixedLenFeature", ["shape", "dtype", "default_value"])):
    """A feature of one shape, which becomes dense. Implements `tf.io.FixedLenFeature`.

    Args:
      shape: the shape.
      dtype: int64, float32 or string.
      default_value: the value where the feature is missing, which is an error without it.
    """

    __module__ = "tensorflow.python.ops.parsing_config"
    __slots__ = ()

    def __new__(cls, shape: Any, dtype: Any, default_value: Any = None) -> FixedLenFeature:
        return super().__new__(cls, shape, dtype, default_value)


class FixedLenSequenceFeature(
    namedtuple("FixedLenSequenceFeature", ["shape", "dtype", "allow_missing", "default_value"])
):
    """A sequence of items of one shape, padded. Implements `tf.io.FixedLenSequenceFeature`.

    Args:
      shape: the shape of an item.
      dtype: int64, float32 or string.
      allow_missing: whether a missing feature is an empty sequence.
      default_value: what shorter sequences are filled up with; zeros or empty strings by default.
    """

    __module__ = "tensorflow.python.ops.parsing_config"
    __slots__ = ()

    def __new__(
        cls, shape: Any, dtype: Any, allow_missing: bool = False, default_value: Any = None
    ) -> FixedLenSequenceFeature:
        return super().__new__(cls, shape, dtype, allow_missing, default_value)


class SparseFeature(
    namedtuple("SparseFeature", ["index_key", "value_key", "dtype", "size", "already_sorted"])
):
    """A sparse tensor of two or more features. Implements `tf.io.SparseFeature`.

    Args:
      index_key: the feature of the positions, or a list of one for each dimension.
      value_key: the feature of the values.
      dtype: the type of the values: int64, float32 or string.
      size: the size of the dimension, or a list of sizes.
      already_sorted: whether the positions need not be sorted.
    """

    __module__ = "tensorflow.python.ops.parsing_config"
    __slots__ = ()

    def __new__(
        cls, index_key: Any, value_key: str, dtype: Any, size: Any, already_sorted: bool = False
    ) -> SparseFeature:
        return super().__new__(cls, index_key, value_key, dtype, size, already_sorted)


def _partition(name: str, field: str) -> Any:
    cls = namedtuple(name, [field])  # type: ignore[misc]
    cls.__module__ = "tensorflow.python.ops.parsing_config"
    return cls


class RaggedFeature(
    namedtuple(
        "RaggedFeature", ["dtype", "value_key", "partitions", "row_splits_dtype", "validate"]
    )
):
    """A ragged tensor of one or more features. Implements `tf.io.RaggedFeature`.

    Args:
      dtype: the type of the values: int64, float32 or string.
      value_key: the feature of the values; by default, the key under which this one is given.
      partitions: how the values are split into rows, the outermost first: `RowSplits(key)`,
        `RowLengths(key)`, `RowStarts(key)`, `RowLimits(key)`, `ValueRowIds(key)` and
        `UniformRowLength(length)`, where `key` is a feature.
      row_splits_dtype: int32 or int64.
      validate: whether to check that values and partitions match.

    Raises:
      TypeError: if `partitions` is not a list of partitions, or `validate` not a bool.
      ValueError: for other types and keys.
    """

    __module__ = "tensorflow.python.ops.parsing_config"
    __slots__ = ()

    RowSplits = _partition("RowSplits", "key")
    RowLengths = _partition("RowLengths", "key")
    RowStarts = _partition("RowStarts", "key")
    RowLimits = _partition("RowLimits", "key")
    ValueRowIds = _partition("ValueRowIds", "key")
    UniformRowLength = _partition("UniformRowLength", "length")
    _PARTITION_TYPES = RowSplits, RowLengths, RowStarts, RowLimits, ValueRowIds, UniformRowLength

    def __new__(
        cls,
        dtype: Any,
        value_key: str | None = None,
        partitions: Any = (),
        row_splits_dtype: Any = _SPLIT_TYPES[0],
        validate: bool = False,
    ) -> RaggedFeature:
        if value_key is not None:
            if not isinstance(value_key, str):
                raise ValueError(f"Argument `value_key` must be a string; got {value_key}")
            if not value_key:
                raise ValueError("Argument `value_key` must not be empty")
        dtype = as_dtype(dtype)
        if dtype not in _VALUE_TYPES:
            raise ValueError(f"Argument `dtype` must be int64, float32, or bytes; got {dtype!r}")
        row_splits_dtype = as_dtype(row_splits_dtype)
        if row_splits_dtype not in _SPLIT_TYPES:
            raise ValueError(
                f"Argument `row_splits_dtype` must be int32 or int64; got{row_splits_dtype!r}"
            )
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(
                "Argument `partitions` must be a list or tuple. Received"
                f"partitions={partitions} of type {type(partitions).__name__}."
            )
        for partition in partitions:
            if not isinstance(partition, cls._PARTITION_TYPES):
                raise TypeError(
                    "Argument `partitions` cannot be cast to any of the partition types in "
                    f"{cls._PARTITION_TYPES}; got: {partition!r} with type {type(partition)}"
                )
        if not isinstance(validate, bool):
            raise TypeError(f"Argument `validate` must be a bool; got {validate!r}")
        partitions = tuple(partitions)
        return super().__new__(cls, dtype, value_key, partitions, row_splits_dtype, validate)
