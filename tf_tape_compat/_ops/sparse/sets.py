"""Set operations on rows, the last dimension of dense or sparse tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.value_checks import call_with_values
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.unsigned import from_ordered_int64, to_ordered_int64
from .indices import check_bounds, check_order, check_parts, joined, offsets, take

_DTYPES = frozenset(map(as_dtype, "int8 int16 int32 int64 uint8 uint16 string".split()))

# An operand: the payload of a dense tensor, or those of the three parts of a sparse one.
_Operand = tuple[Any, ...]


def _check_type(dtype: Any, problem: str) -> None:
    if dtype not in _DTYPES:
        raise TypeError(f"{problem} `{dtype}` not in supported dtypes: `{_DTYPES}`.")


def _distinct(values: Any) -> tuple[Any, torch.Tensor]:
    """The sorted distinct values, and the position of each value among them."""
    if isinstance(values, np.ndarray):
        distinct, positions = np.unique(values, return_inverse=True)
        return distinct, torch.from_numpy(np.asarray(positions, np.int64).reshape(-1))
    sortable = to_ordered_int64(values) if values.dtype is torch.uint16 else values
    distinct, positions = torch.unique(sortable, return_inverse=True)
    return (
        from_ordered_int64(distinct, values.dtype) if sortable is not values else distinct
    ), positions


def _rows(
    operand: _Operand, validate: bool, both_dense: bool = False
) -> tuple[list[int], torch.Tensor, Any]:
    """The sizes without the last, the row of each element, and the elements."""
    if len(operand) == 1:
        (dense,) = operand
        if dense.ndim < 2:
            if both_dense:
                raise invalid_argument(f"Shape {brackets(dense.shape)} has rank {dense.ndim} < 2")
            raise invalid_argument(f"Invalid rank {dense.ndim}.")
        sizes = list(dense.shape[:-1])
        count = torch.Size(sizes).numel()
        return sizes, torch.arange(count).repeat_interleave(dense.shape[-1]), dense.reshape(-1)
    indices, values, shape = operand
    sizes = check_parts(indices, values, shape)
    if len(sizes) < 2:
        raise invalid_argument(f"Invalid rank {len(sizes)}.")
    check_bounds(indices, sizes)
    if validate:
        check_order(indices)
    return sizes[:-1], offsets(indices[:, :-1], sizes[:-1]), values


def _combined(a: _Operand, b: _Operand, operation: str, validate: bool) -> list[Any]:
    both_dense = len(a) == len(b) == 1
    sizes, row_a, values_a = _rows(a, validate, both_dense)
    other_sizes, row_b, values_b = _rows(b, validate, both_dense)
    if sizes != other_sizes:
        raise invalid_argument(f"Mismatched shapes {brackets(sizes)} vs {brackets(other_sizes)}")
    values, positions = _distinct(joined([values_a, values_b]))
    base = max(len(values), 1)
    elements = torch.cat([row_a, row_b]) * base + positions
    elements, index = torch.unique(elements, return_inverse=True)
    in_a = torch.zeros(len(elements), dtype=torch.bool, device=elements.device)
    in_b = in_a.clone()
    in_a[index[: len(row_a)]] = True
    in_b[index[len(row_a) :]] = True
    chosen = {
        "intersection": in_a & in_b,
        "union": in_a | in_b,
        "a-b": in_a & ~in_b,
        "b-a": in_b & ~in_a,
    }[operation]
    elements = elements[chosen]
    row = elements // base
    count = torch.bincount(row, minlength=torch.Size(sizes).numel())
    within = torch.arange(len(row), device=row.device) - (count.cumsum(0) - count)[row]
    columns = [within]
    for size in sizes[::-1]:
        columns.append(row % size)
        row = row // size
    indices = torch.stack(columns[::-1], 1)
    widest = int(count.max()) if len(count) else 0
    return [indices, take(values, elements % base), torch.tensor([*sizes, widest])]


# TensorFlow has kernels for the CPU only.


@op("DenseToDenseSetOperation", "set1:T set2:T", unrecorded=True, host="set1 set2")
def _dense_dense(set1: Any, set2: Any, operation: str, validate: bool) -> Any:
    return _combined((set1,), (set2,), operation, validate)


@op(
    "DenseToSparseSetOperation",
    "set1 set2_indices set2_values set2_shape",
    unrecorded=True,
    host="set1 set2_indices set2_values set2_shape",
)
def _dense_sparse(
    set1: Any, set2_indices: Any, set2_values: Any, set2_shape: Any, operation: str, validate: bool
) -> Any:
    return _combined((set1,), (set2_indices, set2_values, set2_shape), operation, validate)


@op(
    "SparseToSparseSetOperation",
    "set1_indices set1_values set1_shape set2_indices set2_values set2_shape",
    unrecorded=True,
    host="set1_indices set1_values set1_shape set2_indices set2_values set2_shape",
)
def _sparse_sparse(
    set1_indices: Any,
    set1_values: Any,
    set1_shape: Any,
    set2_indices: Any,
    set2_values: Any,
    set2_shape: Any,
    operation: str,
    validate: bool,
) -> Any:
    one = set1_indices, set1_values, set1_shape
    return _combined(one, (set2_indices, set2_values, set2_shape), operation, validate)


def _operation(a: Any, b: Any, operation: str, validate: bool) -> SparseTensor:
    a = a if isinstance(a, SparseTensor) else to_tensor(a)
    _check_type(a.dtype, "'a' has invalid dtype")
    b = b if isinstance(b, SparseTensor) else to_tensor(b)
    if a.dtype is not b.dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        a, b = b, a
        operation = {"a-b": "b-a", "b-a": "a-b"}.get(operation, operation)
    if not isinstance(b, SparseTensor):
        parts = _dense_dense(a, b, operation, validate)
    elif isinstance(a, SparseTensor):
        parts = _sparse_sparse(
            a.indices,
            a.values,
            a.dense_shape,
            b.indices,
            b.values,
            b.dense_shape,
            operation,
            validate,
        )
    else:
        parts = _dense_sparse(a, b.indices, b.values, b.dense_shape, operation, validate)
    return SparseTensor(*parts)


def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The elements in both of two rows, for all rows. Implements `tf.sets.intersection`.

    Args:
        a: a dense or sparse tensor of integers or strings, whose last dimension holds the rows.
        b: likewise, with the same shape apart from the last dimension.
        validate_indices: whether to check that sparse indices are in order and not repeated.

    Returns:
        A sparse tensor, the elements of each row sorted.

    Raises:
        TypeError: for other types, and if the types differ.
        InvalidArgumentError: if the shapes do not match or have fewer than two dimensions.
    """
    return _operation(a, b, "intersection", validate_indices)


def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """As `intersection`, with the elements in either of two rows. Implements `tf.sets.union`."""
    return _operation(a, b, "union", validate_indices)


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The elements in the rows of `a` and not of `b`. Implements `tf.sets.difference`.

    With `aminusb=False` those of `b` and not of `a`. Otherwise as `tf.sets.intersection`.
    """
    return _operation(a, b, "a-b" if aminusb else "b-a", validate_indices)


@op(
    "SetSize",
    "set_indices set_values set_shape",
    unrecorded=True,
    host="set_indices set_values set_shape",
)
def _size(set_indices: Any, set_values: Any, set_shape: Any, validate: bool) -> Any:
    sizes = set_shape.tolist()[:-1]

    def count(indices: torch.Tensor, elements: Any) -> torch.Tensor:
        _, row, values = _rows((indices, elements, set_shape), validate)
        positions = _distinct(values)[1]
        base = len(values) + 1
        rows = torch.unique(row * base + positions) // base
        counts = torch.bincount(rows, minlength=torch.Size(sizes).numel())
        return counts.to(torch.int32).reshape(sizes)

    return call_with_values(
        count, lambda: torch.empty(sizes, dtype=torch.int32), set_indices, set_values
    )


def size(a: Any, validate_indices: bool = True) -> Any:
    """The number of distinct elements in each row of a sparse tensor. Implements `tf.sets.size`.

    Raises:
        TypeError: if `a` is dense or of an unsupported type.
    """
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {to_tensor(a)!s}.")
    _check_type(a.dtype, "Invalid dtype")
    return _size(a.indices, a.values, a.dense_shape, validate_indices)
