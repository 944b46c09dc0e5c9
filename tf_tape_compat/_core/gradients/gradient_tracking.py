"""Which of the recording tapes track the result of a gradient call.

torch builds the graph of a gradient as a whole. A tape, however, tracks the gradient only if it was
computed, by operations that the tape recorded, from a tensor that the tape watches.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch._C import _functorch

from ..recording.payloads import in_graph, leaf_of, unwrapped_payload
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.tensor import EagerTensor
from .accumulator import tapes_among
from .backward_state import backward_state


def trackers(payload: torch.Tensor, first_node: int) -> TapeSet:
    """The active recorders that track a result of the engine, as a set.

    `first_node` is the number of the first node that the engine's run made.
    """
    active = thread.active
    if not active.recorders or not in_graph(payload):
        return EMPTY
    if not payload.requires_grad:
        payload = unwrapped_payload(payload)
    recorders: Iterable[Recorder] = thread.stack
    if active.forward_mode:
        active.note_gradient(payload)  # accumulators follow by its tangent
        recorders = tapes_among(recorders)
    tracking = [tape for tape in recorders if _tracks(tape, payload, first_node)]
    if len(tracking) == len(active.recorders):
        return active
    return tape_set_of(frozenset(tracking))


def _tracks(tape: Recorder, payload: torch.Tensor, first_node: int) -> bool:
    if payload.grad_fn is None:
        return tape.watches_leaf(payload)
    return _tracks_edge(tape, (payload.grad_fn, payload.output_nr), first_node)


def _tracks_edge(tape: Recorder, edge: tuple[Any, int], first_node: int) -> bool:
    """Whether `tape` tracks the tensor at an edge of torch's graph."""
    watched = tape.watched_edges() if tape.start_tensors else ()
    foreign, other_threads = tape.foreign_nodes, bool(tape.other_threads)
    seen = set()
    stack = [edge]
    while stack:
        edge = stack.pop()
        node = edge[0]
        if node is None or node in seen:
            continue
        if watched and edge in watched:
            return True
        next_edges = node.next_functions
        if not next_edges:
            leaf = getattr(node, "variable", None)
            if leaf is not None and tape.watches_leaf(leaf):
                return True
            continue
        seen.add(node)
        if foreign and node in foreign:
            continue
        if other_threads or node._sequence_nr() < first_node:
            if not tape.recorded(node):
                if not (tape.internal_ranges and tape.is_internal(node)):
                    continue
            elif not tape.has_unwatched_nodes:
                return True  # it tracks what it recorded
        stack.extend(next_edge for next_edge in next_edges if next_edge[0] is not None)
    return False


def note_gradients(results_by_payload: dict[int, EagerTensor], first_node: int) -> None:
    """Tells the active recorders about the results of a gradient call.

    `known` holds the results by id of the torch tensors that were passed to `trackers`.
    """
    active = thread.active
    result_sets = [tensor._tapes for tensor in results_by_payload.values()]
    if any(tape_set is not active for tape_set in result_sets):
        end = sequence_number()
        for tape in active.recorders:
            if tape.forward_mode or any(tape in tape_set.recorders for tape_set in result_sets):
                tape.has_unwatched_nodes = True
            else:
                tape.skip(first_node, end)
    active.push_gradients(results_by_payload)


def constant_gradient(value: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
    """A gradient that depends only on the shapes of the inputs, recorded as TensorFlow records it.

    The tapes that track an input track `value` too, but no gradient flows from it.
    """
    first_node = sequence_number()
    tracking: frozenset[Recorder] = frozenset().union(
        *(trackers(x, first_node).recorders for x in inputs)
    )
    if not tracking and not backward_state.separate_constants:
        return value
    batched = _functorch.is_batchedtensor(value)
    leaf = leaf_of(_functorch.get_unwrapped(value) if batched else value)
    for tape in tracking:
        tape.start_tracking_leaf(leaf)
    if not batched:
        return leaf
    dimension, level = _functorch.maybe_get_bdim(value), _functorch.maybe_get_level(value)
    return _functorch._add_batch_dim(leaf, dimension, level)


# -- what gradients are computed from -------------------------------------------------------------

# Nodes whose gradients TensorFlow computes from the shapes of their inputs, although torch does
# not save sizes for them; then nodes for which torch saves sizes, but TensorFlow uses no shapes.
_USES_SHAPES = {"UnsqueezeBackward0", "CatBackward0", "ConstantPadNdBackward0"}
_USES_NO_SHAPES = frozenset(
    {
        "SumBackward0",
        "SumBackward1",
        "MeanBackward0",
        "MeanBackward1",
        "SplitBackward0",
        "SplitWithSizesBackward0",
        "UnsafeSplitBackward0",
    }
)


def gradient_uses_shapes(function: type[torch.autograd.Function]) -> type[torch.autograd.Function]:
    """Marks an autograd function whose gradient TensorFlow computes from its inputs' shapes."""
    _USES_SHAPES.add(f"{function.__name__}Backward")
    return function


def users(recorder: Recorder, root: torch.Tensor) -> frozenset[Recorder]:
    """The active tapes that track a tensor from which gradients of `root` may be computed.

    TensorFlow's gradients go all the way back through what `recorder` recorded, whatever the
    sources are.
    """
    first_node = sequence_number()
    remaining = [tape for tape in thread.stack if not tape.forward_mode]
    tracking: set[Recorder] = set()
    seen = set()
    stack: list[Any] = [root.grad_fn]
    while stack and remaining:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if recorder.may_reach_foreign_nodes and not recorder.differentiates(node):
            continue
        edges = _edges_used(node)
        tracking.update(
            tape for tape in remaining if any(_tracks_edge(tape, e, first_node) for e in edges)
        )
        remaining = [tape for tape in remaining if tape not in tracking]
        stack.extend(next_node for next_node, _ in node.next_functions)
    return frozenset(tracking)


def _edges_used(node: Any) -> list[tuple[Any, int]]:
    """The edges of the tensors that the gradient of a node of torch's graph is computed from."""
    names: list[str] = []
    if callable(node):
        names = [name for name in dir(node) if name.startswith("_saved_")]
        saved = [getattr(node, name) for name in names]
    else:  # written in Python
        saved = node.saved_tensors
    edges: list[tuple[Any, int]] = []
    for item in saved:
        for payload in item if isinstance(item, (list, tuple)) else (item,):
            if isinstance(payload, torch.Tensor) and payload.requires_grad:
                edge = torch.autograd.graph.get_gradient_edge(payload)
                edges.append((edge.node, edge.output_nr))
    name = node.name()
    if name in _USES_SHAPES or (
        name not in _USES_NO_SHAPES and any("sizes" in saved_name for saved_name in names)
    ):
        edges += node.next_functions
    return edges
