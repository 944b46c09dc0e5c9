"""The ragged tensor: values, and a partition of them into rows.

What stands on operations, as its operators do, is attached by the modules that define it.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from .._core.op import dispatch
from .._core.tensor.convert import INT32, INT64, converters
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._ops.io.printing import writers
from .._ops.math.casting import cast
from . import printing
from .factories import Ragged, as_values, splits_dtype
from .partition import RowPartition


class RaggedTensor(Ragged):
    """A tensor with rows of different lengths; answers for `tf.RaggedTensor`.

    It holds `values`, a tensor or again a ragged tensor, and where its rows begin and end. It is
    made by the `from_` methods and by `tf.ragged.constant`.
    """

    __slots__ = ()

    from_tensor: ClassVar[Any]
    from_sparse: ClassVar[Any]
    to_tensor: ClassVar[Any]
    to_sparse: ClassVar[Any]
    row_lengths: ClassVar[Any]
    bounding_shape: ClassVar[Any]
    merge_dims: ClassVar[Any]
    _type_spec: ClassVar[Any]
    __tf_tracing_type__: ClassVar[Any]

    # -- what it is -----------------------------------------------------------------------------

    @property
    def values(self) -> Any:
        """The values of all rows, one after the other."""
        return self._values

    @property
    def flat_values(self) -> Any:
        """The values of the innermost rows, a tensor."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, where the size of a ragged dimension is None."""
        sizes = [self._partition.size, self._partition.uniform_size]
        return TensorShape(sizes).concatenate(self._values.shape[1:])

    def get_shape(self) -> TensorShape:
        """The shape; the same as `shape`."""
        return self.shape

    @property
    def ragged_rank(self) -> int:
        """How many dimensions are partitions of rows."""
        return len(partitions_of(self))

    @property
    def row_splits(self) -> Any:
        """Where each row begins, and where the last one ends."""
        return self._partition.splits

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The `row_splits` of all ragged dimensions, the outermost first."""
        return tuple(partition.splits for partition in partitions_of(self))

    @property
    def uniform_row_length(self) -> Any:
        """The length of all rows, if they were made of one length."""
        return self._partition.uniform

    def value_rowids(self, name: Any = None) -> Any:
        """The row that each value belongs to."""
        return self._partition.value_rowids()

    def nested_value_rowids(self, name: Any = None) -> tuple[Any, ...]:
        """The `value_rowids` of all ragged dimensions, the outermost first."""
        return tuple(partition.value_rowids() for partition in partitions_of(self))

    def nrows(self, out_type: Any = None, name: Any = None) -> Any:
        """The number of rows."""
        rows = self._partition.rows()
        return rows if out_type is None else cast(rows, out_type)

    def row_starts(self, name: Any = None) -> Any:
        """Where each row begins."""
        return self.row_splits[:-1]

    def row_limits(self, name: Any = None) -> Any:
        """Where each row ends."""
        return self.row_splits[1:]

    def nested_row_lengths(self, name: Any = None) -> tuple[Any, ...]:
        """The `row_lengths` of all ragged dimensions, the outermost first."""
        return tuple(partition.lengths() for partition in partitions_of(self))

    # -- another one ----------------------------------------------------------------------------

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values. Raises ValueError if their number differs."""
        new_values = as_values(new_values)
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        own = splits_dtype(new_values)
        if own is not None and own is not self._partition.dtype:
            raise ValueError(
                "self and new_values have mismatched row_splits dtypes; use "
                "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
            )
        return RaggedTensor(new_values, self._partition, internal=True)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows, in all ragged dimensions, of other values."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same, with splits of int32 or int64. Raises ValueError for other types."""
        dtype = as_dtype(dtype)
        if dtype not in (INT32, INT64):
            raise ValueError(
                f"Argument `row_splits` dtype must be int32 or int64. Received {dtype}."
            )
        if dtype is self._partition.dtype:
            return self
        return nested(self.flat_values, [p.with_dtype(dtype) for p in partitions_of(self)])

    # -- as a Python value ----------------------------------------------------------------------

    def numpy(self) -> Any:
        """A NumPy array of the rows: of objects, if their lengths differ."""
        return printing.as_array(self)

    def to_list(self) -> list[Any]:
        """The rows as nested Python lists."""
        return printing.as_list(self)

    def __repr__(self) -> str:
        return f"<tf.RaggedTensor {printing.text(self)}>"

    def __hash__(self) -> NoReturn:
        raise TypeError("RaggedTensor is unhashable.")

    def __bool__(self) -> NoReturn:
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __copy__(self) -> RaggedTensor:
        return self

    def __deepcopy__(self, memo: Any) -> RaggedTensor:
        return self

    # -- as a structure, see nest.py ------------------------------------------------------------

    def _components(self) -> tuple[Any, ...]:
        return (self.flat_values, *self.nested_row_splits)

    def _with_components(self, components: Any) -> RaggedTensor:
        flat, *splits = components
        uniform = [partition.uniform for partition in partitions_of(self)]
        parts = [RowPartition(s, uniform=u) for s, u in zip(splits, uniform, strict=True)]
        return nested(flat, parts)

    def _gradient_parts(self) -> list[Any]:
        return [self.flat_values]

    def _with_gradients(self, gradients: list[Any]) -> Any:
        return None if gradients[0] is None else self.with_flat_values(gradients[0])


def _no_tensor(value: RaggedTensor, dtype: DType | None) -> NoReturn:
    raise dispatch.unsupported(value)


converters[RaggedTensor] = _no_tensor
writers[RaggedTensor] = printing.summary


def partitions_of(value: Any) -> list[RowPartition]:
    """The partitions of a ragged tensor, the outermost first; of others, none."""
    found = []
    while isinstance(value, RaggedTensor):
        found.append(value._partition)
        value = value._values
    return found


def made(values: Any, partition: RowPartition) -> RaggedTensor:
    """The ragged tensor of a partition of values, which is not checked."""
    return RaggedTensor._made(values, partition, False)


def nested(flat_values: Any, nested_partitions: Any) -> Any:
    """The ragged tensor of some partitions, the outermost first; of none, `flat_values`."""
    result = flat_values
    for partition in reversed(nested_partitions):
        result = RaggedTensor(result, partition, internal=True)
    return result
