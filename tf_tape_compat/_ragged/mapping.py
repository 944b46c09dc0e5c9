"""`tf.map_fn` with ragged arguments or results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._core.op.dispatch import composite_handlers
from .._core.recording.execution_context import refuse_in_graph
from .._core.tensor.convert import to_tensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.creation import zeros
from .._ops.array.joining import concat, stack
from .._ops.control import map_fn
from .factories import is_ragged
from .joining import stack as ragged_stack
from .row_partition import RowPartition
from .spec import RaggedTensorSpec, set_shape
from .tensor import from_row_partitions


def _map_rows(fn: Callable[[Any], Any], elems: Any, signature: Any) -> Any:
    """Applies `fn` to each row and stacks the results.

    `signature` is a structure of specs and dtypes that describes a result, or None if a result is
    like a row of `elems`.
    """
    flat: list[Any] = [item if is_ragged(item) else to_tensor(item) for item in nest.flatten(elems)]
    size = map_fn.common_length(flat)
    if size is None:
        refuse_in_graph("tf.map_fn with ragged rows, and as many as its input has")
    assert size is not None
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
            column.append(_checked_result(value, spec))
    results = [_stack_rows(column, spec) for column, spec in zip(columns, specs, strict=True)]
    return nest.pack_sequence_as(structure, results)


def _spec(item: Any) -> Any:
    return item if hasattr(item, "value_type") else TensorSpec(None, item)


def _row_spec(value: Any) -> Any:
    if not is_ragged(value):
        return TensorSpec(None, value.dtype)
    return RaggedTensorSpec(None, value.dtype, value.ragged_rank - 1, value.row_splits.dtype)


def _checked_result(value: Any, spec: Any) -> Any:
    """Converts a result of the function. Raises ValueError if it does not match the spec."""
    if not isinstance(spec, RaggedTensorSpec):
        return to_tensor(value, spec.dtype)
    ragged_rank = spec.ragged_rank
    if is_ragged(value):
        if value.ragged_rank != ragged_rank:
            raise ValueError(
                f"Ragged rank of value {value.ragged_rank} does not match ragged rank of type "
                f"{ragged_rank}."
            )
        return value
    if ragged_rank > 0:
        raise ValueError(
            f"Expected a RaggedTensor if ragged rank={ragged_rank} but got {type(value).__name__}."
        )
    return to_tensor(value, spec.dtype)


def _stack_rows(rows: list[Any], spec: Any) -> Any:
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
        return from_row_partitions(
            flat, [RowPartition._create(empty) for _ in range(spec.ragged_rank + 1)]
        )
    if spec.ragged_rank:
        result = ragged_stack(rows).with_row_splits_dtype(spec.row_splits_dtype)
    else:
        result = _from_rows(rows, spec)
    if spec.shape.rank is not None:
        set_shape(result, TensorShape([len(rows)]).concatenate(spec.shape))
    return result


def _from_rows(rows: list[Any], spec: RaggedTensorSpec) -> Any:
    lengths = [row._t.shape[0] for row in rows]
    splits = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    return from_row_partitions(
        concat(rows, 0), [RowPartition._create(to_tensor(splits, spec.row_splits_dtype))]
    )


composite_handlers[RaggedTensorSpec] = lambda function, arguments: NotImplemented
map_fn.composite_mappers.append(
    (lambda item: is_ragged(item) or isinstance(item, RaggedTensorSpec), _map_rows)
)
