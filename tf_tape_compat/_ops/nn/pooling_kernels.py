"""Largest and mean elements of windows, of tensors whose channels come first.

torch's kernels do it wherever their result is TensorFlow's; there is a slow way for what is left:
NaN (which never is the largest, unless it is first and nothing else counts), minus infinity (which
becomes the lowest finite number), paddings of a kind that torch has not, and unsigned integers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from ..._core.recording.payloads import has_graph
from ..._core.tensor.static_args import is_concrete
from .._support.gradient_rules import refuse_gradient, with_gradient, with_gradient_of
from .._support.unsigned import UNSIGNED, from_ordered, ordered
from ..array.sliding_windows import beyond_stride, flat_margins, nothing

_aten = torch.ops.aten


class Windows(NamedTuple):
    """Windows over the inner dimensions of one shape."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    counts: tuple[int, ...]
    margins: tuple[tuple[int, int], ...]
    same: bool  # whether the margins are those of "SAME"

    def in_torch(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Torch's paddings, and how many of its windows to leave out in front; None if it has none.

        It pads both ends alike, but for a last window that sticks out (`ceil_mode`).
        """
        paddings, skipped = [], []
        for size, stride, (before, after) in zip(
            self.kernel, self.strides, self.margins, strict=True
        ):
            uneven = before != after and (stride == 1 or not self.same)
            padding = after if uneven else before
            if padding > size // 2 or (uneven and not self.same):
                return None
            paddings.append(padding)
            skipped.append(int(uneven))
        return tuple(paddings), tuple(skipped)


def _without(found: torch.Tensor, skipped: tuple[int, ...]) -> torch.Tensor:
    for axis, count in enumerate(skipped):
        if count:
            found = found.narrow(axis + 2, count, found.shape[axis + 2] - count)
    return found


# -- the slow way -------------------------------------------------------------------------------


class Grid(NamedTuple):
    """Where windows begin along each inner dimension, how long they are at most, where they end."""

    starts: list[torch.Tensor]
    kernel: tuple[int, ...]
    ends: list[torch.Tensor] | None = None


def _grid(x: torch.Tensor, windows: Windows) -> Grid:
    starts = [
        torch.arange(count, device=x.device) * stride - before
        for count, stride, (before, _) in zip(
            windows.counts, windows.strides, windows.margins, strict=True
        )
    ]
    return Grid(starts, windows.kernel)


def elements(
    x: torch.Tensor, grid: Grid
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """For each place in a window: what is there in all windows, where it is, whether it is."""
    sizes = x.shape[2:]
    rank = len(sizes)
    for offsets in itertools.product(*map(range, grid.kernel)):
        found = x
        place = torch.zeros((), dtype=torch.int64, device=x.device)
        inside = torch.ones((), dtype=torch.bool, device=x.device)
        for axis, (start, offset, size) in enumerate(zip(grid.starts, offsets, sizes, strict=True)):
            at = start + offset
            there = (at >= 0) & (at < size)
            if grid.ends is not None:
                there = there & (at < grid.ends[axis])
            found = found.index_select(axis + 2, at.clamp(0, size - 1))
            shape = [-1 if n == axis else 1 for n in range(rank)]
            place = place * size + at.reshape(shape)
            inside = inside & there.reshape(shape)
        yield found, place, inside


def largest(x: torch.Tensor, grid: Grid) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest element of each window and where it is; what is no number rules if it is first.

    The first of several counts.
    """
    keys = ordered(x) if x.dtype in UNSIGNED else x
    best = place = torch.empty(())
    for number, (value, at, inside) in enumerate(elements(keys, grid)):
        if not number:
            best = value
            place = torch.where(inside, at, -1).expand(value.shape)
            continue
        better = inside & ((place < 0) | (value > best))
        best = torch.where(better, value, best)
        place = torch.where(better, at, place)
    return (from_ordered(best, x.dtype) if x.dtype in UNSIGNED else best), place


def _highest(x: torch.Tensor, windows: Windows, from_lowest: bool) -> torch.Tensor:
    """The largest number in each window, that of the paddings being the lowest finite one.

    `from_lowest`: also of windows without any padding.
    """
    if x.dtype in UNSIGNED:
        return largest(x, _grid(x, windows))[0]
    limits = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    start = limits.min if from_lowest else -math.inf
    best = torch.full((), start, dtype=x.dtype, device=x.device)
    for value, _, inside in elements(x, _grid(x, windows)):
        best = torch.fmax(best, torch.where(inside, value, limits.min))
    return best


def placed(values: torch.Tensor, place: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Zeros in the shape of `like`, but for the sums of the values that belong to a place."""
    found = values.new_zeros((*like.shape[:2], like.shape[2:].numel()))
    return found.scatter_add(2, place.flatten(2), values.flatten(2)).reshape(like.shape)


def _taken(values: torch.Tensor, place: torch.Tensor) -> torch.Tensor:
    return values.flatten(2).gather(2, place.flatten(2)).reshape(place.shape)


def _linked(value: torch.Tensor, *sources: torch.Tensor) -> torch.Tensor:
    """`value`, which has a gradient of zeros by `sources`."""
    never = torch.zeros((), dtype=torch.bool, device=value.device)
    for source in sources:
        if has_graph(source):
            value = torch.where(never, source, value)
    return value


def _by_largest(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, windows: Windows
) -> torch.Tensor:
    with torch.no_grad():
        place = largest(x, _grid(x, windows))[1]
    return _linked(placed(grad, place, x), x)


@with_gradient(_by_largest)
def _slowly(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    return _highest(x, windows, True)


# -- the largest --------------------------------------------------------------------------------


def _in_doubt(y: torch.Tensor) -> bool:
    """Whether NaN or infinities are among the results, which TensorFlow has otherwise."""
    return y.is_floating_point() and is_concrete(y) and not bool(torch.isfinite(y.detach().amin()))


def max2d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The largest number of each window of an image."""
    shape = (*x.shape[:2], *windows.counts)
    if 0 in shape or not x.numel():
        return nothing(shape, x)
    kernel, strides, same = windows.kernel, windows.strides, windows.same
    found = windows.in_torch()
    if found is not None and x.dtype not in UNSIGNED:
        y = _aten.max_pool2d_with_indices(x, kernel, strides, found[0], (1, 1), same)[0]
        y = _without(y, found[1])
        if not _in_doubt(y):
            return y
    return _slowly(x, windows)


def _by_argmax(grads: Any, outputs: Any, x: torch.Tensor, windows: Windows) -> torch.Tensor:
    result = placed(grads[0], outputs[1], x)
    return refuse_gradient("MaxPoolGradWithArgmax", (grads[0], x), result)


@with_gradient(_by_argmax)
def argmax2d(x: torch.Tensor, windows: Windows) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest number of each window of an image, and its place in the image."""
    found = windows.in_torch()
    if found is not None and x.dtype not in UNSIGNED:
        y, place = _aten.max_pool2d_with_indices(
            x, windows.kernel, windows.strides, found[0], (1, 1), windows.same
        )
        y, place = _without(y, found[1]), _without(place, found[1])
        if not _in_doubt(y):
            return y, place
    return largest(x, _grid(x, windows))


def _first_of_ties(
    grad: torch.Tensor,
    _: Any,
    upstream: torch.Tensor,
    x: torch.Tensor,
    y: torch.Tensor,
    windows: Any,
) -> Any:
    """TensorFlow's gradient of `_to_ties`: what came to the first of them."""
    with torch.no_grad():
        place = largest(x, _grid(x, windows))[1]
    return _taken(grad, place), torch.zeros_like(x), torch.zeros_like(y)


@with_gradient(_first_of_ties)
def _to_ties(
    upstream: torch.Tensor, x: torch.Tensor, y: torch.Tensor, windows: Windows
) -> torch.Tensor:
    """The gradient of the largest numbers: all elements that equal one have it."""
    flat = upstream.new_zeros((*x.shape[:2], x.shape[2:].numel()))
    for value, at, inside in elements(x, _grid(x, windows)):
        equal = inside & ((value - y).abs() < 1e-5)
        place = torch.where(inside, at, 0).expand(value.shape)
        flat = flat.scatter_add(2, place.flatten(2), torch.where(equal, upstream, 0).flatten(2))
    return flat.reshape(x.shape)


@with_gradient(lambda grad, y, x, windows: _to_ties(grad, x, y, windows))
def _max3d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    if windows.same and x.is_cpu:
        x = beyond_stride(x, windows.kernel, windows.strides, windows.counts)
    found = windows.in_torch()
    if found is not None:
        y = _aten.max_pool3d_with_indices(
            x, windows.kernel, windows.strides, found[0], (1, 1, 1), windows.same
        )[0]
        y = _without(y, found[1])
        if not _in_doubt(y):
            return y
    return _highest(x, windows, False)


def max3d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The largest number of each window of a volume."""
    shape = (*x.shape[:2], *windows.counts)
    if 0 in shape or not x.numel():
        return nothing(shape, x)
    return _max3d(x, windows)


# -- the mean -----------------------------------------------------------------------------------


def _by_mean(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, windows: Windows
) -> torch.Tensor:
    paddings, skipped = windows.in_torch()  # type: ignore[misc]
    if any(skipped):
        margins = [n for count in reversed(skipped) for n in (count, 0)]
        grad = torch.constant_pad_nd(grad, margins)
    backward = _aten.avg_pool2d_backward if x.ndim == 4 else _aten.avg_pool3d_backward
    # The values of x do not count.
    return backward(
        grad, x.detach(), windows.kernel, windows.strides, paddings, windows.same, False, None
    )


@with_gradient(_by_mean)
def _mean(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    paddings, skipped = windows.in_torch()  # type: ignore[misc]
    forward = torch._C._nn.avg_pool2d if x.ndim == 4 else torch._C._nn.avg_pool3d
    y = forward(x, windows.kernel, windows.strides, paddings, windows.same, False, None)
    return _without(y, skipped)


def mean(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The mean of each window of an image or a volume, the paddings left out."""
    shape = (*x.shape[:2], *windows.counts)
    if 0 in shape or not x.numel():
        return nothing(shape, x)
    if x.ndim == 5 and x.dtype in (torch.float16, torch.bfloat16) and x.is_cpu:
        return mean(x.float(), windows).to(x.dtype)
    found = _mean_of_all(x, windows)
    if x.ndim == 5 and windows.same and x.is_cpu:
        shifted = beyond_stride(x, windows.kernel, windows.strides, windows.counts)
        if shifted is not x:
            found = with_gradient_of(found, _mean_of_all(shifted.detach(), windows))
    return found


def _mean_of_all(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    if any(size < kernel for size, kernel in zip(x.shape[2:], windows.kernel, strict=True)):
        return _mean_of_padded(x, windows)
    return _mean(x, windows)


def _mean_of_padded(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The mean of windows that are larger than what torch wants to see."""
    counts = torch.ones((), dtype=x.dtype, device=x.device)
    for axis, (kernel, stride, (before, _), size, count) in enumerate(
        zip(
            windows.kernel,
            windows.strides,
            windows.margins,
            x.shape[2:],
            windows.counts,
            strict=True,
        )
    ):
        start = torch.arange(count, device=x.device) * stride - before
        inside = (start + kernel).clamp(max=size) - start.clamp(min=0)
        counts = counts * inside.reshape([-1 if n == axis else 1 for n in range(x.ndim - 2)])
    padded = torch.constant_pad_nd(x, flat_margins(windows.margins))
    whole = windows._replace(margins=((0, 0),) * len(windows.kernel), same=False)
    return _mean(padded, whole) * (math.prod(windows.kernel) / counts)
