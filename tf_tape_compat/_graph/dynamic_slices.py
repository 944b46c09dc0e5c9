"""`x[...]` in a graph, with indices that are tensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .array_values import recorded
from .graph import Graph
from .nodes import OpNode
from .shadows import is_fake
from .sizes_of_examples import encoded, has_place, sliced_shape
from .symbolic_tensor import SymbolicTensor
from .unsupported import NeedsValue

_aten = torch.ops.aten


class SliceNode(OpNode):
    """A slice. Its arguments are the tensor and the items; see `encoded`."""

    __slots__ = ()

    def stated_results(self) -> list[tuple[DType, TensorShape]] | None:
        tensor, *indices = self.inputs
        if not any(is_fake(index.shadow.first._t) for index in indices):
            return None
        items = self.arguments[0][1]
        if not any(map(has_place, items)):
            return None  # indices alone can be run without their values
        return [(tensor.dtype, sliced_shape(tensor.shape, items))]


def slice_in_graph(
    graph: Graph, call: Callable[..., Any], tensor: Any, items: list[Any]
) -> EagerTensor:
    """The rule of `slice_by_key` for graphs (trace_rules.py)."""
    bounds = [encoded(item) for item in items]
    if type(tensor) is not SymbolicTensor and not any(map(_holds_symbol, bounds)):
        result: EagerTensor = call(tensor, items)
        return result
    arguments, inputs = graph.lift(((tensor, bounds), {}))
    node = SliceNode("StridedSlice", partial(_slice, call), arguments, inputs)
    added: EagerTensor = graph.add_node(node, "strided_slice")
    return added


def _holds_symbol(item: Any) -> bool:
    if type(item) is tuple:
        return any(map(_holds_symbol, item))
    return type(item) is SymbolicTensor


def _slice(call: Callable[..., Any], tensor: EagerTensor, items: list[Any]) -> EagerTensor:
    """The slice of a tensor. Indices without values are gathered."""
    keys = [slice(*item) if type(item) is tuple else item for item in items]
    unknown = [i for i, item in enumerate(items) if _is_valueless(item)]
    if any(type(item) is tuple and any(map(_is_valueless, item)) for item in items):
        raise NeedsValue("a slice with unknown bounds")
    if not unknown:
        result: EagerTensor = call(tensor, keys)
        return result
    indices = [items[i] for i in unknown]
    for position in unknown:
        keys[position] = slice(None)
    if any(key != slice(None) for key in keys):
        tensor = call(tensor, keys)
    selectors: list[Any] = [None] * tensor._t.ndim
    kept = [key for key in keys if key is None or key is Ellipsis or isinstance(key, slice)]
    for position, index in zip(unknown, indices, strict=True):
        selectors[_axis(position, keys, len(kept), tensor._t.ndim)] = index
    places = [axis for axis, index in enumerate(selectors) if index is not None]

    def gather(payload: Any, *numbers: Any) -> Any:
        for axis, number in reversed(list(zip(places, numbers, strict=True))):
            payload = _aten.index.Tensor(payload, [None] * axis + [number])
        return payload

    return recorded(gather, tensor, *(selectors[axis] for axis in places))


def _axis(position: int, keys: list[Any], kept: int, rank: int) -> int:
    """The axis of the sliced tensor that belongs to an item of its key."""
    before = sum(
        key is None or key is Ellipsis or isinstance(key, slice) for key in keys[:position]
    )
    if not any(key is Ellipsis for key in keys[:position]):
        return before
    return rank - (kept - before)


def _is_valueless(item: Any) -> bool:
    return isinstance(item, EagerTensor) and is_fake(item._t)
