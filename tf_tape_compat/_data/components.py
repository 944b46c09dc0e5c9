"""Components of elements as rows: stacking them into batches, and taking batches apart.

What to do depends on the spec of a component. Dense tensors are stacked and indexed as payloads.
Extension types are encoded by their batch encoder as components of other kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .._core.recording.payloads import untracked_payload
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape, brackets
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from .._ops.array.gathering import gather
from .._ops.array.joining import concat
from .._ragged import register_all  # noqa: F401 -- operations on ragged tensors
from .._ragged.spec import set_shape
from .._ragged.tensor import RaggedTensor
from ..errors import InvalidArgumentError
from . import nested_datasets
from .failures import IterationError
from .nested_datasets import NestedDatasets
from .structure import component_spec

_TENSORS = (EagerTensor, TrackedTensor)


def payload(tensor: Any) -> Any:
    """The payload of a tensor, outside all tapes."""
    return tensor._t if type(tensor) is EagerTensor else untracked_payload(tensor)


def is_ragged_spec(spec: Any) -> bool:
    """Whether a spec describes ragged tensors."""
    return hasattr(spec, "ragged_rank")


def _encoder(spec: Any) -> Any:
    encoder = getattr(type(spec), "__batch_encoder__", None)
    if encoder is None:
        raise TypeError(f"{type(spec).__name__} does not support batching: {spec}")
    return encoder


# -- specs --------------------------------------------------------------------------------------


def batched_spec(spec: Any, size: int | None) -> Any:
    """The spec of a batch of `size` components; None if the size is not known."""
    return spec if isinstance(spec, NoneTensorSpec) else spec._batch(size)


def unbatched_spec(spec: Any) -> Any:
    """The spec of one row of a batched component. Raises ValueError for scalars."""
    return spec if isinstance(spec, NoneTensorSpec) else spec._unbatch()


def leading_size(spec: Any) -> int | None:
    """The size of the first dimension, or None if it is not known."""
    shape = getattr(spec, "shape", None)
    if shape is None or shape.rank is None or shape.rank == 0:
        return None
    size: int | None = shape.as_list()[0]
    return size


# -- batches ------------------------------------------------------------------------------------


def stack(spec: Any, values: Sequence[Any], place: int = 0) -> Any:
    """The batch of some components, all of which `spec` describes.

    `place` is the number of the component, for errors. Raises `IterationError` if shapes differ.
    """
    first = values[0]
    if type(first) in _TENSORS and not is_ragged_spec(spec):
        return EagerTensor(stack_payloads([payload(value) for value in values], place))
    if isinstance(spec, NoneTensorSpec):
        return None
    if isinstance(spec, SparseTensorSpec):
        return _stack_sparse(values)
    if is_ragged_spec(spec):
        return _stack_ragged(spec, values)
    if is_held(first):
        return nested_datasets.stack(spec, values)
    encoder = _encoder(spec)
    encoded = [encoder.encode(spec, value) for value in values]
    parts = [stack(component_spec(items[0]), items, place) for items in zip(*encoded, strict=True)]
    return encoder.decode(spec._batch(len(values)), type(encoded[0])(parts))


def stack_elements(specs: list[Any], elements: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The batch of some flat elements, whose components have these specs."""
    return tuple(
        stack(spec, values, place)
        for place, (spec, values) in enumerate(zip(specs, zip(*elements, strict=True), strict=True))
    )


def stack_payloads(payloads: Sequence[Any], place: int) -> Any:
    """The payloads stacked along a new first axis."""
    first = payloads[0]
    shape = first.shape
    for number, other in enumerate(payloads):
        if other.shape != shape:
            raise IterationError(
                InvalidArgumentError,
                f"Cannot batch tensors with different shapes in component {place}. First element "
                f"had shape {brackets(shape)} and element {number} had shape "
                f"{brackets(other.shape)}.",
            )
    if isinstance(first, np.ndarray):
        array = np.empty((len(payloads), *shape), object)
        for number, item in enumerate(payloads):
            array[number] = item if item.ndim else item[()]
        return array
    return torch.stack(tuple(payloads))


def _stack_sparse(values: Sequence[SparseTensor]) -> SparseTensor:
    first = values[0]
    indices, sizes = [], payload(first.dense_shape)
    for number, value in enumerate(values):
        positions = payload(value.indices)
        sizes = torch.maximum(sizes, payload(value.dense_shape))
        row = positions.new_full((positions.shape[0], 1), number)
        indices.append(torch.cat([row, positions], 1))
    items = [payload(value.values) for value in values]
    joined = np.concatenate(items) if isinstance(items[0], np.ndarray) else torch.cat(items)
    shape = torch.cat([sizes.new_tensor([len(values)]), sizes])
    return SparseTensor(EagerTensor(torch.cat(indices)), EagerTensor(joined), EagerTensor(shape))


def _stack_ragged(spec: Any, values: Sequence[Any]) -> Any:
    if spec.shape.rank == 0 or (type(values[0]) in _TENSORS and not values[0].shape.rank):
        return EagerTensor(stack_payloads([payload(value) for value in values], 0))
    if spec.ragged_rank > 0:
        values = [_as_ragged(spec, value) for value in values]
    lengths = [_row_count(value) for value in values]
    joined = concat(list(values), 0) if len(values) > 1 else values[0]
    splits = np.concatenate([[0], np.cumsum(lengths)])
    row_splits = EagerTensor(torch.from_numpy(splits).to(spec.row_splits_dtype.torch))
    batch = RaggedTensor.from_row_splits(joined, row_splits, validate=False)
    if spec.shape.rank is not None and spec.shape[0] is not None:
        set_shape(batch, TensorShape([len(values), *spec.shape]))
    return batch


def _as_ragged(spec: Any, value: Any) -> Any:
    if type(value) not in _TENSORS:
        return value
    return RaggedTensor.from_tensor(
        value, ragged_rank=spec.ragged_rank, row_splits_dtype=spec.row_splits_dtype
    )


def _row_count(value: Any) -> int:
    if type(value) in _TENSORS:
        return len(value._t)
    if isinstance(value, SparseTensor):
        return int(payload(value.dense_shape)[0])
    if isinstance(value, NestedDatasets):
        return len(value)
    if hasattr(value, "nrows"):
        return int(value.nrows())
    raise TypeError(f"a value of type {type(value).__name__} has no rows")


def row_count(spec: Any, value: Any) -> int | None:
    """The number of rows of a batched component; None if it is None."""
    if value is None:
        return None
    if isinstance(value, (SparseTensor, NestedDatasets)) or (
        type(value) in _TENSORS or is_ragged_spec(spec)
    ):
        return _row_count(value)
    encoded = _encoder(spec).encode(spec, value, 1)
    counts = [row_count(component_spec(part), part) for part in encoded]
    return next((count for count in counts if count is not None), None)


def select(spec: Any, value: Any, rows: np.ndarray[Any, Any] | slice) -> Any:
    """The batch of the rows at some positions; rows at a slice share the memory of `value`."""
    if value is None:
        return None
    if type(value) in _TENSORS and not is_ragged_spec(spec):
        data = payload(value)
        if isinstance(rows, slice) or isinstance(data, np.ndarray):
            return EagerTensor(data[rows])
        indices = torch.from_numpy(rows)
        return EagerTensor(torch.index_select(data, 0, indices.to(data.device)))
    if isinstance(value, NestedDatasets):
        return value.select(rows)
    if isinstance(rows, slice):
        rows = np.arange(*rows.indices(row_count(spec, value) or 0))
    if is_ragged_spec(spec):
        return gather(value, EagerTensor(torch.from_numpy(rows)))
    return stack(spec._unbatch(), [row(spec, value, int(place)) for place in rows])


def row(spec: Any, value: Any, place: int) -> Any:
    """One row of a batched component."""
    if value is None:
        return None
    if type(value) in _TENSORS:
        data = payload(value)
        item = data[place]
        if isinstance(data, np.ndarray) and not isinstance(item, np.ndarray):
            item = np.array(item, object)
        return EagerTensor(item)
    if isinstance(value, SparseTensor):
        return rows_of(spec, value)[place]
    if isinstance(value, NestedDatasets):
        return value.row(place)
    if is_ragged_spec(spec):
        return value[place]
    encoder = _encoder(spec)
    encoded = encoder.encode(spec, value, 1)
    parts = [row(component_spec(part), part, place) for part in encoded]
    return encoder.decode(spec._unbatch(), type(encoded)(parts))


def rows_at(spec: Any, value: Any, positions: np.ndarray[Any, Any] | range) -> list[Any]:
    """Some rows of a batched component; those of tensors share its memory."""
    if type(value) is EagerTensor and isinstance(value._t, torch.Tensor):
        data = value._t
        if isinstance(positions, range):
            return [EagerTensor(item) for item in data[positions.start : positions.stop].unbind(0)]
        return [EagerTensor(data[place]) for place in positions.tolist()]
    return [row(spec, value, int(place)) for place in positions]


def rows_of(spec: Any, value: Any) -> list[Any]:
    """All rows of a batched component."""
    if type(value) is EagerTensor and isinstance(value._t, torch.Tensor):
        return [EagerTensor(item) for item in value._t.unbind(0)]
    if isinstance(value, SparseTensor):
        return _sparse_rows(value)
    return [row(spec, value, place) for place in range(row_count(spec, value) or 0)]


def _sparse_rows(value: SparseTensor) -> list[SparseTensor]:
    indices, items = payload(value.indices), payload(value.values)
    sizes = payload(value.dense_shape)
    order = torch.argsort(indices[:, 0], stable=True)
    indices = indices[order]
    items = items[order.numpy()] if isinstance(items, np.ndarray) else items[order]
    count = int(sizes[0])
    ends = torch.searchsorted(indices[:, 0].contiguous(), torch.arange(count + 1)).tolist()
    shape = EagerTensor(sizes[1:])
    rows = []
    for start, stop in zip(ends[:-1], ends[1:], strict=True):
        rows.append(
            SparseTensor(
                EagerTensor(indices[start:stop, 1:]), EagerTensor(items[start:stop]), shape
            )
        )
    return rows


def join(spec: Any, values: list[Any]) -> Any:
    """The rows of several batches, one after another."""
    if len(values) == 1 or values[0] is None:
        return values[0]
    if type(values[0]) in _TENSORS:
        payloads = [payload(value) for value in values]
        if isinstance(payloads[0], np.ndarray):
            return EagerTensor(np.concatenate(payloads))
        return EagerTensor(torch.cat(payloads))
    if isinstance(values[0], NestedDatasets):
        return nested_datasets.join(values)
    if is_ragged_spec(spec):
        return concat(values, 0)
    return stack(unbatched_spec(spec), [row for value in values for row in rows_of(spec, value)])


def is_dense(spec: Any) -> bool:
    """Whether a spec describes tensors."""
    return isinstance(spec, TensorSpec)


def unknown_rank(spec: Any) -> bool:
    """Whether a spec describes values of unknown rank."""
    shape = getattr(spec, "shape", TensorShape([]))
    return shape.rank is None
