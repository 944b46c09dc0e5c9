"""Reductions of sparse tensors, and the softmax."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.unsigned import UNSIGNED, from_ordered_int64, modular, to_ordered_int64
from .indices import check_bounds, check_parts, check_rank, keys, offsets


@modular
def sum_groups(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    """Sums the values of each group."""
    return values.new_zeros(count).index_add(0, groups, values)


def _reduce_indices(
    indices: torch.Tensor, values: Any, shape: torch.Tensor, axes: torch.Tensor
) -> tuple[list[int], torch.Tensor, list[int]]:
    """The reduced sizes, the indices with 0 along the axes, and the axes, sorted."""
    sizes = check_parts(indices, values, shape)
    rank = len(sizes)
    if axes.ndim > 1:
        raise invalid_argument(
            f"Expected reduction_axes to be a scalar or a vector; got shape: {brackets(axes.shape)}"
        )
    listed = axes.reshape(-1).tolist()
    for axis in listed:
        if not -rank <= axis < rank:
            raise invalid_argument(
                f"Invalid reduction dimension {axis}, for input with {rank} dimensions."
            )
    check_bounds(indices, sizes)
    sorted_axes = sorted({axis % rank for axis in listed})
    reduced = indices.clone()
    reduced[:, sorted_axes] = 0
    return [1 if i in sorted_axes else n for i, n in enumerate(sizes)], reduced, sorted_axes


def _max_of_groups(values: torch.Tensor, groups: torch.Tensor, count: int) -> torch.Tensor:
    dtype, zeros = values.dtype, values.new_zeros(count)
    if dtype in UNSIGNED:
        values, zeros = to_ordered_int64(values), to_ordered_int64(zeros)
    maxima = zeros.scatter_reduce(0, groups, values, "amax", include_self=False)
    return from_ordered_int64(maxima, dtype) if dtype in UNSIGNED else maxima


def _reduction(operation: str, combine: Any, differentiable: bool) -> tuple[Any, Any]:
    """The operations with a dense and with a sparse result."""

    @op(operation, "input_indices input_values input_shape reduction_axes")
    @single_op
    def to_dense(
        input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep: bool
    ) -> Any:
        sizes, reduced, axes = _reduce_indices(
            input_indices, input_values, input_shape, reduction_axes
        )
        groups = offsets(reduced, sizes)
        result = combine(input_values, groups, torch.Size(sizes).numel()).reshape(sizes)
        if not keep:
            result = result.reshape([n for i, n in enumerate(sizes) if i not in axes])
        return result if differentiable else refuse_gradient(operation, input_values, result)

    @op(f"{operation}Sparse", "input_indices input_values input_shape reduction_axes")
    @single_op
    def to_sparse(
        input_indices: Any, input_values: Any, input_shape: Any, reduction_axes: Any, keep: bool
    ) -> Any:
        sizes, reduced, axes = _reduce_indices(
            input_indices, input_values, input_shape, reduction_axes
        )
        distinct, groups = torch.unique(offsets(reduced, sizes), return_inverse=True)
        result = combine(input_values, groups, len(distinct))
        indices = reduced.new_empty(len(distinct), len(sizes))
        indices[groups] = reduced
        if not keep:
            kept = [i for i in range(len(sizes)) if i not in axes]
            indices, sizes = indices[:, kept], [sizes[i] for i in kept]
        result = refuse_gradient(f"{operation}Sparse", input_values, result)
        return [indices, result, input_shape.new_tensor(sizes)]

    return to_dense, to_sparse


_SUMS = _reduction("SparseReduceSum", sum_groups, True)
_MAXIMA = _reduction("SparseReduceMax", _max_of_groups, False)


def _reduce(
    operations: tuple[Any, Any], sp_input: Any, axis: Any, keep: Any, output_is_sparse: bool
) -> Any:
    if axis is None:
        axis = list(range(sp_input.shape.rank))
    axis = to_tensor(axis, None if hasattr(axis, "dtype") else INT32)
    dense_op, sparse_op = operations
    if not output_is_sparse:
        return dense_op(*sp_input._parts, axis, bool(keep))
    return SparseTensor(*sparse_op(*sp_input._parts, axis, bool(keep)))


def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """Sums over axes. Implements `tf.sparse.reduce_sum`.

    Args:
        sp_input: a sparse tensor.
        axis: an axis or several, by default all.
        keepdims: whether to keep the axes with size 1.
        output_is_sparse: whether the result is sparse; it has no gradient then.
        name: ignored.

    Raises:
        InvalidArgumentError: if an axis does not exist.
    """
    return _reduce(_SUMS, sp_input, axis, keepdims, output_is_sparse)


def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The maximum over axes. Implements `tf.sparse.reduce_max`.

    Only stored elements count; where there are none, a dense result is 0. Computing the gradient
    raises LookupError, as in TensorFlow. The arguments are as for `tf.sparse.reduce_sum`.
    """
    return _reduce(_MAXIMA, sp_input, axis, keepdims, output_is_sparse)


def _softmax_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, groups: torch.Tensor
) -> tuple[torch.Tensor, None]:
    inner = grad - sum_groups(grad * y, groups, len(y))[groups]
    error = NotImplementedError("Gradient for SparseDenseCwiseAdd is not implemented.")
    return y * refuse_gradient("SparseDenseCwiseAdd", grad, inner, error), None


@with_gradient(_softmax_gradient)
def _softmax_of_groups(x: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    exponentials = torch.exp(x - _max_of_groups(x, groups, len(x))[groups])
    return exponentials / sum_groups(exponentials, groups, len(x))[groups]


@op("SparseSoftmax", "sp_indices sp_values sp_shape")
@single_op
def _softmax(sp_indices: Any, sp_values: Any, sp_shape: Any) -> Any:
    check_rank("sp_indices", sp_indices, 2)
    if sp_shape.numel() < 2:
        raise invalid_argument(
            f"Input should have rank >= 2, but received shape: {sp_shape.tolist()}"
        )
    sizes = check_parts(sp_indices, sp_values, sp_shape)
    check_bounds(sp_indices, sizes)
    return _softmax_of_groups(
        sp_values, torch.unique(keys(sp_indices[:, :-1]), return_inverse=True)[1]
    )


def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over the stored elements of the last dimension. Implements `tf.sparse.softmax`.

    Raises:
        InvalidArgumentError: if there are fewer than two dimensions.
    """
    values = _softmax(*sp_input._parts)
    return SparseTensor(sp_input.indices, values, sp_input.dense_shape)
