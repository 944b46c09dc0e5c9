"""`tf.experimental.DynamicRaggedShape`: the shape of a tensor whose rows have several lengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from .._core.op import dispatch
from .._core.op.dispatch import composites, overload
from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._ops.array import creation, shaping
from .._ops.debugging.assertions import assert_equal
from .._ops.math.arithmetic import add
from .._ops.math.casting import cast
from .._ops.math.reductions import reduce_all
from .broadcasting import flattened
from .dispatch import as_tensor, rule
from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import nested, partitions_of


class DynamicRaggedShape:
    """The sizes of all dimensions; answers for `tf.experimental.DynamicRaggedShape`.

    Those up to the innermost ragged one are `row_partitions`, those from there on are
    `inner_shape`, which begins with the number of values of the last partition. `tf.shape` of a
    ragged tensor is one. Raises ValueError for parts that do not fit together.
    """

    __slots__ = ("_row_partitions", "_inner_shape")
    __hash__: ClassVar[Any] = None
    _counts_as_tensor = False  # to tf.is_tensor

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
        parts = list(row_partitions)
        for part in parts:
            if not isinstance(part, RowPartition):
                raise TypeError(f"row_partitions contains {part} which is not a RowPartition")
        wanted = None if dtype is None else as_dtype(dtype)
        given = [part.dtype for part in parts]
        if isinstance(inner_shape, (EagerTensor, np.ndarray)):
            given.append(to_tensor(inner_shape).dtype)
        wanted = wanted or next(iter(given), INT64)
        self._row_partitions = tuple(part.with_dtype(wanted) for part in parts)
        self._inner_shape = cast(to_tensor(inner_shape, None, wanted), wanted)
        self._inner_shape.shape.assert_has_rank(1)
        counts = [part.static_nvals for part in parts]
        if static_inner_shape is not None:
            self._inner().merge_with(static_inner_shape)
        for axis, (count, part) in enumerate(zip(counts, parts[1:], strict=False), 1):
            message = (
                f"RowPartitions in DynamicRaggedShape do not align between {axis - 1} and {axis}"
            )
            self._check(count, part.static_nrows, parts[axis - 1], part.nrows(), message, validate)
        if parts:
            message = "Last row partition does not match inner_shape."
            size = self._inner_shape[0]
            self._check(counts[-1], int(size), parts[-1], size, message, validate)

    @staticmethod
    def _check(
        known: int | None, size: int, part: RowPartition, rows: Any, message: str, validate: bool
    ) -> None:
        if known is not None and known != size:
            raise ValueError(message)
        if validate:
            assert_equal(part.nvals(), cast(rows, part.dtype), message=message)

    def _inner(self) -> TensorShape:
        return TensorShape(self._inner_shape.numpy().tolist())

    # -- how it is made -------------------------------------------------------------------------

    @classmethod
    def from_lengths(
        cls, lengths: Any, num_row_partitions: Any = None, dtype: Any = INT64
    ) -> DynamicRaggedShape:
        """The shape of sizes that are integers, or tuples of the lengths of all rows.

        Of the sizes behind the first, the partitions are those up to the last tuple, or
        `num_row_partitions`.
        """
        if not isinstance(lengths, list):
            raise ValueError("lengths should be a list")
        for size in lengths:
            whole = isinstance(size, tuple) and all(isinstance(n, int) for n in size)
            if not (whole or isinstance(size, int)):
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
        parts, count = [], lengths[0]
        for size in lengths[1 : num_row_partitions + 1]:
            if isinstance(size, int):
                parts.append(RowPartition.from_uniform_row_length(size, nrows=count))
                count *= size
                continue
            if len(size) != count:
                raise ValueError("Shape not consistent.")
            parts.append(RowPartition.from_row_lengths(list(size)))
            count = sum(size)
        return cls(parts, [count, *lengths[num_row_partitions + 1 :]], dtype=dtype)

    @classmethod
    def from_row_partitions(cls, row_partitions: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of some partitions whose values have no more dimensions."""
        if not row_partitions:
            raise ValueError("row_partitions cannot be empty")
        last = row_partitions[-1]
        return cls(row_partitions, shaping.reshape(last.nvals(), [1]), dtype=dtype)

    @classmethod
    def from_tensor(cls, t: Any, dtype: Any = None) -> DynamicRaggedShape:
        """The shape of a tensor, ragged or not."""
        value = as_tensor(t)
        parts = [RowPartition._of(part) for part in partitions_of(value)]
        flat = value.flat_values if is_ragged(value) else value
        own = parts[0].dtype if parts else None
        inner = flat.shape.as_list()
        if own is None:
            return cls([], shaping.shape(flat), dtype=dtype)
        return cls(parts, to_tensor(inner, own), dtype=dtype)

    def with_dtype(self, dtype: Any) -> DynamicRaggedShape:
        """The same, in int32 or int64."""
        if as_dtype(dtype) == self.dtype:
            return self
        return DynamicRaggedShape(self._row_partitions, self._inner_shape, dtype=dtype)

    # -- what it is -----------------------------------------------------------------------------

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """The partitions, the outermost first."""
        return self._row_partitions

    @property
    def num_row_partitions(self) -> int:
        """How many partitions there are."""
        return len(self._row_partitions)

    @property
    def dtype(self) -> DType:
        """int32 or int64."""
        return self._inner_shape.dtype

    @property
    def inner_shape(self) -> Any:
        """The sizes of the flat values."""
        return self._inner_shape

    @property
    def inner_rank(self) -> int:
        """The rank of the flat values."""
        return self._inner_shape._t.shape[0]

    @property
    def rank(self) -> int:
        """How many dimensions there are."""
        return self.num_row_partitions + self.inner_rank

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The sizes, as `from_lengths` takes them; without `ragged_lengths` None for tuples."""
        inner = self._inner_shape.numpy().tolist()
        if not self._row_partitions:
            return inner
        found: list[Any] = [self._row_partitions[0].static_nrows]
        for part in self._row_partitions:
            if part.is_uniform():
                found.append(part.static_uniform_row_length)
            else:
                lengths = tuple(part.row_lengths().numpy().tolist())
                found.append(lengths if ragged_lengths else None)
        return found + inner[1:]

    def is_uniform(self, axis: int) -> bool:
        """Whether a dimension has one size. Raises IndexError if there is no such dimension."""
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
        if not isinstance(other, DynamicRaggedShape) or self._kind() != other._kind():
            return False
        pairs = zip(self._tensors(), other._tensors(), strict=True)
        return reduce_all([reduce_all(a == b) for a, b in pairs])

    def __ne__(self, other: Any) -> Any:
        equal = self == other
        return not equal if isinstance(equal, bool) else ~equal

    def _tensors(self) -> list[Any]:
        return [part.row_splits() for part in self._row_partitions] + [self._inner_shape]

    def _kind(self) -> Any:
        uniform = [part.static_uniform_row_length for part in self._row_partitions]
        return uniform, [(tensor.dtype, tuple(tensor._t.shape)) for tensor in self._tensors()]

    # -- its parts ------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        rank = self.rank
        if isinstance(index, slice):
            if index.step is not None and index.step != 1:
                raise IndexError("Cannot stride through a shape")
            start, stop, _ = index.indices(rank)
            return self._sliced(start, stop)
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
            return to_tensor(self._row_partitions[0].static_nrows, self.dtype)
        if axis > count or not count:
            return self._inner_shape[axis - count]
        return self._row_partitions[axis - 1].uniform_row_length()

    def _sliced(self, start: int, stop: int) -> DynamicRaggedShape:
        if stop <= start:
            return DynamicRaggedShape([], to_tensor([], INT64))
        if start == 0:
            return self._begin(stop)
        begin = self._begin(stop) if stop < self.rank else self
        if not all(part.is_uniform() for part in begin.row_partitions):
            raise ValueError("All relevant dimensions must be uniform")
        sizes: Any = to_tensor(begin.static_lengths(), begin.dtype)
        return DynamicRaggedShape([], sizes[start:])

    def _begin(self, stop: int) -> DynamicRaggedShape:
        """The outermost dimensions."""
        parts = self._row_partitions
        if stop >= self.rank:
            return self
        if stop > len(parts):
            return DynamicRaggedShape(parts, self._inner_shape[: stop - len(parts)])
        if stop == 1:
            return DynamicRaggedShape([], shaping.reshape(parts[0].nrows(), [1]))
        return DynamicRaggedShape.from_row_partitions(parts[: stop - 1])

    def _around(self, flat_values: Any) -> Any:
        """The tensor of this shape of its flat values."""
        return nested(flat_values, [part._parts for part in self._row_partitions])


# -- functions that take or give shapes ---------------------------------------------------------

_rules: dict[Any, Any] = {}


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    answer = _rules.get(getattr(function, "base", function))
    return NotImplemented if answer is None else answer(**arguments)


composites[DynamicRaggedShape] = _handle


def _answer(function: Any) -> Any:
    def enter(answer: Any) -> Any:
        _rules[function] = answer
        if not hasattr(function, "base"):
            overload(function)
        return answer

    return enter


@rule(shaping.shape)
def _shape(input: Any, out_type: Any) -> Any:
    wanted = "int32" if out_type is None else out_type
    return DynamicRaggedShape.from_tensor(input).with_dtype(wanted)


@_answer(creation.zeros)
def _zeros(shape: Any, **options: Any) -> Any:
    return shape._around(creation.zeros(shape.inner_shape, **options))


@_answer(creation.ones)
def _ones(shape: Any, **options: Any) -> Any:
    return shape._around(creation.ones(shape.inner_shape, **options))


@_answer(creation.fill)
def _fill(dims: Any, value: Any, **options: Any) -> Any:
    return dims._around(creation.fill(dims.inner_shape, value, **options))


@_answer(shaping.reshape)
def _reshape(tensor: Any, shape: Any, name: Any) -> Any:
    if not isinstance(shape, DynamicRaggedShape):
        return NotImplemented
    flat = tensor.flat_values if is_ragged(tensor) else tensor
    return shape._around(shaping.reshape(flat, shape.inner_shape))


@_answer(shaping.broadcast_to)
def _broadcast_to(input: Any, shape: Any, name: Any) -> Any:
    if not isinstance(shape, DynamicRaggedShape):
        return NotImplemented
    value = as_tensor(input)
    if not shape.num_row_partitions and not is_ragged(value):
        return shaping.broadcast_to(value, shape.inner_shape)
    if is_ragged(value) and value.row_splits.dtype is not shape.dtype:
        raise ValueError("Cannot coerce row_splits.dtype")
    target = shape._around(creation.zeros(shape.inner_shape))
    (flat, _), parts = flattened([value, target], shape.dtype)
    for part, own in zip(parts, shape.row_partitions, strict=True):
        assert_equal(part.splits, own.row_splits(), message="Cannot broadcast")
    return shape._around(shaping.broadcast_to(flat, shape.inner_shape))


@_answer(shaping.broadcast_dynamic_shape)
def _broadcast_shapes(shape_x: Any, shape_y: Any) -> Any:
    shapes = [
        shape if isinstance(shape, DynamicRaggedShape) else DynamicRaggedShape([], shape)
        for shape in (shape_x, shape_y)
    ]
    dtype = INT64 if any(shape.dtype is INT64 for shape in shapes) else shapes[0].dtype
    x, y = (shape.with_dtype(dtype) for shape in shapes)
    both = add(creation.zeros(x), creation.zeros(y))
    return DynamicRaggedShape.from_tensor(both).with_dtype(dtype)
