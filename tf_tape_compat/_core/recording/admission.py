"""The rule by which tapes record an operation: it is decided before the operation runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import torch

from .payloads import constant_payload, untracked_payload
from .recorder import Recorder
from .tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread


def single_op(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a kernel of several torch functions, the last of which makes the result, as one.

    It is for what is one operation in TensorFlow, too: a tape that is opened after it ran takes
    its result for a constant, but not what it made on its way. Inside of a kernel without this, it
    takes each result for one, which is right where TensorFlow composes operations in Python.
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
    """Notes that nodes [begin, end) were made on the way inside of one operation; see `whole`."""
    if end > begin:
        inside = thread.active.inside
        while inside and inside[-1][0] >= begin:
            inside.pop()  # of a kernel inside of this one
        inside.append((begin, end))


def admit(tensors: Iterable[Any]) -> tuple[TapeSet, list[torch.Tensor]]:
    """Decides who records an operation on `tensors`, and on which torch tensors it runs."""
    active = thread.active
    members = active.tapes
    tracking: frozenset[Recorder] = frozenset()
    if members:
        for tensor in tensors:
            if tensor._tapes is not EMPTY:
                tracking |= tensor._tapes.tapes
        tracking &= members
    if not tracking:
        return EMPTY, [untracked_payload(tensor) for tensor in tensors]
    if type(active) is not TapeSet:
        pushing = active.admit(tensors, tracking)  # type: ignore[attr-defined]
        if pushing is not None:
            return pushing, pushing.entrances
    payloads = []
    for tensor in tensors:
        own = tensor._tapes.tapes & tracking
        if not own:
            payloads.append(constant_payload(tensor))
            continue
        payload = tensor._t
        payloads.append(payload)
        if len(own) != len(tracking) and payload.grad_fn is not None:
            for tape in tracking - own:
                tape.meet(payload, own)
    if len(tracking) == len(members):
        return active, payloads
    thread.mark = sequence_number()
    return tape_set_of(tracking), payloads


def close(recording: TapeSet) -> None:
    """Ends an operation that `admit` opened for fewer than all active recorders."""
    end = sequence_number()
    for tape in thread.active.tapes - recording.tapes:
        tape.skip(thread.mark, end)


def watch(recorder: Recorder, tensor: Any) -> None:
    """Makes `recorder` track `tensor` (of a trainable dtype) from here on."""
    tapes = tensor._tapes
    if recorder in tapes.tapes:
        return
    payload = tensor._t
    alive = frozenset(tape for tape in tapes.tapes if tape.alive)
    inside = alive
    if thread.vmap_scope is not None:
        inside = alive & thread.vmap_scope.own
        if not inside:
            payload = thread.vmap_scope.leaf(thread.vmap_scope.payload_of(tensor))
    elif not alive:
        payload = tensor._leaf
        if payload is None:
            payload = tensor._leaf = tensor._t.detach().requires_grad_()
    if inside and payload.grad_fn is not None:
        recorder.meet(payload, inside)
        for tape in inside:
            tape.shared = True
    tape_set = tape_set_of(alive | recorder.solo.tapes)
    tensor._track(payload, tape_set)
    tape_set.add(tensor)
    recorder.begin_at(tensor)
