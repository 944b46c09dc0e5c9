"""Static shapes of operations that give tensors of unknown rank a shape."""

from __future__ import annotations

from typing import Any

from .._core.types.shape import TensorShape
from .shape_rules import Result, shape_rule
from .static_values import constant_value


@shape_rule("EnsureShape")
def _ensure_shape(x: Any, shape: Any, name: Any = None) -> list[Result] | None:
    if x.shape.rank is not None:
        return None
    return [(x.dtype, TensorShape(shape))]


@shape_rule("Reshape")
def _reshape(tensor: Any, shape: Any, name: Any = None) -> list[Result] | None:
    if getattr(tensor, "shape", None) is None or tensor.shape.rank is not None:
        return None
    sizes = shape
    if isinstance(shape, (list, tuple)):
        sizes = [constant_value(size) for size in shape]
    else:
        sizes = constant_value(shape)
    if sizes is None:
        rank = shape.shape.num_elements()
        return [(tensor.dtype, TensorShape(None if rank is None else [None] * rank))]
    known = [None if size is None or size < 0 else int(size) for size in sizes]
    return [(tensor.dtype, TensorShape(known))]
