"""How images differ: from another, and from pixel to pixel."""

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
from ..nn.pooling import avg_pool2d
from .colors import convert_image_dtype

FLOAT32 = as_dtype("float32")


def _check_shapes(a: EagerTensor, b: EagerTensor) -> None:
    """Raises ValueError unless two images, or batches of them, can be compared."""
    one, two = a.shape.as_list(), b.shape.as_list()
    for sizes in (a.shape, b.shape):
        if len(sizes) < 3:
            raise ValueError(f"Shape {sizes} must have rank at least 3")
    if one[-3:] != two[-3:]:
        raise ValueError(f"Shapes {tuple(one[-3:])} and {tuple(two[-3:])} are incompatible")
    for m, n in zip(reversed(one[:-3]), reversed(two[:-3]), strict=False):
        if m != n and 1 not in (m, n):
            raise ValueError(f"Two images are not compatible: {a.shape} and {b.shape}")


def _comparable(a: EagerTensor, b: Any, largest: Any) -> tuple[Any, Any, Any]:
    """Two images and their largest value as floating point numbers."""
    largest = convert_image_dtype(cast(largest, a.dtype), FLOAT32)
    return convert_image_dtype(a, FLOAT32), convert_image_dtype(b, FLOAT32), largest


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Any:
    """The peak signal-to-noise ratio of images in decibels; answers for `tf.image.psnr`.

    Raises ValueError for images of different sizes.
    """
    a, b, largest = _comparable(a, b, max_val)
    error = reduce_mean(squared_difference(a, b), [-3, -2, -1])
    decibels = float(np.float32(10 / np.log(10)))
    signal = divide(multiply(log(largest), 20.0), log(10.0))
    found = subtract(signal, multiply(log(error), decibels))
    _check_shapes(a, b)
    return found


def _alike(img1: Any, img2: Any) -> tuple[Any, Any]:
    """Two images of one shape and type."""
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


def _gauss(size: int, sigma: float) -> torch.Tensor:
    places = torch.arange(size, dtype=torch.float32) - (size - 1) / 2.0
    weights = places.square() * (-0.5 / torch.tensor(sigma).square())
    square_ = weights.reshape(1, -1) + weights.reshape(-1, 1)
    return torch.softmax(square_.reshape(-1), 0).reshape(size, size, 1, 1)


def _per_channel(
    a: Any, b: Any, largest: Any, size: int, sigma: Any, k1: Any, k2: Any, as_map: bool
) -> tuple[Any, Any]:
    """The similarity of structure and its part of contrast, for each channel."""
    for image in (a, b):
        if min(image.shape.as_list()[-3:-1]) < size:
            raise InvalidArgumentError(
                None, None, f"assertion failed: image {image.shape} smaller than filter {size}"
            )
    kernel = tile(EagerTensor(_gauss(size, sigma)), [1, 1, a.shape[-1], 1])

    def local(x: Any) -> Any:
        sizes = x.shape.as_list()
        y = depthwise_conv2d(reshape(x, [-1, *sizes[-3:]]), kernel, [1, 1, 1, 1], "VALID")
        return reshape(y, [*sizes[:-3], *y.shape.as_list()[1:]])

    floor1, floor2 = square(k1 * largest), square(k2 * largest)
    mean_a, mean_b = local(a), local(b)
    product = multiply(multiply(mean_a, mean_b), 2.0)
    squares = add(square(mean_a), square(mean_b))
    luminance = divide(add(product, floor1), add(squares, floor1))
    both = multiply(local(multiply(a, b)), 2.0)
    each = local(add(square(a), square(b)))
    contrast = divide(add(subtract(both, product), floor2), add(subtract(each, squares), floor2))
    similar = multiply(luminance, contrast)
    if as_map:
        return similar, contrast
    return reduce_mean(similar, [-3, -2]), reduce_mean(contrast, [-3, -2])


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
    """The structural similarity of images, at most 1; answers for `tf.image.ssim`.

    It is compared in windows of `filter_size`, and with `return_index_map` returned for each.
    Raises ValueError for images of different sizes, InvalidArgumentError for ones smaller than it.
    """
    a, b, largest = _comparable(*_alike(img1, img2), max_val)
    found, _ = _per_channel(a, b, largest, int(filter_size), filter_sigma, k1, k2, return_index_map)
    return reduce_mean(found, [-1])


def _halved(x: Any) -> Any:
    """Images of half the size; an odd row or column counts twice."""
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
    """The structural similarity at several scales, one half of the other, weighted.

    Answers for `tf.image.ssim_multiscale`. Raises as `ssim`, for the smallest scale too.
    """
    a, b, largest = _comparable(*_alike(img1, img2), max_val)
    parts: list[Any] = []
    for scale in range(len(power_factors)):
        if scale:
            a, b = _halved(a), _halved(b)
        found, contrast = _per_channel(a, b, largest, int(filter_size), filter_sigma, k1, k2, False)
        parts.append(relu(found if scale == len(power_factors) - 1 else contrast))
    weighted = power(stack(parts, -1), power_factors)
    return reduce_mean(reduce_prod(weighted, [-1]), [-1])


def total_variation(images: Any, name: str | None = None) -> Any:
    """The sum of the differences of neighbouring pixels; answers for `tf.image.total_variation`.

    Raises ValueError unless there are 3 or 4 dimensions.
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
    """Differences to the next row and to the next column, zero in the last ones.

    Answers for `tf.image.image_gradients`. Raises ValueError unless there are 4 dimensions.
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
    """Sobel's filters, down and across, as a last dimension; answers for `tf.image.sobel_edges`."""
    image.get_shape()  # an array is refused
    image = to_tensor(image)
    down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    filters = np.stack([down, down.T], -1)[:, :, None]
    kernel = tile(to_tensor(filters, image.dtype), [1, 1, image.shape[-1], 1])
    padded = pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
    edges = depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")
    return reshape(edges, [*image.shape.as_list(), 2])
