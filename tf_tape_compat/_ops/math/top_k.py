"""The k largest elements: `tf.math.top_k`, `approx_max_k`, `approx_min_k`, `in_top_k`."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError, NotFoundError
from .._support.arguments import brackets, invalid, scalar
from .sorting import stable_sort


class TopKV2(NamedTuple):
    """The largest elements and where they were; what `tf.math.top_k` returns."""

    values: Any
    indices: Any


class ApproxTopK(NamedTuple):
    """The largest elements and where they were; what `tf.math.approx_max_k` returns."""

    values: Any
    indices: Any


@op("TopKV2", "input:T")
def _top_k(input: Any, k: int, index_type: DType) -> Any:
    if input.ndim == 0:
        raise invalid(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if k < 0:
        raise invalid(f"Need k >= 0, got {k}")
    if input.shape[-1] < k:
        raise invalid(f"input must have at least k columns. Had {input.shape[-1]}, needed {k}")
    values, places = stable_sort(input, -1, True)
    return TopKV2(values.narrow(-1, 0, k), places.narrow(-1, 0, k).to(index_type.torch))


def top_k(
    input: Any, k: Any = 1, sorted: bool = True, index_type: Any = INT32, name: str | None = None
) -> TopKV2:
    """The `k` largest elements along the last dimension, and where they are (`tf.math.top_k`).

    They are in order (also without `sorted`), of equal ones the first comes first. Raises
    InvalidArgumentError if there are fewer.
    """
    if not isinstance(k, (int, EagerTensor)):
        k = to_tensor(k, INT32)
    return _top_k(input, scalar(k, "k", "TopKV2"), as_dtype(index_type))


@op("ApproxTopK", "input")
def _approx_top_k(input: Any, k: int, axis: int, largest: bool) -> Any:
    if input.is_cpu and (not largest or axis != -1):
        raise NotFoundError(
            None,
            None,
            f"Could not find device for node: {{{{node ApproxTopK}}}} = ApproxTopK[is_max_k="
            f"{str(largest).lower()}, reduction_dimension={axis}]: on the CPU there is "
            "approx_max_k alone, along dimension -1",
        )
    if input.ndim == 0:
        raise invalid(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if input.shape[axis] < k:
        raise invalid(f"input must have at least k columns. Had {input.shape[axis]}, needed {k}")
    values, places = stable_sort(input, axis, largest)
    return ApproxTopK(values.narrow(axis, 0, k), places.narrow(axis, 0, k).to(torch.int32))


def _approximately(operand: Any, k: Any, axis: Any, largest: bool) -> ApproxTopK:
    count = scalar(k, "k", "ApproxTopK")
    if count < 0:
        message = f"Value for attr 'k' of {count} must be at least minimum 0"
        raise InvalidArgumentError(None, None, message)
    return _approx_top_k(operand, count, axis, largest)


def approx_max_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` largest elements along a dimension, and where they are (`tf.math.approx_max_k`).

    Exactly, whatever the other arguments say. On the CPU along dimension -1 alone: NotFoundError
    for another.
    """
    return _approximately(operand, k, reduction_dimension, True)


def approx_top_k(
    input: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    is_max_k: bool = True,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """`approx_max_k` or `approx_min_k`, as `is_max_k` says. Implements `tf.approx_top_k`."""
    return _approximately(input, k, reduction_dimension, is_max_k)


def approx_min_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` smallest elements along a dimension, and where they are (`tf.math.approx_min_k`).

    Not on the CPU, where it raises NotFoundError as TensorFlow does.
    """
    return _approximately(operand, k, reduction_dimension, False)


@op("InTopKV2", "targets:T predictions:float32 k:T", unrecorded=True, default="int32")
def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Any:
    """Whether the score of each target is among the `k` largest of its row of `predictions`.

    Scores as large as the k-th count as well; a target that is not there or a row with infinity or
    nan gives False. Implements `tf.math.in_top_k` and `tf.nn.in_top_k`. Raises
    InvalidArgumentError if `predictions` is no matrix with a row for each of the `targets`.
    """
    if predictions.ndim != 2:
        raise InvalidArgumentError(None, None, "predictions must be 2-dimensional")
    if targets.ndim != 1:
        raise InvalidArgumentError(None, None, "targets must be 1-dimensional")
    rows, classes = predictions.shape
    if rows != targets.shape[0]:
        raise InvalidArgumentError(
            None,
            None,
            f"First dimension of predictions {rows} must match length of targets "
            f"{targets.shape[0]}",
        )
    if k.ndim:
        raise InvalidArgumentError(None, None, f"k must be 0-D, got shape {brackets(k.shape)}")
    targets = targets.to(predictions.device)
    there = (targets >= 0) & (targets < classes)
    if not classes:
        return there
    score = predictions.gather(1, targets.long().clamp(0, classes - 1).unsqueeze(1))
    better = torch.sum(predictions > score, 1)
    return there & torch.isfinite(predictions).all(1) & (better < k.to(predictions.device))
