"""Tensors divided by a partition number for each slice, and put together from indexed slices."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.devices.operand_placement import to_host
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid_argument
from .._support.string_arrays import flat_positions, moves_bits, take_at
from .joining import to_same_dtype


@op("DynamicPartition", "data:T partitions:int32")
def _dynamic_partition(data: Any, partitions: Any, count: int) -> Any:
    wrapped = f"_num_partitions_{count}"
    expected_shape = tuple(data.shape[: partitions.ndim])
    if expected_shape != tuple(partitions.shape):
        raise invalid_argument(
            f"data.shape must start with partitions.shape, got data.shape = {brackets(data.shape)}"
            f", partitions.shape = {brackets(partitions.shape)}",
            "DynamicPartition",
            wrapped,
        )
    flat = partitions.reshape(-1)
    # TensorFlow's kernel for GPUs leaves out what belongs to no partition.
    bad_positions = ((flat < 0) | (flat >= count)).nonzero() if flat.is_cpu else flat[:0]
    if bad_positions.numel():
        position = int(bad_positions[0])
        where = ",".join(map(str, np.unravel_index(position, tuple(partitions.shape))))
        message = f"partitions[{where}] = {int(flat[position])} is not in [0, {count})"
        raise invalid_argument(message, "DynamicPartition", wrapped)
    elements = flat_positions(data) if isinstance(data, np.ndarray) else data
    elements = elements.reshape((flat.shape[0], *elements.shape[partitions.ndim :]))
    parts = [elements.index_select(0, (flat == i).nonzero().squeeze(1)) for i in range(count)]
    return [take_at(data, part) for part in parts] if isinstance(data, np.ndarray) else parts


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """`data` divided into `num_partitions` tensors. Implements `tf.dynamic_partition`.

    `partitions` gives the partition of each element or slice. Returns a list. Raises
    InvalidArgumentError for numbers out of range.
    """
    if not isinstance(partitions, EagerTensor):
        partitions = to_tensor(partitions, INT32)
    return _dynamic_partition(data, partitions, num_partitions)


@op("DynamicStitch", "data*:T")
def _dynamic_stitch(data: list[Any], indices: list[torch.Tensor]) -> Any:
    inner = tuple(data[0].shape[indices[0].ndim :])
    rows = []
    for position, (slices, part_indices) in enumerate(zip(data, indices, strict=True)):
        if tuple(slices.shape) != (*part_indices.shape, *inner):
            raise invalid_argument(
                f"data[{position}].shape = {brackets(slices.shape)} does not start with "
                f"indices[{position}].shape = {brackets(part_indices.shape)}"
            )
        rows.append(slices.reshape(part_indices.numel(), *inner))
    flat = torch.cat([to_host(part_indices).reshape(-1) for part_indices in indices]).long()
    for part_indices in indices:
        if part_indices.numel() and int(part_indices.min()) < 0:
            position = int((part_indices.reshape(-1) < 0).nonzero()[0])
            raise invalid_argument(f"indices[{position}] is out of range")
    count = int(flat.max()) + 1 if flat.numel() else 0
    if isinstance(rows[0], np.ndarray):
        stitched = np.full((count, *inner), b"", object)
        stitched[flat.numpy()] = np.concatenate(rows)
        return stitched
    joined = torch.cat(rows)
    return _scatter_rows(joined, flat, (count, *inner))


@moves_bits
def _scatter_rows(
    rows: torch.Tensor, positions: torch.Tensor, shape: tuple[int, ...]
) -> torch.Tensor:
    return rows.new_zeros(shape).index_put((positions.to(rows.device),), rows)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Any:
    """The slices of all tensors in `data`, at the positions `indices`; later slices win.

    Implements `tf.dynamic_stitch`. Raises InvalidArgumentError if the shapes do not fit.
    """
    index_tensors = [
        item if isinstance(item, EagerTensor) else to_tensor(item, INT32) for item in indices
    ]
    return _dynamic_stitch(to_same_dtype(data), [tensor._t for tensor in index_tensors])
