"""How ragged tensors are made of values and of what says where their rows are."""

from __future__ import annotations

from typing import Any

import torch

from .._core.op import dispatch
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops.debugging.assertions import assert_equal
from ..errors import InvalidArgumentError
from . import partition as partitions
from .partition import RowPartition


class Ragged:
    """What `RaggedTensor` holds, and its methods that make one."""

    __slots__ = ("_values", "_partition", "__weakref__")

    def __init__(self, values: Any, row_partition: Any, internal: bool = False) -> None:
        if not internal:
            raise ValueError(
                "RaggedTensor constructor is private; please use one of the factory methods instead"
                " (e.g., RaggedTensor.from_row_lengths())"
            )
        dispatch.activate()
        values.shape.with_rank_at_least(1)
        self._values = values
        self._partition = row_partition

    @classmethod
    def _made(cls, values: Any, partition: RowPartition, validate: bool) -> Any:
        """The ragged tensor of a partition of values.

        Raises ValueError if their types of splits differ, and with `validate`
        InvalidArgumentError if the partition is one of another number of values.
        """
        own = splits_dtype(values)
        if own is not None and own is not partition.dtype:
            raise ValueError(
                "Argument `row_partition` of RaggedTensor with name: partition must have same "
                f"dtype as Argument `values`. ({partition.dtype} vs. {own})."
            )
        if partition.rowids is not None:
            values.shape[:1].assert_is_compatible_with(partition.rowids.shape)
        if validate:
            count = EagerTensor(torch.tensor(row_count(values), dtype=partition.splits._t.dtype))
            assert_equal(
                partition.splits[-1],
                count,
                message="Arguments to _from_row_partition do not form a valid RaggedTensor",
            )
        return cls(values, partition, internal=True)

    @classmethod
    def from_value_rowids(
        cls,
        values: Any,
        value_rowids: Any,
        nrows: Any = None,
        name: Any = None,
        validate: Any = True,
    ) -> Any:
        """Puts `values[i]` into row `value_rowids[i]`, numbers that must be sorted.

        Raises ValueError or InvalidArgumentError if they do not fit `values` or `nrows`.
        """
        _check_validate(validate)
        values = as_values(values)
        partition = partitions.from_rowids(value_rowids, nrows, validate, splits_dtype(values))
        return cls._made(values, partition, validate)

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_splits[i]:row_splits[i + 1]]`.

        Raises ValueError or InvalidArgumentError if the splits do not fit `values`.
        """
        _check_validate(validate)
        values = as_values(values)
        partition = partitions.from_splits(row_splits, validate, splits_dtype(values))
        return cls._made(values, partition, validate)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is the next `row_lengths[i]` of `values`.

        Raises ValueError or InvalidArgumentError if the lengths do not fit `values`.
        """
        _check_validate(validate)
        values = as_values(values)
        partition = partitions.from_lengths(row_lengths, validate, splits_dtype(values))
        return cls._made(values, partition, validate)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_starts[i]:row_starts[i + 1]]`, the last one ends with `values`.

        Raises ValueError or InvalidArgumentError if the starts do not fit `values`.
        """
        _check_validate(validate)
        values = as_values(values)
        partition = partitions.from_starts(
            row_starts, row_count(values), validate, splits_dtype(values)
        )
        return cls._made(values, partition, validate)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_limits[i - 1]:row_limits[i]]`, the first one starts at 0.

        Raises ValueError or InvalidArgumentError if the limits do not fit `values`.
        """
        _check_validate(validate)
        values = as_values(values)
        partition = partitions.from_limits(row_limits, validate, splits_dtype(values))
        return cls._made(values, partition, validate)

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: Any = True,
        name: Any = None,
    ) -> Any:
        """Rows of one length. `nrows` is needed if that is 0.

        Raises ValueError if they do not use up `values`.
        """
        _check_validate(validate)
        values = as_values(values)
        dtype = splits_dtype(values)
        length = partitions.uniform_length(uniform_row_length, dtype)
        partition = partitions.from_uniform(length, row_count(values), nrows, validate, dtype)
        return cls._made(values, partition, validate)

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Any,
        nested_nrows: Any = None,
        name: Any = None,
        validate: Any = True,
    ) -> Any:
        """`from_value_rowids` for each of a list of them, the last one cutting `flat_values`."""
        _check_validate(validate)
        _check_list(nested_value_rowids, "nested_value_rowids")
        if nested_nrows is None:
            nested_nrows = [None] * len(nested_value_rowids)
        else:
            _check_list(nested_nrows, "nested_nrows")
            if len(nested_nrows) != len(nested_value_rowids):
                raise ValueError(
                    "Argument `nested_nrows` must have the same length as argument "
                    f"`nested_value_rowids`. len(nested_nrows) = {len(nested_nrows)} vs. "
                    f"len(nested_values_rowids) = {len(nested_value_rowids)}."
                )
        result = flat_values
        for rowids, nrows in reversed(list(zip(nested_value_rowids, nested_nrows, strict=True))):
            result = cls.from_value_rowids(result, rowids, nrows, validate=validate)
        return result

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """`from_row_splits` for each of a list of them, the last one cutting `flat_values`."""
        _check_validate(validate)
        _check_list(nested_row_splits, "nested_row_splits")
        result = flat_values
        for splits in reversed(nested_row_splits):
            result = cls.from_row_splits(result, splits, validate=validate)
        return result

    @classmethod
    def from_nested_row_lengths(
        cls, flat_values: Any, nested_row_lengths: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """`from_row_lengths` for each of a list of them, the last one cutting `flat_values`."""
        _check_validate(validate)
        _check_list(nested_row_lengths, "nested_row_lengths")
        result = flat_values
        for lengths in reversed(nested_row_lengths):
            result = cls.from_row_lengths(result, lengths, validate=validate)
        return result


def _check_validate(validate: Any) -> None:
    if not isinstance(validate, bool):
        raise TypeError(f"Argument `validate` must have type bool. Received {validate}.")


def _check_list(value: Any, name: str) -> None:
    if isinstance(value, EagerTensor):
        raise TypeError(f"Argument `{name}` must be a list of Tensors. Received {value}.")


def is_ragged(value: Any) -> bool:
    """Whether `value` is a ragged tensor."""
    return isinstance(value, Ragged)


def as_values(value: Any) -> Any:
    """`value`, or a tensor of it, if it is no ragged tensor."""
    return value if isinstance(value, Ragged) else to_tensor(value)


def splits_dtype(value: Any) -> DType | None:
    """The type of the splits of a ragged tensor; None for others."""
    return value._partition.dtype if isinstance(value, Ragged) else None


def row_count(values: Any) -> int:
    """The size of the first dimension. Raises InvalidArgumentError if there is none."""
    if isinstance(values, Ragged):
        return values._partition.size
    if not values._t.ndim:
        raise InvalidArgumentError(None, None, "slice index 0 of dimension 0 out of bounds.")
    return values._t.shape[0]
