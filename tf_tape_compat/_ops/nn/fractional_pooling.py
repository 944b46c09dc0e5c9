"""Fractional pooling: windows of random sizes, so that images shrink by any ratio."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.philox import Entropy, Philox, word_list
from ..array.sliding_windows import (
    per_dimension,
    to_channels_first,
    to_channels_last,
    unimplemented,
)
from ..random import seeds
from .pooling_kernels import Grid, max_with_index, scatter_to_indices, window_elements


class FractionalMaxPool(NamedTuple):
    """The maxima, and the starts of the windows along rows and columns."""

    output: Any
    row_pooling_sequence: Any
    col_pooling_sequence: Any


class FractionalAvgPool(NamedTuple):
    """The means, and the starts of the windows along rows and columns."""

    output: Any
    row_pooling_sequence: Any
    col_pooling_sequence: Any


# -- window boundaries --------------------------------------------------------------------------


def _pseudo_random(length: int, count: int, words: list[int]) -> list[int]:
    """The sizes of the windows, all derived from one random number."""
    ratio, least = length / count, length // count
    limit = min((least + 2) / ratio - 1, (length + 1 - least) / ratio - (count - 1))
    start = ((words[0] & 0xFFFFF) << 32 | words[1]) / 2**52 * limit
    ends = [1, *(math.ceil(ratio * (i + start)) for i in range(1, count)), length + 1]
    return [after - before for before, after in zip(ends, ends[1:], strict=False)]


def _shuffled(length: int, count: int, words: list[int]) -> list[int]:
    """The sizes of the windows in random order."""
    least, larger = divmod(length, count)
    sizes = [least + (i < larger) for i in range(count)]
    for i in range(count - 1):
        other = i + words[i] % (count - i)
        sizes[i], sizes[other] = sizes[other], sizes[i]
    return sizes


def _bounds(lengths: Any, counts: Any, op_seeds: Any, pseudo_random: bool) -> list[np.ndarray]:
    """The boundaries of the windows along rows and columns: their starts and the final end."""
    source = Entropy() if op_seeds is None else Philox(op_seeds.first, op_seeds.second << 64)
    start = 0
    bounds = []
    for length, count in zip(lengths, counts, strict=True):
        word_count = 2 if pseudo_random else count
        blocks = -(-word_count // 4)
        words = word_list(source, start, blocks)
        start += blocks
        sizes = (_pseudo_random if pseudo_random else _shuffled)(length, count, words)
        bounds.append(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))
    return bounds


def _grid(x: torch.Tensor, bounds: tuple[tuple[int, ...], ...], overlapping: bool) -> Grid:
    starts, ends, kernel = [], [], []
    for size, bound in zip(x.shape[2:], bounds, strict=True):
        boundaries = torch.tensor(bound, device="cpu")
        start, end = boundaries[:-1], (boundaries[1:] + int(overlapping)).clamp(max=size)
        kernel.append(int((end - start).max()))
        starts.append(start.to(x.device))
        ends.append(end.to(x.device))
    return Grid(starts, tuple(kernel), ends)


# -- kernels ------------------------------------------------------------------------------------


def _maximum_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, bounds: Any, overlapping: bool
) -> torch.Tensor:
    with torch.no_grad():
        index = max_with_index(x, _grid(x, bounds, overlapping))[1]
    return refuse_gradient(
        "FractionalMaxPoolGrad", (grad, x, y), scatter_to_indices(grad, index, x)
    )


@with_gradient(_maximum_gradient)
def _maximum(x: torch.Tensor, bounds: Any, overlapping: bool) -> torch.Tensor:
    limits = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    best = torch.full((), limits.min, dtype=x.dtype, device=x.device)
    for value, _, inside in window_elements(x, _grid(x, bounds, overlapping)):
        best = torch.fmax(best, torch.where(inside, value, limits.min))
    return best


def _window_counts(grid: Grid) -> torch.Tensor:
    """The number of elements in each window."""
    assert grid.ends is not None
    rows, columns = (end - start for start, end in zip(grid.starts, grid.ends, strict=True))
    return rows.unsqueeze(1) * columns


def _mean_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, bounds: Any, overlapping: bool
) -> torch.Tensor:
    grid = _grid(x, bounds, overlapping)
    share = grad / _window_counts(grid).to(grad.dtype)
    flat = grad.new_zeros((*x.shape[:2], x.shape[2:].numel()))
    for _, index, inside in window_elements(x.detach(), grid):
        index = torch.where(inside, index, 0).expand(share.shape)
        flat = flat.scatter_add(2, index.flatten(2), torch.where(inside, share, 0).flatten(2))
    return refuse_gradient("FractionalAvgPoolGrad", grad, flat.reshape(x.shape))


@with_gradient(_mean_gradient)
def _mean(x: torch.Tensor, bounds: Any, overlapping: bool) -> torch.Tensor:
    grid = _grid(x, bounds, overlapping)
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for value, _, inside in window_elements(x, grid):
        total = total + torch.where(inside, value, 0)
    counts = _window_counts(grid)
    if x.is_floating_point():
        return total / counts.to(x.dtype)
    return torch.div(total, counts.to(x.dtype), rounding_mode="trunc")


def _pool(
    kernel: Any, x: torch.Tensor, ratio: Any, pseudo_random: bool, overlapping: bool, op_seeds: Any
) -> list[Any]:
    if len(ratio) != 4:
        raise invalid_argument("pooling_ratio field must specify 4 dimensions")
    if ratio[0] != 1 or ratio[3] != 1:
        raise unimplemented(
            "Fractional pooling is not yet supported on the batch nor channel dimension."
        )
    if x.ndim != 4:
        raise invalid_argument("tensor_in must be 4-dimensional")
    if min(ratio) < 1:
        raise invalid_argument(f"pooling_ratio cannot be smaller than 1, got: {min(ratio)}")
    if not x.numel():
        raise invalid_argument("tensor_in must not be empty")
    lengths = tuple(x.shape[1:3])
    counts = [
        int(np.floor(np.float32(n) / np.float32(r)))
        for n, r in zip(lengths, ratio[1:3], strict=True)
    ]
    if min(counts) < 1:
        raise invalid_argument(f"pooling_ratio is too large for an image of {lengths}")
    bounds = _bounds(lengths, counts, op_seeds, pseudo_random)
    static_bounds = tuple(tuple(bound.tolist()) for bound in bounds)
    y = kernel(to_channels_first(x), static_bounds, overlapping)
    return [to_channels_last(y), *(torch.from_numpy(b).to(x.device) for b in bounds)]


@op("FractionalMaxPool", "value")
@single_op
def _fractional_max_pool(
    value: Any, ratio: Any, pseudo_random: bool, overlapping: bool, op_seeds: Any
) -> Any:
    return _pool(_maximum, value, ratio, pseudo_random, overlapping, op_seeds)


@op("FractionalAvgPool", "value")
@single_op
def _fractional_avg_pool(
    value: Any, ratio: Any, pseudo_random: bool, overlapping: bool, op_seeds: Any
) -> Any:
    return _pool(_mean, value, ratio, pseudo_random, overlapping, op_seeds)


# -- public functions ---------------------------------------------------------------------------


def _ratio(value: Any, operation: str) -> list[float]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(
            f"Expected list for 'pooling_ratio' argument to '{operation}' Op, not {value!r}."
        )
    return [float(item) for item in value]


def fractional_max_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> FractionalMaxPool:
    """Implements `tf.nn.fractional_max_pool`: the maximum of windows of random sizes.

    Args:
      value: images [batch, height, width, channels].
      pooling_ratio: the factor, at least 1, by which images shrink; one number, or four of which
        the first and the last are 1.
      pseudo_random: whether one random number determines all window sizes.
      overlapping: whether neighbouring windows share their boundary.
      seed: a non-zero seed makes the result reproducible.
      name: ignored.

    Raises:
      ValueError: if a ratio is below 1.
    """
    if isinstance(pooling_ratio, (list, tuple)):
        if pooling_ratio[0] != 1.0 or pooling_ratio[-1] != 1.0 or min(pooling_ratio) < 1.0:
            raise ValueError(
                "`pooling_ratio` elements should be >= 1.0, the first and the last 1.0. Received: "
                f"pooling_ratio={pooling_ratio}"
            )
    elif not isinstance(pooling_ratio, (int, float)) or pooling_ratio < 1.0:
        raise ValueError(
            f"`pooling_ratio` should be >= 1.0. Received: pooling_ratio={pooling_ratio}"
        )
    ratio = (
        per_dimension(pooling_ratio, 2, False, "pooling_ratio")
        if not isinstance(pooling_ratio, float)
        else [1.0, pooling_ratio, pooling_ratio, 1.0]
    )
    op_seeds = seeds.next_op_seeds(seed) if seed else None
    results = _fractional_max_pool(
        value,
        _ratio(ratio, "fractional_max_pool"),
        bool(pseudo_random),
        bool(overlapping),
        op_seeds,
    )
    return FractionalMaxPool(*results)


def fractional_avg_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> FractionalAvgPool:
    """Implements `tf.nn.fractional_avg_pool`; see `fractional_max_pool`.

    `pooling_ratio` is a list of four numbers.
    """
    op_seeds = seeds.next_op_seeds(seed) if seed else None
    results = _fractional_avg_pool(
        value,
        _ratio(pooling_ratio, "fractional_avg_pool"),
        bool(pseudo_random),
        bool(overlapping),
        op_seeds,
    )
    return FractionalAvgPool(*results)
