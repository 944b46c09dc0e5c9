"""Arguments that shape an operation rather than flow through it: axes, shapes, sizes.

TensorFlow takes them as tensors too; here they become Python integers, which for a tensor on an
accelerator means waiting for its value, as TensorFlow does.
"""

from __future__ import annotations

from typing import Any

from ..errors import InvalidArgumentError
from .convert import to_tensor
from .shape import TensorShape
from .tensor import EagerTensor, to_numpy


def static(value: Any) -> Any:
    """The value of a small argument as Python numbers: a number, or nested lists of them."""
    if type(value) is int or value is None:
        return value
    if isinstance(value, TensorShape):
        return value.as_list()
    if isinstance(value, (list, tuple)):
        return [static(item) for item in value]
    if not isinstance(value, EagerTensor):
        value = to_tensor(value)
    return to_numpy(value._t).tolist()


def shape_of(value: Any) -> tuple[int, ...]:
    """A shape given as a sequence, tensor, TensorShape or single number."""
    if isinstance(value, TensorShape) and not value.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
    found = static(value)
    if not isinstance(found, list):
        found = [found]
    for size in found:
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"A shape holds integers, got {size!r} in {value!r}")
    return tuple(found)


def axis_of(axis: Any, rank: int, what: str = "axis") -> int:
    """One axis, counted from the front. Raises InvalidArgumentError if there is none such."""
    found = static(axis)
    if not -rank <= found < rank:
        raise InvalidArgumentError(
            None, None, f"{what} {found} is out of bounds for a tensor of rank {rank}"
        )
    return found + rank if found < 0 else found


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes of a reduction, counted from the front; all of them for None."""
    found = static(axis)
    if found is None:
        return tuple(range(rank))
    if not isinstance(found, list):
        found = [found]
    for item in found:
        if not -rank <= item < rank:
            raise InvalidArgumentError(
                None,
                None,
                f"Invalid reduction dimension ({item} for input with {rank} dimension(s)",
            )
    return tuple(item + rank if item < 0 else item for item in found)
