"""Sparse tensors from dense ones, and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT64, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import invalid_argument
from .._support.gradient_rules import with_gradient
from .._support.unsigned import modular
from ..array.creation import fill, ones, zeros, zeros_like
from ..array.gathering import gather_nd
from ..array.joining import concat as concat_dense
from ..array.joining import stack
from ..array.ranges import range as count_up
from ..array.shaping import shape as shape_of
from ..array.where import where
from ..math.casting import cast
from ..math.comparison import not_equal
from ..math.elementwise import minimum
from .indices import check_bounds, check_order, offsets, sparse
from .shaping import reorder

_FLOAT32 = as_dtype("float32")
_INTEGRAL = (int, np.integer)


def _int64(value: Any, name: str) -> Any:
    if isinstance(value, _INTEGRAL):
        return to_tensor(value, INT64)
    if not isinstance(value, EagerTensor):
        raise TypeError(f"{name} must be an integer value")
    return value if value.dtype is INT64 else cast(value, INT64)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The sparse tensor of the elements that are not zero. Implements `tf.sparse.from_dense`.

    Args:
        tensor: a dense tensor. Empty strings and False count as zero.
        name: ignored.

    Returns:
        A sparse tensor of the same shape and type.
    """
    tensor = to_tensor(tensor)
    indices = where(not_equal(tensor, zeros_like(tensor)))
    return SparseTensor(indices, gather_nd(tensor, indices), shape_of(tensor, out_type=INT64))


def eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = _FLOAT32, name: str | None = None
) -> SparseTensor:
    """A sparse matrix with ones on its diagonal. Implements `tf.sparse.eye`.

    Args:
        num_rows: the number of rows.
        num_columns: the number of columns, by default that of rows.
        dtype: the type of the values.
        name: ignored.

    Raises:
        TypeError: if a size is not an integer.
    """
    num_rows = _int64(num_rows, "num_rows")
    num_columns = num_rows if num_columns is None else _int64(num_columns, "num_columns")
    size = minimum(num_rows, num_columns)
    diagonal = count_up(size, dtype=INT64)
    return SparseTensor(
        stack([diagonal, diagonal], axis=1), ones([size], dtype=dtype), [num_rows, num_columns]
    )


# -- to dense -----------------------------------------------------------------------------------


def _to_dense_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    values: torch.Tensor,
    default: torch.Tensor,
    positions: torch.Tensor,
    *_: Any,
) -> tuple[torch.Tensor, torch.Tensor, None]:
    # Elements that were overwritten have a gradient as well.
    values_gradient = grad.reshape(-1)[positions]
    return values_gradient, grad.sum() - values_gradient.sum(), None


@modular
@with_gradient(_to_dense_gradient)
def _scatter(values: Any, default: Any, positions: torch.Tensor, sizes: Any) -> Any:
    out = default.new_empty(math.prod(sizes)).copy_(default)
    if not _has_repetitions(positions):
        return out.index_put((positions,), values).reshape(sizes)
    # Of values for the same element, the last one is used.
    last = torch.zeros_like(out, dtype=torch.int64)
    last.scatter_reduce_(0, positions, torch.arange(len(positions), device=out.device), "amax")
    return out.index_put((positions,), values[last[positions]]).reshape(sizes)


def _has_repetitions(positions: torch.Tensor) -> bool:
    return len(torch.unique(positions)) < len(positions)


@op(
    "SparseToDense", "sparse_indices:Tindices output_shape:Tindices sparse_values:T default_value:T"
)
def _to_dense(
    sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any, validate: bool
) -> Any:
    sizes = output_shape.tolist()
    if default_value.ndim:
        raise invalid_argument("default_value should be a scalar.")
    if any(size < 0 for size in sizes):
        raise invalid_argument(f"Dimension {min(sizes)} must be >= 0")
    check_bounds(sparse_indices, sizes)
    if validate:
        check_order(sparse_indices)
    positions = offsets(sparse_indices, sizes)
    if isinstance(sparse_values, np.ndarray):
        out = np.full(math.prod(sizes), default_value[()], object)
        out[positions.numpy()] = sparse_values
        return out.reshape(sizes)
    return _scatter(sparse_values, default_value, positions, sizes)


def to_dense(
    sp_input: Any,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Any:
    """Converts a sparse tensor to a dense one. Implements `tf.sparse.to_dense`.

    Args:
        sp_input: a sparse tensor.
        default_value: the value of the other elements, zero by default.
        validate_indices: whether to check that indices are in order and not repeated.
        name: ignored.

    Returns:
        A dense tensor of the same shape and type.

    Raises:
        InvalidArgumentError: if an index is outside the shape, out of order or repeated.
    """
    sp_input = sparse(sp_input)
    if default_value is None:
        default_value = zeros([], dtype=sp_input.dtype)
    return _to_dense(
        sp_input.indices, sp_input.dense_shape, sp_input.values, default_value, validate_indices
    )


def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Any:
    """Turns rows of ids into boolean vectors. Implements `tf.sparse.to_indicator`.

    Args:
        sp_input: a sparse tensor of integer ids, `[..., n]`.
        vocab_size: the number of ids.
        name: ignored.

    Returns:
        A dense boolean tensor, `[..., vocab_size]`, True where the last index is an id in the row.

    Raises:
        InvalidArgumentError: if an id is out of range.
    """
    sp_input = sparse(sp_input)
    if not isinstance(vocab_size, (EagerTensor, *_INTEGRAL)):
        raise TypeError(f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}")
    ids = cast(sp_input.values, INT64)
    indices = concat_dense([sp_input.indices[:, :-1], ids[:, None]], 1)
    shape = concat_dense([sp_input.dense_shape[:-1], [cast(vocab_size, INT64)]], 0)
    indicator = reorder(SparseTensor(indices, fill([ids._t.shape[0]], True), shape))
    return to_dense(indicator, False, False)
