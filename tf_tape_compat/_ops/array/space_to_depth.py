"""Blocks of pixels moved into the channels and back: `tf.nn.space_to_depth`, `depth_to_space`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.types.dtype import as_dtype
from .._support.arguments import invalid_argument
from .._support.string_arrays import moves_bits
from .sliding_windows import int_tuple, one_of

_FORMATS = ("NHWC", "NCHW", "NCHW_VECT_C")


def _block_size(value: Any, operation: str) -> int:
    (size,) = int_tuple([value], "block_size", operation)
    if size < 2:
        message = f"Value for attr 'block_size' of {size} must be at least minimum 2"
        raise invalid_argument(f"{message} [Op:{operation}] name: ")
    return size


def _data_format(value: Any, operation: str) -> str:
    return one_of("NHWC" if value is None else value, "data_format", _FORMATS, operation)


def _check_format(x: Any, size: int, data_format: str, operation: str) -> None:
    on_host = isinstance(x, np.ndarray) or x.is_cpu
    if data_format == "NCHW_VECT_C" or (data_format == "NCHW" and on_host):
        dtype = as_dtype("string") if isinstance(x, np.ndarray) else x.dtype
        raise missing_kernel(operation, T=dtype, block_size=size, data_format=data_format)


@op("SpaceToDepth", "input:T")
@moves_bits
def _space_to_depth(input: Any, size: int, data_format: str) -> Any:
    if input.ndim != 4:
        raise invalid_argument(f"Input rank should be 4 instead of {input.ndim}")
    _check_format(input, size, data_format, "SpaceToDepth")
    x = input.permute(0, 2, 3, 1) if data_format == "NCHW" else input
    batch, height, width, depth = x.shape
    if height % size or width % size:
        raise invalid_argument(
            f"Image width {width} and height {height} should be divisible by block_size: {size}"
        )
    x = x.reshape(batch, height // size, size, width // size, size, depth).transpose(2, 3)
    x = x.reshape(batch, height // size, width // size, size * size * depth)
    return x.permute(0, 3, 1, 2) if data_format == "NCHW" else x


@op("DepthToSpace", "input:T")
@moves_bits
def _depth_to_space(input: Any, size: int, data_format: str) -> Any:
    if input.ndim != 4:
        raise invalid_argument(f"Input rank should be: 4 instead of: {input.ndim}")
    _check_format(input, size, data_format, "DepthToSpace")
    x = input.permute(0, 2, 3, 1) if data_format == "NCHW" else input
    batch, height, width, depth = x.shape
    if depth % (size * size):
        raise invalid_argument(
            f"Input depth dimension {depth} should be divisible by: {size * size}"
        )
    depth //= size * size
    x = x.reshape(batch, height, width, size, size, depth).transpose(2, 3)
    x = x.reshape(batch, height * size, width * size, depth)
    return x.permute(0, 3, 1, 2) if data_format == "NCHW" else x


def space_to_depth(
    input: Any, block_size: Any, data_format: Any = "NHWC", name: str | None = None
) -> Any:
    """Blocks of `block_size`² pixels moved into the channels. Implements `tf.nn.space_to_depth`.

    Raises InvalidArgumentError if the image size is not a multiple, NotFoundError for "NCHW" on the
    CPU.
    """
    size = _block_size(block_size, "SpaceToDepth")
    return _space_to_depth(input, size, _data_format(data_format, "SpaceToDepth"))


def depth_to_space(
    input: Any, block_size: Any, data_format: Any = "NHWC", name: str | None = None
) -> Any:
    """The reverse of `space_to_depth`. Implements `tf.nn.depth_to_space`."""
    size = _block_size(block_size, "DepthToSpace")
    return _depth_to_space(input, size, _data_format(data_format, "DepthToSpace"))
