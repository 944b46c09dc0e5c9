"""Calls of a `tf.function`, as tapes see them: one operation with several outputs.

TensorFlow differentiates the outputs of a function together, and each output depends on all inputs.
So if one output depends on a source, the gradients of the other outputs by that source are zeros,
not None. The same holds, for the tapes that are recording, for gradients taken through a function.

None of this is done while gradients are computed. The outputs of each call are noted, and only if a
source would get None is it checked whether it should get zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import ref

import torch

from ..recording import activation, admission
from ..recording.recorder import Recorder
from ..recording.tape_set import TRAINABLE, thread
from ..tensor.tensor import EagerTensor
from ..tensor.unnamed_op import alias
from ..variables.variable import Variable
from .backward import backward


class FunctionBoundary:
    """The outputs of one call."""

    __slots__ = ("payloads", "constant_outputs")

    def __init__(self, outputs: Iterable[EagerTensor]) -> None:
        self.payloads: list[torch.Tensor] = []
        self.constant_outputs: list[ref[EagerTensor]] = []  # outputs that no gradient flows through
        for output in outputs:
            if isinstance(output._t, torch.Tensor) and output._t.requires_grad:
                self.payloads.append(output._t)
            else:
                self.constant_outputs.append(ref(output))


class BoundaryGradients:
    """The results of a gradient that was taken through calls."""

    __slots__ = ("boundaries", "results")

    def __init__(self, results: list[EagerTensor], boundaries: list[FunctionBoundary]) -> None:
        self.results = [ref(result) for result in results]
        self.boundaries = boundaries


def seal_outputs(outputs: list[EagerTensor], begin: int) -> list[EagerTensor]:
    """Turns the results of a function, whose nodes began at `begin`, into those of one operation.

    A result that does not depend on anything tracked becomes a new, tracked tensor.
    """
    active = thread.active.recorders
    forget_nontrainable(outputs)
    tracking = frozenset().union(*(output._tapes.recorders for output in outputs)) & active
    if not tracking:
        return outputs
    sealed = []
    for output in outputs:
        if isinstance(output._t, torch.Tensor) and output._t.dtype in TRAINABLE:
            node = output._t.grad_fn
            if node is None or node._sequence_nr() < begin:
                output = alias(output)  # the call did not compute it
            for tape in tracking - output._tapes.recorders:
                admission.watch(tape, output)
        sealed.append(output)
    boundary = FunctionBoundary(sealed)
    for tape in tracking:
        if not tape.function_boundaries:
            tape.function_boundaries = []
        tape.function_boundaries.append(boundary)
    return sealed


def forget_nontrainable(outputs: Iterable[EagerTensor]) -> None:
    """Makes integers among the outputs of a call targets without a gradient: the call has it."""
    for tape in thread.active.recorders:
        if tape.nontrainable_results:
            for output in outputs:
                tape.note_nontrainable(output, None)


def connect_zeros(
    tape: Recorder, targets: list[Any], sources: list[Any], results: list[Any]
) -> list[Any]:
    """The results of a gradient, with zeros for None if a call lies between target and source.

    Also notes, for the tapes that are recording, which calls the results depend on.
    """
    boundaries = _boundaries_below(tape, targets)
    if not boundaries:
        return results
    if any(result is None for result in results):
        results = _with_zeros(tape, boundaries, sources, results)
    outer = thread.active.recorders - {tape}
    if outer or (tape.persistent and tape in thread.active.recorders):
        _note_dependence(tape, boundaries, sources, results)
    return results


def has_call_between(tape: Recorder, target: Any, sources: list[Any]) -> list[bool]:
    """For each of the sources, whether a call lies between it and the target."""
    boundaries = _boundaries_below(tape, [target])
    if not boundaries:
        return [False] * len(sources)
    results = _with_zeros(tape, boundaries, sources, [None] * len(sources))
    return [zeros is not None for zeros in results]


def _note_dependence(
    tape: Recorder, boundaries: list[FunctionBoundary], sources: list[Any], results: list[Any]
) -> None:
    ends = [_place(payload) for boundary in boundaries for payload in boundary.payloads]
    reachable = _reachable(ends, {})
    dependent = [
        result
        for source, result in zip(sources, results, strict=True)
        if isinstance(result, EagerTensor) and not reachable.isdisjoint(_places(source, tape))
    ]
    if not dependent:
        return
    for recorder in thread.active.recorders:
        if recorder.function_boundaries:
            recorder.function_boundaries.append(BoundaryGradients(dependent, boundaries))


# -- walks through the graph ----------------------------------------------------------------------
#
# A place is a node of torch's graph, or the id of a leaf, another tensor or a boundary.


def _boundaries_below(tape: Recorder, targets: list[Any]) -> list[FunctionBoundary]:
    """The calls whose outputs the targets are, or depend on."""
    boundaries = [b for b in tape.function_boundaries if type(b) is FunctionBoundary]
    jumps: dict[Any, list[Any]] = {}
    for boundary in boundaries:
        ends = [_place(payload) for payload in boundary.payloads]
        constants = [
            id(output)
            for reference in boundary.constant_outputs
            if (output := reference()) is not None
        ]
        for place in (*ends, *constants):
            jumps.setdefault(place, []).extend((id(boundary), *ends))
    for gradients in tape.function_boundaries:
        if type(gradients) is not BoundaryGradients:
            continue
        below: list[Any] = [id(boundary) for boundary in gradients.boundaries]
        below += [_place(p) for boundary in gradients.boundaries for p in boundary.payloads]
        for reference in gradients.results:
            if (result := reference()) is not None:
                for place in _places(result, tape):
                    jumps.setdefault(place, []).extend(below)
    reachable = _reachable([p for item in targets for p in _places(item, tape)], jumps, tape)
    return [boundary for boundary in boundaries if id(boundary) in reachable]


def _reachable(
    start: Iterable[Any], jumps: dict[Any, list[Any]], tape: Recorder | None = None
) -> set[Any]:
    """All places that can be reached from `start`, by edges of the graph and by `jumps`.

    With a `tape`, only through what it recorded.
    """
    seen = set()
    stack = list(start)
    while stack:
        place = stack.pop()
        if place in seen:
            continue
        seen.add(place)
        stack += jumps.get(place, ())
        if not isinstance(place, int) and (tape is None or _passes(tape, place)):
            stack += _next_places(place)
    return seen


def _next_places(node: Any) -> Iterator[Any]:
    edges = node.next_functions
    if not edges:
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            yield id(leaf)
    for next_node, _ in edges:
        if next_node is not None:
            yield next_node


def _passes(tape: Recorder, node: Any) -> bool:
    """Whether the tape's gradients flow through a node of torch's graph."""
    return not tape.may_reach_foreign_nodes or not node.next_functions or tape.differentiates(node)


def _place(payload: torch.Tensor) -> Any:
    return id(payload) if payload.grad_fn is None else payload.grad_fn


def _places(item: Any, tape: Recorder) -> list[Any]:
    """The places of a target or source."""
    if isinstance(item, Variable):
        return [id(leaf) for leaf in tape.variable_leaves.get(id(item._handle), ())]
    places: list[Any] = [id(item)]
    if isinstance(item, EagerTensor) and isinstance(item._t, torch.Tensor):
        if item._t.grad_fn is None or tape in item._tapes.recorders:
            places.append(_place(item._t))
        if item._leaf is not None:
            places.append(id(item._leaf))
    return places


# -- zeros ----------------------------------------------------------------------------------------


def _with_zeros(
    tape: Recorder, boundaries: list[FunctionBoundary], sources: list[Any], results: list[Any]
) -> list[Any]:
    """The results with zeros for None if an output of one of these calls depends on the source."""
    results = list(results)
    groups: dict[int, tuple[list[FunctionBoundary], list[int]]] = {}
    for position, (source, result) in enumerate(zip(sources, results, strict=True)):
        if result is None:
            # The outputs of one call do not depend on each other.
            others = [b for b in boundaries if not _is_output(source, b)]
            key = 0 if len(others) == len(boundaries) else id(source)
            groups.setdefault(key, (others, []))[1].append(position)
    for others, positions in groups.values():
        roots = list({id(p): p for boundary in others for p in boundary.payloads}.values())
        inputs: list[torch.Tensor] = []
        input_positions: list[int] = []
        for position in positions:
            for payload in _source_payloads(sources[position], tape):
                inputs.append(payload)
                input_positions.append(position)
        if not inputs or not roots:
            continue
        with activation.stop_recording():
            cotangents = [torch.zeros_like(root.detach()) for root in roots]
            gradients, sparse, _ = backward(tape, roots, cotangents, inputs, keep_graph=True)
        for position, payload, gradient in zip(input_positions, inputs, gradients, strict=True):
            if gradient is not None or sparse.get(id(payload)):
                results[position] = EagerTensor(torch.zeros_like(payload.detach()))
    return results


def _is_output(source: Any, boundary: FunctionBoundary) -> bool:
    payload = getattr(source, "_t", None)
    return any(payload is output for output in boundary.payloads)


def _source_payloads(source: Any, tape: Recorder) -> list[torch.Tensor]:
    """The torch tensors of a source in the graph."""
    payloads: list[Any] = []
    if isinstance(source, Variable):
        payloads = list(tape.variable_leaves.get(id(source._handle), ()))
    elif isinstance(source, EagerTensor) and tape in source._tapes.recorders:
        payloads = [p for p in (source._t, source._leaf) if p is not None and p.requires_grad]
    return list({id(payload): payload for payload in payloads}.values())
