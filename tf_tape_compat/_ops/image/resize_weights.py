"""The source pixels and weights that each resized pixel is computed from."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from ..._core.tensor.cached_constants import cached_constants

_ONE = np.float32(1)


class Taps:
    """For each new pixel along an axis, the indices of the source pixels and their weights.

    Attributes:
      indices: int64 [new, taps].
      weights: float32 [new, taps].
      ignores_zero_weights: whether an infinite pixel of weight 0 has no effect.
      align_corners: the argument with which torch's `interpolate` computes the same; or None.
    """

    def __init__(
        self,
        indices: np.ndarray,
        weights: np.ndarray,
        ignores_zero_weights: bool = False,
        align_corners: bool | None = None,
    ) -> None:
        self.indices, self.weights = torch.from_numpy(indices), torch.from_numpy(weights)
        self.ignores_zero_weights = ignores_zero_weights
        self.align_corners = align_corners
        self._placed: dict[torch.device, Taps] = {}

    @property
    def count(self) -> int:
        """The number of new pixels."""
        return self.indices.shape[0]

    def on(self, device: torch.device) -> Taps:
        """The same taps on a device, copied once."""
        if device == self.indices.device:
            return self
        if device not in self._placed:
            placed = copy.copy(self)
            with _disable_current_modes():  # as in cached_constants
                placed.indices, placed.weights = self.indices.to(device), self.weights.to(device)
            self._placed[device] = placed
        return self._placed[device]


HALF_PIXEL, CORNERS, LEGACY = "half pixel", "corners", "legacy"
"""Where the new pixels are: TensorFlow 2 compares the centres of pixels. TensorFlow 1 either makes
the corner pixels coincide, or compares the upper left corners of pixels."""


def _scale(old: int, new: int, sampling: str = HALF_PIXEL) -> np.float32:
    if sampling == CORNERS and new > 1:
        return np.float32(old - 1) / np.float32(new - 1)
    return np.float32(old) / np.float32(new)


def _centres(old: int, new: int, sampling: str) -> np.ndarray:
    """Where the new pixels are, in the coordinates of the old ones."""
    indices = np.arange(new, dtype=np.float32)
    scale = _scale(old, new, sampling)
    if sampling != HALF_PIXEL:
        return indices * scale
    return (indices + np.float32(0.5)) * scale - np.float32(0.5)


def _bilinear(old: int, new: int, sampling: str) -> Taps:
    centres = _centres(old, new, sampling)
    low = np.floor(centres)
    share = (centres - low).astype(np.float32)
    indices = np.stack([np.maximum(low, 0), np.minimum(np.ceil(centres), old - 1)], 1)
    align_corners = None if sampling == LEGACY else sampling == CORNERS
    weights = np.stack([_ONE - share, share], 1)
    return Taps(indices.astype(np.int64), weights, align_corners=align_corners)


def _nearest(old: int, new: int, sampling: str) -> Taps:
    indices = np.arange(new, dtype=np.float32)
    if sampling == HALF_PIXEL:
        indices = indices + np.float32(0.5)
    indices = indices * _scale(old, new, sampling)
    if sampling == CORNERS:
        indices = indices + np.float32(0.5)
    indices = np.minimum(np.floor(indices), old - 1).astype(np.int64)
    return Taps(indices[:, None], np.ones((new, 1), np.float32))


@functools.lru_cache(2)
def _cubic_table(a: float) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the two nearer and the two farther pixels, tabulated at 1024 distances."""
    near = (np.arange(1025) / 1024).astype(np.float32).astype(np.float64)
    far = (near + 1).astype(np.float32).astype(np.float64)
    nearer = ((a + 2) * near - (a + 3)) * near * near + 1
    farther = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    return nearer.astype(np.float32), farther.astype(np.float32)


def _bicubic(old: int, new: int, sampling: str) -> Taps:
    centres = _centres(old, new, sampling)
    low = np.floor(centres)
    nearer, farther = _cubic_table(-0.5 if sampling == HALF_PIXEL else -0.75)
    table_index = np.rint((centres - low).astype(np.float32) * np.float32(1024)).astype(np.int64)
    weights = [
        farther[table_index],
        nearer[table_index],
        nearer[1024 - table_index],
        farther[1024 - table_index],
    ]
    indices = low.astype(np.int64)[:, None] + np.arange(-1, 3)
    if sampling != HALF_PIXEL:
        return Taps(np.clip(indices, 0, old - 1), np.stack(weights, 1))
    inside = (indices >= 0) & (indices < old)
    weights_inside = np.where(inside, np.stack(weights, 1), np.float32(0))
    return Taps(np.clip(indices, 0, old - 1), weights_inside / weights_inside.sum(1, keepdims=True))


def _area(old: int, new: int, sampling: str) -> Taps:
    scale = _scale(old, new, sampling)
    start = np.arange(new, dtype=np.float32) * scale
    end = np.arange(1, new + 1, dtype=np.float32) * scale
    first = np.floor(start).astype(np.int64)
    count = max(1, int((np.ceil(end).astype(np.int64) - first).max()))
    indices = first[:, None] + np.arange(count)
    covered = np.minimum(indices + 1, end[:, None]) - np.maximum(indices, start[:, None])
    weights = np.maximum(covered, 0).astype(np.float32) / scale
    return Taps(np.clip(indices, 0, old - 1), weights.astype(np.float32), True)


def _lanczos(radius: float) -> Callable[[np.ndarray], np.ndarray]:
    def kernel(x: np.ndarray) -> np.ndarray:
        angle = np.float32(np.pi) * np.where(x <= 1e-3, _ONE, x)
        wave = np.float32(radius) * np.sin(angle) * np.sin(angle / np.float32(radius))
        values = np.where(x <= 1e-3, _ONE, wave / (angle * angle))
        return np.where(x > radius, np.float32(0), values)

    return kernel


def _gaussian(x: np.ndarray) -> np.ndarray:
    return np.where(x >= 1.5, np.float32(0), np.exp(-x.astype(np.float64) * x / 0.5))


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(_ONE - x, np.float32(0))


def _cubic(near: Any, far: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Two polynomials, for distances below 1 and below 2; highest coefficients first."""

    def kernel(x: np.ndarray) -> np.ndarray:
        values = np.where(x >= 1, np.polyval(np.float32(far), x), np.polyval(np.float32(near), x))
        return np.where(x >= 2, np.float32(0), values)

    return kernel


_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "lanczos3": (3.0, _lanczos(3.0)),
    "lanczos5": (5.0, _lanczos(5.0)),
    "gaussian": (1.5, _gaussian),
    "triangle": (1.0, _triangle),
    "keyscubic": (2.0, _cubic((1.5, -2.5, 0, 1), (-0.5, 2.5, -4, 2))),
    "mitchellcubic": (2.0, _cubic((7 / 6, -2, 0, 8 / 9), (-7 / 18, 2, -10 / 3, 16 / 9))),
}


def _kernel_taps(old: int, new: int, kernel: str, antialias: bool) -> Taps:
    """The taps of a kernel, which is widened by the reduction factor if `antialias`."""
    radius, kernel_function = _KERNELS[kernel]
    scale = _ONE / (np.float32(new) / np.float32(old))
    kernel_scale = max(scale, _ONE) if antialias else _ONE
    support = np.float32(radius) * kernel_scale
    centres = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * scale
    half = np.float32(0.5)
    first = np.clip(np.ceil(centres - support - half).astype(np.int64), 0, old - 1)
    last = np.clip(np.floor(centres + support - half).astype(np.int64), 0, old - 1)
    indices = first[:, None] + np.arange(int((last - first).max()) + 1)
    distances = np.abs(indices.astype(np.float32) + half - centres[:, None]) * (_ONE / kernel_scale)
    weights = kernel_function(distances.astype(np.float32)).astype(np.float32)
    weights = np.where(indices <= last[:, None], weights, np.float32(0))
    total = weights.sum(1, keepdims=True, dtype=np.float32)
    empty = np.abs(total) < np.float32(1000) * np.finfo(np.float32).tiny
    weights = np.where(empty, np.float32(0), weights / np.where(empty, _ONE, total))
    return Taps(np.clip(indices, 0, old - 1), weights)


_TAPS: dict[str, Callable[[int, int, str], Taps]] = {
    "ResizeBilinear": _bilinear,
    "ResizeNearestNeighbor": _nearest,
    "ResizeBicubic": _bicubic,
    "ResizeArea": _area,
}


@cached_constants(64)
def resize_taps(operation: str, old: int, new: int, *kernel: Any) -> Taps:
    """The taps of a resize operation along one axis, from `old` to `new` pixels.

    `kernel` is the sampling, or for ScaleAndTranslate the kernel and whether it is widened.
    """
    if operation == "ScaleAndTranslate":
        return _kernel_taps(old, new, *kernel)
    return _TAPS[operation](old, new, *kernel)
