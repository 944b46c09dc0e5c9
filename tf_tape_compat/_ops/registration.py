"""Registers the parts of `_core` that need operations.

These are the conversions of sequences, ranges and `tf.IndexedSlices` to tensors, and the handler of
sparse tensors.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core.devices.indices import sum_rows
from .._core.op import dispatch
from .._core.op.op import op
from .._core.tensor import torch_method as _torch_method  # noqa: F401  attaches Tensor.torch
from .._core.tensor.convert import (
    converters,
    from_python,
    holds_tensor,
    is_tensor_leaf,
    operand_readers,
    sequence_converters,
    to_tensor,
)
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.sparse_tensor import SparseTensor
from . import operators as _operators  # noqa: F401  attaches the operators
from .array import indexing as _indexing  # noqa: F401
from .array.joining import stack_tensors
from .array.ranges import range as tensor_range
from .math.casting import cast

# -- sequences ----------------------------------------------------------------------------------


def _from_sequence(values: Any, dtype: DType | None) -> EagerTensor:
    """Stacks a nested sequence that has tensors among its leaves, cast to `dtype` if given.

    All leaves take the type of the first tensor. Raises TypeError or InvalidArgumentError if
    another tensor has another type.
    """
    first_dtype = _first_dtype(values)
    if dtype is None or dtype is first_dtype:
        return _stack(values, first_dtype, None)
    return _stack(values, dtype, dtype)


def _stack(values: Any, dtype: DType | None, cast_to: DType | None) -> EagerTensor:
    items: list[Any] = []
    for value in values:
        if isinstance(value, (list, tuple)) and holds_tensor(value):
            items.append(_stack(value, dtype, cast_to))
        elif not is_tensor_leaf(value):
            items.append(value)
        else:
            read = operand_readers.get(type(value), to_tensor)
            items.append(read(value) if cast_to is None else cast(read(value), cast_to))
    if not all(isinstance(item, EagerTensor) for item in items):
        for index, item in enumerate(items):
            if not isinstance(item, EagerTensor):
                items[index] = from_python(item, dtype)
            elif dtype is not None and item.dtype is not dtype:
                raise TypeError(
                    f"Cannot convert a list containing a tensor of dtype {item.dtype} to {dtype} "
                    f"(Tensor is: {item!r})"
                )
    return stack_tensors(items)


def _first_dtype(values: Iterable[Any]) -> DType | None:
    for value in values:
        if isinstance(value, (list, tuple)):
            dtype = _first_dtype(value)
            if dtype is not None:
                return dtype
        elif is_tensor_leaf(value):
            return as_dtype(value.dtype)
    return None


def _from_range(value: range, dtype: DType | None) -> EagerTensor:
    return tensor_range(value.start, value.stop, value.step, dtype)


# -- sliced gradients ---------------------------------------------------------------------------


@op("UnsortedSegmentSum", "data segment_ids")
def _scatter_sum(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    """Sums the slices of `data` by their segment, into a tensor of `num_segments` slices."""
    return sum_rows(data, segment_ids, (num_segments, *data.shape[1:]))


def _from_indexed_slices(slices: IndexedSlices, dtype: DType | None) -> EagerTensor:
    """The dense tensor. Raises ValueError if its shape is unknown or `dtype` is another type."""
    if dtype is not None and slices.dtype is not dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype "
            f"{slices.dtype.name}"
        )
    if slices.dense_shape is None:
        raise ValueError(
            "Tensor conversion requested for IndexedSlices for argument without dense_shape: "
            f"{slices!s}"
        )
    values = to_tensor(slices.values)
    indices = to_tensor(slices.indices)
    return _scatter_sum(values, indices, slices.shape.as_list()[0])


sequence_converters[list] = _from_sequence
sequence_converters[range] = _from_range
converters[IndexedSlices] = _from_indexed_slices

# -- sparse tensors -----------------------------------------------------------------------------


def _load_sparse_handler() -> None:
    """Imports the handler of sparse tensors, which most programs do not need."""
    from .sparse import dispatch as _  # noqa: F401


dispatch.handler_loaders[SparseTensor] = _load_sparse_handler


# Libraries look members up on the class, and derive proxies from it.
_OF_EVERY_TENSOR = (
    "__array__ __bool__ __iter__ __len__ __nonzero__ __round__ dtype eval experimental_ref "
    "get_shape name ndim ref set_shape shape"
)
for _member in (*Tensor.OVERLOADABLE_OPERATORS, *_OF_EVERY_TENSOR.split()):
    if _member in vars(EagerTensor) and _member not in vars(Tensor):
        setattr(Tensor, _member, vars(EagerTensor)[_member])
