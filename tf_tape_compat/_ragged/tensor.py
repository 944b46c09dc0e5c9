"""`tf.RaggedTensor`: values and a partition of them into rows.

Methods that need operations, such as Python's operators, are added by the modules that define them.
"""

from __future__ import annotations

import copyreg
from typing import Any, ClassVar, NoReturn

from .._core.op import dispatch
from .._core.tensor.convert import INT32, INT64, converters
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.type_spec import reduce_by_spec
from .._ops.io.printing import writers
from .._ops.math.casting import cast
from . import printing
from .factories import RaggedBase, as_values, splits_dtype
from .row_partition import RowPartition
from .value import RaggedTensorValue


class RaggedTensor(RaggedBase):
    """A tensor whose rows may differ in length. Implements `tf.RaggedTensor`.

    It holds `values`, a tensor or another ragged tensor, and a partition of the values into rows.
    Instances are created by the `from_` methods and by `tf.ragged.constant`.
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

    # -- properties -----------------------------------------------------------------------------

    @property
    def values(self) -> Any:
        """The concatenated values of all rows."""
        return self._values

    @property
    def flat_values(self) -> Any:
        """The concatenated values of the innermost rows, a dense tensor."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape; the size of a ragged dimension is None."""
        sizes = [self._partition.static_nrows, self._partition._uniform_length]
        return TensorShape(sizes).concatenate(self._values.shape[1:])

    def get_shape(self) -> TensorShape:
        """Returns `shape`."""
        return self.shape

    @property
    def ragged_rank(self) -> int:
        """The number of partitions: the ragged dimensions, and the uniform ones above them."""
        return len(partitions_of(self))

    @property
    def row_splits(self) -> Any:
        """Where each row begins, followed by where the last one ends: `[nrows + 1]`."""
        return self._partition.row_splits()

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The `row_splits` of every ragged dimension, the outermost first."""
        return tuple(partition.row_splits() for partition in partitions_of(self))

    @property
    def uniform_row_length(self) -> Any:
        """The length of all rows if they are known to be uniform, else None."""
        return self._partition.uniform_row_length()

    def value_rowids(self, name: Any = None) -> Any:
        """The row of each value: `[nvals]`."""
        return self._partition.value_rowids()

    def nested_value_rowids(self, name: Any = None) -> tuple[Any, ...]:
        """The `value_rowids` of every ragged dimension, the outermost first."""
        return tuple(partition.value_rowids() for partition in partitions_of(self))

    def nrows(self, out_type: Any = None, name: Any = None) -> Any:
        """The number of rows, a scalar tensor."""
        rows = self._partition.nrows()
        return rows if out_type is None else cast(rows, out_type)

    def row_starts(self, name: Any = None) -> Any:
        """Where each row begins: `[nrows]`."""
        return self.row_splits[:-1]

    def row_limits(self, name: Any = None) -> Any:
        """Where each row ends: `[nrows]`."""
        return self.row_splits[1:]

    def nested_row_lengths(self, name: Any = None) -> tuple[Any, ...]:
        """The `row_lengths` of every ragged dimension, the outermost first."""
        return tuple(partition.row_lengths() for partition in partitions_of(self))

    # -- replacing values -----------------------------------------------------------------------

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows with other values. Raises ValueError if their number differs."""
        new_values = as_values(new_values)
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        new_dtype = splits_dtype(new_values)
        if new_dtype is not None and new_dtype is not self._partition.dtype:
            raise ValueError(
                "self and new_values have mismatched row_splits dtypes; use "
                "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
            )
        return RaggedTensor(new_values, self._partition, internal=True)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows, in all ragged dimensions, with other values."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same tensor with splits of int32 or int64. Raises ValueError for other dtypes."""
        dtype = as_dtype(dtype)
        if dtype not in (INT32, INT64):
            raise ValueError(
                f"Argument `row_splits` dtype must be int32 or int64. Received {dtype}."
            )
        if dtype is self._partition.dtype:
            return self
        return from_row_partitions(
            self.flat_values, [p.with_dtype(dtype) for p in partitions_of(self)]
        )

    # -- as a Python value ----------------------------------------------------------------------

    def numpy(self) -> Any:
        """A NumPy array of the rows; its dtype is object if they differ in length."""
        return printing.as_array(self)

    def to_list(self) -> list[Any]:
        """The rows as nested Python lists."""
        return printing.as_list(self)

    def __repr__(self) -> str:
        if hasattr(type(self.row_splits), "_static_value"):  # symbolic
            return f"tf.RaggedTensor(values={self.values!s}, row_splits={self.row_splits!s})"
        return f"<tf.RaggedTensor {printing.text(self)}>"

    def __hash__(self) -> NoReturn:
        raise TypeError("RaggedTensor is unhashable.")

    def __bool__(self) -> NoReturn:
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __copy__(self) -> RaggedTensor:
        return self

    def __deepcopy__(self, memo: Any) -> RaggedTensor:
        return self

    # -- as a composite tensor, see nest.py -----------------------------------------------------

    def _components(self) -> tuple[Any, ...]:
        return (self.flat_values, *self.nested_row_splits)

    def _value_of(self, arrays: Any) -> Any:
        """What a session returns if the components have these values."""
        flat, *splits = arrays
        return RaggedTensorValue.of(flat, splits)

    def _with_components(self, components: Any) -> RaggedTensor:
        flat, *splits = components
        if not all(isinstance(s, EagerTensor) for s in splits):
            splits = [RowPartition.from_row_splits(s, False).row_splits() for s in splits]
        if not isinstance(flat, Tensor):
            raise TypeError(f"type(values) must be one of: Tensor, RaggedTensor, got {flat}.")
        uniform_lengths = [partition.uniform_row_length() for partition in partitions_of(self)]
        parts = [
            RowPartition._create(s, uniform_row_length=u)
            for s, u in zip(splits, uniform_lengths, strict=True)
        ]
        return from_row_partitions(flat, parts)

    def _gradient_parts(self) -> list[Any]:
        return [self.flat_values]

    def _with_gradients(self, gradients: list[Any]) -> Any:
        return None if gradients[0] is None else self.with_flat_values(gradients[0])


def _refuse_conversion(value: RaggedTensor, dtype: DType | None) -> NoReturn:
    raise dispatch.unsupported(value)


converters[RaggedTensor] = _refuse_conversion
writers[RaggedTensor] = printing.summary


def partitions_of(value: Any) -> list[RowPartition]:
    """The partitions of a ragged tensor, the outermost first; an empty list for other values."""
    partitions = []
    while isinstance(value, RaggedTensor):
        partitions.append(value._partition)
        value = value._values
    return partitions


def from_row_partition(values: Any, partition: RowPartition) -> RaggedTensor:
    """The ragged tensor of values and a partition, which is not checked against them."""
    return RaggedTensor._from_row_partition(values, partition, False)


def from_row_partitions(flat_values: Any, partitions: Any) -> Any:
    """The ragged tensor with these partitions, the outermost first; `flat_values` if none."""
    result = flat_values
    for partition in reversed(partitions):
        result = RaggedTensor(result, partition, internal=True)
    return result


# Libraries know the class by its module.
RaggedTensor.__module__ = "tensorflow.python.ops.ragged.ragged_tensor"
copyreg.pickle(RaggedTensor, reduce_by_spec)
