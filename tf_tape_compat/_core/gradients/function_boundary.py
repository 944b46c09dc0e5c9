"""What a tape sees of a `tf.function`: one operation, whose outputs all depend on all its inputs.

TensorFlow differentiates the outputs of a function together. A source that some of them depend on
therefore gets zeros, not None, where the target depends on others only. The same holds for what a
gradient through a function depends on, for the tapes that are recording then.

Nothing of this is done on the way of the gradients. It is noted what the outputs were, and only
where a source would get None one looks whether it is to be zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import ref

import torch

from ..recording import admission, recorder
from ..recording.recorder import Recorder
from ..recording.tape_set import TRAINABLE, thread
from ..tensor.tensor import EagerTensor
from ..variables.variable import Variable, alias
from .backward import compute


class Border:
    """The outputs of one call."""

    __slots__ = ("others", "payloads")

    def __init__(self, outputs: Iterable[EagerTensor]) -> None:
        self.payloads: list[torch.Tensor] = []
        self.others: list[ref] = []  # outputs that no gradient flows through
        for output in outputs:
            if isinstance(output._t, torch.Tensor) and output._t.requires_grad:
                self.payloads.append(output._t)
            else:
                self.others.append(ref(output))


class Passage:
    """Gradients that came through calls, and the outputs of those."""

    __slots__ = ("borders", "results")

    def __init__(self, results: list[EagerTensor], borders: list[Border]) -> None:
        self.results = [ref(result) for result in results]
        self.borders = borders


def cross(outputs: list[EagerTensor], begin: int) -> list[EagerTensor]:
    """Makes one operation's outputs of what a function returned whose nodes began at `begin`.

    Those that depend on nothing that a tape tracks become new tensors that it does.
    """
    active = thread.active.tapes
    tracking = frozenset().union(*(output._tapes.tapes for output in outputs)) & active
    if not tracking:
        return outputs
    made = []
    for output in outputs:
        if isinstance(output._t, torch.Tensor) and output._t.dtype in TRAINABLE:
            node = output._t.grad_fn
            if node is None or node._sequence_nr() < begin:
                output = alias(output)  # not made by the call
            for tape in tracking - output._tapes.tapes:
                admission.watch(tape, output)
        made.append(output)
    border = Border(made)
    for tape in tracking:
        if not tape.borders:
            tape.borders = []
        tape.borders.append(border)
    return made


def _next(node: Any) -> Iterator[Any]:
    """The nodes behind a node of torch's graph; of a leaf, the leaf itself."""
    following = node.next_functions
    if not following:
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            yield id(leaf)
    for behind, _ in following:
        if behind is not None:
            yield behind


def _place(payload: torch.Tensor) -> Any:
    return id(payload) if payload.grad_fn is None else payload.grad_fn


def _walk(
    start: Iterable[Any], jumps: dict[Any, list[Any]], tape: Recorder | None = None
) -> set[Any]:
    """All places that can be reached: nodes, and the ids of leaves and other tensors.

    With a `tape`, not through what that did not record.
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
            stack += _next(place)
    return seen


def _passes(tape: Recorder, node: Any) -> bool:
    """Whether the tape's gradients flow through a node of torch's graph."""
    return bool(
        not tape.crossed
        or not node.next_functions
        or tape.recorded(node)
        or (tape.insides and tape.passes(node))
    )


def _places(item: Any, tape: Recorder) -> list[Any]:
    """Where a target or a source stands in the graph."""
    if isinstance(item, Variable):
        return [id(leaf) for leaf in tape.leaves.get(id(item._handle), ())]
    found = [id(item)]
    if isinstance(item, EagerTensor) and isinstance(item._t, torch.Tensor):
        if item._t.grad_fn is None or tape in item._tapes.tapes:
            found.append(_place(item._t))
        if item._leaf is not None:
            found.append(id(item._leaf))
    return found


def _reached(tape: Recorder, targets: list[Any]) -> list[Border]:
    """The calls whose outputs the targets depend on, or are."""
    own = [border for border in tape.borders if type(border) is Border]
    jumps: dict[Any, list[Any]] = {}
    for border in own:
        ends = [_place(payload) for payload in border.payloads]
        others = [id(output) for reference in border.others if (output := reference()) is not None]
        for place in (*ends, *others):
            jumps.setdefault(place, []).extend((id(border), *ends))
    for passage in tape.borders:
        if type(passage) is Passage:
            behind = [id(border) for border in passage.borders]
            behind += [_place(p) for border in passage.borders for p in border.payloads]
            for reference in passage.results:
                if (result := reference()) is not None:
                    for place in _places(result, tape):
                        jumps.setdefault(place, []).extend(behind)
    seen = _walk([place for item in targets for place in _places(item, tape)], jumps, tape)
    return [border for border in own if id(border) in seen]


def complete(
    tape: Recorder, targets: list[Any], sources: list[Any], results: list[Any]
) -> list[Any]:
    """The results with zeros for None where a call lies between a target and a source.

    Notes what they depend on for the tapes that are recording.
    """
    reached = _reached(tape, targets)
    if not reached:
        return results
    if any(result is None for result in results):
        results = _with_zeros(tape, reached, sources, results)
    outer = thread.active.tapes - {tape}
    if outer or (tape.persistent and tape in thread.active.tapes):
        ends = [_place(payload) for border in reached for payload in border.payloads]
        seen = _walk(ends, {})
        passed = [
            result
            for source, result in zip(sources, results, strict=True)
            if isinstance(result, EagerTensor) and not seen.isdisjoint(_places(source, tape))
        ]
        for recorder in thread.active.tapes:
            if passed and recorder.borders:
                recorder.borders.append(Passage(passed, reached))
    return results


def connected(tape: Recorder, target: Any, sources: list[Any]) -> list[bool]:
    """Which of the sources have a call between them and the target."""
    reached = _reached(tape, [target])
    nothing: list[Any] = [None] * len(sources)
    if not reached:
        return [False] * len(sources)
    return [zeros is not None for zeros in _with_zeros(tape, reached, sources, nothing)]


def _with_zeros(
    tape: Recorder, reached: list[Border], sources: list[Any], results: list[Any]
) -> list[Any]:
    """The results with zeros for None where an output of these calls depends on the source."""
    results = list(results)
    together: dict[int, tuple[list[Border], list[int]]] = {}
    for position, (source, result) in enumerate(zip(sources, results, strict=True)):
        if result is None:
            # The outputs of one call do not depend on each other.
            own = {id(border) for border in reached if _is_among(source, border)}
            others = [border for border in reached if id(border) not in own]
            key = id(source) if own else 0
            together.setdefault(key, (others, []))[1].append(position)
    for borders, positions in together.values():
        roots = list({id(p): p for border in borders for p in border.payloads}.values())
        inputs: list[torch.Tensor] = []
        owners: list[int] = []
        for position in positions:
            for payload in _payloads(sources[position], tape):
                inputs.append(payload)
                owners.append(position)
        if not inputs or not roots:
            continue
        with recorder.stop_recording():
            seeds = [torch.zeros_like(root.detach()) for root in roots]
            parts, slices, _ = compute(tape, roots, seeds, inputs, True)
        for position, payload, part in zip(owners, inputs, parts, strict=True):
            if part is not None or slices.get(id(payload)):
                results[position] = EagerTensor(torch.zeros_like(payload.detach()))
    return results


def _is_among(source: Any, border: Border) -> bool:
    payload = getattr(source, "_t", None)
    return any(payload is output for output in border.payloads)


def _payloads(source: Any, tape: Recorder) -> list[torch.Tensor]:
    """The torch tensors that stand for a source in the graph."""
    found: list[Any] = []
    if isinstance(source, Variable):
        found = list(tape.leaves.get(id(source._handle), ()))
    elif isinstance(source, EagerTensor) and tape in source._tapes.tapes:
        found = [p for p in (source._t, source._leaf) if p is not None and p.requires_grad]
    return list({id(payload): payload for payload in found}.values())
