"""The tensors that stand for the components of elements in a graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import nest
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, variant
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec
from .._graph.unsupported import TraceUnsupported
from .structure import flatten


def tensor_types(spec: Any) -> list[tuple[DType, TensorShape]]:
    """The dtypes and shapes of the tensors that stand for a value."""
    return [pair for leaf in flatten(spec) for pair in component_types(leaf)]


def component_types(spec: Any) -> list[tuple[DType, TensorShape]]:
    """The dtypes and shapes of the tensors that stand for a component.

    Raises TraceUnsupported if there are none.
    """
    if isinstance(spec, NoneTensorSpec):
        return []
    if hasattr(spec, "_from_handle"):
        return [(variant, getattr(spec, "_dataset_shape", TensorShape([])))]
    if isinstance(spec, TensorSpec) or getattr(spec, "ragged_rank", None) == 0:
        return [(spec.dtype, spec.shape)]
    parts = nest.flatten(spec, expand_composites=True)
    if not all(isinstance(part, TensorSpec) for part in parts):
        raise TraceUnsupported(f"a component of the type {spec}")
    return [(part.dtype, part.shape) for part in parts]


def tensors_of(leaf: Any) -> list[EagerTensor]:
    """The tensors that stand for a component."""
    if leaf is None:
        return []
    if is_held(leaf):
        return [leaf._as_handle()]
    return nest.flatten(leaf, expand_composites=True)


def from_tensors(spec: Any, tensors: Iterator[Any]) -> Any:
    """The component that symbolic tensors stand for."""
    if isinstance(spec, NoneTensorSpec):
        return None
    if hasattr(spec, "_from_handle"):
        return spec._from_handle(next(tensors))
    if isinstance(spec, TensorSpec) or getattr(spec, "ragged_rank", None) == 0:
        return next(tensors)
    parts = [next(tensors) for _ in nest.flatten(spec, expand_composites=True)]
    return nest.pack_sequence_as(spec, parts, expand_composites=True)
