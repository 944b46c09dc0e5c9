"""A tensor divided by a partition number for each slice, and put back together."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid
from .._support.string_arrays import flat_positions, moves_bits, take_at
from .joining import to_same_dtype


@op("DynamicPartition", "data:T partitions:int32")
def _dynamic_partition(data: Any, partitions: Any, count: int) -> Any:
    front = tuple(data.shape[: partitions.ndim])
    if front != tuple(partitions.shape):
        raise invalid(
            f"data.shape must start with partitions.shape, got data.shape = {brackets(data.shape)}"
            f", partitions.shape = {brackets(partitions.shape)}"
        )
    flat = partitions.reshape(-1)
    wrong = ((flat < 0) | (flat >= count)).nonzero()
    if wrong.numel():
        place = int(wrong[0])
        raise invalid(f"partitions[{place}] = {int(flat[place])} is not in [0, {count})")
    places = flat_positions(data) if isinstance(data, np.ndarray) else data
    places = places.reshape((flat.shape[0], *places.shape[partitions.ndim :]))
    parts = [places.index_select(0, (flat == i).nonzero().squeeze(1)) for i in range(count)]
    return [take_at(data, part) for part in parts] if isinstance(data, np.ndarray) else parts


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """`data` divided into tensors by the numbers in `partitions` (`tf.dynamic_partition`).

    Raises InvalidArgumentError for numbers out of range.
    """
    if not isinstance(partitions, EagerTensor):
        partitions = to_tensor(partitions, INT32)
    return _dynamic_partition(data, partitions, num_partitions)


@op("DynamicStitch", "data*:T")
def _dynamic_stitch(data: list[Any], indices: list[torch.Tensor]) -> Any:
    inner = tuple(data[0].shape[indices[0].ndim :])
    rows = []
    for position, (part, numbers) in enumerate(zip(data, indices, strict=True)):
        if tuple(part.shape) != (*numbers.shape, *inner):
            raise invalid(
                f"data[{position}].shape = {brackets(part.shape)} does not start with "
                f"indices[{position}].shape = {brackets(numbers.shape)}"
            )
        rows.append(part.reshape(numbers.numel(), *inner))
    flat = torch.cat([numbers.reshape(-1) for numbers in indices]).long()
    count = int(flat.max()) + 1 if flat.numel() else 0
    if isinstance(rows[0], np.ndarray):
        found = np.full((count, *inner), b"", object)
        found[flat.numpy()] = np.concatenate(rows)
        return found
    joined = torch.cat(rows)
    return _place(joined, flat, (count, *inner))


@moves_bits
def _place(rows: torch.Tensor, places: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    return rows.new_zeros(shape).index_put((places,), rows)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Any:
    """The slices of all `data` at the places `indices`, the last one given counting.

    Implements `tf.dynamic_stitch`. Raises InvalidArgumentError if the shapes do not fit.
    """
    places = [item if isinstance(item, EagerTensor) else to_tensor(item, INT32) for item in indices]
    return _dynamic_stitch(to_same_dtype(data), [place._t for place in places])
