"""Sums, means and scaled sums of selected rows, by segments."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.devices.indices import flat_rows, index_select, sum_rows
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import INT32, is_typed, to_tensor
from .._support.arguments import invalid_argument, op_error, scalar
from .._support.gradient_rules import refuse_gradient, refuse_second_gradient
from .._support.string_arrays import moves_bits
from .._support.unsigned import modular
from ..array.gathering import gather_rows


@modular
def _sum(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return x.new_zeros((size, *x.shape[1:])).index_add(0, ids, x)


@moves_bits
def _select_rows(data: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    return index_select(data, 0, indices)


class _SelectRows(torch.autograd.Function):
    """Selects rows; the gradient is an operation that has no gradient in TensorFlow."""

    generate_vmap_rule = True

    @staticmethod
    def forward(data: torch.Tensor, indices: torch.Tensor, operation: str) -> Any:
        return index_select(data, 0, indices)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        data, indices, ctx.operation = inputs
        ctx.save_for_backward(indices)
        ctx.shape = data.shape

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (grad,) = gradients
        (indices,) = ctx.saved_tensors
        gradient = sum_rows(grad, indices, ctx.shape)
        return refuse_gradient(ctx.operation, grad, gradient), None, None


def _checked(data: Any, indices: Any, segment_ids: Any, num_segments: int | None) -> int:
    """The number of segments. Raises InvalidArgumentError for invalid arguments."""
    if data.ndim < 1:
        raise invalid_argument("Shape must be at least rank 1")
    for argument, value in (("indices", indices), ("segment_ids", segment_ids)):
        if value.ndim != 1:
            raise invalid_argument(f"{argument} should be a vector.")
    if len(indices) != len(segment_ids):
        raise invalid_argument("segment_ids and indices should have same size.")
    if num_segments is not None and num_segments < 0:
        raise invalid_argument("num_segments must be >= 0")
    if not len(indices):
        return num_segments or 0
    if not data.is_cpu:  # TensorFlow's kernels for GPUs do not check the values
        return max(int(segment_ids[-1]) + 1, 0) if num_segments is None else num_segments
    if bool((segment_ids[1:] < segment_ids[:-1]).any()):
        raise invalid_argument("segment ids are not increasing")
    if int(segment_ids[0]) < 0:
        raise invalid_argument("segment ids must be >= 0")
    last = int(segment_ids[-1])
    if num_segments is not None and last >= num_segments:
        raise invalid_argument("segment ids must be < num_segments")
    bad = (indices < 0) | (indices >= data.shape[0])
    if bool(bad.any()):
        row = int(bad.nonzero()[0, 0])
        raise invalid_argument(
            f"Bad: indices[{row}] == {int(indices[row])} out of range [0, {data.shape[0]})"
        )
    return last + 1 if num_segments is None else num_segments


def _operation(reduction: str) -> Any:
    operation = f"SparseSegment{reduction}"

    @op(operation, "data indices segment_ids")
    @single_op
    def reduce(
        data: Any, indices: Any, segment_ids: Any, num_segments: int | None, sliced: bool
    ) -> Any:
        size = _checked(data, indices, segment_ids, num_segments)
        if sliced:
            # The gradient comes in slices, one for each row that was selected.
            distinct, positions = torch.unique(indices, return_inverse=True)
            selected = refuse_second_gradient(gather_rows(data, distinct), f"{operation}GradV2")
            selected = selected.index_select(0, positions)
        elif has_graph(data):
            selected = _SelectRows.apply(data, indices, f"{operation}Grad")
        else:
            selected = _select_rows(data, indices)
        ids = segment_ids.long() if data.is_cpu else flat_rows([segment_ids.long()], [size])
        dtype = data.dtype
        if dtype in (torch.float16, torch.bfloat16):
            selected = selected.float()
        total = _sum(selected, ids, size if data.is_cpu else size + 1)[:size]
        if reduction != "Sum":
            count = sum_rows(torch.ones_like(ids), ids, (size,)).clamp(min=1).to(total.dtype)
            count = count.reshape(size, *(1,) * (total.ndim - 1))
            total = total / (count if reduction == "Mean" else count.sqrt())
        return total.to(dtype)

    return reduce


_SUM, _MEAN, _SQRT_N = _operation("Sum"), _operation("Mean"), _operation("SqrtN")


def _reduced(operation: Any, data: Any, indices: Any, ids: Any, count: Any, sliced: Any) -> Any:
    if count is not None:
        name = "SparseSegmentSumWithNumSegments"
        if np.ndim(count):
            raise op_error(name, "num_segments should be a scalar")
        count = scalar(count, "num_segments", name)
    indices, ids = (x if is_typed(x) else to_tensor(x, None, INT32) for x in (indices, ids))
    return operation(data, indices, ids, count, bool(sliced))


def segment_sum(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """Sums selected rows by segments. Implements `tf.sparse.segment_sum`.

    Args:
        data: a tensor, whose first axis holds the rows.
        indices: the rows to sum.
        segment_ids: the segment of each, in ascending order.
        num_segments: the number of segments, by default the last id plus 1.
        name: ignored.
        sparse_gradient: whether the gradient is a `tf.IndexedSlices`.

    Returns:
        A row for each segment, zero for empty ones.

    Raises:
        InvalidArgumentError: if ids are out of order or arguments out of range.
    """
    return _reduced(_SUM, data, indices, segment_ids, num_segments, sparse_gradient)


def segment_mean(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """As `tf.sparse.segment_sum`, with means. Implements `tf.sparse.segment_mean`."""
    return _reduced(_MEAN, data, indices, segment_ids, num_segments, sparse_gradient)


def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """As `segment_sum`, divided by the square roots of the numbers of rows.

    Implements `tf.sparse.segment_sqrt_n`.
    """
    return _reduced(_SQRT_N, data, indices, segment_ids, num_segments, sparse_gradient)
