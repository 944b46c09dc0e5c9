"""Arguments and results of operations, with numbered places for the tensors in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._core.op.dispatch import composite_handlers
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.core_tensor import CoreTensor
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.sparse_tensor import SparseTensor
from .._core.variables.variable import Variable
from .shadows import is_fake
from .unsupported import NeedsValue


class TensorPlace:
    """The place of a tensor, by its number."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class VariablePlace:
    """The place of a variable that is used as such, and not read."""

    __slots__ = ("variable",)

    def __init__(self, variable: Variable) -> None:
        self.variable = variable


class SlicesPlace:
    """The place of IndexedSlices: `parts` are values, indices and dense shape."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Any, Any, Any]) -> None:
        self.parts = parts


class CompositePlace:
    """The place of a ragged or sparse tensor, or another one made of tensors: `parts`."""

    __slots__ = ("parts", "value")

    def __init__(self, value: Any, parts: tuple[Any, ...]) -> None:
        self.value = value
        self.parts = parts


def take_apart(value: Any, place: Callable[[Any], Any]) -> Any:
    """`value` with `place(leaf)` for each tensor and variable in it.

    What stands for a tensor, such as a variable of Keras, is converted.
    Looks into lists, tuples, dicts and what is made of tensors; everything else stays as it is.
    """
    if isinstance(value, (EagerTensor, Variable)):
        return place(value)
    if isinstance(value, CoreTensor):
        return place(to_tensor(value))
    cls = type(value)
    if isinstance(value, (list, tuple)):
        items = [take_apart(item, place) for item in value]
        if all(new is old for new, old in zip(items, value, strict=True)):
            return value
        return cls(*items) if hasattr(value, "_fields") else cls(items)
    if cls is dict:
        return {key: take_apart(item, place) for key, item in value.items()}
    if isinstance(value, IndexedSlices):
        parts = value.values, value.indices, value.dense_shape
        return SlicesPlace(tuple(take_apart(part, place) for part in parts))
    if hasattr(cls, "_with_components") and cls in composite_handlers:
        parts = value._components()
        return CompositePlace(value, tuple(take_apart(part, place) for part in parts))
    if is_fake(value):  # kept as it is, it would never have values
        raise NeedsValue("the payload of a symbolic tensor as an argument")
    return value


def tensors_of(value: Any) -> tuple[Any, list[EagerTensor]]:
    """A result as a structure with numbered places, and the tensors in it."""
    tensors: list[EagerTensor] = []

    def place(leaf: Any) -> Any:
        if isinstance(leaf, Variable):
            return leaf
        tensors.append(leaf)
        return TensorPlace(len(tensors) - 1)

    return take_apart(value, place), tensors


def fill(
    structure: Any, tensors: Sequence[Any], variable: Callable[[Variable], Any] | None = None
) -> Any:
    """The structure with tensors, and what `variable` returns for variables, in their places."""
    cls = type(structure)
    if cls is TensorPlace:
        return tensors[structure.number]
    if cls is VariablePlace:
        return structure.variable if variable is None else variable(structure.variable)
    if isinstance(structure, (list, tuple)):
        items = [fill(item, tensors, variable) for item in structure]
        return cls(*items) if hasattr(structure, "_fields") else cls(items)
    if cls is dict:
        return {key: fill(item, tensors, variable) for key, item in structure.items()}
    if cls is SlicesPlace:
        return IndexedSlices(*(fill(part, tensors, variable) for part in structure.parts))
    if cls is CompositePlace:
        parts = tuple(fill(part, tensors, variable) for part in structure.parts)
        if isinstance(structure.value, SparseTensor):  # its static shape is that of an example
            return SparseTensor(*parts)
        return structure.value._with_components(parts)
    return structure


def composites_in(structure: Any) -> list[CompositePlace]:
    """The places of composites in a structure."""
    if isinstance(structure, CompositePlace):
        return [structure]
    if isinstance(structure, (list, tuple)):
        return [place for item in structure for place in composites_in(item)]
    if isinstance(structure, dict):
        return [place for item in structure.values() for place in composites_in(item)]
    return []
