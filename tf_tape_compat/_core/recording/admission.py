"""Deciding which tapes record an operation. This happens before the operation runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from .payloads import constant_payload, untracked_payload
from .recorder import Recorder
from .tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread


def single_op(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a kernel of several torch functions as one operation, whose last node is the result.

    Use it where TensorFlow, too, has a single operation. A tape that is opened after the kernel ran
    then treats only the result as a constant, not the intermediate values. Without this decorator
    every intermediate value is a constant to such a tape, which is right where TensorFlow composes
    operations in Python.
    """

    @wraps(kernel)
    def run(*arguments: Any, **options: Any) -> Any:
        active = thread.active
        if active is EMPTY:
            return kernel(*arguments, **options)
        begin = sequence_number()
        result = kernel(*arguments, **options)
        note_internal_nodes(begin, sequence_number() - 1)
        return result

    return run


def note_internal_nodes(begin: int, end: int) -> None:
    """Notes that the nodes [begin, end) were made inside one operation; see `single_op`."""
    if end > begin:
        ranges = thread.active.internal_ranges
        while ranges and ranges[-1][0] >= begin:
            ranges.pop()  # of a kernel that this one called
        ranges.append((begin, end))


def admit(tensors: Sequence[Any]) -> tuple[TapeSet, list[Any]]:
    """Decides who records an operation on `tensors`, and on which torch tensors it runs."""
    active = thread.active
    members = active.recorders
    tracking: frozenset[Recorder] = frozenset()
    if members:
        for tensor in tensors:
            if tensor._tapes is not EMPTY:
                tracking |= tensor._tapes.recorders
        tracking &= members
    if not tracking:
        return EMPTY, [untracked_payload(tensor) for tensor in tensors]
    if active.forward_mode:
        admitted = active.begin_jvp(tensors, tracking)
        if admitted is not None:
            return admitted
    payloads = tracked_payloads(tensors, tracking)
    if len(tracking) == len(members):
        return active, payloads
    thread.operation_start = sequence_number()
    return tape_set_of(tracking), payloads


def tracked_payloads(tensors: Sequence[Any], tracking: frozenset[Recorder]) -> list[Any]:
    """The torch tensors on which an operation runs that is recorded by `tracking`."""
    payloads = []
    for tensor in tensors:
        trackers = tensor._tapes.recorders & tracking
        if not trackers:
            payloads.append(constant_payload(tensor))
            continue
        payload = tensor._t
        payloads.append(payload)
        if len(trackers) != len(tracking) and payload.grad_fn is not None:
            for tape in tracking - trackers:
                tape.note_foreign_nodes(payload, trackers)
    return payloads


def watch_variable(recorder: Recorder, variable: Any) -> None:
    """Makes `recorder` track what is read from `variable`, from now on."""
    key = id(variable._handle)
    if key not in recorder.variables:
        recorder.variables[key] = variable
        for tape_set in recorder.sets.values():
            tape_set.reads.pop(key, None)


def watch(recorder: Recorder, tensor: Any) -> None:
    """Makes `recorder` track `tensor`, which has a trainable dtype, from now on."""
    tapes = tensor._tapes
    if recorder in tapes.recorders:
        return
    payload = tensor._t
    alive = frozenset(tape for tape in tapes.recorders if tape.alive)
    sharing = alive  # the recorders whose graph the payload stays in
    if thread.vmap_scope is not None:
        sharing = alive & thread.vmap_scope.own_recorders
        if not sharing:
            payload = thread.vmap_scope.new_leaf(thread.vmap_scope.untracked_payload(tensor))
    elif not alive:
        payload = tensor._leaf
        if payload is None:
            payload = tensor._leaf = tensor._t.detach().requires_grad_()
    if sharing and payload.grad_fn is not None:
        recorder.note_foreign_nodes(payload, sharing)
        for tape in (recorder, *sharing):
            tape.shares_graph = True
    tape_set = tape_set_of(alive | recorder.own_set.recorders)
    tensor._track(payload, tape_set)
    tape_set.add(tensor)
    recorder.start_tracking(tensor)
