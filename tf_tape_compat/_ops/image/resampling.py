"""Resampling of images along rows and columns, and the gradients."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from ..._core.tensor.static_args import is_concrete
from .._support.gradient_rules import refuse_gradient, with_gradient
from .resize_weights import Taps

_MANY_CHANNELS = 6  # above this, embedding_bag over pixels is faster than sums of columns


def _flat_taps(taps: Taps, like: torch.Tensor, axis: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The flattened indices of the taps, and their weights, shaped to broadcast with `like`."""
    shape = [1] * axis + list(taps.weights.shape) + [1] * (3 - axis)
    return taps.indices.reshape(-1), taps.weights.to(like.dtype).reshape(shape)


def _sum_of_taps(
    x: torch.Tensor, indices: torch.Tensor, weights: torch.Tensor, skip_zero_weights: bool
) -> torch.Tensor:
    """The weighted sum, over the taps [new, taps], of the columns of `x` at their indices.

    With `skip_zero_weights`, elements of weight 0 are ignored even if they are not finite.
    """
    total = None
    by_tap = zip(indices.T.contiguous(), weights.T.contiguous(), strict=True)
    for index, weight in by_tap:
        column = x.index_select(1, index)
        if x.ndim == 3:
            weight = weight.unsqueeze(1)
        if skip_zero_weights:
            column = torch.where(weight == 0, 0.0, column)
        total = column * weight if total is None else torch.addcmul(total, column, weight)
    return total  # type: ignore[return-value]


def _embedding_bag(x: torch.Tensor, indices: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted sums of rows of `x`: indices are [times, new, taps], weights [new, taps]."""
    index = indices.reshape(-1, indices.shape[-1])
    per_sample = weights.repeat(len(indices), 1)
    return functional.embedding_bag(index, x, mode="sum", per_sample_weights=per_sample)


def _starts(count: int, size: int, like: torch.Tensor) -> torch.Tensor:
    """The positions of the first elements of `count` rows of `size` elements: [count, 1, 1]."""
    return torch.arange(0, count * size, size, device=like.device)[:, None, None]


def _resample_rows(x: torch.Tensor, taps: Taps, skip_zero_weights: bool) -> torch.Tensor:
    """Resamples `x` [batch, rows, columns, channels] to new rows."""
    batch, rows, columns, channels = x.shape
    if skip_zero_weights or not is_concrete(x):
        resampled = _sum_of_taps(x.flatten(2), taps.indices, taps.weights, skip_zero_weights)
        return resampled.unflatten(2, (columns, channels))
    indices = taps.indices + _starts(batch, rows, x)
    resampled = _embedding_bag(x.reshape(batch * rows, columns * channels), indices, taps.weights)
    return resampled.reshape(batch, taps.count, columns, channels)


def _resample_columns(x: torch.Tensor, taps: Taps, skip_zero_weights: bool) -> torch.Tensor:
    """Resamples `x` [batch, rows, columns, channels] to new columns."""
    batch, rows, columns, channels = x.shape
    if channels > _MANY_CHANNELS and not skip_zero_weights and is_concrete(x):
        indices = taps.indices + _starts(batch * rows, columns, x)
        resampled = _embedding_bag(x.reshape(-1, channels), indices, taps.weights)
    else:
        channel = torch.arange(channels, device=x.device)[:, None]
        indices = taps.indices[:, None] * channels + channel
        weights = taps.weights.repeat_interleave(channels, 0)
        flat = x.reshape(batch * rows, columns * channels)
        resampled = _sum_of_taps(flat, indices.reshape(weights.shape), weights, skip_zero_weights)
    return resampled.reshape(batch, rows, taps.count, channels)


def _known_finite(x: torch.Tensor) -> bool:
    """Whether all elements are known to be finite."""
    if not is_concrete(x):
        return False
    return bool(x.sum().isfinite()) or bool(x.isfinite().all())


def _scatter_along(grad: torch.Tensor, taps: Taps, axis: int, old: int) -> torch.Tensor:
    """The gradient of resampling along `axis`, for an input with `old` elements there."""
    sizes = list(grad.shape)
    sizes[axis] = old
    index, weights = _flat_taps(taps, grad, axis)
    shares = (grad.unsqueeze(axis + 1) * weights).flatten(axis, axis + 1)
    return grad.new_zeros(sizes).index_add(axis, index, shares)


def _nearest_gradient(
    grad: torch.Tensor, x: torch.Tensor, rows: Taps, columns: Taps
) -> torch.Tensor:
    """The gradient of nearest-neighbour resampling: sums over the new pixels, in their order."""
    batch, height, width, channels = x.shape
    index = (rows.indices * width + columns.indices.T).reshape(-1)
    flat = grad.reshape(batch, index.numel(), channels)
    sums = grad.new_zeros(batch, height * width, channels).index_add(1, index, flat)
    return sums.reshape(x.shape)


def _resample_gradient(
    grad: torch.Tensor, _: Any, x: torch.Tensor, operation: str, rows: Taps, columns: Taps
) -> torch.Tensor:
    with torch.no_grad():
        if operation == "ResizeNearestNeighbor":
            gradient = _nearest_gradient(grad, x, rows, columns)
        else:
            gradient = _scatter_along(
                _scatter_along(grad, columns, 2, x.shape[2]), rows, 1, x.shape[1]
            ).to(x.dtype)
    if operation == "ResizeBilinear":
        return gradient  # TensorFlow registers its gradient as None
    return refuse_gradient(
        f"{operation}Grad", grad if operation == "ResizeNearestNeighbor" else (grad, x), gradient
    )


@with_gradient(_resample_gradient)
def resample(x: torch.Tensor, operation: str, rows: Taps, columns: Taps) -> torch.Tensor:
    """Resamples images [batch, rows, columns, channels] with the given taps."""
    if operation == "ResizeNearestNeighbor":
        resampled = x.index_select(1, rows.indices[:, 0])
        return resampled.index_select(2, columns.indices[:, 0])
    x = x.float()
    if not len(x):
        return x.new_zeros((0, rows.count, columns.count, x.shape[3]))
    # torch also reads a pixel beyond the edge, with weight 0, which turns infinity into NaN.
    if rows.align_corners is not None and _known_finite(x):
        size = [rows.count, columns.count]
        resampled = functional.interpolate(
            x.permute(0, 3, 1, 2), size, mode="bilinear", align_corners=rows.align_corners
        )
        return resampled.permute(0, 2, 3, 1)
    skip_zero_weights = rows.ignores_zero_weights and not _known_finite(x)
    if rows.count > x.shape[1]:  # when enlarging, resample rows last
        return _resample_rows(
            _resample_columns(x, columns, skip_zero_weights), rows, skip_zero_weights
        )
    return _resample_columns(_resample_rows(x, rows, skip_zero_weights), columns, skip_zero_weights)
