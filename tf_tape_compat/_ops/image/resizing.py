"""Images resized: which pixels each new one is made of, and with which weights."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.static_args import is_concrete
from ..._core.tensor.tensor import EagerTensor
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient, refuse_gradient_with, with_gradient
from .._support.string_arrays import moves_elements
from ..array.shaping import expand_dims, squeeze
from .layout import in_batches, pad_to_bounding_box

_ONE = np.float32(1)


class Taps(NamedTuple):
    """For each new pixel along an axis, the old ones that it is made of, and their weights."""

    places: np.ndarray  # [new, taps]
    weights: np.ndarray  # [new, taps], float32
    open_ended: bool = False  # some have fewer than others: what has no weight is not looked at


def _scale(old: int, new: int) -> np.float32:
    return np.float32(old) / np.float32(new)


def _centres(old: int, new: int) -> np.ndarray:
    """Where the middles of the new pixels are, among the middles of the old ones."""
    places = np.arange(new, dtype=np.float32)
    return (places + np.float32(0.5)) * _scale(old, new) - np.float32(0.5)


def _bilinear(old: int, new: int) -> Taps:
    centres = _centres(old, new)
    low = np.floor(centres)
    share = (centres - low).astype(np.float32)
    places = np.stack([np.maximum(low, 0), np.minimum(np.ceil(centres), old - 1)], 1)
    return Taps(places.astype(np.int64), np.stack([_ONE - share, share], 1))


def _nearest(old: int, new: int) -> Taps:
    places = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * _scale(old, new)
    places = np.minimum(np.floor(places), old - 1).astype(np.int64)
    return Taps(places[:, None], np.ones((new, 1), np.float32))


@functools.lru_cache(1)
def _cubic_table() -> tuple[np.ndarray, np.ndarray]:
    """The weights of the two nearer and the two farther pixels, at 1024 distances."""
    near = (np.arange(1025) / 1024).astype(np.float32).astype(np.float64)
    far = (near + 1).astype(np.float32).astype(np.float64)
    a = -0.5
    nearer = ((a + 2) * near - (a + 3)) * near * near + 1
    farther = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    return nearer.astype(np.float32), farther.astype(np.float32)


def _bicubic(old: int, new: int) -> Taps:
    centres = _centres(old, new)
    low = np.floor(centres)
    nearer, farther = _cubic_table()
    step = np.rint((centres - low).astype(np.float32) * np.float32(1024)).astype(np.int64)
    weights = [farther[step], nearer[step], nearer[1024 - step], farther[1024 - step]]
    places = low.astype(np.int64)[:, None] + np.arange(-1, 3)
    inside = (places >= 0) & (places < old)
    found = np.where(inside, np.stack(weights, 1), np.float32(0))
    return Taps(np.clip(places, 0, old - 1), found / found.sum(1, keepdims=True))


def _area(old: int, new: int) -> Taps:
    scale = _scale(old, new)
    start = np.arange(new, dtype=np.float32) * scale
    end = np.arange(1, new + 1, dtype=np.float32) * scale
    first = np.floor(start).astype(np.int64)
    count = max(1, int((np.ceil(end).astype(np.int64) - first).max()))
    places = first[:, None] + np.arange(count)
    covered = np.minimum(places + 1, end[:, None]) - np.maximum(places, start[:, None])
    weights = np.maximum(covered, 0).astype(np.float32) / scale
    return Taps(np.clip(places, 0, old - 1), weights.astype(np.float32), True)


# -- kernels of any width -----------------------------------------------------------------------


def _lanczos(radius: float) -> Callable[[np.ndarray], np.ndarray]:
    def weigh(x: np.ndarray) -> np.ndarray:
        turn = np.float32(np.pi) * np.where(x <= 1e-3, _ONE, x)
        wave = np.float32(radius) * np.sin(turn) * np.sin(turn / np.float32(radius))
        found = np.where(x <= 1e-3, _ONE, wave / (turn * turn))
        return np.where(x > radius, np.float32(0), found)

    return weigh


def _gaussian(x: np.ndarray) -> np.ndarray:
    return np.where(x >= 1.5, np.float32(0), np.exp(-x.astype(np.float64) * x / 0.5))


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(_ONE - x, np.float32(0))


def _cubic(near: Any, far: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Two polynomials, of distances up to 1 and up to 2; coefficients from the highest."""

    def weigh(x: np.ndarray) -> np.ndarray:
        found = np.where(x >= 1, np.polyval(np.float32(far), x), np.polyval(np.float32(near), x))
        return np.where(x >= 2, np.float32(0), found)

    return weigh


_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "lanczos3": (3.0, _lanczos(3.0)),
    "lanczos5": (5.0, _lanczos(5.0)),
    "gaussian": (1.5, _gaussian),
    "triangle": (1.0, _triangle),
    "keyscubic": (2.0, _cubic((1.5, -2.5, 0, 1), (-0.5, 2.5, -4, 2))),
    "mitchellcubic": (2.0, _cubic((7 / 6, -2, 0, 8 / 9), (-7 / 18, 2, -10 / 3, 16 / 9))),
}


def _kernel_taps(old: int, new: int, kernel: str, antialias: bool) -> Taps:
    """With `antialias`, the kernel is as much wider as the image becomes smaller."""
    radius, weigh = _KERNELS[kernel]
    inverse = _ONE / (np.float32(new) / np.float32(old))
    width = max(inverse, _ONE) if antialias else _ONE
    reach = np.float32(radius) * width
    centres = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * inverse
    half = np.float32(0.5)
    first = np.clip(np.ceil(centres - reach - half).astype(np.int64), 0, old - 1)
    last = np.clip(np.floor(centres + reach - half).astype(np.int64), 0, old - 1)
    places = first[:, None] + np.arange(int((last - first).max()) + 1)
    distances = np.abs(places.astype(np.float32) + half - centres[:, None]) * (_ONE / width)
    weights = weigh(distances.astype(np.float32)).astype(np.float32)
    weights = np.where(places <= last[:, None], weights, np.float32(0))
    total = weights.sum(1, keepdims=True, dtype=np.float32)
    empty = np.abs(total) < np.float32(1000) * np.finfo(np.float32).tiny
    weights = np.where(empty, np.float32(0), weights / np.where(empty, _ONE, total))
    return Taps(np.clip(places, 0, old - 1), weights)


# -- application --------------------------------------------------------------------------------

_MANY = 6  # channels, from which on pixels are added up rather than columns


def _all(taps: Taps, like: torch.Tensor, axis: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The places of all taps, and their weights, which `like` has two axes for."""
    index = torch.from_numpy(taps.places.reshape(-1)).to(like.device)
    shape = [1] * axis + list(taps.weights.shape) + [1] * (3 - axis)
    return index, torch.from_numpy(taps.weights).to(like).reshape(shape)


def _by_taps(
    x: torch.Tensor, places: np.ndarray, weights: np.ndarray, careful: bool
) -> torch.Tensor:
    """The sum over the taps [new, taps] of the columns of `x` at their places, weighted.

    `careful`: what has no weight is not looked at.
    """
    found = None
    for tap in range(places.shape[1]):
        index = torch.from_numpy(places[:, tap].copy()).to(x.device)
        weight = torch.from_numpy(weights[:, tap].copy()).to(x)
        picked = x.index_select(1, index)
        if x.ndim == 3:
            weight = weight.unsqueeze(1)
        if careful:
            picked = torch.where(weight == 0, 0.0, picked)
        found = picked * weight if found is None else torch.addcmul(found, picked, weight)
    return found  # type: ignore[return-value]


def _bag(x: torch.Tensor, places: np.ndarray, weights: np.ndarray) -> torch.Tensor:
    """For each of places [times, new, taps] the sum of rows of `x`; weights are [new, taps]."""
    index = torch.from_numpy(places.reshape(-1, places.shape[-1])).to(x.device)
    per_sample = torch.from_numpy(weights).to(x).repeat(len(places), 1)
    return functional.embedding_bag(index, x, mode="sum", per_sample_weights=per_sample)


def _down(x: torch.Tensor, taps: Taps, careful: bool) -> torch.Tensor:
    """New rows of `x` [batch, rows, columns, channels]."""
    batch, rows, columns, channels = x.shape
    if careful or not is_concrete(x):
        found = _by_taps(x.flatten(2), taps.places, taps.weights, careful)
        return found.unflatten(2, (columns, channels))
    places = taps.places + rows * np.arange(batch)[:, None, None]
    found = _bag(x.reshape(batch * rows, columns * channels), places, taps.weights)
    return found.reshape(batch, len(taps.places), columns, channels)


def _across(x: torch.Tensor, taps: Taps, careful: bool) -> torch.Tensor:
    """New columns of `x` [batch, rows, columns, channels]."""
    batch, rows, columns, channels = x.shape
    if channels > _MANY and not careful and is_concrete(x):
        places = taps.places + columns * np.arange(batch * rows)[:, None, None]
        found = _bag(x.reshape(-1, channels), places, taps.weights)
    else:
        places = taps.places[:, None] * channels + np.arange(channels)[:, None]
        weights = taps.weights.repeat(channels, 0)
        flat = x.reshape(batch * rows, columns * channels)
        found = _by_taps(flat, places.reshape(weights.shape), weights, careful)
    return found.reshape(batch, rows, len(taps.places), channels)


def _finite(x: torch.Tensor) -> bool:
    """Whether it is known that there is no infinity and no NaN."""
    if not is_concrete(x):
        return False
    return bool(x.sum().isfinite()) or bool(x.isfinite().all())


def _back(grad: torch.Tensor, taps: Taps, axis: int, old: int) -> torch.Tensor:
    sizes = list(grad.shape)
    sizes[axis] = old
    index, weights = _all(taps, grad, axis)
    shares = (grad.unsqueeze(axis + 1) * weights).flatten(axis, axis + 1)
    return grad.new_zeros(sizes).index_add(axis, index, shares)


def _returned(grad: torch.Tensor, x: torch.Tensor, rows: Taps, columns: Taps) -> torch.Tensor:
    """The gradients of new pixels, added up at the old ones, in their order."""
    batch, height, width, channels = x.shape
    index = torch.from_numpy(rows.places * width + columns.places.T).reshape(-1).to(x.device)
    flat = grad.reshape(batch, index.numel(), channels)
    found = grad.new_zeros(batch, height * width, channels).index_add(1, index, flat)
    return found.reshape(x.shape)


def _resized_gradient(
    grad: torch.Tensor, _: Any, x: torch.Tensor, operation: str, rows: Taps, columns: Taps
) -> torch.Tensor:
    with torch.no_grad():
        if operation == "ResizeNearestNeighbor":
            found = _returned(grad, x, rows, columns)
        else:
            found = _back(_back(grad, columns, 2, x.shape[2]), rows, 1, x.shape[1]).to(x.dtype)
    if operation == "ResizeBilinear":
        return found  # whose gradient TensorFlow knows to be none
    return refuse_gradient(
        f"{operation}Grad", grad if operation == "ResizeNearestNeighbor" else (grad, x), found
    )


@with_gradient(_resized_gradient)
def _resized(x: torch.Tensor, operation: str, rows: Taps, columns: Taps) -> torch.Tensor:
    if operation == "ResizeNearestNeighbor":
        found = x.index_select(1, torch.from_numpy(rows.places[:, 0]).to(x.device))
        return found.index_select(2, torch.from_numpy(columns.places[:, 0]).to(x.device))
    x = x.float()
    if not len(x):
        return x.new_zeros((0, len(rows.places), len(columns.places), x.shape[3]))
    # torch looks at a pixel beyond the edge, too, with the weight 0: that matters for infinity.
    if operation == "ResizeBilinear" and _finite(x):
        size = [len(rows.places), len(columns.places)]
        found = functional.interpolate(
            x.permute(0, 3, 1, 2), size, mode="bilinear", align_corners=False
        )
        return found.permute(0, 2, 3, 1)
    careful = rows.open_ended and not _finite(x)
    if len(rows.places) > x.shape[1]:  # more rows: they come last
        return _down(_across(x, columns, careful), rows, careful)
    return _across(_down(x, rows, careful), columns, careful)


_TAPS: dict[str, Callable[[int, int], Taps]] = {
    "ResizeBilinear": _bilinear,
    "ResizeNearestNeighbor": _nearest,
    "ResizeBicubic": _bicubic,
    "ResizeArea": _area,
}


@functools.lru_cache(64)
def _taps(operation: str, old: int, new: int, *kernel: Any) -> Taps:
    return _kernel_taps(old, new, *kernel) if kernel else _TAPS[operation](old, new)


def _run(images: torch.Tensor, operation: str, size: Any, *kernel: Any) -> Any:
    new = tuple(int(n) for n in size)
    old = tuple(images.shape[1:3])
    if min(new) <= 0:
        raise invalid(f"output dimensions must be positive, got {brackets(new)}")
    if images.shape[3] == 0 or (min(old) == 0):
        raise invalid(f"input image must be of non-zero size, got {brackets(images.shape)}")
    rows, columns = (_taps(operation, *n, *kernel) for n in zip(old, new, strict=True))
    found = _resized(images, operation, rows, columns)
    return refuse_gradient(operation, images, found) if operation == "ResizeArea" else found


@op("ResizeBilinear", "images")
@single_op
def _resize_bilinear(images: Any, size: Any) -> Any:
    return _run(images, "ResizeBilinear", size)


@op("ResizeNearestNeighbor", "images")
@moves_elements
def _resize_nearest(images: Any, size: Any) -> Any:
    return _run(images, "ResizeNearestNeighbor", size)


@op("ResizeBicubic", "images")
@single_op
def _resize_bicubic(images: Any, size: Any) -> Any:
    found = _run(images, "ResizeBicubic", size)
    if images.dtype not in (torch.float32, torch.float64):
        found = found.detach()
    return found


@op("ResizeArea", "images")
@single_op
def _resize_area(images: Any, size: Any) -> Any:
    return _run(images, "ResizeArea", size)


@op("ScaleAndTranslate", "images")
@single_op
def _scale_and_translate(images: Any, size: Any, kernel: str, antialias: bool) -> Any:
    found = _run(images, "ScaleAndTranslate", size, kernel, antialias)
    if images.dtype is torch.float32:
        return found
    types = invalid("the gradient of ScaleAndTranslate has no type but float")
    return refuse_gradient_with(types, found)


class ResizeMethod:
    """How `tf.image.resize` makes new pixels of old ones; answers for `tf.image.ResizeMethod`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


def _wanted_size(size: Any, images: EagerTensor, preserve_aspect_ratio: bool) -> list[int]:
    try:
        given = to_tensor(size, INT32)
    except (TypeError, ValueError):
        raise ValueError("'size' must be a 1-D int32 Tensor") from None
    if given.shape.as_list() != [2]:
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    wanted = given.numpy()
    if not preserve_aspect_ratio:
        return wanted.tolist()
    old = np.array(images.shape.as_list()[1:3], np.float32)
    scale = (wanted.astype(np.float32) / old).min()
    return np.rint(scale * old).astype(np.int64).tolist()


def _by_method(images: EagerTensor, size: list[int], method: Any, antialias: bool) -> Any:
    if method == ResizeMethod.BILINEAR:
        if antialias:
            return _scale_and_translate(images, size, "triangle", True)
        return _resize_bilinear(images, size)
    if method == ResizeMethod.NEAREST_NEIGHBOR:
        return _resize_nearest(images, size)
    if method == ResizeMethod.BICUBIC:
        if antialias:
            return _scale_and_translate(images, size, "keyscubic", True)
        return _resize_bicubic(images, size)
    if method == ResizeMethod.AREA:
        return _resize_area(images, size)
    if method in ("lanczos3", "lanczos5", "gaussian", "mitchellcubic"):
        return _scale_and_translate(images, size, method, bool(antialias))
    raise ValueError(f"Resize method is not implemented: {method}")


def resize(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Images [height, width, channels], or a batch of them, in another `size` (height, width).

    `method` is one of `tf.image.ResizeMethod`; with `antialias`, a smaller image is made of all
    pixels. Answers for `tf.image.resize`. The result is float32 but for "nearest". Raises
    ValueError for other methods, InvalidArgumentError for sizes below 1.
    """
    images = to_tensor(images)
    if images.ndim == 3:
        found = resize(expand_dims(images, 0), size, method, preserve_aspect_ratio, antialias)
        return squeeze(found, [0])
    if images.ndim != 4:
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    wanted = _wanted_size(size, images, preserve_aspect_ratio)
    return _by_method(images, wanted, method, antialias)


def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Any:
    """Images resized to fit into the target, with zeros around; for `tf.image.resize_with_pad`.

    Raises ValueError for sizes below 1.
    """

    def run(images: Any) -> Any:
        if not target_width > 0:
            raise ValueError("target_width must be > 0.")
        if not target_height > 0:
            raise ValueError("target_height must be > 0.")
        old = np.array(images.shape.as_list()[1:3], np.float32)
        target = np.array([int(target_height), int(target_width)], np.float32)
        exact = old / (old / target).max()
        margins = np.maximum(np.floor((target - exact) / 2), 0).astype(np.int64)
        found = resize(images, np.floor(exact).astype(np.int32), method, antialias=antialias)
        top, left = margins.tolist()
        return pad_to_bounding_box(found, top, left, target_height, target_width)

    return in_batches(image, run)
