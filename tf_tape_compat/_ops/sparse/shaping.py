"""Sparse tensors in other shapes and orders, and with fewer or more elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import device
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, INT64, to_tensor
from ..._core.tensor.static_args import static
from ..._core.tensor.tensor import EagerTensor
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from ..array.creation import zeros
from ..array.gathering import gather
from ..array.identity import identity
from ..array.joining import concat as concat_dense
from ..array.slicing import slice as slice_dense
from ..array.where import where
from ..math.casting import cast
from ..math.elementwise import maximum
from ..math.reductions import reduce_max
from .indices import check_parts, joined, keys, offsets, sparse, take

_INTEGRAL = (int, np.integer)


# -- order and shape ----------------------------------------------------------------------------


@op("SparseReorder", "input_indices input_values input_shape")
def _reorder(input_indices: Any, input_values: Any, input_shape: Any) -> Any:
    check_parts(input_indices, input_values, input_shape)
    order = torch.argsort(keys(input_indices), stable=True)
    return [input_indices[order], take(input_values, order)]


def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """Sorts the elements by their indices, in row-major order. Implements `tf.sparse.reorder`."""
    sp_input = sparse(sp_input)
    indices, values = _reorder(*sp_input._parts)
    return SparseTensor(indices, values, identity(sp_input.dense_shape))


@op("SparseReshape", "input_indices input_shape new_shape", unrecorded=True)
def _reshape(input_indices: Any, input_shape: Any, new_shape: Any) -> Any:
    if new_shape.ndim != 1:
        raise invalid_argument(
            f"Target shape should be a vector but received shape {brackets(new_shape.shape)}"
        )
    sizes = check_parts(input_indices, None, input_shape)
    target = new_shape.tolist()
    unknown = [i for i, size in enumerate(target) if size == -1]
    if len(unknown) > 1:
        raise invalid_argument(
            f"only one output dimension may be -1, not both {unknown[0]} and {unknown[1]}"
        )
    for i, size in enumerate(target):
        if size < -1:
            raise invalid_argument(f"size {i} must be non-negative, not {size}")
    total = math.prod(sizes)
    if unknown:
        specified = math.prod(size for size in target if size != -1)
        if specified == 0:
            raise invalid_argument(
                "reshape cannot infer the missing input size for an empty tensor unless all "
                "specified input sizes are non-zero"
            )
        if total % specified:
            raise invalid_argument(
                f"Input to reshape is a SparseTensor with {total} dense values, but the requested "
                f"shape requires a multiple of {specified}. input_shape={brackets(sizes)} "
                f"output_shape= {brackets(target)}"
            )
        target[unknown[0]] = total // specified
    if math.prod(target) != total:
        raise invalid_argument(
            f"Input to reshape is a tensor with {total} dense values, but the requested shape has "
            f"{math.prod(target)}. input_shape={brackets(sizes)} output_shape={brackets(target)}"
        )
    flat = offsets(input_indices, sizes)
    columns = []
    for size in target[::-1]:
        columns.append(flat % max(size, 1))
        flat = flat // max(size, 1)
    indices = torch.stack(columns[::-1], 1) if columns else flat.new_zeros(len(flat), 0)
    return [indices, new_shape.new_tensor(target)]


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """Changes the shape of a sparse tensor. Implements `tf.sparse.reshape`.

    Args:
        sp_input: a sparse tensor.
        shape: the new shape, in which one size may be -1.
        name: ignored.

    Returns:
        A sparse tensor with the same values.

    Raises:
        InvalidArgumentError: if the numbers of elements differ.
    """
    sp_input = sparse(sp_input)
    shape = cast(shape, INT64)
    indices, sizes = _reshape(sp_input.indices, sp_input.dense_shape, shape)
    return SparseTensor(indices, identity(sp_input.values), sizes)


def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Permutes the dimensions, by default reversing them. Implements `tf.sparse.transpose`."""
    if perm is None:
        perm = list(range(sp_input.shape.rank))[::-1]
    indices = gather(sp_input.indices, perm, axis=1)
    sizes = sp_input.shape.as_list()
    if not indices._t.is_cpu:
        with device("/CPU:0"):
            gather(sizes, perm)  # checks the dimensions, as gathers on accelerators do not
    moved = [sizes[axis] for axis in static(perm)]
    moved += sizes[len(moved) :]
    return reorder(SparseTensor(indices, sp_input.values, moved))


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """Inserts a dimension of size 1. Implements `tf.sparse.expand_dims`.

    Args:
        sp_input: a sparse tensor.
        axis: the position of the new dimension, at the end by default.
        name: ignored.

    Raises:
        TypeError: if `axis` is not an integer.
    """
    rank = sp_input.dense_shape._t.shape[0]
    axis = -1 if axis is None else axis
    if isinstance(axis, _INTEGRAL):
        axis = to_tensor(int(axis), INT32)
    elif not isinstance(axis, EagerTensor):
        raise TypeError(
            "axis must be an integer value in range [-rank(sp_input) - 1, rank(sp_input)]"
        )
    axis = where(axis >= 0, axis, axis + rank + 1)
    indices, shape = sp_input.indices, sp_input.dense_shape
    column = zeros([indices._t.shape[0], 1], dtype=INT64)
    before = slice_dense(indices, [0, 0], [-1, axis])
    after = slice_dense(indices, [0, axis], [-1, -1])
    sizes = [
        slice_dense(shape, [0], [axis]),
        to_tensor([1], INT64),
        slice_dense(shape, [axis], [-1]),
    ]
    return SparseTensor(
        concat_dense([before, column, after], 1), sp_input.values, concat_dense(sizes, 0)
    )


# -- selected elements --------------------------------------------------------------------------


def _selected_gradient(
    grad: torch.Tensor, y: torch.Tensor, values: torch.Tensor, index: torch.Tensor, operation: str
) -> tuple[torch.Tensor, None]:
    gradient = torch.zeros_like(values).index_put((index,), grad)
    return refuse_gradient(operation, grad, gradient), None


@with_gradient(_selected_gradient)
def _selected(values: Any, index: torch.Tensor, operation: str) -> Any:
    """Distinct elements. `operation` computes their gradient, and has no gradient itself."""
    return take(values, index)


def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """Keeps some of the elements. Implements `tf.sparse.retain`.

    Args:
        sp_input: a sparse tensor.
        to_retain: a boolean vector with an element for each value.

    Raises:
        ValueError: if its length is not the number of values.
    """
    sp_input = sparse(sp_input)
    to_retain = to_tensor(to_retain)
    to_retain.shape.assert_has_rank(1)
    count = sp_input.values.shape.dims[0]
    count.assert_is_compatible_with(to_retain.shape.dims[0])
    chosen = where(to_retain)[:, 0]
    return SparseTensor(
        gather(sp_input.indices, chosen),
        gather(sp_input.values, chosen),
        identity(sp_input.dense_shape),
    )


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """Gives a sparse tensor a larger shape with the same elements.

    Implements `tf.sparse.reset_shape`.

    Args:
        sp_input: a sparse tensor.
        new_shape: the new shape; by default the smallest that contains all elements.

    Raises:
        ValueError: if the new shape is smaller.
    """
    sp_input = sparse(sp_input)
    indices, values = identity(sp_input.indices), identity(sp_input.values)
    if new_shape is None:
        size = maximum(to_tensor(0, INT64), reduce_max(indices, axis=0) + to_tensor(1, INT64))
        return SparseTensor(indices, values, size)
    new_shape = to_tensor(new_shape)
    new_shape.shape.assert_has_rank(1)
    new_shape = cast(new_shape, INT64)
    rank = sp_input.dense_shape.shape.dims[0]
    new_shape.shape.dims[0].assert_is_compatible_with(rank)
    old, new = sp_input.shape.as_list(), static(new_shape)
    if any(a > b for a, b in zip(old, new, strict=True)):
        raise ValueError(
            "Requested new_shape should have dimension sizes >= sp_input.shape.  Found new_shape "
            f"({old}), sp_input.shape ({new})."
        )
    return SparseTensor(indices, values, new_shape)


@op("SparseSlice", "indices values shape start size")
def _slice(indices: Any, values: Any, shape: Any, start: Any, size: Any) -> Any:
    sizes = check_parts(indices, values, shape)
    for argument, value in (("start", start), ("size", size)):
        if value.ndim != 1:
            raise invalid_argument(
                f"Input {argument} should be a vector but received shape {brackets(value.shape)}"
            )
        if len(value) != len(sizes):
            raise invalid_argument(
                f"Expected {argument} to be a vector of length {len(sizes)} but got length "
                f"{len(value)}"
            )
    if bool((size < 0).any()):
        raise invalid_argument(f"size must not be negative: {size.tolist()}")
    end = start + size
    chosen = ((indices >= start) & (indices < end)).all(1).nonzero()[:, 0]
    new_sizes = torch.minimum(size, (shape - start).clamp(min=0))
    return [indices[chosen] - start, _selected(values, chosen, "SparseSliceGrad"), new_sizes]


def slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The block of a sparse tensor that begins at `start`. Implements `tf.sparse.slice`.

    Args:
        sp_input: a sparse tensor.
        start: the first index along each dimension.
        size: the size along each dimension.
        name: ignored.
    """
    sp_input = sparse(sp_input)
    start, size = to_tensor(start, INT64), to_tensor(size, INT64)
    return SparseTensor(
        *_slice(sp_input.indices, sp_input.values, sp_input.dense_shape, start, size)
    )


@op("SparseFillEmptyRows", "indices values dense_shape default_value")
def _fill_empty_rows(indices: Any, values: Any, dense_shape: Any, default_value: Any) -> Any:
    sizes = check_parts(indices, values, dense_shape)
    if default_value.ndim:
        raise invalid_argument(
            f"default_value must be a scalar, got {brackets(default_value.shape)}"
        )
    if not sizes:
        raise invalid_argument("Dense shape cannot be empty.")
    rows, row_of = sizes[0], indices[:, 0]
    if rows == 0 and len(indices):
        raise invalid_argument(
            f"Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {len(indices)}"
        )
    bad = (row_of < 0) | (row_of >= rows)
    if bool(bad.any()):
        row = int(bad.nonzero()[0, 0])
        raise invalid_argument(f"indices({row}, 0) is invalid: {int(row_of[row])} >= {rows}")
    empty = torch.ones(rows, dtype=torch.bool, device=indices.device)
    empty[row_of] = False
    empty_rows = empty.nonzero()
    added = torch.nn.functional.pad(empty_rows, (0, len(sizes) - 1))
    order = torch.argsort(torch.cat([row_of, empty_rows[:, 0]]), stable=True)
    if isinstance(values, np.ndarray):
        default: Any = np.full(len(empty_rows), default_value[()], object)
    else:
        default = default_value.expand(len(empty_rows))
    all_values = joined([values, default])
    selected = _selected(all_values, order, "SparseFillEmptyRowsGrad")
    return [torch.cat([indices, added])[order], selected, empty]


def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Any]:
    """Adds an element to each empty row. Implements `tf.sparse.fill_empty_rows`.

    Args:
        sp_input: a sparse tensor.
        default_value: the value of the new elements, which have index 0 along all other dimensions.
        name: ignored.

    Returns:
        A sparse tensor, and a boolean vector of the rows that were empty.
    """
    sp_input = sparse(sp_input)
    default_value = to_tensor(default_value, sp_input.dtype)
    indices, values, empty = _fill_empty_rows(
        sp_input.indices, sp_input.values, sp_input.dense_shape, default_value
    )
    return SparseTensor(indices, values, sp_input.dense_shape), empty
