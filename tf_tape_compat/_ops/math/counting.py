"""Counting: elements that are not zero, occurrences of integers, agreements of predictions."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.payloads import untracked_payload
from ..._core.tensor.convert import INT32, INT64, c_name, to_tensor, wrap
from ..._core.tensor.static_args import axes_of, index_array
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError, UnimplementedError
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import modular


def _nonzero(x: Any) -> torch.Tensor:
    """Where a payload is not zero, or not the empty string."""
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
    """How many elements over `axis` are not zero (or not the empty string).

    The result has type `dtype`. Implements `tf.math.count_nonzero`. Raises InvalidArgumentError
    for an axis that is not there or given twice.
    """
    found = _nonzero(input)
    axes = axes_of(axis, found.ndim)
    counted = torch.sum(found, axes, bool(keepdims)) if axes else found
    return counted.to(as_dtype(dtype).torch)


@op("NotEqual", "value", unrecorded=True)
def zero_fraction(value: Any, name: str | None = None) -> Any:
    """The part of the elements that is zero, a float32. Implements `tf.math.zero_fraction`."""
    found = _nonzero(value)
    zeros = found.numel() - torch.sum(found)
    return zeros.to(torch.float32) / float(found.numel())


# -- occurrences --------------------------------------------------------------------------------


@op("DenseBincount", "arr:Tidx weights?:T")
def _bincount(
    arr: Any, weights: Any, size: int, rows: int, dtype: torch.dtype | None, binary: bool
) -> Any:
    if bool((arr < 0).any()):
        raise InvalidArgumentError(None, None, "Input arr must be non-negative!")
    if size < 0:
        raise InvalidArgumentError(None, None, f"size ({size}) must be non-negative")
    values = arr.reshape(rows, -1).long()
    # What is too large goes to a column of its own, which is cut off.
    ids = values.clamp(max=size) + (size + 1) * torch.arange(rows, device=arr.device).unsqueeze(1)
    ids = ids.reshape(-1)
    if weights is None or not weights.numel():
        weights = torch.ones(ids.shape, dtype=dtype, device=arr.device)
    elif weights.numel() != arr.numel():
        raise InvalidArgumentError(
            None,
            None,
            "`weights` must be the same shape as `arr` or a length-0 `Tensor`, in which case it "
            f"acts as all weights equal to 1. Received {list(weights.shape)}",
        )
    counted = weights.new_zeros(rows * (size + 1)).index_add(0, ids, weights.reshape(-1))
    counted = counted.reshape(rows, size + 1)[:, :size]
    if binary:
        counted = (counted != 0).to(dtype)
    return refuse_gradient("DenseBincount", weights, counted)


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
    """How often each integer occurs in `arr`, or the sum of its `weights`.

    Over all of `arr`, or each row of a matrix for an `axis` of -1. The result is as long as the
    largest integer asks for, at least `minlength`, at most `maxlength`; its type is that of the
    weights, or else `dtype` (32 or 64 bit). `binary_output` says only whether an integer occurs.
    Implements `tf.math.bincount`. Raises InvalidArgumentError for negative integers, ValueError
    for another axis or weights of a binary output; the weights have no gradient (LookupError).
    """
    arr = to_tensor(arr)
    if weights is not None:
        weights = to_tensor(weights)
        if binary_output:
            raise ValueError(
                "Arguments `binary_output` and `weights` are mutually exclusive. Please specify "
                "only one."
            )
    payload = _as_integers(arr, torch.int32)
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    if payload.dtype not in (torch.int32, torch.int64):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'Tidx' of {arr.dtype.name} is not in the list of allowed values: "
            "int32, int64",
        )
    size = int(payload.max()) + 1 if payload.numel() else 0
    if minlength is not None:
        size = max(_length(minlength), size)
    if maxlength is not None:
        size = min(_length(maxlength), size)
    by_rows = axis == -1 and payload.ndim > 1
    if by_rows and payload.ndim > 2:
        raise InvalidArgumentError(
            None, None, f"Shape must be at most rank 2 but is rank {payload.ndim}"
        )
    kind = weights.dtype if weights is not None else as_dtype(dtype or arr.dtype)
    if kind.name not in ("int32", "int64", "float32", "float64"):
        raise InvalidArgumentError(
            None,
            None,
            f"Value for attr 'T' of {c_name(kind)} is not in the list of allowed values: int32, "
            "int64, float, double",
        )
    rows = payload.shape[0] if by_rows else 1
    counted = _bincount(wrap(payload), weights, size, rows, kind.torch, binary_output)
    return counted if by_rows else _first_row(counted)


@op("StridedSlice", "x")
def _first_row(x: Any) -> Any:
    return x[0]


def _length(value: Any) -> int:
    if isinstance(value, float):
        raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype int32")
    return int(index_array(value))


def _as_integers(tensor: EagerTensor, dtype: torch.dtype) -> torch.Tensor:
    """The payload, that of anything but integers cast to `dtype`."""
    payload = untracked_payload(tensor)
    if isinstance(payload, np.ndarray):
        raise UnimplementedError(None, None, "Cast string to int32 is not supported [Op:Cast]")
    if tensor.dtype.is_integer:
        return payload
    return (torch.real(payload) if payload.is_complex() else payload).to(dtype)


# -- agreement of predictions -------------------------------------------------------------------


@modular
def _scattered(values: torch.Tensor, ids: torch.Tensor, size: int) -> torch.Tensor:
    return values.new_zeros(size).index_add(0, ids, values)


@op("ScatterNd", "weights?:T")
def _table(weights: Any, ids: torch.Tensor, size: int, dtype: torch.dtype | None) -> Any:
    values = torch.ones_like(ids) if weights is None else weights
    return _scattered(values.to(dtype), ids, size * size).reshape(size, size)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = INT32,
    name: str | None = None,
) -> Any:
    """How often each label (row) met each prediction (column), or the sum of their `weights`.

    A matrix of `num_classes` rows and columns and type `dtype`; as large as needed by default.
    Implements `tf.math.confusion_matrix`. Raises InvalidArgumentError for classes that are
    negative or too large and for vectors of two lengths, ValueError for weights of another shape.
    """
    rows = _as_integers(to_tensor(labels), torch.int64).long()
    columns = _as_integers(to_tensor(predictions), torch.int64).long()
    if columns.ndim == rows.ndim + 1 and columns.shape[-1] == 1:
        columns = columns.squeeze(-1)
    elif rows.ndim == columns.ndim + 1 and rows.shape[-1] == 1:
        rows = rows.squeeze(-1)
    for values, what in ((rows, "labels"), (columns, "predictions")):
        if bool((values < 0).any()):
            raise InvalidArgumentError(None, None, f"`{what}` contains negative values")
    if num_classes is None:
        largest = [int(values.max()) for values in (rows, columns) if values.numel()]
        if not largest:
            raise InvalidArgumentError(None, None, "Without `num_classes` there must be labels")
        size = max(largest) + 1
    else:
        size = int(index_array(num_classes))
        for values, what in ((rows, "labels"), (columns, "predictions")):
            if bool((values >= size).any()):
                raise InvalidArgumentError(None, None, f"`{what}` out of bound")
    if weights is not None:
        weights = to_tensor(weights)
        if weights._t.shape != columns.shape:
            raise ValueError(
                f"Shapes {tuple(columns.shape)} and {tuple(weights._t.shape)} are incompatible"
            )
    if rows.ndim == 0 and columns.ndim == 0:
        raise ValueError("Argument `axis` = 1 not in range [-1, 1)")
    if rows.ndim != 1 or rows.shape != columns.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"Labels and predictions must be vectors of one length, not of the shapes "
            f"{list(rows.shape)} and {list(columns.shape)}",
        )
    return _table(weights, rows * size + columns, size, as_dtype(dtype).torch)
