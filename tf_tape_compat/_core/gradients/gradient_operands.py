"""Targets and sources of gradients, as users name them."""

from __future__ import annotations

import enum
from typing import Any

import torch

from ... import nest
from ..tensor.tensor import EagerTensor
from ..tensor.unnamed_op import apply_torch
from ..variables.handle import Handle
from ..variables.sparse_tensor import SparseTensor
from ..variables.variable import Variable

CONVERT_ONCE = (
    " A torch.Tensor has no identity that a tape could follow: convert it once with "
    "tf.convert_to_tensor, and use and watch the result."
)


class UnconnectedGradients(enum.Enum):
    """The gradient with respect to a source that the target does not depend on.

    Implements `tf.UnconnectedGradients`.
    """

    NONE = "none"
    ZERO = "zero"


def wants_zeros(unconnected_gradients: Any) -> bool:
    """Whether unconnected gradients are zeros. Raises ValueError for an unknown value."""
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r}"
        ) from None


def acts_as_variable(item: Any) -> bool:
    """Whether an object stands for the variable that its `handle` belongs to, as Keras's do."""
    return hasattr(type(item), "_should_act_as_resource_variable")


def variable_behind(item: Any) -> Any:
    """The variable that an object stands for; other values are returned as they are."""
    if not acts_as_variable(item):
        return item
    variable = Variable.__new__(Variable)
    variable._handle = item.handle
    return variable


def variables_behind(structure: Any) -> Any:
    """A structure of sources or targets with variables for the objects that stand for them."""
    if isinstance(structure, (EagerTensor, Variable)) or structure is None:
        return structure
    items = [structure] if acts_as_variable(structure) else nest.flatten(structure)
    if not any(map(acts_as_variable, items)):
        return structure
    return nest.pack_sequence_as(structure, [variable_behind(item) for item in items])


def check_has_dtype(item: Any) -> None:
    """Raises the error that TensorFlow raises for a target or source without a dtype."""
    if item is None or isinstance(item, str):
        raise TypeError(
            f"Cannot convert the argument `type_value`: {item!r} to a TensorFlow DType."
        )
    if not hasattr(item, "dtype") and not isinstance(item, Handle):
        raise AttributeError(f"{type(item).__name__!r} object has no attribute 'dtype'")


def check_differentiable(item: Any) -> None:
    """Raises the error that TensorFlow raises for a target or source that no tape can know."""
    if isinstance(item, SparseTensor) or any(hasattr(type(item), name) for name in _COMPOSITE):
        raise ValueError(
            f"Type {type(item).__name__} is not supported as a gradient source or gradient target."
        )
    if not isinstance(item, (EagerTensor, Variable, Handle)):
        cls = type(item)
        hint = CONVERT_ONCE if isinstance(item, torch.Tensor) else ""
        raise AttributeError(
            f"'{cls.__module__}.{cls.__name__}' object has no attribute '_id'{hint}"
        )


# Attributes of the classes whose values cannot be a source or target: extension types, operators.
_COMPOSITE = ("_tf_extension_type_fields", "_composite_tensor_fields")


def gradient_parts(item: Any) -> list[Any]:
    """The differentiable components of a target or source."""
    return item._gradient_parts() if hasattr(type(item), "_gradient_parts") else [item]


def source_parts(item: Any) -> list[Any]:
    """The differentiable components of a source.

    Raises AttributeError for a composite that contains a variable.
    """
    parts = gradient_parts(item)
    if any(part is not item and isinstance(part, Variable) for part in parts):
        raise AttributeError(
            f"'ResourceVariable' object has no attribute '_id': the {type(item).__name__} contains "
            "a variable; ask for the gradient by that variable instead"
        )
    return parts


def assemble_gradients(items: list[Any], gradients: list[Any]) -> list[Any]:
    """The gradient by each item, from the gradients by the components of all of them."""
    remaining = iter(gradients)
    return [
        item._with_gradients([next(remaining) for _ in item._gradient_parts()])
        if hasattr(type(item), "_with_gradients")
        else next(remaining)
        for item in items
    ]


def payload_of(item: Any) -> Any:
    """The payload of a tensor, variable or handle."""
    if isinstance(item, EagerTensor):
        return item._t
    return item.data if isinstance(item, Handle) else item._handle.data


def zeros(source: Any) -> Any:
    """The gradient by a source that no target depends on; None for strings.

    It is recorded as an operation on the source, as in TensorFlow.
    """
    payload = payload_of(source)
    if not isinstance(payload, torch.Tensor):
        return None
    if isinstance(source, Handle):
        source = EagerTensor(payload)
    elif isinstance(source, Variable):
        source = source._read()
    return apply_torch(_constant_zeros, source)


def _constant_zeros(payload: torch.Tensor) -> torch.Tensor:
    return torch.zeros_like(payload).detach()
