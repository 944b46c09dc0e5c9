"""Masks: `tf.boolean_mask` and `tf.sequence_mask`."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape
from .._support.arguments import scalar
from .._support.string_arrays import moves_bits
from ..math.casting import cast
from .ranges import check_range_type

_BOOL = as_dtype("bool")


@op("GatherV2", "tensor:Tparams mask:M")
@moves_bits
def _boolean_mask(tensor: Any, mask: Any, axis: int) -> Any:
    sizes = tuple(tensor.shape)
    size = math.prod(sizes[axis : axis + mask.ndim])
    tensor = tensor.reshape(*sizes[:axis], size, *sizes[axis + mask.ndim :])
    return tensor.index_select(axis, mask.reshape(-1).nonzero().squeeze(1))


def boolean_mask(
    tensor: Any, mask: Any, axis: Any = None, name: str | None = "boolean_mask"
) -> Any:
    """The parts of `tensor` where `mask` is true. Implements `tf.boolean_mask`.

    The dimensions of `mask` cover those of `tensor` from `axis` (0) on, and become one dimension.
    Raises ValueError if the shapes do not fit.
    """
    tensor = operand_readers.get(type(tensor), to_tensor)(tensor)
    mask = to_tensor(mask)
    first_axis = 0 if axis is None else scalar(axis, "axis", "GatherV2")
    mask_rank = mask._t.ndim
    if mask_rank == 0:
        raise ValueError("mask cannot be scalar.")
    covered = TensorShape(list(tensor._t.shape[first_axis : first_axis + mask_rank]))
    covered.assert_is_compatible_with(mask.shape)
    return _boolean_mask(
        tensor,
        mask if mask._t.dtype is torch.bool else EagerTensor(mask._t != 0),
        first_axis,
    )


@op("Less", "lengths:T", unrecorded=True)
def _sequence_mask(lengths: Any, maxlen: int) -> Any:
    steps = torch.arange(maxlen, device=lengths.device)
    return steps.to(lengths.dtype) < lengths.unsqueeze(-1)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = _BOOL, name: str | None = None
) -> Any:
    """For each of `lengths`, a row of as many true values, followed by false ones up to `maxlen`.

    Implements `tf.sequence_mask`. `maxlen` is the largest length by default; `dtype` is that of the
    result. Raises ValueError if `maxlen` is not a scalar.
    """
    lengths = to_tensor(lengths)
    if maxlen is None:
        check_range_type(lengths.dtype)
        count = max(0, math.ceil(lengths._t.max())) if math.prod(lengths._t.shape) else 0
    else:
        maxlen = to_tensor(maxlen)
        if maxlen._t.ndim:
            raise ValueError(
                "Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = "
                f"{maxlen} with shape '{maxlen.shape}' instead"
            )
        check_range_type(maxlen.dtype)
        count = math.ceil(maxlen._t)
        lengths = cast(lengths, maxlen.dtype)
    return cast(_sequence_mask(lengths, count), dtype)
