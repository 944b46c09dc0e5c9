"""Gradients in the form of `tf.IndexedSlices`, which torch's engine does not carry.

The engine expects every gradient to have the shape and dtype of the tensor it belongs to. A
backward function with a sparse gradient therefore offers it with `offer_slices`, and returns None
to the engine. The slices then move down the graph on their own, through the few operations that
let TensorFlow's slices pass (`_PASSES_SLICES`). If every path ends at a leaf, they are delivered to
the leaves that are sources, or wait at a `tf.custom_gradient`, whose gradient function receives
them unchanged. If a path ends at any other operation, the backward function returns the dense
gradient to the engine instead.

Gradients of another shape or type (irregular_cotangents.py) share this mechanism. Both are called
sparse cotangents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from ..devices.indices import sum_rows
from .backward_state import backward_state, shape_and_dtype
from .engine import CUSTOM_GRADIENT_NODE

# Means: the shape of the tensor that the slices are the gradient of.
OWN = object()


class Slices(NamedTuple):
    """The parts of a `tf.IndexedSlices`. The dense shape may be `OWN`, or None if unknown."""

    indices: torch.Tensor
    values: torch.Tensor
    shape: Any = OWN


class _Process:
    """Work that only sparse cotangents need is skipped until the process first records one."""

    has_sparse_operations = False


def expect_slices() -> None:
    """Must be called when an operation is recorded whose gradient may be a sparse cotangent."""
    _Process.has_sparse_operations = True


def expects_slices() -> bool:
    """Whether an operation has been recorded whose gradient may be a sparse cotangent."""
    return _Process.has_sparse_operations


# -- the operations that slices pass through ------------------------------------------------------

_Edges = list[tuple[Any, int, Slices]]


def _pass_unchanged(node: Any, slices: Slices) -> _Edges:
    return [(*node.next_functions[0], slices)]


def _pass_negative(node: Any, slices: Slices) -> _Edges:
    return [(*node.next_functions[0], slices._replace(values=-slices.values))]


def _pass_cast(node: Any, slices: Slices) -> _Edges:
    next_node, number = node.next_functions[0]
    values, dtype = slices.values, shape_and_dtype(next_node, number)[1]
    if values.is_complex() and not dtype.is_complex:
        values = values.real
    return [(next_node, number, slices._replace(values=values.to(dtype)))]


def _pass_sum(node: Any, slices: Slices) -> _Edges | None:
    """Through `x + number` and `x - number` to x; through `tf.add_n` to all its inputs."""
    first, second = node.next_functions
    if node.metadata.get("AddN"):
        return [(*edge, slices) for edge in (first, second) if edge[0] is not None]
    if second[0] is not None:
        leaf = getattr(second[0], "variable", None)
        if leaf is None or leaf.ndim or backward_state.watches_leaf(leaf):
            return None
    return [(*first, slices)] if first[0] is not None else None


def _pass_concatenation(node: Any, slices: Slices) -> _Edges | None:
    if any(next_node is None for next_node, _ in node.next_functions):
        return None  # the sizes are not known
    shapes = [shape_and_dtype(*edge)[0] for edge in node.next_functions]
    axis = node._saved_dim
    axis -= 2**64 if axis >= 2**63 else 0
    axis += len(shapes[0]) if axis < 0 else 0
    edges = []
    start = 0
    for (next_node, number), shape in zip(node.next_functions, shapes, strict=True):
        indices, values = slices.indices, slices.values
        if axis:
            values = values.narrow(axis, start, shape[axis])
        else:
            inside = ((indices >= start) & (indices < start + shape[0])).nonzero().squeeze(1)
            indices, values = indices[inside] - start, values[inside]
        edges.append((next_node, number, Slices(indices, values)))
        start += shape[axis]
    return edges


# For each operation, the slices that arrive at its inputs; None if they cannot pass after all.
_PASSES_SLICES: dict[str, Callable[[Any, Slices], _Edges | None]] = {
    "AliasBackward0": _pass_unchanged,
    "ToCopyBackward0": _pass_cast,
    "NegBackward0": _pass_negative,
    "AddBackward0": _pass_sum,
    "SubBackward0": _pass_sum,
    "CatBackward0": _pass_concatenation,
}


# -- delivery -------------------------------------------------------------------------------------

# A list of sparse cotangents, and the one to add to it.
_Deliveries = list[tuple[list[Any], Slices]]


def offer_slices(payload: torch.Tensor, slices: Slices) -> bool:
    """Offers slices as the gradient of `payload` to the current gradient call.

    Returns whether they were taken. If so, the caller must give the engine no gradient.
    """
    if backward_state.delivered is None or torch._C._are_functorch_transforms_active():
        return False  # vmap batches only gradients that the engine carries
    node = payload.grad_fn
    if node is None:
        backward_state.deliver(payload, slices)
        return True
    deliveries: _Deliveries = []
    complete = _route(node, payload.output_nr, slices, deliveries)
    for cotangents, cotangent in deliveries:
        cotangents.append(cotangent)
    # If incomplete, `forward_slices` later sends them on from the last of these sources.
    return complete or bool(deliveries)


def _route(node: Any, number: int, slices: Slices, deliveries: _Deliveries) -> bool:
    """Finds where slices go from an edge. Returns False if a path ends where they cannot pass.

    In that case `deliveries` holds only the places before it, up to where the paths part.
    """
    delivered = backward_state.delivered
    assert delivered is not None
    leaf = getattr(node, "variable", None)
    if leaf is not None:
        if id(leaf) in delivered:
            deliveries.append((delivered[id(leaf)], slices))
        return True
    inputs = backward_state.inputs_at(node, number)
    deliveries += [(delivered[id(payload)], slices) for payload in inputs]
    if node in backward_state.cut_nodes:
        return True
    if node.name() == CUSTOM_GRADIENT_NODE:
        deliveries.append((backward_state.pending_at(node, number), slices))
        return True
    pass_slices = _PASSES_SLICES.get(node.name())
    edges = None if pass_slices is None else pass_slices(node, slices)
    if edges is None:
        return False
    count = len(deliveries)
    complete = all(_route(*edge, deliveries) for edge in edges)
    if not complete and len(edges) > 1:
        del deliveries[count:]
    return complete


def dense(slices: Slices, shape: torch.Size) -> torch.Tensor:
    """The dense gradient, of the given shape. Raises ValueError if the slices have no shape."""
    if slices.shape is None:
        raise ValueError(
            "Tensor conversion requested for IndexedSlices without dense_shape, of indices "
            f"{slices.indices.tolist()}"
        )
    return sum_rows(slices.values, slices.indices, shape)


# Runs the engine on a root, its cotangent and inputs; returns the gradients by the inputs.
RunEngine = Callable[[Any, torch.Tensor, list[torch.Tensor]], list[torch.Tensor | None]]


def forward_slices(run: RunEngine, gradients: list[torch.Tensor | None]) -> None:
    """Sends slices that a source received on to the tensors the source was computed from.

    `offer_slices` kept them back, because the engine would only have the dense sum of them.
    """
    delivered = backward_state.delivered
    assert delivered is not None
    sources = {id(x): x for x in backward_state.inputs if x.grad_fn is not None}
    forwarded = dict.fromkeys(sources, 0)
    while True:
        for key, source in sources.items():
            new = delivered[key][forwarded[key] :]
            forwarded[key] = len(delivered[key])
            new = [x for x in new if type(x) is Slices and _ends_at(source, x)]
            others = [x for x in backward_state.inputs if x is not source]
            if new and others:
                cotangent = torch.stack([dense(x, source.shape) for x in new]).sum(0)
                add_gradients(gradients, others, run(source, cotangent, others))
                break
        else:
            return


def _ends_at(source: torch.Tensor, slices: Slices) -> bool:
    """Whether `offer_slices` delivered slices to a source, and to nothing beyond it."""
    deliveries: _Deliveries = []
    complete = _route(source.grad_fn, source.output_nr, slices, deliveries)
    return not complete and len(deliveries) == 1


def add_gradients(
    gradients: list[torch.Tensor | None],
    inputs: list[torch.Tensor],
    new_gradients: list[torch.Tensor | None],
) -> None:
    """Adds the gradients by `inputs` that another run returned to those of the call's inputs."""
    by_input = dict(zip(map(id, inputs), new_gradients, strict=True))
    for position, payload in enumerate(backward_state.inputs):
        gradient = by_input.get(id(payload))
        if gradient is not None:
            total = gradients[position]
            gradients[position] = gradient if total is None else total + gradient
