"""Activating recorders: which of them record on the current thread."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from .recorder import Recorder
from .tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread


def activate(recorder: Recorder) -> None:
    """Makes `recorder` record on the current thread."""
    if thread.vmap_scope is not None:
        thread.vmap_scope.add_recorder(recorder)
    stack, active = thread.stack, thread.active
    recorder.before_activation = (stack, active)
    thread.stack = recorder.activated_stack = (*stack, recorder)
    if active is EMPTY and not recorder.forward_mode:
        thread.active = recorder.own_set
    else:
        for tape in thread.stack:
            tape.shares_graph = True
        thread.active = _active_set(thread.stack)
    if recorder.recorded_ranges:
        recorder.begin_range()
    else:
        recorder.home_thread = thread.ident
        recorder.recorded_ranges.append([sequence_number(), math.inf])


def deactivate(recorder: Recorder) -> None:
    """Stops `recorder` from recording on the current thread; does nothing if it was not."""
    stack = thread.stack
    if stack is recorder.activated_stack:  # innermost, and nothing below it has changed
        thread.stack, thread.active = recorder.before_activation
    elif recorder in stack:
        thread.stack = tuple(tape for tape in stack if tape is not recorder)
        thread.active = _active_set(thread.stack)
        if thread.active is EMPTY and thread.vmap_scope is not None:
            thread.active = thread.vmap_scope.hidden
    else:
        return
    recorder.end_range()


def switch(active: TapeSet, stack: tuple[Recorder, ...]) -> tuple[TapeSet, tuple[Recorder, ...]]:
    """Makes other recorders record on the current thread, and returns those that did."""
    before = thread.active, thread.stack
    for recorder in thread.stack:
        recorder.end_range()
    thread.active, thread.stack = active, stack
    for recorder in stack:
        recorder.begin_range()
    return before


def _active_set(stack: tuple[Recorder, ...]) -> TapeSet:
    """The value of `thread.active` while `stack` is active."""
    tapes = frozenset(stack)
    for recorder in stack:
        if recorder.forward_mode:
            return recorder.active_set(tapes)
    return tape_set_of(tapes)


@contextmanager
def stop_recording() -> Iterator[None]:
    """A context in which no tape of the current thread records."""
    active, stack = thread.active, thread.stack
    for tape in stack:
        tape.end_range()
    thread.active, thread.stack = EMPTY, ()
    try:
        yield
    finally:
        thread.active, thread.stack = active, stack
        for tape in stack:
            tape.begin_range()


def highest_order() -> float:
    """The highest order of derivative that the active recorders may take of an operation run now.

    It is infinite under a persistent recorder, which may differentiate its own gradients.
    """
    order = 0.0 if thread.vmap_scope is None else thread.vmap_scope.order
    for recorder in thread.stack:
        order += math.inf if recorder.persistent else 1
    return order
