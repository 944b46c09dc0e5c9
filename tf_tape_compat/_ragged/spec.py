"""`tf.RaggedTensorSpec`."""

from __future__ import annotations

from typing import Any

from .._api.shown_modules import shown_in
from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import Tensor
from .._core.types.dtype import DType, as_dtype, float32
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec
from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import RaggedTensor, from_row_partitions, partitions_of


class RaggedTensorSpec(CompositeSpec):
    """Describes ragged tensors. Implements `tf.RaggedTensorSpec`.

    Args:
      shape: the shape; None for the size of a ragged dimension.
      dtype: the dtype of the elements.
      ragged_rank: the number of ragged dimensions; all but the first by default. With 0 the spec
        describes a dense tensor.
      row_splits_dtype: int32 or int64.
      flat_values_spec: the spec of the flat values, if they are not plain tensors.

    Raises:
      ValueError: if the arguments contradict each other.
    """

    __slots__ = ("_shape", "_dtype", "_ragged_rank", "_row_splits_dtype", "_flat_values_spec")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = float32,
        ragged_rank: int | None = None,
        row_splits_dtype: Any = INT64,
        flat_values_spec: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        if flat_values_spec is not None:
            if dtype is None:
                dtype = flat_values_spec.dtype
            elif dtype != flat_values_spec.dtype:
                raise ValueError("dtype must be the same as flat_values_spec.dtype")
        elif dtype is None:
            raise ValueError("At least one of dtype or flat_values_spec must be provided")
        self._dtype = as_dtype(dtype)
        self._flat_values_spec = flat_values_spec
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
        if rank is not None and ragged_rank >= rank:
            raise ValueError(
                f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank})."
            )
        self._ragged_rank = ragged_rank

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec of a ragged tensor."""
        return cls(value.shape, value.dtype, value.ragged_rank, value.row_splits.dtype)

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, which may be partly unknown."""
        return self._shape

    @property
    def ragged_rank(self) -> int:
        """The number of ragged dimensions."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> DType:
        """The dtype of the splits."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self) -> Any:
        """The spec of the flat values, or None."""
        return self._flat_values_spec

    @property
    def value_type(self) -> Any:
        """`tf.RaggedTensor`, or `tf.Tensor` if no dimension is ragged."""
        return RaggedTensor if self._ragged_rank > 0 else Tensor

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or some value that another spec describes, fits this spec."""
        if self._ragged_rank == 0:
            if self._flat_values_spec is None:
                if isinstance(spec_or_value, (Tensor, TensorSpec)):
                    return TensorSpec(self._shape, self._dtype).is_compatible_with(spec_or_value)
            elif not isinstance(spec_or_value, (RaggedTensor, RaggedTensorSpec)):
                return self._flat_values_spec.is_compatible_with(spec_or_value)
        return super().is_compatible_with(spec_or_value)

    def _serialize(self) -> tuple[Any, ...]:
        fields = (self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype)
        if self._flat_values_spec is None:
            return fields
        return (*fields, self._flat_values_spec)

    @property
    def _component_specs(self) -> list[Any]:
        flat = self._flat_values_spec
        if self._ragged_rank <= 0:
            return [TensorSpec(self._shape, self._dtype) if flat is None else flat]
        if flat is None:
            inner = self._shape[self._ragged_rank + 1 :]
            flat = TensorSpec(TensorShape([None]).concatenate(inner), self._dtype)
        rows = None if self._shape.rank is None else self._shape[0]
        sizes = [None if rows is None else rows + 1] + [None] * (self._ragged_rank - 1)
        return [flat, *(TensorSpec([size], self._row_splits_dtype) for size in sizes)]

    def _to_components(self, value: Any) -> list[Any]:
        return list(value._components()) if is_ragged(value) else [value]

    def _from_components(self, components: Any) -> Any:
        flat, *splits = map(to_tensor, components)
        result = from_row_partitions(flat, [RowPartition._create(ends) for ends in splits])
        if self._shape.rank is not None:
            if is_ragged(result):
                set_shape(result, self._shape)
            else:
                result.set_shape(self._shape)
        return result

    def _batch(self, batch_size: Any) -> RaggedTensorSpec:
        shape = TensorShape([batch_size]).concatenate(self._shape)
        self._refuse_flat_values_spec()
        return RaggedTensorSpec(shape, self._dtype, self._ragged_rank + 1, self._row_splits_dtype)

    def _unbatch(self) -> RaggedTensorSpec:
        self._refuse_flat_values_spec()
        return RaggedTensorSpec(
            self._shape[1:], self._dtype, self._ragged_rank - 1, self._row_splits_dtype
        )

    def _refuse_flat_values_spec(self) -> None:
        if self._flat_values_spec is not None:
            raise ValueError("Customized value_type is not supported.")


def set_shape(value: RaggedTensor, shape: TensorShape) -> None:
    """Marks the rows of dimensions with a known size as uniform, in place.

    Raises ValueError if they are already known to have another length.
    """
    sizes: Any = shape.as_list()
    for axis, partition in enumerate(partitions_of(value), 1):
        size = sizes[axis]
        if size is None:
            continue
        known_size = partition._uniform_length
        if known_size is not None and known_size != size:
            raise ValueError(f"Inconsistent size for axis {axis}: {known_size} vs. {size}.")
        partition._uniform_row_length = to_tensor(size, partition.dtype)


RaggedTensor._type_spec = property(RaggedTensorSpec.from_value)
RaggedTensor.__tf_tracing_type__ = lambda self, _: RaggedTensorSpec.from_value(self)


shown_in("tensorflow.python.ops.ragged.ragged_tensor", RaggedTensorSpec)
