"""`tf.experimental.DynamicRaggedShape`: the shape of a ragged tensor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from .._core.op import dispatch
from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._ops.array import shaping
from .._ops.array.inspection import known_value
from .._ops.debugging.assertions import assert_equal
from .._ops.math.casting import cast
from .._ops.math.reductions import reduce_all
from .dispatch import as_tensor
from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import from_row_partitions, partitions_of


def _static(size: Any) -> int | None:
    """A size as an integer; None if it is not known while a function is traced."""
    value = known_value(size)
    return None if value is None else int(value)


class DynamicRaggedShape:
    """The sizes of all dimensions. Implements `tf.experimental.DynamicRaggedShape`.

    `tf.shape` of a ragged tensor returns one.

    Args:
      row_partitions: the partitions up to the innermost ragged dimension, the outermost first.
      inner_shape: the shape of the flat values, which begins with the number of values of the last
        partition.
      dtype: int32 or int64; that of the first argument that has one by default.
      validate: whether to check the partitions against each other where that reads tensors.

    Raises:
      ValueError: if the partitions and the inner shape do not match.
    """

    __slots__ = ("_row_partitions", "_inner_shape")
    __hash__: ClassVar[Any] = None
    _counts_as_tensor = False  # for tf.is_tensor

    def __init__(
        self,
        row_partitions: Any,
        inner_shape: Any,
        dtype: Any = None,
        validate: bool = False,
        static_inner_shape: Any = None,
    ) -> None:
        dispatch.activate()
        if not isinstance(row_partitions, Iterable):
            raise TypeError(
                f"row_partitions should be a list of row partitions. Instead, got {row_partitions}"
            )
        partitions = list(row_partitions)
        for partition in partitions:
            if not isinstance(partition, RowPartition):
                raise TypeError(f"row_partitions contains {partition} which is not a RowPartition")
        dtypes = [] if dtype is None else [as_dtype(dtype)]
        dtypes += [partition.dtype for partition in partitions]
        if isinstance(inner_shape, (EagerTensor, np.ndarray)):
            dtypes.append(to_tensor(inner_shape).dtype)
        shape_dtype = next(iter(dtypes), INT64)
        self._row_partitions = tuple(p.with_dtype(shape_dtype) for p in partitions)
        self._inner_shape = cast(to_tensor(inner_shape, None, shape_dtype), shape_dtype)
        self._inner_shape.shape.assert_has_rank(1)
        if static_inner_shape is not None:
            TensorShape(self._inner_shape.numpy().tolist()).merge_with(static_inner_shape)
        for axis, (outer, inner) in enumerate(zip(partitions, partitions[1:], strict=False), 1):
            message = (
                f"RowPartitions in DynamicRaggedShape do not align between {axis - 1} and {axis}"
            )
            self._check_nvals(outer, inner.static_nrows, inner.nrows(), message, validate)
        if partitions:
            message = "Last row partition does not match inner_shape."
            size = self._inner_shape[0]
            self._check_nvals(partitions[-1], _static(size), size, message, validate)

    @staticmethod
    def _check_nvals(
        partition: RowPartition, static_size: int | None, size: Any, message: str, validate: bool
    ) -> None:
        """Raises an error if a partition is known to have another number of values than `size`."""
        if static_size is not None and partition.static_nvals not in (None, static_size):
            raise ValueError(message)
        if validate:
            assert_equal(partition.nvals(), cast(size, partition.dtype), message=message)

    # -- factories ------------------------------------------------------------------------------

    @classmethod
    def from_lengths(
        cls, lengths: Any, num_row_partitions: Any = None, dtype: Any = INT64
    ) -> DynamicRaggedShape:
        """Creates a shape from a list of sizes: integers, or tuples with the length of each row.

        `num_row_partitions` is the number of sizes after the first that become partitions; by
        default those up to the last tuple.
        """
        if not isinstance(lengths, list):
            raise ValueError("lengths should be a list")
        for size in lengths:
            are_lengths = isinstance(size, tuple) and all(isinstance(n, int) for n in size)
            if not (are_lengths or isinstance(size, int)):
                raise ValueError(
                    f"element of lengths should be int or tuple of ints: instead {size!r}"
                )
        if num_row_partitions is None:
            tuples = [i for i, size in enumerate(lengths) if isinstance(size, tuple)]
            num_row_partitions = max(tuples, default=0)
        if not isinstance(num_row_partitions, int):
            raise ValueError("num_row_partitions should be an int or None")
        if not lengths:
            if num_row_partitions > 0:
                raise ValueError("num_row_partitions==0 for a scalar shape")
            return cls([], [], dtype=dtype)
        if num_row_partitions >= len(lengths):
            raise ValueError(
                "num_row_partitions should be less than `len(lengths)` if shape is not scalar."
            )
        if not num_row_partitions:
            return cls([], lengths, dtype=dtype)
        partitions, count = [], lengths[0]
        for size in lengths[1 : num_row_partitions + 1]:
            if isinstance(size, int):
                partitions.append(RowPartition.from_uniform_row_length(size, nrows=count))
                count *= size
                continue
            if len(size) != count:
                raise ValueError("Shape not consistent.")
            partitions.append(RowPartition.from_row_lengths(list(size)))
            count = sum(size)
        return cls(partitions, [count, *lengths[num_row_partitions + 1 :]], dtype=dtype)

    @classmethod
    def from_row_partitions(cls, row_partitions: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape with these partitions, whose flat values are scalars."""
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty")
        last = row_partitions[-1]
        return cls(row_partitions, shaping.reshape(last.nvals(), [1]), dtype=dtype)

    @classmethod
    def from_tensor(cls, t: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of a dense or ragged tensor."""
        value = as_tensor(t)
        if not is_ragged(value):
            return cls([], shaping.shape(value), dtype=dtype)
        partitions = partitions_of(value)
        inner_shape = shaping.shape(value.flat_values, partitions[0].dtype)
        return cls(partitions, inner_shape, dtype=dtype)

    def with_dtype(self, dtype: Any) -> DynamicRaggedShape:
        """The same shape in int32 or int64."""
        if as_dtype(dtype) == self.dtype:
            return self
        return DynamicRaggedShape(self._row_partitions, self._inner_shape, dtype=dtype)

    # -- properties -----------------------------------------------------------------------------

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """The partitions, the outermost first."""
        return self._row_partitions

    @property
    def num_row_partitions(self) -> int:
        """The number of partitions."""
        return len(self._row_partitions)

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._inner_shape.dtype

    @property
    def inner_shape(self) -> Any:
        """The shape of the flat values, a tensor."""
        return self._inner_shape

    @property
    def inner_rank(self) -> int:
        """The rank of the flat values."""
        rank: int = self._inner_shape.shape[0]
        return rank

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return self.num_row_partitions + self.inner_rank

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The sizes as a list for `from_lengths`; without `ragged_lengths`, None for tuples."""
        inner_sizes = [_static(self._inner_shape[i]) for i in range(self.inner_rank)]
        if not self._row_partitions:
            return inner_sizes
        sizes: list[Any] = [self._row_partitions[0].static_nrows]
        for partition in self._row_partitions:
            if partition.is_uniform():
                sizes.append(partition.static_uniform_row_length)
            else:
                splits = known_value(partition.row_splits()) if ragged_lengths else None
                sizes.append(None if splits is None else tuple(np.diff(splits).tolist()))
        return sizes + inner_sizes[1:]

    def is_uniform(self, axis: int) -> bool:
        """Whether a dimension is uniform. Raises IndexError if there is no such dimension."""
        if not isinstance(axis, int):
            raise TypeError("axis must be an integer")
        if axis < 0:
            raise IndexError("Negative axis values are not supported")
        if axis >= self.rank:
            raise IndexError(f"Expected axis={axis} < rank={self.rank}")
        if axis == 0 or axis > self.num_row_partitions:
            return True
        return self._row_partitions[axis - 1].is_uniform()

    def __repr__(self) -> str:
        lengths = ", ".join(map(str, self.static_lengths()))
        return (
            f"<DynamicRaggedShape lengths=[{lengths}] num_row_partitions={self.num_row_partitions}>"
        )

    def __eq__(self, other: Any) -> Any:
        if not isinstance(other, DynamicRaggedShape) or self._structure() != other._structure():
            return False
        pairs = zip(self._tensors(), other._tensors(), strict=True)
        return reduce_all([reduce_all(a == b) for a, b in pairs])

    def __ne__(self, other: Any) -> Any:
        equal = self == other
        return not equal if isinstance(equal, bool) else ~equal

    def _tensors(self) -> list[Any]:
        return [partition.row_splits() for partition in self._row_partitions] + [self._inner_shape]

    def _structure(self) -> Any:
        """What must match before the tensors of two shapes can be compared."""
        uniform_lengths = [p.static_uniform_row_length for p in self._row_partitions]
        tensors = self._tensors()
        return uniform_lengths, [(tensor.dtype, tuple(tensor._t.shape)) for tensor in tensors]

    # -- indexing -------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        rank = self.rank
        if isinstance(index, slice):
            if index.step is not None and index.step != 1:
                raise IndexError("Cannot stride through a shape")
            start, stop, _ = index.indices(rank)
            return self._slice(start, stop)
        if not isinstance(index, int):
            raise TypeError("Argument is not an int or a slice")
        return self._dimension(index + rank if index < 0 else index)

    def _dimension(self, axis: int) -> Any:
        count = self.num_row_partitions
        if (not count or axis > count + 1) and axis >= self.rank:
            raise IndexError(f"Index is too big: {axis}>={self.rank}")
        if axis < 0:
            raise IndexError(f"Index must be non-negative: {axis}")
        if not self.is_uniform(axis):
            raise ValueError(f"Index {axis} is not uniform")
        if axis == 0 and count:
            return cast(self._row_partitions[0].nrows(), self.dtype)
        if axis > count or not count:
            return self._inner_shape[axis - count]
        return self._row_partitions[axis - 1].uniform_row_length()

    def _slice(self, start: int, stop: int) -> DynamicRaggedShape:
        if stop <= start:
            return DynamicRaggedShape([], to_tensor([], INT64))
        if start == 0:
            return self._outermost(stop)
        outer = self._outermost(stop) if stop < self.rank else self
        if not all(partition.is_uniform() for partition in outer.row_partitions):
            raise ValueError("All relevant dimensions must be uniform")
        sizes: Any = to_tensor(outer.static_lengths(), outer.dtype)
        return DynamicRaggedShape([], sizes[start:])

    def _outermost(self, count: int) -> DynamicRaggedShape:
        """The shape of the outermost dimensions."""
        partitions = self._row_partitions
        if count >= self.rank:
            return self
        if count > len(partitions):
            return DynamicRaggedShape(partitions, self._inner_shape[: count - len(partitions)])
        if count == 1:
            return DynamicRaggedShape([], shaping.reshape(partitions[0].nrows(), [1]))
        return DynamicRaggedShape.from_row_partitions(partitions[: count - 1])

    def _with_flat_values(self, flat_values: Any) -> Any:
        """The tensor of this shape with the given flat values."""
        return from_row_partitions(flat_values, self._row_partitions)
