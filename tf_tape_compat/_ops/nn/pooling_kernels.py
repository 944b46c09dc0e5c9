"""Maxima and means of windows, for tensors with the channels first.

torch's kernels are used wherever they agree with TensorFlow's. A slower path covers the rest: NaN
(never the maximum unless it comes first and nothing else is compared), minus infinity (becomes the
lowest finite number), paddings that torch does not support, and unsigned integers.
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
from .._support.unsigned import UNSIGNED, from_ordered_int64, to_ordered_int64
from ..array.sliding_windows import connected_zeros, crop_stride_remainder, torch_padding

_aten = torch.ops.aten


class Windows(NamedTuple):
    """The windows over the spatial dimensions of inputs of one shape."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    output_sizes: tuple[int, ...]
    paddings: tuple[tuple[int, int], ...]
    same: bool  # whether the padding is "SAME"

    def torch_paddings(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """The paddings for torch's kernel, and how many leading windows to drop from its result.

        None if torch's kernel cannot express them: it pads both ends equally, apart from a last
        window that overlaps the end (`ceil_mode`).
        """
        paddings, dropped = [], []
        for size, stride, (before, after) in zip(
            self.kernel, self.strides, self.paddings, strict=True
        ):
            asymmetric = before != after and (stride == 1 or not self.same)
            padding = after if asymmetric else before
            if padding > size // 2 or (asymmetric and not self.same):
                return None
            paddings.append(padding)
            dropped.append(int(asymmetric))
        return tuple(paddings), tuple(dropped)


def _drop_leading(result: torch.Tensor, dropped: tuple[int, ...]) -> torch.Tensor:
    for axis, count in enumerate(dropped):
        if count:
            result = result.narrow(axis + 2, count, result.shape[axis + 2] - count)
    return result


# -- any windows, element by element ------------------------------------------------------------


class Grid(NamedTuple):
    """The starts of windows along each spatial dimension, their longest length, and their ends."""

    starts: list[torch.Tensor]
    kernel: tuple[int, ...]
    ends: list[torch.Tensor] | None = None


def _grid(x: torch.Tensor, windows: Windows) -> Grid:
    starts = [
        torch.arange(count, device=x.device) * stride - before
        for count, stride, (before, _) in zip(
            windows.output_sizes, windows.strides, windows.paddings, strict=True
        )
    ]
    return Grid(starts, windows.kernel)


def window_elements(
    x: torch.Tensor, grid: Grid
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Iterates over the offsets within a window.

    Yields, for each offset, the elements of all windows there, their flat indices, and whether they
    lie within the window and the tensor.
    """
    sizes = x.shape[2:]
    rank = len(sizes)
    for offsets in itertools.product(*map(range, grid.kernel)):
        values = x
        index = torch.zeros((), dtype=torch.int64, device=x.device)
        all_in_bounds = torch.ones((), dtype=torch.bool, device=x.device)
        for axis, (window_starts, offset, size) in enumerate(
            zip(grid.starts, offsets, sizes, strict=True)
        ):
            position = window_starts + offset
            in_bounds = (position >= 0) & (position < size)
            if grid.ends is not None:
                in_bounds = in_bounds & (position < grid.ends[axis])
            values = values.index_select(axis + 2, position.clamp(0, size - 1))
            shape = [-1 if n == axis else 1 for n in range(rank)]
            index = index * size + position.reshape(shape)
            all_in_bounds = all_in_bounds & in_bounds.reshape(shape)
        yield values, index, all_in_bounds


def max_with_index(x: torch.Tensor, grid: Grid) -> tuple[torch.Tensor, torch.Tensor]:
    """The maximum of each window, and its flat index. The first of several equal elements wins.

    A NaN is the maximum if it comes first.
    """
    keys = to_ordered_int64(x) if x.dtype in UNSIGNED else x
    best = index = torch.empty(())
    for step, (value, position, inside) in enumerate(window_elements(keys, grid)):
        if not step:
            best = value
            index = torch.where(inside, position, -1).expand(value.shape)
            continue
        better = inside & ((index < 0) | (value > best))
        best = torch.where(better, value, best)
        index = torch.where(better, position, index)
    return (from_ordered_int64(best, x.dtype) if x.dtype in UNSIGNED else best), index


def _max_ignoring_nan(x: torch.Tensor, windows: Windows, from_lowest: bool) -> torch.Tensor:
    """The largest number of each window, where padding counts as the lowest finite number.

    With `from_lowest`, so does the start of windows without padding.
    """
    if x.dtype in UNSIGNED:
        return max_with_index(x, _grid(x, windows))[0]
    limits = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    start = limits.min if from_lowest else -math.inf
    best = torch.full((), start, dtype=x.dtype, device=x.device)
    for value, _, inside in window_elements(x, _grid(x, windows)):
        best = torch.fmax(best, torch.where(inside, value, limits.min))
    return best


def scatter_to_indices(
    values: torch.Tensor, index: torch.Tensor, like: torch.Tensor
) -> torch.Tensor:
    """A tensor in the shape of `like` with the values added at their flat spatial indices."""
    flat = values.new_zeros((*like.shape[:2], like.shape[2:].numel()))
    return flat.scatter_add(2, index.flatten(2), values.flatten(2)).reshape(like.shape)


def _gather_at(values: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return values.flatten(2).gather(2, index.flatten(2)).reshape(index.shape)


def _connect(value: torch.Tensor, *sources: torch.Tensor) -> torch.Tensor:
    """Connects `value` to `sources` in the graph, with gradients of zero."""
    never = torch.zeros((), dtype=torch.bool, device=value.device)
    for source in sources:
        if has_graph(source):
            value = torch.where(never, source, value)
    return value


def _max_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, windows: Windows
) -> torch.Tensor:
    with torch.no_grad():
        index = max_with_index(x, _grid(x, windows))[1]
    return _connect(scatter_to_indices(grad, index, x), x)


@with_gradient(_max_gradient)
def _max2d_fallback(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    return _max_ignoring_nan(x, windows, True)


# -- max pooling --------------------------------------------------------------------------------


def _may_differ(y: torch.Tensor) -> bool:
    """Whether the result has NaN or infinities, where TensorFlow's kernels may differ."""
    return y.is_floating_point() and is_concrete(y) and not bool(torch.isfinite(y.detach().amin()))


def max2d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The maximum of each window of an image."""
    shape = (*x.shape[:2], *windows.output_sizes)
    if 0 in shape or not x.numel():
        return connected_zeros(shape, x)
    kernel, strides, same = windows.kernel, windows.strides, windows.same
    torch_paddings = windows.torch_paddings()
    if torch_paddings is not None and x.dtype not in UNSIGNED:
        y = _aten.max_pool2d_with_indices(x, kernel, strides, torch_paddings[0], (1, 1), same)[0]
        y = _drop_leading(y, torch_paddings[1])
        if not _may_differ(y):
            return y
    return _max2d_fallback(x, windows)


def _argmax_gradient(grads: Any, outputs: Any, x: torch.Tensor, windows: Windows) -> torch.Tensor:
    result = scatter_to_indices(grads[0], outputs[1], x)
    return refuse_gradient("MaxPoolGradWithArgmax", (grads[0], x), result)


@with_gradient(_argmax_gradient)
def argmax2d(x: torch.Tensor, windows: Windows) -> tuple[torch.Tensor, torch.Tensor]:
    """The maximum of each window of an image, and its flat index in the image."""
    torch_paddings = windows.torch_paddings()
    if torch_paddings is not None and x.dtype not in UNSIGNED:
        y, index = _aten.max_pool2d_with_indices(
            x, windows.kernel, windows.strides, torch_paddings[0], (1, 1), windows.same
        )
        y, index = _drop_leading(y, torch_paddings[1]), _drop_leading(index, torch_paddings[1])
        if not _may_differ(y):
            return y, index
    return max_with_index(x, _grid(x, windows))


def _ties_gradient(
    grad: torch.Tensor,
    _: Any,
    upstream: torch.Tensor,
    x: torch.Tensor,
    y: torch.Tensor,
    windows: Any,
) -> Any:
    """TensorFlow's gradient of `_max3d_gradient`: taken from the first of the tied elements."""
    with torch.no_grad():
        index = max_with_index(x, _grid(x, windows))[1]
    return _gather_at(grad, index), torch.zeros_like(x), torch.zeros_like(y)


@with_gradient(_ties_gradient)
def _max3d_gradient(
    upstream: torch.Tensor, x: torch.Tensor, y: torch.Tensor, windows: Windows
) -> torch.Tensor:
    """The gradient of `max3d`: every element within 1e-5 of the maximum receives it."""
    flat = upstream.new_zeros((*x.shape[:2], x.shape[2:].numel()))
    for value, position, inside in window_elements(x, _grid(x, windows)):
        equal = inside & ((value - y).abs() < 1e-5)
        index = torch.where(inside, position, 0).expand(value.shape)
        flat = flat.scatter_add(2, index.flatten(2), torch.where(equal, upstream, 0).flatten(2))
    return flat.reshape(x.shape)


@with_gradient(lambda grad, y, x, windows: _max3d_gradient(grad, x, y, windows))
def _max3d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    if windows.same and x.is_cpu:
        x = crop_stride_remainder(x, windows.kernel, windows.strides, windows.output_sizes)
    torch_paddings = windows.torch_paddings()
    if torch_paddings is not None:
        y = _aten.max_pool3d_with_indices(
            x, windows.kernel, windows.strides, torch_paddings[0], (1, 1, 1), windows.same
        )[0]
        y = _drop_leading(y, torch_paddings[1])
        if not _may_differ(y):
            return y
    return _max_ignoring_nan(x, windows, False)


def max3d(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The maximum of each window of a volume."""
    shape = (*x.shape[:2], *windows.output_sizes)
    if 0 in shape or not x.numel():
        return connected_zeros(shape, x)
    return _max3d(x, windows)


# -- average pooling ----------------------------------------------------------------------------


def _mean_gradient(
    grad: torch.Tensor, y: torch.Tensor, x: torch.Tensor, windows: Windows
) -> torch.Tensor:
    paddings, dropped = windows.torch_paddings()  # type: ignore[misc]
    if any(dropped):
        pads = [n for count in reversed(dropped) for n in (count, 0)]
        grad = torch.constant_pad_nd(grad, pads)
    backward = _aten.avg_pool2d_backward if x.ndim == 4 else _aten.avg_pool3d_backward
    # Only the shape of x matters.
    return backward(
        grad, x.detach(), windows.kernel, windows.strides, paddings, windows.same, False, None
    )


@with_gradient(_mean_gradient)
def _mean(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    paddings, dropped = windows.torch_paddings()  # type: ignore[misc]
    forward = torch._C._nn.avg_pool2d if x.ndim == 4 else torch._C._nn.avg_pool3d
    y = forward(x, windows.kernel, windows.strides, paddings, windows.same, False, None)
    return _drop_leading(y, dropped)


def mean(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The mean of each window of an image or a volume, padding excluded."""
    shape = (*x.shape[:2], *windows.output_sizes)
    if 0 in shape or not x.numel():
        return connected_zeros(shape, x)
    if x.ndim == 5 and x.dtype in (torch.float16, torch.bfloat16) and x.is_cpu:
        return mean(x.float(), windows).to(x.dtype)
    result = _mean_with_padding(x, windows)
    if x.ndim == 5 and windows.same and x.is_cpu:
        shifted = crop_stride_remainder(x, windows.kernel, windows.strides, windows.output_sizes)
        if shifted is not x:
            result = with_gradient_of(result, _mean_with_padding(shifted.detach(), windows))
    return result


def _mean_with_padding(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    if any(size < kernel for size, kernel in zip(x.shape[2:], windows.kernel, strict=True)):
        return _mean_of_oversized(x, windows)
    return _mean(x, windows)


def _mean_of_oversized(x: torch.Tensor, windows: Windows) -> torch.Tensor:
    """The mean of windows larger than the input, which torch's kernel rejects."""
    output_sizes = torch.ones((), dtype=x.dtype, device=x.device)
    for axis, (kernel, stride, (before, _), size, count) in enumerate(
        zip(
            windows.kernel,
            windows.strides,
            windows.paddings,
            x.shape[2:],
            windows.output_sizes,
            strict=True,
        )
    ):
        start = torch.arange(count, device=x.device) * stride - before
        length = (start + kernel).clamp(max=size) - start.clamp(min=0)
        output_sizes = output_sizes * length.reshape(
            [-1 if n == axis else 1 for n in range(x.ndim - 2)]
        )
    padded = torch.constant_pad_nd(x, torch_padding(windows.paddings))
    unpadded = windows._replace(paddings=((0, 0),) * len(windows.kernel), same=False)
    return _mean(padded, unpadded) * (math.prod(windows.kernel) / output_sizes)
