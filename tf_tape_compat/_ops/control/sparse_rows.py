"""Rows of sparse tensors, for `tf.map_fn`: how they are read and collected.

TensorFlow serializes rows and parses them. Here a row is a part of the sparse tensor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape
from ..._core.types.tensor_spec import TensorSpec
from ..._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..array.joining import concat
from ..array.ranges import range as range_
from ..array.shaping import expand_dims, shape
from ..array.tiling import repeat
from ..math.casting import cast
from ..math.reductions import reduce_max
from ..sparse.indices import check_parts, take
from .tensor_array import TensorArray

_INT64 = as_dtype("int64")


@op("DeserializeSparse", "indices:int64 values:T shape:int64 row:int32")
def _row(indices: Any, values: Any, shape: Any, row: Any) -> Any:
    sizes = check_parts(indices, values, shape)
    if len(sizes) < 2:
        raise invalid_argument(f"A row of a sparse tensor of rank {len(sizes)}")
    chosen = (indices[:, 0] == row.to(indices.device)).nonzero()[:, 0]
    selected = refuse_gradient("DeserializeSparse", values, take(values, chosen))
    return [indices[chosen, 1:], selected, shape[1:]]


@op("DeserializeSparse", "values:T")
def _joined(values: Any) -> Any:
    return refuse_gradient("DeserializeSparse", values, values)


def numbers_of_rows(fn: Callable[[Any], Any], elems: Any) -> tuple[Callable[[Any], Any], Any]:
    """`fn` and `elems` with numbers of rows in place of sparse tensors, whose rows `fn` reads."""
    flat = nest.flatten(elems)

    def on_numbers(row: Any) -> Any:
        values = [
            _sparse_row(item, value) if isinstance(item, SparseTensor) else value
            for item, value in zip(flat, nest.flatten(row), strict=True)
        ]
        return fn(nest.pack_sequence_as(elems, values))

    numbers = [_numbers(item) if isinstance(item, SparseTensor) else item for item in flat]
    return on_numbers, nest.pack_sequence_as(elems, numbers)


def _numbers(value: SparseTensor) -> EagerTensor:
    if value.shape.rank is not None and value.shape.rank < 2:
        raise invalid_argument(
            f"Rank of input SparseTensor should be > 1, but saw rank: {value.shape.rank} "
            "[Op:SerializeManySparse] name: "
        )
    size = value.shape[0]
    return range_(value.dense_shape[0] if size is None else size, dtype="int32")


def _sparse_row(value: SparseTensor, number: Any) -> SparseTensor:
    row = SparseTensor(*_row(value.indices, value.values, value.dense_shape, number))
    row.set_shape(value.shape[1:])
    return row


class SparseColumn:
    """The sparse results of the rows, which are collected in four arrays."""

    def __init__(self, spec: SparseTensorSpec, size: Any) -> None:
        self._spec = spec
        rank = spec.shape.rank
        parts = [
            (_INT64, TensorShape([None, rank])),
            (spec.dtype, TensorShape([None])),
            (_INT64, TensorShape([rank])),
            (as_dtype("int32"), TensorShape([])),
        ]
        self.arrays = [
            TensorArray(dtype, size, infer_shape=False, element_shape=element_shape)
            for dtype, element_shape in parts
        ]

    def written(self, arrays: list[TensorArray], index: Any, value: Any) -> list[TensorArray]:
        """The arrays with the result of a row. Raises ValueError if it does not match the spec."""
        is_sparse = isinstance(value, SparseTensor)
        value = value if is_sparse else to_tensor(value)
        spec = SparseTensorSpec.from_value(value) if is_sparse else TensorSpec.from_tensor(value)
        if not self._spec.is_compatible_with(spec):
            raise ValueError(
                f"Error in map_fn:\n  Expected `fn` to return a:\n    {self._spec}\n"
                f"  But it returned a:\n    {spec}\n    (value={value!s})\n"
                "  To fix, update the `fn_output_signature` (or `dtype`) argument to `map_fn`."
            )
        count = shape(value.values)[0]  # type: ignore[index]
        parts = (value.indices, value.values, value.dense_shape, count)
        return [array.write(index, part) for array, part in zip(arrays, parts, strict=True)]

    def stacked(self, arrays: list[TensorArray], size: Any) -> SparseTensor:
        """The rows as one sparse tensor."""
        if isinstance(size, int) and not size:
            raise invalid_argument(
                "Serialized sparse should have 3 as the last dimension [0] [Op:DeserializeSparse] "
                "name: "
            )
        indices, values, shapes, counts = arrays
        count = cast(size, _INT64)
        rows = range_(count, dtype="int64")
        row_of = repeat(rows, counts.stack())
        sizes = reduce_max(shapes.stack(), 0)
        result = SparseTensor(
            concat([expand_dims(row_of, 1), indices.concat()], 1),
            _joined(values.concat()),
            concat([expand_dims(count, 0), sizes], 0),
        )
        static = None if isinstance(size, EagerTensor) else size
        result.set_shape(TensorShape([static]).concatenate(self._spec.shape))
        return result
