"""Some of a batch of operators: `operator[...]`."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import to_tensor
from .._ops.array.shaping import reshape
from ..errors import InvalidArgumentError


def _adapted(slices: tuple[Any, ...], whole: list[int], own: list[int]) -> list[Any]:
    """The slices, for a parameter that broadcasts along some of the batch axes."""
    found: list[Any] = []
    axis = 0
    for position, item in enumerate(slices):
        if item is Ellipsis:
            if axis < 0:
                raise ValueError(f"Found multiple `...` in slices {slices}")
            axis = -sum(other is not None for other in slices[position + 1 :])
        elif item is not None:
            if not -len(whole) <= axis < len(whole):
                raise InvalidArgumentError(
                    None, None, f"slice index {axis} of dimension 0 out of bounds."
                )
            if whole[axis] > own[axis]:
                item = slice(None) if isinstance(item, slice) else 0
            axis += 1
        found.append(item)
    return found


def _part(value: Any, rank: int, slices: tuple[Any, ...], batch: list[int]) -> Any:
    if hasattr(value, "batch_shape_tensor"):
        own = value.batch_shape.as_list()
        if batch and not own:
            return value
        if len(own) < len(batch):
            raise NotImplementedError(
                "An operator of operators whose batches have fewer axes than its own cannot be "
                "sliced; give its parts the same number of batch axes."
            )
        return value[tuple(_adapted(slices, batch, own))]
    value = to_tensor(value)
    shape = value.shape.as_list()
    own = shape[: len(shape) - rank]
    if batch and not own:
        return value
    own = [1] * (len(batch) - len(own)) + own
    value = reshape(value, own + shape[len(shape) - rank :])
    found = _adapted(slices, batch, own)
    if rank:
        if not any(item is Ellipsis for item in slices):
            found.append(Ellipsis)
        found += [slice(None)] * rank
    return value[tuple(found)]


def sliced(operator: Any, slices: Any) -> Any:
    """An operator like this one, of that part of the batch."""
    if not isinstance(slices, (tuple, list)):
        slices = (slices,)
    slices = tuple(slices)
    parameters = operator.parameters
    if slices != (Ellipsis,):
        batch = operator.batch_shape.as_list()
        for name, rank in operator._experimental_parameter_ndims_to_matrix_ndims.items():
            value = getattr(operator, name)
            if value is not None:
                parameters[name] = _mapped(value, rank, slices, batch)
    return type(operator)(**parameters)


def _mapped(value: Any, rank: Any, slices: tuple[Any, ...], batch: list[int]) -> Any:
    if isinstance(rank, (list, tuple)):
        return [_mapped(v, r, slices, batch) for v, r in zip(value, rank, strict=True)]
    return _part(value, rank, slices, batch)
