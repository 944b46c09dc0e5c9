"""`XlaDynamicUpdateSlice`: a part of a tensor replaced, at a position that is a tensor."""

from __future__ import annotations

import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient


@op("XlaDynamicUpdateSlice", "input:T update:T indices")
def dynamic_update_slice(input, update, indices, name=None):
    """`input` with `update` at the position `indices`, which is moved so that `update` fits.

    Raises InvalidArgumentError if the ranks differ, or `update` is larger than `input`.
    """
    rank = input.ndim
    if indices.ndim != 1 or indices.shape[0] != rank:
        raise invalid_argument(
            "index must be a vector with length equal to the number of input dimensions"
        )
    if update.ndim != rank:
        raise invalid_argument(
            f"input and update must have the same rank, input shape is {brackets(input.shape)}; "
            f"update shape is {brackets(update.shape)}"
        )
    for size, limit in zip(update.shape, input.shape, strict=True):
        if size > limit:
            raise invalid_argument(
                f"Update dim size {size} greater than dynamic slice dimension: {limit}."
            )
    result = _replaced(input.detach(), update.detach(), indices) if rank else update
    return refuse_gradient("XlaDynamicUpdateSlice", (input, update), result)


def _replaced(values: torch.Tensor, update: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    positions = []
    for axis, (size, limit) in enumerate(zip(update.shape, values.shape, strict=True)):
        start = indices[axis].clamp(0, limit - size)
        along = torch.arange(size, device=values.device) + start.to(values.device)
        positions.append(along.reshape([-1 if i == axis else 1 for i in range(values.ndim)]))
    return values.index_put(tuple(positions), update)
