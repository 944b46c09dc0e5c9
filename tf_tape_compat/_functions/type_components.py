"""The tensors inside values of a trace type: reading, packing and renaming their specs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import nest
from .._core.types.dtype import variant
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from . import trace_types
from .container_types import Container, Dict, IndexedSlicesType
from .trace_types import VariableSpec, signature
from .user_trace_types import TraceType

_KNOWN = (trace_types.TraceType, TypeSpec)


def tensor_specs(trace_type: Any) -> list[Any]:
    """The specs of the tensors and variables in a trace type, in the order of `tf.nest`."""
    if isinstance(trace_type, Dict):
        item_types = dict(zip(trace_type.keys or (), trace_type.item_types, strict=True))
        return [spec for key in sorted(item_types) for spec in tensor_specs(item_types[key])]
    if isinstance(trace_type, Container):
        return [spec for item_type in trace_type.item_types for spec in tensor_specs(item_type)]
    if isinstance(trace_type, CompositeSpec):
        return nest.flatten(trace_type, expand_composites=True)
    if hasattr(trace_type, "_from_handle"):
        return [TensorSpec([], variant)]
    return [trace_type] if isinstance(trace_type, (TensorSpec, VariableSpec)) else []


def opaque_specs(trace_type: Any) -> list[Any]:
    """The specs in a trace type of values without tensors of their own, such as datasets."""
    if isinstance(trace_type, Container):
        return [spec for item_type in trace_type.item_types for spec in opaque_specs(item_type)]
    known = isinstance(trace_type, (TensorSpec, CompositeSpec)) or hasattr(
        trace_type, "_from_handle"
    )
    return [trace_type] if isinstance(trace_type, TypeSpec) and not known else []


def pack_tensors(trace_type: Any, tensors: Iterator[Any]) -> Any:
    """A value of a trace type that contains the next tensors of an iterator."""
    if isinstance(trace_type, (TensorSpec, VariableSpec)):
        return next(tensors)
    if hasattr(trace_type, "_from_handle"):
        return trace_type._from_handle(next(tensors))
    if isinstance(trace_type, Dict):
        pairs = zip(trace_type.keys or (), trace_type.item_types, strict=True)
        ordered = sorted(pairs, key=lambda pair: pair[0])
        items = {key: pack_tensors(item_type, tensors) for key, item_type in ordered}
        return trace_type.build([items[key] for key in trace_type.keys or ()])
    if isinstance(trace_type, Container):
        return trace_type.build([pack_tensors(t, tensors) for t in trace_type.item_types])
    if isinstance(trace_type, CompositeSpec):
        components = [next(tensors) for _ in tensor_specs(trace_type)]
        return nest.pack_sequence_as(trace_type, components, expand_composites=True)
    if isinstance(trace_type, TraceType) and not isinstance(trace_type, _KNOWN):
        return trace_type.placeholder_value(None)
    return signature(trace_type)


def map_specs(trace_type: Any, name: str, function: Callable[[str, TensorSpec], Any]) -> Any:
    """Replaces each tensor spec by `function(name, spec)`, where items extend the `name`."""
    if isinstance(trace_type, TensorSpec):
        return function(name, trace_type)
    if isinstance(trace_type, Container) and not isinstance(trace_type, IndexedSlicesType):
        keys = trace_type.keys or range(len(trace_type.item_types))
        item_types = [
            map_specs(item_type, f"{name}_{key}", function)
            for key, item_type in zip(keys, trace_type.item_types, strict=True)
        ]
        return type(trace_type)(trace_type.container_class, trace_type.keys, item_types)
    return trace_type
