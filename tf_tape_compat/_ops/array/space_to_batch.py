"""Blocks of a tensor moved into the batch and back: `tf.space_to_batch`, `tf.batch_to_space`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape
from .._support.arguments import brackets, index_array, invalid_argument
from .._support.operands import is_typed
from .._support.string_arrays import moves_bits
from .sliding_windows import torch_padding

_TYPES_WITHOUT_KERNEL = ("bool", "complex64", "complex128", "string")


def _checked_blocks(
    operation: str, x: Any, block_shape: np.ndarray, pairs: np.ndarray, name: str
) -> tuple[list[int], list[tuple[int, int]]]:
    """The block sizes, and the pairs of paddings or crops.

    Raises InvalidArgumentError if they do not fit each other or the tensor.
    """
    if block_shape.ndim != 1:
        raise invalid_argument(f"block_shape rank should be 1 instead of {block_shape.ndim}")
    count = block_shape.shape[0]
    if x.ndim < count + 1:
        raise invalid_argument(f"input rank should be >= {count + 1} instead of {x.ndim}")
    if pairs.shape != (count, 2):
        raise invalid_argument(
            f"{name} should have shape [{count}, 2] instead of {brackets(pairs.shape)}"
        )
    if count and pairs.min() < 0:
        raise invalid_argument(f"{name.capitalize()} must be non-negative")
    return block_shape.tolist(), [(first, last) for first, last in pairs.tolist()]


def _refuse_type(operation: str) -> Callable[..., Any]:
    def refuse(input: Any, **attributes: Any) -> Any:
        types = {
            {"crops": "Tcrops", "paddings": "Tpaddings", "block_shape": "Tblock_shape"}[key]: value
            for key, value in ((key, as_dtype(pairs.dtype)) for key, pairs in attributes.items())
        }
        raise missing_kernel(operation, T=to_tensor(input).dtype, **types)

    return refuse


@op(
    "SpaceToBatchND",
    "input:T",
    dtype_overloads=dict.fromkeys(_TYPES_WITHOUT_KERNEL, _refuse_type("SpaceToBatchND")),
)
@moves_bits
def _space_to_batch(input: Any, block_shape: np.ndarray, paddings: np.ndarray) -> Any:
    sizes, margins = _checked_blocks("SpaceToBatchND", input, block_shape, paddings, "paddings")
    count = len(sizes)
    for index, size in enumerate(sizes):
        if size <= 0:
            raise invalid_argument(
                f"All values in block_shape must be positive, got value, {size} at index {index}."
            )
    shape = [input.shape[i + 1] + sum(margins[i]) for i in range(count)]
    for index, (length, size) in enumerate(zip(shape, sizes, strict=True)):
        if length % size:
            raise invalid_argument(
                f"padded_shape[{index}]={length} is not divisible by block_shape[{index}]={size}"
            )
    inner_shape = list(input.shape[count + 1 :])
    if any(map(any, margins)):
        input = torch.constant_pad_nd(
            input, torch_padding([*margins, *[(0, 0)] * len(inner_shape)])
        )
    block_counts = [length // size for length, size in zip(shape, sizes, strict=True)]
    pairs = [n for pair in zip(block_counts, sizes, strict=True) for n in pair]
    x = input.reshape([input.shape[0], *pairs, *inner_shape])
    x = x.permute(
        *range(2, 2 * count + 1, 2),
        0,
        *range(1, 2 * count, 2),
        *range(2 * count + 1, 2 * count + 1 + len(inner_shape)),
    )
    return x.reshape([math.prod(sizes) * input.shape[0], *block_counts, *inner_shape])


@op(
    "BatchToSpaceND",
    "input:T",
    dtype_overloads=dict.fromkeys(_TYPES_WITHOUT_KERNEL, _refuse_type("BatchToSpaceND")),
)
@moves_bits
def _batch_to_space(input: Any, block_shape: np.ndarray, crops: np.ndarray) -> Any:
    sizes, crop_pairs = _checked_blocks("BatchToSpaceND", input, block_shape, crops, "crops")
    count, product = len(sizes), math.prod(sizes)
    if product <= 0:
        raise invalid_argument(f"Product of block sizes must be positive, got {product}")
    if input.shape[0] % product:
        raise invalid_argument(
            f"Input batch dimension ({input.shape[0]}) is not divisible by product of block sizes "
            f"({product})"
        )
    block_counts, inner_shape = list(input.shape[1 : count + 1]), list(input.shape[count + 1 :])
    shape = [length * size for length, size in zip(block_counts, sizes, strict=True)]
    for index, (length, crop) in enumerate(zip(shape, crop_pairs, strict=True)):
        if length < sum(crop):
            raise invalid_argument(
                f"cropped_shape[{index}]={length - sum(crop)} must be non-negative"
            )
    batch = input.shape[0] // product
    x = input.reshape([*sizes, batch, *block_counts, *inner_shape])
    order = [n for i in range(count) for n in (count + 1 + i, i)]
    x = x.permute(count, *order, *range(2 * count + 1, x.ndim)).reshape(
        [batch, *shape, *inner_shape]
    )
    for axis, (length, (before, after)) in enumerate(zip(shape, crop_pairs, strict=True)):
        if before or after:
            x = x.narrow(axis + 1, before, length - before - after)
    return x


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """Blocks of the padded `input` moved into the batch. Implements `tf.space_to_batch`.

    First `paddings[i]` zeros are added at the ends of dimension i + 1. Then every
    `block_shape[i]`-th element along these dimensions goes to the same batch entry. Raises
    InvalidArgumentError if the arguments do not fit.
    """
    sizes = index_array(block_shape, "Tblock_shape", "SpaceToBatchND")
    return _space_to_batch(input, sizes, index_array(paddings, "Tpaddings", "SpaceToBatchND"))


def space_to_batch_nd(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """As `space_to_batch`. Implements `tf.space_to_batch_nd`."""
    return space_to_batch(input, block_shape, paddings)


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Any:
    """The reverse of `space_to_batch`. Implements `tf.batch_to_space`.

    `crops[i]` elements are cut off at the ends of dimension i + 1.
    """
    if isinstance(block_shape, int):
        block_shape = np.array([block_shape, block_shape], np.int64)
    sizes = index_array(block_shape, "Tblock_shape", "BatchToSpaceND")
    return _batch_to_space(input, sizes, index_array(crops, "Tcrops", "BatchToSpaceND"))


def _int_array_of_shape(value: Any, shape: Sequence[int | None], name: str) -> np.ndarray:
    """An integer argument of the given shape. Raises ValueError for another shape."""
    try:
        tensor = to_tensor(value, INT32)
    except ValueError as error:
        raise ValueError(f"{name}: {error}" if is_typed(value) else str(error)) from None
    if tensor.ndim != len(shape):
        raise ValueError(f"Shape {tensor.shape} must have rank {len(shape)}")
    tensor.shape.assert_is_compatible_with(TensorShape(shape))
    return np.asarray(tensor.numpy())


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """Paddings to a multiple of `block_shape`, and the crops that remove them again.

    Implements `tf.required_space_to_batch_paddings`. `base_paddings` are minimum paddings. Raises
    ValueError for arguments of different lengths.
    """
    paddings, crops = paddings_and_crops(input_shape, block_shape, base_paddings)
    return to_tensor(paddings), to_tensor(crops)


def paddings_and_crops(
    input_shape: Any, block_shape: Any, base_paddings: Any
) -> tuple[np.ndarray, np.ndarray]:
    """`required_space_to_batch_paddings`, with arrays as the results."""
    sizes = _int_array_of_shape(block_shape, [None], "block_shape")
    count = len(sizes)
    if not count:
        return np.zeros((0, 2), np.int32), np.zeros((0, 2), np.int32)
    minimum = np.zeros((count, 2), np.int32)
    shape = _int_array_of_shape(input_shape, [count], "input_shape")
    if base_paddings is not None:
        minimum = _int_array_of_shape(base_paddings, [count, 2], "base_paddings")
    with np.errstate(divide="ignore"):
        added = -(shape + minimum.sum(1)) % sizes
    paddings = np.stack([minimum[:, 0], minimum[:, 1] + added], 1).astype(np.int32)
    return paddings, np.stack([np.zeros_like(added), added], 1).astype(np.int32)
