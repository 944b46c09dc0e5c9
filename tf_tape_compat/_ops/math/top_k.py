"""The k largest elements: `tf.math.top_k`, `approx_max_k`, `approx_min_k`, `in_top_k`."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from ..._core.devices.cpu_kernels import limited_to_cpu
from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import DType, as_dtype
from .._support.arguments import brackets, invalid_argument, scalar
from .casting import cast
from .sorting import stable_sort

_INT16 = as_dtype("int16")


class TopKV2(NamedTuple):
    """The result of `tf.math.top_k`: the largest elements and their indices."""

    values: Any
    indices: Any


class ApproxTopK(NamedTuple):
    """The result of `tf.math.approx_max_k`: the largest elements and their indices."""

    values: Any
    indices: Any


@op("TopKV2", "input:T")
def _top_k(input: Any, k: int, index_type: DType) -> Any:
    if input.ndim == 0:
        raise invalid_argument(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if k < 0:
        raise invalid_argument(f"Need k >= 0, got {k}")
    if input.shape[-1] < k:
        raise invalid_argument(
            f"input must have at least k columns. Had {input.shape[-1]}, needed {k}"
        )
    values, indices = stable_sort(input, -1, True)
    return TopKV2(values.narrow(-1, 0, k), indices.narrow(-1, 0, k).to(index_type.torch))


def top_k(
    input: Any, k: Any = 1, sorted: bool = True, index_type: Any = INT32, name: str | None = None
) -> TopKV2:
    """The `k` largest elements along the last dimension, and their indices (`tf.math.top_k`).

    They are in descending order even if `sorted` is False; of equal elements the first comes first.
    Raises InvalidArgumentError if there are fewer than `k`.
    """
    if type(k) is not int:
        k = _count(k if isinstance(k, (int, EagerTensor)) else to_tensor(k, INT32))
    return _top_k(input, k, as_dtype(index_type))


def _count(k: Any) -> int:
    """The scalar `k` as an integer. Unlike other sizes, it may be int16."""
    if isinstance(k, EagerTensor) and k.dtype is _INT16:
        k = cast(k, INT32)
    return scalar(k, "k", "TopKV2", "Tk", "int16, int32, int64")


@op("ApproxTopK", "input")
def _approx_top_k(input: Any, k: int, axis: int, largest: bool, attributes: dict[str, Any]) -> Any:
    if limited_to_cpu(input) and (not largest or axis != -1):
        raise missing_kernel(
            "ApproxTopK",
            T=input.dtype,
            k=k,
            reduction_dimension=axis,
            is_max_k=largest,
            **attributes,
        )
    if input.ndim == 0:
        raise invalid_argument(f"input must be >= 1-D, got shape {brackets(input.shape)}")
    if input.shape[axis] < k:
        raise invalid_argument(
            f"input must have at least k columns. Had {input.shape[axis]}, needed {k}"
        )
    values, indices = stable_sort(input, axis, largest)
    return ApproxTopK(values.narrow(axis, 0, k), indices.narrow(axis, 0, k).to(torch.int32))


def approx_max_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` largest elements along a dimension, and their indices (`tf.math.approx_max_k`).

    The result is exact; the other arguments have no effect. Raises NotFoundError on the CPU for a
    `reduction_dimension` other than -1, as TensorFlow does.
    """
    return approx_top_k(
        operand,
        k,
        reduction_dimension,
        recall_target,
        True,
        reduction_input_size_override,
        aggregate_to_topk,
    )


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
    """`approx_max_k` or `approx_min_k`, depending on `is_max_k`. Implements `tf.approx_top_k`."""
    attributes = {
        "recall_target": float(recall_target),
        "reduction_input_size_override": reduction_input_size_override,
        "aggregate_to_topk": bool(aggregate_to_topk),
    }
    count = scalar(k, "k", "ApproxTopK")
    if count < 0:
        raise invalid_argument(f"Value for attr 'k' of {count} must be at least minimum 0")
    return _approx_top_k(input, count, reduction_dimension, is_max_k, attributes)


def approx_min_k(
    operand: Any,
    k: Any,
    reduction_dimension: Any = -1,
    recall_target: Any = 0.95,
    reduction_input_size_override: Any = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The `k` smallest elements along a dimension, and their indices (`tf.math.approx_min_k`).

    Raises NotFoundError on the CPU, as TensorFlow does.
    """
    return approx_top_k(
        operand,
        k,
        reduction_dimension,
        recall_target,
        False,
        reduction_input_size_override,
        aggregate_to_topk,
    )


@op("InTopKV2", "targets:T predictions:float32 k:T", unregistered=True, default="int32")
def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Any:
    """Whether the score of each target is among the `k` largest of its row of `predictions`.

    Implements `tf.math.in_top_k` and `tf.nn.in_top_k`.

    Args:
      targets: A vector of class numbers.
      predictions: Scores, a float32 matrix with one row for each target.
      k: A scalar. Scores equal to the k-th largest count as well.

    Returns a vector of booleans, False for a target out of range and for a row with infinity or
    NaN. Raises InvalidArgumentError for other shapes.
    """
    if predictions.ndim != 2:
        raise invalid_argument("predictions must be 2-dimensional")
    if targets.ndim != 1:
        raise invalid_argument("targets must be 1-dimensional")
    rows, classes = predictions.shape
    if rows != targets.shape[0]:
        raise invalid_argument(
            f"First dimension of predictions {rows} must match length of targets {targets.shape[0]}"
        )
    if k.ndim:
        raise invalid_argument(f"k must be 0-D, got shape {brackets(k.shape)}")
    targets = targets.to(predictions.device)
    valid = (targets >= 0) & (targets < classes)
    if not classes:
        return valid
    score = predictions.gather(1, targets.long().clamp(0, classes - 1).unsqueeze(1))
    better = torch.sum(predictions > score, 1)
    return valid & torch.isfinite(predictions).all(1) & (better < k.to(predictions.device))
