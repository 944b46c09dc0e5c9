"""Comparisons of images (PSNR, SSIM), and differences between pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from ..array.creation import zeros
from ..array.joining import concat, stack
from ..array.padding import pad
from ..array.shaping import reshape
from ..array.tiling import tile
from ..math.arithmetic import add, multiply, square, squared_difference, subtract
from ..math.casting import cast
from ..math.division import divide
from ..math.elementwise import abs as magnitude
from ..math.elementwise import log
from ..math.powers import pow as power
from ..math.reductions import reduce_mean, reduce_prod, reduce_sum
from ..nn.activations import relu
from ..nn.depthwise_convolution import depthwise_conv2d
from ..nn.pooling_2d import avg_pool2d
from .colors import convert_image_dtype

FLOAT32 = as_dtype("float32")


def _check_shapes(a: EagerTensor, b: EagerTensor) -> None:
    """Raises ValueError unless two images, or batches of images, can be compared."""
    a_sizes, b_sizes = a.shape.as_list(), b.shape.as_list()
    for sizes in (a.shape, b.shape):
        if len(sizes) < 3:
            raise ValueError(f"Shape {sizes} must have rank at least 3")
    if a_sizes[-3:] != b_sizes[-3:]:
        raise ValueError(f"Shapes {tuple(a_sizes[-3:])} and {tuple(b_sizes[-3:])} are incompatible")
    for m, n in zip(reversed(a_sizes[:-3]), reversed(b_sizes[:-3]), strict=False):
        if m != n and 1 not in (m, n):
            raise ValueError(f"Two images are not compatible: {a.shape} and {b.shape}")


def _comparable(a: EagerTensor, b: Any, largest: Any) -> tuple[Any, Any, Any]:
    """Two images and their largest value, as float32 scaled to [0, 1]."""
    largest = convert_image_dtype(cast(largest, a.dtype), FLOAT32)
    return convert_image_dtype(a, FLOAT32), convert_image_dtype(b, FLOAT32), largest


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Any:
    """Implements `tf.image.psnr`: the peak signal-to-noise ratio in decibels.

    Raises ValueError if the shapes are not compatible.
    """
    a, b, largest = _comparable(a, b, max_val)
    error = reduce_mean(squared_difference(a, b), [-3, -2, -1])
    decibels_per_neper = float(np.float32(10 / np.log(10)))
    signal = divide(multiply(log(largest), 20.0), log(10.0))
    ratio = subtract(signal, multiply(log(error), decibels_per_neper))
    _check_shapes(a, b)
    return ratio


def _same_shape_and_dtype(img1: Any, img2: Any) -> tuple[Any, Any]:
    """Two images as tensors. Raises TensorFlow's errors if shapes or dtypes do not match."""
    a, b = to_tensor(img1), to_tensor(img2)
    _check_shapes(a, b)
    if a.dtype != b.dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute ShapeN as input #1(zero-based) was expected to be a "
            f"{c_name(a.dtype)} tensor but is a {c_name(b.dtype)} tensor [Op:ShapeN] name: ",
        )
    return a, b


def _gaussian_filter(size: int, sigma: float) -> torch.Tensor:
    offsets = torch.arange(size, dtype=torch.float32) - (size - 1) / 2.0
    weights = offsets.square() * (-0.5 / torch.tensor(sigma).square())
    exponents = weights.reshape(1, -1) + weights.reshape(-1, 1)
    return torch.softmax(exponents.reshape(-1), 0).reshape(size, size, 1, 1)


def _ssim_per_channel(
    a: Any, b: Any, largest: Any, size: int, sigma: Any, k1: Any, k2: Any, as_map: bool
) -> tuple[Any, Any]:
    """The structural similarity of each channel, and its contrast term."""
    for image in (a, b):
        if min(image.shape.as_list()[-3:-1]) < size:
            raise InvalidArgumentError(
                None, None, f"assertion failed: image {image.shape} smaller than filter {size}"
            )
    kernel = tile(EagerTensor(_gaussian_filter(size, sigma)), [1, 1, a.shape[-1], 1])

    def filter_local(x: Any) -> Any:
        sizes = x.shape.as_list()
        y = depthwise_conv2d(reshape(x, [-1, *sizes[-3:]]), kernel, [1, 1, 1, 1], "VALID")
        return reshape(y, [*sizes[:-3], *y.shape.as_list()[1:]])

    c1, c2 = square(k1 * largest), square(k2 * largest)
    mean_a, mean_b = filter_local(a), filter_local(b)
    mean_product = multiply(multiply(mean_a, mean_b), 2.0)
    mean_squares = add(square(mean_a), square(mean_b))
    luminance = divide(add(mean_product, c1), add(mean_squares, c1))
    cross_term = multiply(filter_local(multiply(a, b)), 2.0)
    squares_sum = filter_local(add(square(a), square(b)))
    contrast = divide(
        add(subtract(cross_term, mean_product), c2), add(subtract(squares_sum, mean_squares), c2)
    )
    similarity = multiply(luminance, contrast)
    if as_map:
        return similarity, contrast
    return reduce_mean(similarity, [-3, -2]), reduce_mean(contrast, [-3, -2])


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: Any = 11,
    filter_sigma: Any = 1.5,
    k1: Any = 0.01,
    k2: Any = 0.03,
    return_index_map: bool = False,
) -> Any:
    """Implements `tf.image.ssim`: the structural similarity of images, at most 1.

    Computed over windows of `filter_size`, and averaged unless `return_index_map`. Raises
    ValueError if the shapes do not match, InvalidArgumentError if an image is smaller than the
    window.
    """
    a, b, largest = _comparable(*_same_shape_and_dtype(img1, img2), max_val)
    similarity, _ = _ssim_per_channel(
        a, b, largest, int(filter_size), filter_sigma, k1, k2, return_index_map
    )
    return reduce_mean(similarity, [-1])


def _downsampled(x: Any) -> Any:
    """Images of half the size; an odd last row or column is repeated."""
    sizes = x.shape.as_list()
    flat = reshape(x, [-1, *sizes[-3:]])
    odd = [n % 2 for n in sizes[-3:-1]]
    if any(odd):
        flat = pad(flat, [[0, 0], [0, odd[0]], [0, odd[1]], [0, 0]], "SYMMETRIC")
    pooled = avg_pool2d(flat, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    return reshape(pooled, [*sizes[:-3], *pooled.shape.as_list()[1:]])


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Any = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333),
    filter_size: Any = 11,
    filter_sigma: Any = 1.5,
    k1: Any = 0.01,
    k2: Any = 0.03,
) -> Any:
    """Implements `tf.image.ssim_multiscale`: the weighted product of SSIMs at several scales.

    Each scale has half the size of the one before. Raises the errors of `ssim`, for any scale.
    """
    a, b, largest = _comparable(*_same_shape_and_dtype(img1, img2), max_val)
    factors: list[Any] = []
    for scale in range(len(power_factors)):
        if scale:
            a, b = _downsampled(a), _downsampled(b)
        similarity, contrast = _ssim_per_channel(
            a, b, largest, int(filter_size), filter_sigma, k1, k2, False
        )
        factors.append(relu(similarity if scale == len(power_factors) - 1 else contrast))
    weighted = power(stack(factors, -1), power_factors)
    return reduce_mean(reduce_prod(weighted, [-1]), [-1])


def total_variation(images: Any, name: str | None = None) -> Any:
    """Implements `tf.image.total_variation`: the sum of differences of neighbouring pixels.

    Raises ValueError if the rank is not 3 or 4.
    """
    rank = images.shape.ndims
    if rank not in (3, 4):
        raise ValueError("'images' must be either 3 or 4-dimensional.")
    images = to_tensor(images)
    axes = None if rank == 3 else [1, 2, 3]
    down = subtract(images[..., 1:, :, :], images[..., :-1, :, :])
    across = subtract(images[..., 1:, :], images[..., :-1, :])
    return add(reduce_sum(magnitude(down), axes), reduce_sum(magnitude(across), axes))


def image_gradients(image: Any) -> Any:
    """Implements `tf.image.image_gradients`: differences to the next row and to the next column.

    They are zero in the last row and column. Raises ValueError if the rank is not 4.
    """
    if image.shape.ndims != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}."
        )
    image = to_tensor(image)
    batch, rows, columns, depth = image.shape.as_list()
    down = subtract(image[:, 1:], image[:, :-1])
    across = subtract(image[:, :, 1:], image[:, :, :-1])
    down = concat([down, zeros([batch, 1, columns, depth], image.dtype)], 1)
    across = concat([across, zeros([batch, rows, 1, depth], image.dtype)], 2)
    return reshape(down, image.shape), reshape(across, image.shape)


def sobel_edges(image: Any) -> Any:
    """Implements `tf.image.sobel_edges`: Sobel filters (dy, dx), stacked along a new last axis."""
    image.get_shape()  # raises for an array
    image = to_tensor(image)
    down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    filters = np.stack([down, down.T], -1)[:, :, None]
    kernel = tile(to_tensor(filters, image.dtype), [1, 1, image.shape[-1], 1])
    padded = pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
    edges = depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")
    return reshape(edges, [*image.shape.as_list(), 2])
