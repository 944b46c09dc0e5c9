"""Gradients of a run in the form that they had while the function was traced.

A loop or conditional is one operation to the tapes while tracing, and may be several later: which
branch runs decides whether a gradient is None, dense or slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable
from .._ops.array.creation import zeros_like
from .._ops.array.ranges import range as index_range
from .structure import SlicesPlace, TensorPlace

if TYPE_CHECKING:
    from .symbolic_tensor import SymbolicTensor

_INT32 = as_dtype("int32")


def as_traced(
    gradients: Any, traced: Any, sources: Any, outputs: Sequence[SymbolicTensor] = ()
) -> Any:
    """`gradients` in the form `traced`, a structure with places for `outputs`."""
    if isinstance(sources, (EagerTensor, Variable)):
        return _one_as_traced(gradients, traced, sources, outputs)
    if isinstance(gradients, (list, tuple)) and isinstance(sources, (list, tuple)):
        parts = zip(gradients, traced, sources, strict=True)
        return [as_traced(*part, outputs) for part in parts]
    if isinstance(gradients, dict):
        return {
            key: as_traced(g, traced[key], sources[key], outputs) for key, g in gradients.items()
        }
    return gradients


def _one_as_traced(
    gradient: Any, traced: Any, source: Any, outputs: Sequence[SymbolicTensor]
) -> Any:
    if isinstance(traced, TensorPlace):
        if gradient is None:
            return zeros_like(source)
        return to_tensor(gradient) if isinstance(gradient, IndexedSlices) else gradient
    if not isinstance(traced, SlicesPlace) or isinstance(gradient, IndexedSlices):
        return None if traced is None else gradient
    dense = zeros_like(source) if gradient is None else gradient
    sizes = list(dense._t.shape)
    indices = index_range(sizes[0], dtype=outputs[traced.parts[1].number].dtype)
    shape = to_tensor(sizes, _INT32) if traced.parts[2] is not None else None
    return IndexedSlices(dense, indices, shape)
