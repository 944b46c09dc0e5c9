"""Static shapes of operations whose results have the shape that an argument states."""

from __future__ import annotations

from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .shadows import is_fake
from .shape_rules import Result, shape_rule
from .static_values import constant_value
from .symbolic_tensor import SymbolicTensor


@shape_rule("EnsureShape")
def _ensure_shape(x: Any, shape: Any, name: Any = None) -> list[Result] | None:
    if x.shape.rank is not None:
        return None
    return [(x.dtype, TensorShape(shape))]


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
