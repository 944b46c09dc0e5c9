"""`tf.map_fn` where an argument or a result is ragged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.op.dispatch import composites
from .._core.tensor.convert import to_tensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.creation import zeros
from .._ops.array.joining import concat, stack
from .._ops.control import map_fn
from .factories import is_ragged
from .joining import stack as ragged_stack
from .partition import RowPartition
from .spec import RaggedTensorSpec, set_shape
from .tensor import nested


def _map_rows(fn: Callable[[Any], Any], elems: Any, signature: Any) -> Any:
    """What `fn` makes of each row, stacked. `signature` is a nest of specs and dtypes, or None."""
    flat: list[Any] = [item if is_ragged(item) else to_tensor(item) for item in nest.flatten(elems)]
    size = map_fn.common_length(flat)
    if signature is None:
        specs = [_row_spec(item) for item in flat]
    else:
        specs = [_spec(item) for item in nest.flatten(signature)]
    structure = elems if signature is None else signature
    columns: list[list[Any]] = [[] for _ in specs]
    for row in range(size):
        result = fn(nest.pack_sequence_as(elems, [item[row] for item in flat]))
        nest.assert_same_structure(structure, result)
        for column, spec, value in zip(columns, specs, nest.flatten(result), strict=True):
            column.append(_checked(value, spec))
    found = [_stacked(column, spec) for column, spec in zip(columns, specs, strict=True)]
    return nest.pack_sequence_as(structure, found)


def _spec(item: Any) -> Any:
    return item if hasattr(item, "value_type") else TensorSpec(None, item)


def _row_spec(value: Any) -> Any:
    if not is_ragged(value):
        return TensorSpec(None, value.dtype)
    return RaggedTensorSpec(None, value.dtype, value.ragged_rank - 1, value.row_splits.dtype)


def _checked(value: Any, spec: Any) -> Any:
    """A result of the function. Raises ValueError if it is not what the spec says."""
    if not isinstance(spec, RaggedTensorSpec):
        return to_tensor(value, spec.dtype)
    wanted = spec.ragged_rank
    if is_ragged(value):
        if value.ragged_rank != wanted:
            raise ValueError(
                f"Ragged rank of value {value.ragged_rank} does not match ragged rank of type "
                f"{wanted}."
            )
        return value
    if wanted > 0:
        raise ValueError(
            f"Expected a RaggedTensor if ragged rank={wanted} but got {type(value).__name__}."
        )
    return to_tensor(value, spec.dtype)


def _stacked(rows: list[Any], spec: Any) -> Any:
    if not isinstance(spec, RaggedTensorSpec):
        if rows:
            return stack(rows)
        if spec.shape.rank is None:
            return zeros([0], spec.dtype)
        sizes = TensorShape([0]).concatenate(spec.shape).as_list()
        return zeros([n or 0 for n in sizes], spec.dtype)
    if not rows:
        shape = [0] if spec.shape.rank is None else [0, *spec.shape[spec.ragged_rank + 1 :]]
        flat = zeros([n or 0 for n in shape], spec.dtype)
        empty = to_tensor([0], spec.row_splits_dtype)
        return nested(flat, [RowPartition(empty) for _ in range(spec.ragged_rank + 1)])
    if spec.ragged_rank:
        result = ragged_stack(rows).with_row_splits_dtype(spec.row_splits_dtype)
    else:
        result = _of_rows(rows, spec)
    if spec.shape.rank is not None:
        set_shape(result, TensorShape([len(rows)]).concatenate(spec.shape))
    return result


def _of_rows(rows: list[Any], spec: RaggedTensorSpec) -> Any:
    lengths = [row._t.shape[0] for row in rows]
    splits = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    return nested(concat(rows, 0), [RowPartition(to_tensor(splits, spec.row_splits_dtype))])


composites[RaggedTensorSpec] = lambda function, arguments: NotImplemented
map_fn.map_composites.append(
    (lambda item: is_ragged(item) or isinstance(item, RaggedTensorSpec), _map_rows)
)
