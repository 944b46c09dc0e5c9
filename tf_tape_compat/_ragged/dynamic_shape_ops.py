"""Functions that accept or return a `DynamicRaggedShape`."""

from __future__ import annotations

from typing import Any

from .._core.op.dispatch import composite_handlers, dispatch_on_composites
from .._core.tensor.convert import INT64
from .._ops.array import creation, shaping
from .._ops.debugging.assertions import assert_equal
from .._ops.math.arithmetic import add
from .broadcasting import flatten_operands
from .dispatch import as_tensor, implements
from .dynamic_shape import DynamicRaggedShape
from .factories import is_ragged

_implementations: dict[Any, Any] = {}


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    implementation = _implementations.get(getattr(function, "base", function))
    return NotImplemented if implementation is None else implementation(**arguments)


composite_handlers[DynamicRaggedShape] = _handle


def _implements(function: Any) -> Any:
    """Decorates the implementation of a function for arguments that are a DynamicRaggedShape."""

    def decorator(implementation: Any) -> Any:
        _implementations[function] = implementation
        if not hasattr(function, "base"):
            dispatch_on_composites(function)
        return implementation

    return decorator


@implements(shaping.shape)
def _shape(input: Any, out_type: Any) -> Any:
    dtype = "int32" if out_type is None else out_type
    return DynamicRaggedShape.from_tensor(input).with_dtype(dtype)


@_implements(creation.zeros)
def _zeros(shape: Any, **options: Any) -> Any:
    return shape._with_flat_values(creation.zeros(shape.inner_shape, **options))


@_implements(creation.ones)
def _ones(shape: Any, **options: Any) -> Any:
    return shape._with_flat_values(creation.ones(shape.inner_shape, **options))


@_implements(creation.fill)
def _fill(dims: Any, value: Any, **options: Any) -> Any:
    return dims._with_flat_values(creation.fill(dims.inner_shape, value, **options))


@_implements(shaping.reshape)
def _reshape(tensor: Any, shape: Any, name: Any) -> Any:
    if not isinstance(shape, DynamicRaggedShape):
        return NotImplemented
    flat = tensor.flat_values if is_ragged(tensor) else tensor
    return shape._with_flat_values(shaping.reshape(flat, shape.inner_shape))


@_implements(shaping.broadcast_to)
def _broadcast_to(input: Any, shape: Any, name: Any) -> Any:
    if not isinstance(shape, DynamicRaggedShape):
        return NotImplemented
    value = as_tensor(input)
    if not shape.num_row_partitions and not is_ragged(value):
        return shaping.broadcast_to(value, shape.inner_shape)
    if is_ragged(value) and value.row_splits.dtype is not shape.dtype:
        raise ValueError("Cannot coerce row_splits.dtype")
    target = shape._with_flat_values(creation.zeros(shape.inner_shape))
    (flat, _), partitions = flatten_operands([value, target], shape.dtype)
    for broadcast, expected in zip(partitions, shape.row_partitions, strict=True):
        assert_equal(broadcast.row_splits(), expected.row_splits(), message="Cannot broadcast")
    return shape._with_flat_values(shaping.broadcast_to(flat, shape.inner_shape))


@_implements(shaping.broadcast_dynamic_shape)
def _broadcast_shapes(shape_x: Any, shape_y: Any) -> Any:
    shapes = [
        shape if isinstance(shape, DynamicRaggedShape) else DynamicRaggedShape([], shape)
        for shape in (shape_x, shape_y)
    ]
    dtype = INT64 if any(shape.dtype is INT64 for shape in shapes) else shapes[0].dtype
    x, y = (shape.with_dtype(dtype) for shape in shapes)
    broadcast = add(creation.zeros(x), creation.zeros(y))
    return DynamicRaggedShape.from_tensor(broadcast).with_dtype(dtype)
