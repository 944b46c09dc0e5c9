"""Gradients out of torch's graph, for one recorder: roots, sources, cuts and slices.

`compute` is one call of torch's engine. Around it: what the recorder did not record is cut off,
gradients of gathers are collected as slices, and where other recorders are active the results
belong to them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.autograd import Variable

from .logging import warn_first_n
from .recording import EMPTY, Recorder, TapeSet, sequence_number, tape_set_of, thread

# What torch.autograd.grad calls, after checks that ours have already made.
_run_backward = Variable._execution_engine.run_backward


_SEVERAL_THREADS = (
    "A tape that was entered on several threads meets operations that it did not record: torch "
    "does not say on which thread an operation ran, and the gradient may count some of them."
)

Slices = list[tuple[torch.Tensor, torch.Tensor]]

# A leaf that every operation of tf.custom_gradient has among its inputs. Asked for its gradient,
# torch runs the gradient functions of all of them that the target depends on, as TensorFlow does,
# and not only those on the way to a source.
anchor = torch.zeros((), requires_grad=True)


class _Seen:
    """What this process has met so far; work that only such operations need is left out before."""

    gathers = False  # an operation whose gradient may come in slices


def slices_may_come() -> None:
    """To be called where an operation is recorded that may offer slices."""
    _Seen.gathers = True


class _Call(threading.local):
    """What the gradient call running on this thread wants to know from backward functions."""

    # id of an input's torch tensor -> the (indices, values) that gathers from it contributed
    slices: dict[int, Slices] | None = None
    inputs: list[torch.Tensor] = []
    shut: frozenset[Any] = frozenset()  # nodes that the recorder did not record


_call = _Call()


# Operations whose gradient TensorFlow hands on in slices: what becomes of the values on the way to
# the operand, whose type is given.
_PASSING: dict[str, Callable[[torch.Tensor, torch.dtype], torch.Tensor]] = {
    "AliasBackward0": lambda values, dtype: values,
    "ToCopyBackward0": lambda values, dtype: (
        values if dtype.is_complex or not values.is_complex() else values.real
    ).to(dtype),
    "NegBackward0": lambda values, dtype: -values,
}


def _descent(
    payload: torch.Tensor,
) -> Iterator[tuple[Any, int, Callable[[torch.Tensor, torch.dtype], torch.Tensor]]]:
    """Below `payload`, as far as slices pass: node, output number, and what happens to values."""
    node = payload.grad_fn
    while node is not None and node not in _call.shut:
        passing = _PASSING.get(node.name())
        if passing is None:
            return
        below, number = node.next_functions[0]
        if below is None:
            return
        yield below, number, passing
        node = below


def _leaf_below(payload: torch.Tensor) -> torch.Tensor | None:
    """The leaf that slices of `payload` pass on to."""
    for node, _, _ in _descent(payload):
        variable = getattr(node, "variable", None)
        if variable is not None:
            return variable
    return None


def offer_slices(payload: torch.Tensor, indices: torch.Tensor, values: torch.Tensor) -> bool:
    """Offers the gradient of a gather from `payload` in slices to the gradient call running.

    True if it was taken, and then nothing more may flow to `payload` from this gather: that is so
    where `payload` (or a leaf below it that slices pass on to) is one of the sources.
    """
    wanted = _call.slices
    if wanted is None:
        return False
    taken = wanted.get(id(payload))
    offers = [] if taken is None else [(taken, values)]
    reached = False
    for node, number, passing in _descent(payload):
        variable = getattr(node, "variable", None)
        if variable is not None:
            values = passing(values, variable.dtype)
            found = wanted.get(id(variable))
            if found is not None:
                offers.append((found, values))
                reached = True
            break
        values = passing(values, node._input_metadata[number].dtype)
        for between in _call.inputs:
            if between.grad_fn is node and between.output_nr == number:
                offers.append((wanted[id(between)], values))
                break
    for slices, parts in offers if reached else offers[:1] if taken is not None else ():
        slices.append((indices, parts))
    return reached or taken is not None


def is_asked_for(payload: torch.Tensor) -> bool:
    """Whether the gradient call running may want the gradient by `payload`."""
    leaf = _leaf_below(payload)
    if leaf is not None:
        return any(x is payload or x is leaf for x in _call.inputs)
    return payload.grad_fn is not None or any(x is payload for x in _call.inputs)


def constant_gradient(value: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
    """A gradient that depends on the inputs' shapes only, as TensorFlow records it.

    Whoever records now and tracks an input tracks `value` too, but nothing flows from it.
    """
    begin = sequence_number()
    tracking = frozenset().union(*(trackers(x, begin).tapes for x in inputs))
    if not tracking:
        return value
    leaf = value.detach().requires_grad_()
    for tape in tracking:
        tape.begin_at_leaf(leaf)
    return leaf


def is_plain(recorder: Recorder) -> bool:
    """Whether nothing but torch's engine has a part in what `recorder` recorded."""
    return not (recorder.crossed or recorder.customs or _Seen.gathers)


def run_backward(
    root: torch.Tensor, seed: torch.Tensor, inputs: list[torch.Tensor], keep: bool
) -> tuple[torch.Tensor | None, ...]:
    """As `compute`, for a recorder that `is_plain` while none is active: without a graph."""
    return _run_backward((root,), (seed,), keep, False, tuple(inputs), True, accumulate_grad=False)


def compute(
    recorder: Recorder,
    roots: list[torch.Tensor],
    seeds: list[torch.Tensor],
    inputs: list[torch.Tensor],
    keep: bool,
) -> tuple[list[torch.Tensor | None], dict[int, Slices], int]:
    """The gradient of the sum of `roots`, weighted with `seeds`, by each of `inputs`.

    Returns the dense parts; by `id` of the input the slices that gathers contributed besides; and
    the number of the first node that was made. `keep` says that the graph is needed again.
    """
    begin = sequence_number()
    active = thread.active
    create_graph = active is not EMPTY
    if create_graph:
        _tell_apart_threads(recorder, active, roots)
    handles, shut = cut(recorder, roots) if recorder.crossed else ((), frozenset())
    slices: dict[int, Slices] = {}
    told = _Seen.gathers or recorder.customs  # whether backward functions of ours may ask
    if told:
        outer = _call.slices, _call.inputs, _call.shut
        slices = {id(payload): [] for payload in inputs}
        _call.slices, _call.inputs, _call.shut = slices, inputs, shut
    # On threads of torch's own, nobody would know the recorders active here.
    own_threads = not roots[0].is_cpu
    if own_threads:
        before = torch._C._is_multithreading_enabled()
        torch._C._set_multithreading_enabled(False)
    asked = (*inputs, anchor) if recorder.customs else tuple(inputs)
    keep = keep or create_graph
    if _Seen.gathers and not keep:
        keep = any(payload.grad_fn is not None for payload in inputs)
    try:
        gradients: list[torch.Tensor | None] = list(
            _run_backward(
                tuple(roots), tuple(seeds), keep, create_graph, asked, True, accumulate_grad=False
            )
        )
        if _Seen.gathers:
            _pass_on(inputs, gradients, slices, asked, create_graph)
    finally:
        if own_threads:
            torch._C._set_multithreading_enabled(before)
        if told:
            _call.slices, _call.inputs, _call.shut = outer
        for handle in handles:
            handle.remove()
    if create_graph:
        for tape in active.tapes:
            if tape is not recorder and not tape.saw_all_of(recorder):
                tape.crossed = True
    return gradients[: len(inputs)], slices, begin


def _pass_on(
    inputs: list[torch.Tensor],
    gradients: list[torch.Tensor | None],
    slices: dict[int, Slices],
    asked: tuple[torch.Tensor, ...],
    create_graph: bool,
) -> None:
    """Sends slices that a source took on to what that source was computed from.

    `offer_slices` kept them back, since a source gets slices only as long as nobody adds them up.
    """
    passed = dict.fromkeys(slices, 0)
    while True:
        waiting = [
            payload
            for payload in {id(x): x for x in inputs}.values()
            if payload.grad_fn is not None
            and len(slices[id(payload)]) > passed[id(payload)]
            and id(_leaf_below(payload)) not in slices
        ]
        if not waiting:
            return
        seeds = []
        for payload in waiting:
            dense = torch.zeros_like(payload.detach())
            for indices, values in slices[id(payload)][passed[id(payload)] :]:
                dense = dense.index_add(0, indices.long(), values)
            passed[id(payload)] = len(slices[id(payload)])
            seeds.append(dense)
        others = [x for x in asked if all(x is not payload for payload in waiting)]
        if not others:
            return
        more = _run_backward(
            tuple(waiting),
            tuple(seeds),
            True,
            create_graph,
            tuple(others),
            True,
            accumulate_grad=False,
        )
        found = {id(x): g for x, g in zip(others, more, strict=True)}
        for position, payload in enumerate(inputs):
            extra = found.get(id(payload))
            if extra is not None:
                known = gradients[position]
                gradients[position] = extra if known is None else known + extra


def _tell_apart_threads(recorder: Recorder, active: TapeSet, roots: list[torch.Tensor]) -> None:
    """Marks nodes of other threads as unknown to the recorders active here.

    torch numbers the nodes of each thread from 0, so they are not told apart by number.
    """
    for tape in active.tapes:
        if tape is recorder or (
            tape.home == recorder.home and not tape.elsewhere and not recorder.elsewhere
        ):
            continue
        if tape.threads() & recorder.threads():
            warn_first_n(_SEVERAL_THREADS, 1)
            continue
        foreign = set(tape.foreign)
        stack = [root.grad_fn for root in roots if root.grad_fn is not None]
        while stack:
            node = stack.pop()
            if node not in foreign:
                foreign.add(node)
                stack.extend(n for n, _ in node.next_functions if n is not None)
        tape.foreign = frozenset(foreign)


def cut(recorder: Recorder, roots: list[torch.Tensor]) -> tuple[list[Any], frozenset[Any]]:
    """Shuts off, until the returned handles are removed, what `recorder` did not record.

    Returns the handles and the nodes that are shut off.
    """
    if recorder.elsewhere:
        warn_first_n(_SEVERAL_THREADS, 1)
    handles = []
    shut = set()
    seen = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        following = node.next_functions
        if not following:
            continue  # a leaf: only asked for if it is a source
        if recorder.recorded(node):
            stack.extend(n for n, _ in following if n is not None)
        else:
            shut.add(node)
            handles.append(node.register_prehook(_nothing))
    return handles, frozenset(shut)


def _nothing(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    return (None,) * len(gradients)


def trackers(payload: torch.Tensor, begin: int) -> TapeSet:
    """Who of the active recorders tracks a result of the engine, whose run made nodes from `begin`.

    torch makes the graph of a gradient as a whole, but a recorder tracks the gradient only if it
    comes, by operations that this recorder recorded, from a tensor that it watches.
    """
    active = thread.active
    if not payload.requires_grad or not active.tapes:
        return EMPTY
    tracking = [tape for tape in thread.stack if _tracks(tape, payload, begin)]
    if len(tracking) == len(active.tapes):
        return active
    return tape_set_of(frozenset(tracking))


def note_untracked(results: list[TapeSet], begin: int) -> None:
    """Tells active recorders about nodes from `begin` that have nothing to do with them."""
    everybody = thread.active
    active = everybody.tapes
    for recording in results:
        if recording is not everybody:
            break
    else:
        return
    end = sequence_number()
    for tape in active:
        if any(tape in recording.tapes for recording in results):
            tape.mixed = True
        else:
            tape.skip(begin, end)


def _tracks(tape: Recorder, payload: torch.Tensor, begin: int) -> bool:
    if payload.grad_fn is None:
        return tape.watches_leaf(payload)
    inner = tape.watched_results() if tape.inner_roots else ()
    seen = set()
    stack: list[tuple[Any, int]] = [(payload.grad_fn, payload.output_nr)]
    while stack:
        edge = stack.pop()
        node = edge[0]
        if node in seen:
            continue
        if inner and edge in inner:
            return True
        following = node.next_functions
        if not following:
            variable = getattr(node, "variable", None)
            if variable is not None and tape.watches_leaf(variable):
                return True
            continue
        seen.add(node)
        if tape.foreign and node in tape.foreign:
            continue
        if node._sequence_nr() < begin or tape.elsewhere:
            if not tape.recorded(node):
                continue
            if not tape.mixed:
                return True  # what it recorded, it tracks
        stack += [(n, i) for n, i in following if n is not None]
    return False
