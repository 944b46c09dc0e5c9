"""Flat indices as coordinates: `tf.unravel_index`."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.value_checks import check_values
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument


@op("UnravelIndex", "indices dims", unrecorded=True, host="indices dims")
def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Any:
    """The coordinates of flat `indices` in an array of shape `dims`. Implements `tf.unravel_index`.

    Returns a tensor with one row for each dimension. Raises InvalidArgumentError for indices that
    are out of range.
    """
    if dims.ndim != 1:
        raise invalid_argument(f'The indices can only be 1-D, got "{brackets(dims.shape)}"')
    if indices.ndim > 1:
        raise invalid_argument(
            f'The indices can only be scalar or vector, got "{brackets(indices.shape)}"'
        )
    if not indices.numel():
        raise invalid_argument("received empty tensor indices")
    sizes = dims.tolist()
    for position, size in enumerate(sizes):
        if size == 0:
            raise invalid_argument(
                "Input dims cannot contain a dim of zero, but dims contains zero at index "
                f"{position}"
            )
        if size < 0:
            raise invalid_argument(
                f"Input dims cannot be negative. Got dim = {size} at index {position}"
            )
    if math.prod(sizes) > torch.iinfo(dims.dtype).max:
        listed = " ".join(map(str, sizes))
        raise invalid_argument(f"Input dims product is causing integer overflow: ({listed})")
    if not sizes:
        raise _out_of_bounds()
    check_values(partial(_check_bound, math.prod(sizes)), indices)
    # Negative indices are divided towards zero, as in TensorFlow.
    coordinates = []
    for position, size in enumerate(sizes):
        inner = math.prod(sizes[position + 1 :])
        coordinates.append(
            torch.div(torch.fmod(indices, inner * size), inner, rounding_mode="trunc")
        )
    return torch.stack(coordinates)


def _check_bound(bound: int, indices: torch.Tensor) -> None:
    if bool((indices >= bound).any()):
        raise _out_of_bounds()


def _out_of_bounds() -> InvalidArgumentError:
    return invalid_argument("index is out of bound as with dims")
