"""Sums, means and root-scaled sums of chosen rows, by segments."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import INT32, to_tensor
from .._support.arguments import failure, invalid, scalar
from .._support.gradient_rules import refuse_gradient, refuse_second_gradient
from .._support.operands import is_typed
from .._support.string_arrays import moves_bits
from .._support.unsigned import modular
from ..array.gathering import gather_rows


@modular
def _sum(x: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return x.new_zeros((size, *x.shape[1:])).index_add(0, ids, x)


@moves_bits
def _taken(data: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    return data.index_select(0, indices)


class _Chosen(torch.autograd.Function):
    """Rows, with a gradient that is an operation without gradient of TensorFlow's."""

    generate_vmap_rule = True

    @staticmethod
    def forward(data: torch.Tensor, indices: torch.Tensor, operation: str) -> Any:
        return data.index_select(0, indices)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        data, indices, ctx.operation = inputs
        ctx.save_for_backward(indices)
        ctx.shape = data.shape

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (grad,) = gradients
        (indices,) = ctx.saved_tensors
        found = _sum(grad, indices.long(), ctx.shape[0])
        return refuse_gradient(ctx.operation, grad, found), None, None


def _checked(data: Any, indices: Any, segment_ids: Any, num_segments: int | None) -> int:
    """The number of segments. Raises InvalidArgumentError for what does not fit together."""
    if data.ndim < 1:
        raise invalid("Shape must be at least rank 1")
    for what, given in (("indices", indices), ("segment_ids", segment_ids)):
        if given.ndim != 1:
            raise invalid(f"{what} should be a vector.")
    if len(indices) != len(segment_ids):
        raise invalid("segment_ids and indices should have same size.")
    if num_segments is not None and num_segments < 0:
        raise invalid("num_segments must be >= 0")
    if not len(indices):
        return num_segments or 0
    if bool((segment_ids[1:] < segment_ids[:-1]).any()):
        raise invalid("segment ids are not increasing")
    if int(segment_ids[0]) < 0:
        raise invalid("segment ids must be >= 0")
    last = int(segment_ids[-1])
    if num_segments is not None and last >= num_segments:
        raise invalid("segment ids must be < num_segments")
    bad = (indices < 0) | (indices >= data.shape[0])
    if bool(bad.any()):
        row = int(bad.nonzero()[0, 0])
        raise invalid(
            f"Bad: indices[{row}] == {int(indices[row])} out of range [0, {data.shape[0]})"
        )
    return last + 1 if num_segments is None else num_segments


def _operation(kind: str) -> Any:
    operation = f"SparseSegment{kind}"

    @op(operation, "data indices segment_ids")
    @single_op
    def reduce(
        data: Any, indices: Any, segment_ids: Any, num_segments: int | None, sliced: bool
    ) -> Any:
        size = _checked(data, indices, segment_ids, num_segments)
        if sliced:
            # The gradient comes in slices, one for each row that was chosen.
            distinct, where_to = torch.unique(indices, return_inverse=True)
            chosen = refuse_second_gradient(gather_rows(data, distinct), f"{operation}GradV2")
            chosen = chosen.index_select(0, where_to)
        elif has_graph(data):
            chosen = _Chosen.apply(data, indices, f"{operation}Grad")
        else:
            chosen = _taken(data, indices)
        ids = segment_ids.long()
        dtype = data.dtype
        if dtype in (torch.float16, torch.bfloat16):
            chosen = chosen.float()
        total = _sum(chosen, ids, size)
        if kind != "Sum":
            count = torch.bincount(ids, minlength=size).clamp(min=1).to(total.dtype)
            count = count.reshape(size, *(1,) * (total.ndim - 1))
            total = total / (count if kind == "Mean" else count.sqrt())
        return total.to(dtype)

    return reduce


_SUM, _MEAN, _SQRT_N = _operation("Sum"), _operation("Mean"), _operation("SqrtN")


def _reduced(operation: Any, data: Any, indices: Any, ids: Any, count: Any, sliced: Any) -> Any:
    if count is not None:
        name = "SparseSegmentSumWithNumSegments"
        if np.ndim(count):
            raise failure(name, "num_segments should be a scalar")
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
    """The sums over each segment of the rows `indices` of `data`; for `tf.sparse.segment_sum`.

    Row `indices[i]` belongs to segment `segment_ids[i]`; the ids do not decrease. There are
    `num_segments`, or as many as the last id says; the sum of an empty one is 0. With
    `sparse_gradient` the gradient is `tf.IndexedSlices`. Raises InvalidArgumentError for ids out
    of order and numbers out of range.
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
    """The means, as `segment_sum` otherwise; answers for `tf.sparse.segment_mean`."""
    return _reduced(_MEAN, data, indices, segment_ids, num_segments, sparse_gradient)


def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """The sums divided by the root of their numbers of rows; for `tf.sparse.segment_sqrt_n`.

    As `segment_sum` otherwise.
    """
    return _reduced(_SQRT_N, data, indices, segment_ids, num_segments, sparse_gradient)
