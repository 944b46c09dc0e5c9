"""Static shapes of operations whose results have the shape that an argument states."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .shadows import is_fake
from .shape_rules import Result, shape_rule
from .static_values import constant_value
from .symbolic_tensor import SymbolicTensor


@shape_rule("EnsureShape")
def _ensure_shape(x: Any, shape: Any, name: Any = None) -> list[Result] | None:
    x, stated = to_tensor(x), TensorShape(shape)
    if x.shape.is_fully_defined() or not x.shape.is_compatible_with(stated):
        return None
    return [(x.dtype, x.shape.merge_with(stated))]


@shape_rule("Reshape")
def _reshape(tensor: Any, shape: Any, name: Any = None) -> list[Result] | None:
    if getattr(tensor, "shape", None) is None or tensor.shape.rank is not None:
        return None
    return [(tensor.dtype, _stated_shape(shape))]


def _stated_shape(shape: Any) -> TensorShape:
    """The static shape for an argument: a tensor, or a list with tensors in it."""
    sizes = [_known(x) for x in shape] if isinstance(shape, (list, tuple)) else _known(shape)
    if sizes is None:
        rank = shape.shape.num_elements()
        return TensorShape(None if rank is None else [None] * rank)
    return TensorShape([None if size is None or size < 0 else int(size) for size in sizes])


def _known(value: Any) -> Any:
    if isinstance(value, EagerTensor) and type(value) is not SymbolicTensor and is_fake(value._t):
        return None
    return constant_value(value)


@shape_rule("ImageProjectiveTransformV2", "ImageProjectiveTransformV3")
def _projective_transform(
    images: Any, transforms: Any, output_shape: Any, *arguments: Any
) -> list[Result] | None:
    images = to_tensor(images)
    if images.shape.rank != 4:
        return [(images.dtype, TensorShape([None] * 4))]
    size: list[int | None] = [None, None]
    if type(output_shape) is not SymbolicTensor or output_shape.op.type == "Const":
        size = list(_stated_shape(output_shape))
    return [(images.dtype, TensorShape([images.shape[0], *size, images.shape[3]]))]
