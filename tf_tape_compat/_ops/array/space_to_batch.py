"""Blocks of an image moved into the batch or the channels, and back; what dilations are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.python_values import c_name
from ..._core.types.shape import TensorShape
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, index_array, invalid
from .._support.string_arrays import moves_bits
from .sliding_windows import explicit_paddings, flat_margins, no_cpu_kernel, one_of, whole_numbers

# -- into the batch -----------------------------------------------------------------------------

_NO_BLOCKS = ("bool", "complex64", "complex128", "string")


def _blocks(
    operation: str, x: Any, block_shape: np.ndarray, pairs: np.ndarray, name: str
) -> tuple[list[int], list[tuple[int, int]]]:
    """Block sizes and the pairs of paddings or crops. Raises InvalidArgumentError if they do not
    fit each other or the tensor.
    """
    if block_shape.ndim != 1:
        raise invalid(f"block_shape rank should be 1 instead of {block_shape.ndim}")
    count = block_shape.shape[0]
    if x.ndim < count + 1:
        raise invalid(f"input rank should be >= {count + 1} instead of {x.ndim}")
    if pairs.shape != (count, 2):
        raise invalid(f"{name} should have shape [{count}, 2] instead of {brackets(pairs.shape)}")
    if count and pairs.min() < 0:
        raise invalid(f"{name.capitalize()} must be non-negative")
    return block_shape.tolist(), [(first, last) for first, last in pairs.tolist()]


def _refuse_type(operation: str) -> Callable[..., Any]:
    def refuse(input: Any, **rest: Any) -> Any:
        raise no_cpu_kernel(operation, f"[T={c_name(to_tensor(input).dtype)}]")

    return refuse


@op(
    "SpaceToBatchND",
    "input:T",
    others=dict.fromkeys(_NO_BLOCKS, _refuse_type("SpaceToBatchND")),
)
@moves_bits
def _space_to_batch(input: Any, block_shape: np.ndarray, paddings: np.ndarray) -> Any:
    sizes, margins = _blocks("SpaceToBatchND", input, block_shape, paddings, "paddings")
    count = len(sizes)
    for index, size in enumerate(sizes):
        if size <= 0:
            raise invalid(
                f"All values in block_shape must be positive, got value, {size} at index {index}."
            )
    shape = [input.shape[i + 1] + sum(margins[i]) for i in range(count)]
    for index, (length, size) in enumerate(zip(shape, sizes, strict=True)):
        if length % size:
            raise invalid(
                f"padded_shape[{index}]={length} is not divisible by block_shape[{index}]={size}"
            )
    rest = list(input.shape[count + 1 :])
    if any(map(any, margins)):
        input = torch.constant_pad_nd(input, flat_margins([*margins, *[(0, 0)] * len(rest)]))
    inside = [length // size for length, size in zip(shape, sizes, strict=True)]
    pairs = [n for pair in zip(inside, sizes, strict=True) for n in pair]
    x = input.reshape([input.shape[0], *pairs, *rest])
    x = x.permute(
        *range(2, 2 * count + 1, 2),
        0,
        *range(1, 2 * count, 2),
        *range(2 * count + 1, 2 * count + 1 + len(rest)),
    )
    return x.reshape([math.prod(sizes) * input.shape[0], *inside, *rest])


@op(
    "BatchToSpaceND",
    "input:T",
    others=dict.fromkeys(_NO_BLOCKS, _refuse_type("BatchToSpaceND")),
)
@moves_bits
def _batch_to_space(input: Any, block_shape: np.ndarray, crops: np.ndarray) -> Any:
    sizes, cuts = _blocks("BatchToSpaceND", input, block_shape, crops, "crops")
    count, product = len(sizes), math.prod(sizes)
    if product <= 0:
        raise invalid(f"Product of block sizes must be positive, got {product}")
    if input.shape[0] % product:
        raise invalid(
            f"Input batch dimension ({input.shape[0]}) is not divisible by product of block sizes "
            f"({product})"
        )
    inside, rest = list(input.shape[1 : count + 1]), list(input.shape[count + 1 :])
    shape = [length * size for length, size in zip(inside, sizes, strict=True)]
    for index, (length, cut) in enumerate(zip(shape, cuts, strict=True)):
        if length < sum(cut):
            raise invalid(f"cropped_shape[{index}]={length - sum(cut)} must be non-negative")
    batch = input.shape[0] // product
    x = input.reshape([*sizes, batch, *inside, *rest])
    order = [n for i in range(count) for n in (count + 1 + i, i)]
    x = x.permute(count, *order, *range(2 * count + 1, x.ndim)).reshape([batch, *shape, *rest])
    for axis, (length, (before, after)) in enumerate(zip(shape, cuts, strict=True)):
        if before or after:
            x = x.narrow(axis + 1, before, length - before - after)
    return x


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """Blocks of the padded `input` moved to the batch; answers for `tf.space_to_batch`.

    Of each of the dimensions 1 to M every `block_shape[i]`-th element comes into one batch, after
    `paddings[i]` zeros were added before and after. Raises InvalidArgumentError where they do not
    fit.
    """
    sizes = index_array(block_shape, "Tblock_shape", "SpaceToBatchND")
    return _space_to_batch(input, sizes, index_array(paddings, "Tpaddings", "SpaceToBatchND"))


def space_to_batch_nd(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """As `space_to_batch`; answers for `tf.space_to_batch_nd`."""
    return space_to_batch(input, block_shape, paddings)


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Any:
    """The reverse of `space_to_batch`, without `crops[i]` elements at the ends of dimension i + 1.

    Answers for `tf.batch_to_space`.
    """
    if isinstance(block_shape, int):
        block_shape = np.array([block_shape, block_shape], np.int64)
    sizes = index_array(block_shape, "Tblock_shape", "BatchToSpaceND")
    return _batch_to_space(input, sizes, index_array(crops, "Tcrops", "BatchToSpaceND"))


def _vector(value: Any, shape: Sequence[int | None]) -> np.ndarray:
    """An argument of integers of the given shape. Raises ValueError for another."""
    tensor = to_tensor(value, INT32)
    if tensor.ndim != len(shape):
        raise ValueError(f"Shape {tensor.shape} must have rank {len(shape)}")
    tensor.shape.assert_is_compatible_with(TensorShape(shape))
    return np.asarray(tensor.numpy())


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """Paddings that make blocks of `block_shape` fit, and crops that take off what was added.

    `base_paddings` is the least. Answers for `tf.required_space_to_batch_paddings`. Raises
    ValueError for arguments of different lengths.
    """
    paddings, crops = _required(input_shape, block_shape, base_paddings)
    return to_tensor(paddings), to_tensor(crops)


def _required(
    input_shape: Any, block_shape: Any, base_paddings: Any
) -> tuple[np.ndarray, np.ndarray]:
    sizes = _vector(block_shape, [None])
    count = len(sizes)
    if not count:
        return np.zeros((0, 2), np.int32), np.zeros((0, 2), np.int32)
    base = np.zeros((count, 2), np.int32)
    shape = _vector(input_shape, [count])
    if base_paddings is not None:
        base = _vector(base_paddings, [count, 2])
    with np.errstate(divide="ignore"):
        further = -(shape + base.sum(1)) % sizes
    paddings = np.stack([base[:, 0], base[:, 1] + further], 1).astype(np.int32)
    return paddings, np.stack([np.zeros_like(further), further], 1).astype(np.int32)


# -- into the channels --------------------------------------------------------------------------

_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")


def _block_size(value: Any, operation: str) -> int:
    (size,) = whole_numbers([value], "block_size", operation)
    if size < 2:
        message = f"Value for attr 'block_size' of {size} must be at least minimum 2"
        raise InvalidArgumentError(None, None, f"{message} [Op:{operation}] name: ")
    return size


def _data_format(value: Any) -> str:
    return one_of("NHWC" if value is None else value, "data_format", _FORMATS)


def _check_format(x: Any, data_format: str, operation: str) -> None:
    on_host = isinstance(x, np.ndarray) or x.is_cpu
    if data_format == "NCHW_VECT_C" or (data_format == "NCHW" and on_host):
        raise no_cpu_kernel(operation, f'[data_format="{data_format}"]')


@op("SpaceToDepth", "input:T")
@moves_bits
def _space_to_depth(input: Any, size: int, data_format: str) -> Any:
    if input.ndim != 4:
        raise invalid(f"Input rank should be 4 instead of {input.ndim}")
    _check_format(input, data_format, "SpaceToDepth")
    x = input.permute(0, 2, 3, 1) if data_format == "NCHW" else input
    batch, height, width, depth = x.shape
    if height % size or width % size:
        raise invalid(
            f"Image width {width} and height {height} should be divisible by block_size: {size}"
        )
    x = x.reshape(batch, height // size, size, width // size, size, depth).transpose(2, 3)
    x = x.reshape(batch, height // size, width // size, size * size * depth)
    return x.permute(0, 3, 1, 2) if data_format == "NCHW" else x


@op("DepthToSpace", "input:T")
@moves_bits
def _depth_to_space(input: Any, size: int, data_format: str) -> Any:
    if input.ndim != 4:
        raise invalid(f"Input rank should be: 4 instead of: {input.ndim}")
    _check_format(input, data_format, "DepthToSpace")
    x = input.permute(0, 2, 3, 1) if data_format == "NCHW" else input
    batch, height, width, depth = x.shape
    if depth % (size * size):
        raise invalid(f"Input depth dimension {depth} should be divisible by: {size * size}")
    depth //= size * size
    x = x.reshape(batch, height, width, size, size, depth).transpose(2, 3)
    x = x.reshape(batch, height * size, width * size, depth)
    return x.permute(0, 3, 1, 2) if data_format == "NCHW" else x


def space_to_depth(
    input: Any, block_size: Any, data_format: Any = "NHWC", name: str | None = None
) -> Any:
    """Blocks of `block_size` by `block_size` pixels moved to the channels.

    Answers for `tf.nn.space_to_depth`. Raises InvalidArgumentError where they do not fit, on the
    CPU NotFoundError for "NCHW".
    """
    size = _block_size(block_size, "SpaceToDepth")
    return _space_to_depth(input, size, _data_format(data_format))


def depth_to_space(
    input: Any, block_size: Any, data_format: Any = "NHWC", name: str | None = None
) -> Any:
    """The reverse of `space_to_depth`; answers for `tf.nn.depth_to_space`."""
    size = _block_size(block_size, "DepthToSpace")
    return _depth_to_space(input, size, _data_format(data_format))


# -- dilations ----------------------------------------------------------------------------------


def _base_paddings(padding: Any, filter_shape: Any, rate: np.ndarray, first: bool) -> np.ndarray:
    word, numbers = explicit_paddings(padding)
    count = len(rate)
    if word == "SAME":
        if filter_shape is None:
            raise ValueError(
                "`filter_shape` must be specified for `padding='SAME'`. Received: "
                f"filter_shape={filter_shape} and padding={padding}"
            )
        extra = (np.asarray(to_tensor(filter_shape).numpy())[:count] - 1) * rate
        return np.stack([extra // 2, extra - extra // 2], 1)
    if word == "VALID":
        return np.zeros((count, 2), np.int32)
    if word == "EXPLICIT":
        pairs = np.array(numbers).reshape(count + 2, 2)
        return pairs[2:] if first else pairs[1:-1]
    raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")


def _spread(values: np.ndarray, dims: list[int], fill: int) -> np.ndarray:
    """A row for each of the dimensions from 1 on, that of dimension `dims[i]` from `values[i]`."""
    found = np.full((dims[-1], *values.shape[1:]), fill, values.dtype)
    found[np.array(dims) - 1] = values
    return found


def dilated(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    function: Callable[[Any, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: Any = None,
    batch_dims: int = 1,
) -> Any:
    """`with_space_to_batch` for a tensor with some batch dimensions."""
    input, rate = to_tensor(input), to_tensor(dilation_rate, INT32)
    if rate.ndim != 1:
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate={dilation_rate} of "
            f"rank {rate.ndim}"
        )
    rates = np.asarray(rate.numpy())
    count = len(rates)
    first = data_format is not None and data_format.startswith("NC")
    start = batch_dims + 1 if first else batch_dims
    given = list(range(start, start + count) if spatial_dims is None else spatial_dims)
    dims = sorted({int(n) for n in given})
    if dims != given or any(n < 1 for n in dims):
        raise ValueError(
            "`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={given}"
        )
    least = dims[-1] + (not first)
    if input.ndim < least:
        raise ValueError(
            f"`input.shape.rank` must be at least {least}. Received: input.shape={input.shape} "
            f"with rank {input.ndim}"
        )
    if np.any(rates < 1):
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={rates}")
    if np.all(rates == 1):
        return function(input, count, padding)
    base = _base_paddings(padding, filter_shape, rates, first)
    paddings, crops = _required([input.shape[n] for n in dims], rates, base)
    sizes = _spread(rates, dims, 1)
    found = function(space_to_batch(input, sizes, _spread(paddings, dims, 0)), count, "VALID")
    return batch_to_space(found, sizes, _spread(crops, dims, 0))


def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: Any,
    op: Callable[[Any, int, Any], Any],
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: Any = None,
) -> Any:
    """A function of windows made one of dilated windows; answers for `tf.nn.with_space_to_batch`.

    `op(input, number of inner dimensions, padding)` is called on the input with every
    `dilation_rate[i]`-th element moved to one batch. "SAME" needs `filter_shape`. Raises ValueError
    for arguments that do not fit.
    """
    return dilated(input, dilation_rate, padding, op, filter_shape, spatial_dims, data_format)
