"""The trace type of a Python value."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import Any

import torch

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable
from .container_types import Dict, IndexedSlicesType, List, NamedTuple, Tuple
from .trace_types import Aliases, Literal, VariableSpec, Weakref


def is_attrs(value: Any) -> bool:
    """Whether a value is an instance of an attrs class."""
    return hasattr(type(value), "__attrs_attrs__")


def is_namedtuple(value: Any) -> bool:
    """Whether a value is a named tuple."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def from_value(value: Any, aliases: Aliases) -> Any:
    """The trace type of an argument. Raises TypeError if it can be neither hashed nor referenced.

    `aliases` numbers the variables of the call.
    """
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Variable):
        return VariableSpec(value, aliases.number(value._handle))
    if isinstance(value, (TypeSpec, VariableSpec, IndexedSlicesType)):
        return value
    if isinstance(value, IndexedSlices):
        keys = [k for k in ("values", "indices", "dense_shape") if getattr(value, k) is not None]
        item_types = [from_value(getattr(value, key), aliases) for key in keys]
        return IndexedSlicesType(IndexedSlices, tuple(keys), item_types)
    if hasattr(type(value), "__tf_tracing_type__"):
        return value.__tf_tracing_type__(aliases)
    if is_held(value):
        return value._type_spec
    if isinstance(value, weakref.ref):
        raise TypeError(f"weakref input {value} not supported for tf.function.")
    if isinstance(value, torch.Tensor):
        return from_value(to_tensor(value), aliases)
    if hasattr(value, "__wrapped__"):
        return from_value(value.__wrapped__, aliases)
    if isinstance(value, list):
        return List(list, None, [from_value(item, aliases) for item in value])
    if is_namedtuple(value):
        cls = getattr(type(value), "_wraps", type(value))  # the class that a module wraps
        return NamedTuple(cls, value._fields, [from_value(item, aliases) for item in value])
    if isinstance(value, tuple):
        return Tuple(tuple, None, [from_value(item, aliases) for item in value])
    if isinstance(value, Mapping):
        item_types = [from_value(value[key], aliases) for key in value]
        return Dict(type(value), tuple(value), item_types)
    if is_attrs(value):
        keys = [attribute.name for attribute in type(value).__attrs_attrs__]
        item_types = [from_value(getattr(value, key), aliases) for key in keys]
        return NamedTuple(type(value), tuple(keys), item_types)
    if hasattr(value, "__array__") and not isinstance(value, (type, DType, TensorShape)):
        return from_value(to_tensor(value.__array__()), aliases)
    try:
        return Weakref(weakref.ref(value))
    except TypeError:
        pass
    try:
        return Literal(value)
    except TypeError:
        raise TypeError(
            f"Could not generate a generic TraceType for {value!r}."
            "Please verify that it is immutable/hashable. Otherwise, consider implementing the "
            "Tracing Protocol for it."
        ) from None
