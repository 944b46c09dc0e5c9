"""Counts: elements that are not zero, occurrences of integers, the confusion matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import place
from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.recording.payloads import untracked_payload
from ..._core.tensor.convert import INT32, INT64, to_tensor, wrap
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import axes_of, index_array
from ..._core.tensor.tensor import EagerTensor
from ..._core.tensor.value_checks import check_values
from ..._core.types.dtype import as_dtype
from ...errors import UnimplementedError
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import modular


def _is_nonzero(x: Any) -> torch.Tensor:
    """Whether each element of a payload is not zero, or not the empty string."""
    if isinstance(x, np.ndarray):
        return torch.from_numpy(np.asarray(x != b"", dtype=bool))
    return x if x.dtype is torch.bool else x != 0


@op("NotEqual", "input", unrecorded=True)
def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = INT64,
    name: str | None = None,
) -> Any:
    """The number of elements over `axis` that are not zero, or not the empty string.

    Implements `tf.math.count_nonzero`.

    Args:
      input: A tensor of any dtype.
      axis: An integer, several, or None for all axes.
      keepdims: Keeps the reduced dimensions with size 1.
      dtype: The dtype of the result.

    Raises InvalidArgumentError for an axis that is out of range or given twice.
    """
    nonzero = _is_nonzero(input)
    axes = axes_of(axis, nonzero.ndim, "Sum")
    counts = torch.sum(nonzero, axes, bool(keepdims)) if axes else nonzero
    return counts.to(as_dtype(dtype).torch)


@op("NotEqual", "value", unrecorded=True)
def zero_fraction(value: Any, name: str | None = None) -> Any:
    """The fraction of zeros, a float32 scalar. Implements `tf.math.zero_fraction`."""
    nonzero = _is_nonzero(value)
    zeros = nonzero.numel() - torch.sum(nonzero)
    return place(zeros.to(torch.float32)) / float(nonzero.numel())


# -- occurrences --------------------------------------------------------------------------------


@op("DenseBincount", "arr:Tidx weights?:T")
def _bincount(
    arr: Any, weights: Any, size: int, rows: int, dtype: torch.dtype | None, binary: bool
) -> Any:
    if arr.is_cpu and bool((arr < 0).any()):
        raise invalid_argument("Input arr must be non-negative!")
    if size < 0:
        raise invalid_argument(f"size ({size}) must be non-negative")
    values = arr.reshape(rows, -1).long()
    if not arr.is_cpu:
        values = torch.where(values < 0, size, values)
    # Integers that are too large are counted in an extra column, which is cut off.
    ids = values.clamp(max=size) + (size + 1) * torch.arange(rows, device=arr.device).unsqueeze(1)
    ids = ids.reshape(-1)
    if weights is None or not weights.numel():
        weights = torch.ones(ids.shape, dtype=dtype, device=arr.device)
    elif weights.numel() != arr.numel():
        raise invalid_argument(
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it "
            f"acts as all weights equal to 1. Received {list(weights.shape)}"
        )
    counts = weights.new_zeros(rows * (size + 1)).index_add(0, ids, weights.reshape(-1))
    counts = counts.reshape(rows, size + 1)[:, :size]
    if binary:
        counts = (counts != 0).to(dtype)
    return refuse_gradient("DenseBincount", weights, counts)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = INT32,
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Any:
    """How often each integer occurs in `arr`, or the sums of its `weights`.

    Implements `tf.math.bincount`.

    Args:
      arr: Integers that are not negative.
      weights: Summed instead of counted; of the shape of `arr`. They have no gradient: LookupError.
      minlength: The least length of the result.
      maxlength: The greatest length; larger integers are not counted.
      dtype: The dtype of the counts, 32 or 64 bit; that of the weights if there are any.
      axis: None or 0 counts over all of `arr`, -1 over each row of a matrix.
      binary_output: Whether each integer occurs, as 0 or 1.

    Returns a vector, or a matrix for an `axis` of -1, as long as the largest integer requires.
    Raises InvalidArgumentError for negative integers, ValueError for another axis and for weights
    of a binary output.
    """
    arr = to_tensor(arr)
    if weights is not None:
        weights = to_tensor(weights)
        if binary_output:
            raise ValueError(
                "Arguments `binary_output` and `weights` are mutually exclusive. Please specify "
                "only one."
            )
    payload = _integer_payload(arr, torch.int32)
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    if payload.dtype not in (torch.int32, torch.int64):
        raise refusal("DenseBincount", "Tidx", arr.dtype)
    size = int(payload.max()) + 1 if payload.numel() else 0
    if minlength is not None:
        size = max(_to_size(minlength), size)
    if maxlength is not None:
        size = min(_to_size(maxlength), size)
    by_rows = axis == -1 and payload.ndim > 1
    if by_rows and payload.ndim > 2:
        raise invalid_argument(f"Shape must be at most rank 2 but is rank {payload.ndim}")
    count_dtype = weights.dtype if weights is not None else as_dtype(dtype or arr.dtype)
    if count_dtype.name not in ("int32", "int64", "float32", "float64"):
        raise refusal("DenseBincount", "T", count_dtype)
    rows = payload.shape[0] if by_rows else 1
    counts = _bincount(wrap(payload), weights, size, rows, count_dtype.torch, binary_output)
    return counts if by_rows else _only_row(counts)


@op("StridedSlice", "x")
def _only_row(x: Any) -> Any:
    return x[0]


def _to_size(value: Any) -> int:
    """A length given as an integer. Raises TypeError for a float."""
    if isinstance(value, float):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype int32")
    return int(index_array(value))


def _integer_payload(tensor: EagerTensor, dtype: torch.dtype) -> torch.Tensor:
    """The payload of an integer tensor; other numbers are cast to `dtype`."""
    payload = untracked_payload(tensor)
    if isinstance(payload, np.ndarray):
        raise UnimplementedError(None, None, "Cast string to int32 is not supported [Op:Cast]")
    if tensor.dtype.is_integer:
        return payload
    return (torch.real(payload) if payload.is_complex() else payload).to(dtype)


# -- confusion matrix ---------------------------------------------------------------------------


@modular
def _sum_at(values: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return values.new_zeros(size).index_add(0, ids, values)


@op("ScatterNd", "weights?:T")
def _confusion_counts(weights: Any, ids: torch.Tensor, size: int, dtype: torch.dtype | None) -> Any:
    values = torch.ones_like(ids) if weights is None else weights
    ids = ids.to(values.device)
    return _sum_at(values.to(dtype), ids, size * size).reshape(size, size)


def _check_not_negative(argument: str, values: torch.Tensor) -> None:
    if bool((values < 0).any()):
        given = [str(value) for value in values.reshape(-1)[:3].tolist()] if values.ndim else values
        raise invalid_argument(
            f"`{argument}` contains negative values.  \nCondition x >= 0 did not hold "
            f"element-wise:\nx (shape={tuple(values.shape)} dtype=int64) = \n{given}"
        )


def _check_below(argument: str, size: int, values: torch.Tensor) -> None:
    if bool((values >= size).any()):
        first = values.reshape(-1)[:3]
        raise invalid_argument(
            f"`{argument}` out of bound\nCondition x < y did not hold.\nFirst {len(first)} "
            f"elements of x:\n{to_numpy(first)}\nFirst 1 elements of y:\n[{size}]"
        )


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """How often each label (row) occurs with each prediction (column), or the sums of `weights`.

    Implements `tf.math.confusion_matrix`.

    Args:
      labels: A vector of classes.
      predictions: A vector of classes, of the same length.
      num_classes: The number of rows and columns; as many as needed by default.
      weights: Summed instead of counted.
      dtype: The dtype of the result.

    Raises InvalidArgumentError for classes that are negative or too large and for vectors of
    different lengths, ValueError for weights of another shape.
    """
    rows = _integer_payload(to_tensor(labels), torch.int64).long()
    columns = _integer_payload(to_tensor(predictions), torch.int64).long()
    rows, columns = place(rows), place(columns)
    if columns.ndim == rows.ndim + 1 and columns.shape[-1] == 1:
        columns = columns.squeeze(-1)
    elif rows.ndim == columns.ndim + 1 and rows.shape[-1] == 1:
        rows = rows.squeeze(-1)
    for values, argument in ((rows, "labels"), (columns, "predictions")):
        check_values(partial(_check_not_negative, argument), values)
    if num_classes is None:
        maxima = [int(values.max()) for values in (rows, columns) if values.numel()]
        if not maxima:
            raise invalid_argument("Without `num_classes` there must be labels")
        size = max(maxima) + 1
    else:
        size = int(index_array(num_classes))
        for values, argument in ((rows, "labels"), (columns, "predictions")):
            check_values(partial(_check_below, argument, size), values)
    if weights is not None:
        weights = to_tensor(weights)
        if weights._t.shape != columns.shape:
            raise ValueError(
                f"Shapes {tuple(columns.shape)} and {tuple(weights._t.shape)} are incompatible"
            )
    if rows.ndim == 0 and columns.ndim == 0:
        raise ValueError("Argument `axis` = 1 not in range [-1, 1)")
    if rows.ndim != 1 or rows.shape != columns.shape:
        raise invalid_argument(
            f"Labels and predictions must be vectors of one length, not of the shapes "
            f"{list(rows.shape)} and {list(columns.shape)}"
        )
    return _confusion_counts(weights, rows * size + columns, size, as_dtype(dtype).torch)
