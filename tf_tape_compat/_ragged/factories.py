"""How ragged tensors are created from values and a description of their rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core.op import dispatch
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._ops._support.arguments import op_error
from .._ops.debugging.assertions import assert_equal
from .row_partition import RowPartition, integer_tensor


class RaggedBase:
    """The data of a `RaggedTensor` and its factory methods.

    The factories raise ValueError or InvalidArgumentError if the description of the rows does not
    match the values. With `validate=False`, checks that read tensors are skipped.
    """

    __slots__ = ("_values", "_partition", "__dict__", "__weakref__")

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
    def _from_row_partition(cls, values: Any, partition: RowPartition, validate: bool) -> Any:
        """The ragged tensor of values and a partition.

        Raises ValueError if the dtypes of their splits differ, and, if `validate`,
        InvalidArgumentError if the partition is for another number of values.
        """
        values_dtype = splits_dtype(values)
        if values_dtype is not None and values_dtype is not partition.dtype:
            raise ValueError(
                "Argument `row_partition` of RaggedTensor with name: partition must have same "
                f"dtype as Argument `values`. ({partition.dtype} vs. {values_dtype})."
            )
        if partition._value_rowids is not None:
            values.shape[:1].assert_is_compatible_with(partition._value_rowids.shape)
        if validate:
            splits = partition.row_splits()
            count = EagerTensor(splits._t.new_tensor(row_count(values)))
            assert_equal(
                splits[-1],
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
        """Puts `values[i]` into row `value_rowids[i]`; the row ids must be sorted."""
        _check_validate(validate)
        values = as_values(values)
        partition = RowPartition.from_value_rowids(
            value_rowids, nrows, validate, dtype_hint=splits_dtype(values)
        )
        return cls._from_row_partition(values, partition, validate)

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_splits[i]:row_splits[i + 1]]`."""
        _check_validate(validate)
        values = as_values(values)
        partition = RowPartition.from_row_splits(
            row_splits, validate, dtype_hint=splits_dtype(values)
        )
        return cls._from_row_partition(values, partition, validate)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` has the next `row_lengths[i]` values."""
        _check_validate(validate)
        values = as_values(values)
        partition = RowPartition.from_row_lengths(
            row_lengths, validate, dtype_hint=splits_dtype(values)
        )
        return cls._from_row_partition(values, partition, validate)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_starts[i]:row_starts[i + 1]]`; the last row ends with `values`."""
        _check_validate(validate)
        values = as_values(values)
        partition = RowPartition.from_row_starts(
            row_starts, row_count(values), validate, dtype_hint=splits_dtype(values)
        )
        partition._nvals = None  # not static for ragged tensors, as in TensorFlow
        return cls._from_row_partition(values, partition, validate)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Row `i` is `values[row_limits[i - 1]:row_limits[i]]`; the first row starts at 0."""
        _check_validate(validate)
        values = as_values(values)
        partition = RowPartition.from_row_limits(
            row_limits, validate, dtype_hint=splits_dtype(values)
        )
        return cls._from_row_partition(values, partition, validate)

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: Any = True,
        name: Any = None,
    ) -> Any:
        """All rows have one length; `nrows` is needed if it is 0."""
        _check_validate(validate)
        values = as_values(values)
        dtype = splits_dtype(values)
        if dtype is None:
            length = integer_tensor(uniform_row_length, "UniformRowLength")
        else:
            length = to_tensor(uniform_row_length, dtype)
        partition = RowPartition.from_uniform_row_length(length, row_count(values), nrows, validate)
        return cls._from_row_partition(values, partition, validate)

    # -- several ragged dimensions --------------------------------------------------------------

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Any,
        nested_nrows: Any = None,
        name: Any = None,
        validate: Any = True,
    ) -> Any:
        """Applies `from_value_rowids` for each ragged dimension, the outermost first."""
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
        encodings = zip(nested_value_rowids, nested_nrows, strict=True)
        return _from_nested(cls.from_value_rowids, flat_values, encodings, validate)

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Applies `from_row_splits` for each ragged dimension, the outermost first."""
        _check_validate(validate)
        _check_list(nested_row_splits, "nested_row_splits")
        encodings = ((splits,) for splits in nested_row_splits)
        return _from_nested(cls.from_row_splits, flat_values, encodings, validate)

    @classmethod
    def from_nested_row_lengths(
        cls, flat_values: Any, nested_row_lengths: Any, name: Any = None, validate: Any = True
    ) -> Any:
        """Applies `from_row_lengths` for each ragged dimension, the outermost first."""
        _check_validate(validate)
        _check_list(nested_row_lengths, "nested_row_lengths")
        encodings = ((lengths,) for lengths in nested_row_lengths)
        return _from_nested(cls.from_row_lengths, flat_values, encodings, validate)


def _from_nested(
    factory: Any, flat_values: Any, encodings: Iterable[tuple[Any, ...]], validate: bool
) -> Any:
    """Applies a factory for each dimension; `encodings` are its arguments, the outermost first."""
    result = flat_values
    for arguments in reversed(list(encodings)):
        result = factory(result, *arguments, validate=validate)
    return result


def _check_validate(validate: Any) -> None:
    if not isinstance(validate, bool):
        raise TypeError(f"Argument `validate` must have type bool. Received {validate}.")


def _check_list(value: Any, name: str) -> None:
    if isinstance(value, EagerTensor):
        raise TypeError(f"Argument `{name}` must be a list of Tensors. Received {value}.")


def is_ragged(value: Any) -> bool:
    """Whether `value` is a ragged tensor."""
    return isinstance(value, RaggedBase)


def as_values(value: Any) -> Any:
    """Converts values to a tensor unless they are a ragged tensor."""
    return value if isinstance(value, RaggedBase) else to_tensor(value)


def splits_dtype(value: Any) -> DType | None:
    """The dtype of the splits of a ragged tensor; None for other values."""
    return value._partition.dtype if isinstance(value, RaggedBase) else None


def row_count(values: Any) -> int:
    """The size of the first dimension. Raises InvalidArgumentError for a scalar."""
    if isinstance(values, RaggedBase):
        return values._partition.static_nrows
    if not values._t.ndim:
        raise op_error("StridedSlice", "slice index 0 of dimension 0 out of bounds.")
    return values._t.shape[0]
