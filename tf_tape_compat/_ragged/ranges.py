"""`tf.ragged.range`, and concatenated ranges of row numbers."""

from __future__ import annotations

from typing import Any

import torch

from .._core.devices.operand_placement import to_host
from .._core.devices.placement import place
from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._ops.math.casting import cast
from ..errors import InvalidArgumentError
from .row_partition import RowPartition
from .splits import row_ids_from_splits, splits_from_lengths
from .tensor import RaggedTensor, from_row_partition

_RANGE_TYPES = [as_dtype(name) for name in ("int32", "int64", "float32", "float64")]


def ragged_range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = INT64,
) -> RaggedTensor:
    """Rows of numbers. Implements `tf.ragged.range`.

    Row `i` counts from `starts[i]` up to, but excluding, `limits[i]`, in steps of `deltas[i]`.

    Args:
      starts, limits, deltas: scalars or vectors. With a single argument, rows start at 0.
      dtype: the dtype of the numbers; by default the widest of the arguments.
      row_splits_dtype: int32 or int64.

    Raises:
      InvalidArgumentError: if the vectors differ in length or a delta is 0.
    """
    splits_dtype = as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    result_dtype = None if dtype is None else as_dtype(dtype)
    tensors = [to_tensor(value, result_dtype) for value in (starts, limits, deltas)]
    if result_dtype is None:
        if not all(tensor.dtype in _RANGE_TYPES for tensor in tensors):
            raise AssertionError(f"a range must be one of {_RANGE_TYPES}")
        result_dtype = max((tensor.dtype for tensor in tensors), key=_RANGE_TYPES.index)
        tensors = [cast(tensor, result_dtype) for tensor in tensors]
    # TensorFlow's kernel runs on the CPU, too.
    payloads = [to_host(tensor._t.detach()) for tensor in tensors]
    for payload, argument in zip(payloads, ("starts", "limits", "deltas"), strict=True):
        if payload.ndim > 1:
            raise _range_error(f"{argument} must be a scalar or vector")
    if len({payload.shape[0] for payload in payloads if payload.ndim}) > 1:
        raise _range_error("starts, limits, and deltas must have the same shape")
    values, splits = concatenated_ranges(*payloads)
    return from_row_partition(
        EagerTensor(place(values)),
        RowPartition._create(EagerTensor(place(splits.to(splits_dtype.torch)))),
    )


def _range_error(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"{message} [Op:RaggedRange] name: ")


def concatenated_ranges(
    starts: torch.Tensor, limits: torch.Tensor, deltas: Any = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    """The concatenated numbers of several ranges, and their row splits (int64)."""
    if bool((deltas == 0).any()) if isinstance(deltas, torch.Tensor) else deltas == 0:
        raise _range_error("Requires delta != 0")
    if not isinstance(deltas, torch.Tensor):
        deltas = starts.new_full((), deltas)
    starts, limits, deltas = torch.broadcast_tensors(torch.atleast_1d(starts), limits, deltas)
    span = limits - starts
    if starts.is_floating_point():
        sizes = torch.ceil(span.abs() / deltas.abs())
    else:
        sizes = -((-span.abs()) // deltas.abs())
    sizes = torch.where((span > 0) == (deltas > 0), sizes, 0).long()
    splits = splits_from_lengths(sizes)
    row = row_ids_from_splits(splits)
    offset = torch.arange(row.shape[0], device=row.device) - splits[row]
    return starts[row] + offset.to(starts.dtype) * deltas[row], splits
