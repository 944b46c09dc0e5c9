"""Slicing the batch axes of an operator: `operator[...]`."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops._support.arguments import op_error
from .._ops.array.shaping import reshape


def _parameter_slices(
    slices: tuple[Any, ...], batch: list[int], parameter_batch: list[int]
) -> list[Any]:
    """Adapts the slices of the batch to a parameter that broadcasts along some of its axes."""
    adapted: list[Any] = []
    axis = 0
    for position, item in enumerate(slices):
        if item is Ellipsis:
            if axis < 0:
                raise ValueError(f"Found multiple `...` in slices {slices}")
            axis = -sum(other is not None for other in slices[position + 1 :])
        elif item is not None:
            if not -len(batch) <= axis < len(batch):
                message = f"slice index {axis} of dimension 0 out of bounds."
                raise op_error("StridedSlice", message)
            if batch[axis] > parameter_batch[axis]:
                item = slice(None) if isinstance(item, slice) else 0
            axis += 1
        adapted.append(item)
    return adapted


def _slice_parameter(value: Any, rank: int, slices: tuple[Any, ...], batch: list[int]) -> Any:
    """Slices a tensor, whose last `rank` axes are kept, or an operator."""
    if hasattr(value, "batch_shape_tensor"):
        value_batch = value.batch_shape.as_list()
        if batch and not value_batch:
            return value
        if len(value_batch) < len(batch):
            raise NotImplementedError(
                "Cannot slice an operator whose parts have fewer batch axes than itself; give all "
                "parts the same number of batch axes."
            )
        return value[tuple(_parameter_slices(slices, batch, value_batch))]
    value = to_tensor(value)
    shape = value.shape.as_list()
    value_batch = shape[: len(shape) - rank]
    if batch and not value_batch:
        return value
    value_batch = [1] * (len(batch) - len(value_batch)) + value_batch
    value = reshape(value, value_batch + shape[len(shape) - rank :])
    adapted = _parameter_slices(slices, batch, value_batch)
    if rank:
        if not any(item is Ellipsis for item in slices):
            adapted.append(Ellipsis)
        adapted += [slice(None)] * rank
    return value[tuple(adapted)]


def sliced(operator: Any, slices: Any) -> Any:
    """The operator for a slice of the batch."""
    if not isinstance(slices, (tuple, list)):
        slices = (slices,)
    slices = tuple(slices)
    parameters = operator.parameters
    if slices != (Ellipsis,):
        batch = operator.batch_shape.as_list()
        for name, rank in operator._experimental_parameter_ndims_to_matrix_ndims.items():
            value = getattr(operator, name)
            if value is not None:
                parameters[name] = _slice_nested(value, rank, slices, batch)
    return type(operator)(**parameters)


def _slice_nested(value: Any, rank: Any, slices: tuple[Any, ...], batch: list[int]) -> Any:
    if isinstance(rank, (list, tuple)):
        return [_slice_nested(v, r, slices, batch) for v, r in zip(value, rank, strict=True)]
    return _slice_parameter(value, rank, slices, batch)
