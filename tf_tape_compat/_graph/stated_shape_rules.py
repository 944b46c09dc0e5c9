"""Static shapes of operations whose results have the shape that an argument states."""

from __future__ import annotations

import math
from typing import Any

from .._core.types.shape import TensorShape
from .._core.variables.indexed_slices import IndexedSlices
from .shape_rules import Result, as_tensor, is_valueless, shape_rule
from .symbolic_tensor import SymbolicTensor
from .value_examples import known_items


@shape_rule("EnsureShape")
def _ensure_shape(x: Any, shape: Any, name: Any = None) -> list[Result] | None:
    x, stated = as_tensor(x), TensorShape(shape)
    if x.shape.is_fully_defined() or not x.shape.is_compatible_with(stated):
        return None
    return [(x.dtype, x.shape.merge_with(stated))]


@shape_rule("Reshape")
def _reshape(tensor: Any, shape: Any, name: Any = None) -> list[Result] | None:
    tensor = as_tensor(tensor)
    if tensor.shape.rank is not None and not _is_unknown_shape(shape):
        return None
    stated = _stated_shape(shape)
    total = tensor.shape.num_elements()
    if stated.rank is None or total is None:
        return [(tensor.dtype, stated)]
    sizes = stated.as_list()
    if sizes.count(None) == 1:
        rest = math.prod(n for n in sizes if n is not None)
        if rest and total % rest == 0:
            sizes[sizes.index(None)] = total // rest
    return [(tensor.dtype, TensorShape(sizes))]


@shape_rule("Slice")
def _slice(input_: Any, begin: Any, size: Any, name: Any = None) -> list[Result] | None:
    input_, begins, sizes = as_tensor(input_), known_items(begin), known_items(size)
    rank = input_.shape.rank
    if begins is not None and sizes is not None and None not in (*begins, *sizes):
        return None
    if sizes is None or rank != len(sizes):
        return [(input_.dtype, TensorShape(None if rank is None else [None] * rank))]
    return [(input_.dtype, TensorShape([None if n == -1 else n for n in sizes]))]


@shape_rule("Conv1dTranspose", "Conv2dTranspose", "Conv3dTranspose", "ConvTranspose")
def _transposed_convolution(
    input: Any, filters: Any, output_shape: Any, *args: Any, **kwargs: Any
) -> list[Result] | None:
    images, sizes = as_tensor(input), known_items(output_shape)
    if sizes is None or None not in sizes:
        return None
    batch = sizes[0] if len(sizes) == 5 else None
    if images.shape.rank is not None:
        data_format = kwargs.get("data_format") or (args[2] if len(args) > 2 else None)
        channels = images.shape[1 if str(data_format).startswith("NC") else -1]
        if images.shape.rank != len(sizes) or channels not in (None, as_tensor(filters).shape[-1]):
            return None  # it fails
        batch = sizes[0] if len(sizes) == 5 else images.shape[0]
    return [(images.dtype, TensorShape([batch, *sizes[1:]]))]


def _stated_shape(shape: Any) -> TensorShape:
    """The static shape for an argument: a tensor, or a list with tensors in it."""
    sizes = known_items(shape)
    if sizes is None:
        return TensorShape(None)
    return TensorShape([None if size is None or size < 0 else size for size in sizes])


def _is_unknown_shape(shape: Any) -> bool:
    """Whether one of the sizes that an argument states is unknown, also on example sizes."""
    if isinstance(shape, (list, tuple)):
        return any(map(_is_unknown_shape, shape))
    return is_valueless(shape) and shape.dtype.is_integer


@shape_rule("ImageProjectiveTransformV2", "ImageProjectiveTransformV3")
def _projective_transform(
    images: Any, transforms: Any, output_shape: Any, *arguments: Any
) -> list[Result] | None:
    images = as_tensor(images)
    if images.shape.rank != 4:
        return [(images.dtype, TensorShape([None] * 4))]
    if arguments and isinstance(arguments[0], tuple):  # a color stands before it
        output_shape = arguments[0]
    size: list[int | None] = [None, None]
    if type(output_shape) is not SymbolicTensor or output_shape.op.type == "Const":
        size = list(_stated_shape(output_shape))
    return [(images.dtype, TensorShape([images.shape[0], *size, images.shape[3]]))]


@shape_rule("RaggedToTensor", takes_composites=True)
def _ragged_to_tensor(
    ragged: Any, default_value: Any = None, name: Any = None, shape: Any = None
) -> list[Result] | None:
    if shape is None:
        return [(ragged.dtype, ragged.shape)]
    stated = shape if isinstance(shape, TensorShape) else _stated_shape(shape)
    if stated.rank is None or ragged.shape.rank is None:
        return [(ragged.dtype, TensorShape(None))]
    sizes = zip(stated.as_list(), ragged.shape.as_list(), strict=False)
    return [(ragged.dtype, TensorShape([n if m is None else m for m, n in sizes]))]


@shape_rule("ConvertToTensor", takes_composites=True)
def _dense_slices(value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> list[Result] | None:
    if not isinstance(value, IndexedSlices) or value.dense_shape is None:
        return None
    return [(value.values.dtype, TensorShape([None, *value.values.shape[1:]]))]
