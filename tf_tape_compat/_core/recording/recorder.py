"""Who tracks what: the recorders behind tapes, and the rule by which an operation joins them.

A `Recorder` is the inside of one `GradientTape`. It records the operations that run while it is
active, on the thread that activated it, with at least one input that it tracks; every other
tensor is a constant to it. torch's graph knows nothing of this, so the rule is kept here:

- A tensor carries a `TapeSet`: the recorders that track it. An operation's output is tracked by
  the union of its inputs' sets, cut down to the recorders active on this thread. Where that is
  empty the operation runs on detached tensors and leaves no graph.
- Several recorders share one torch graph. What one of them did not record it must not
  differentiate, so each keeps the ranges of torch's node sequence numbers that it recorded, and a
  gradient that might meet foreign nodes (`Recorder.crossed`) walks the graph and shuts them off.
- What one operation makes on its way (`whole`) belongs to none of them: a gradient passes through
  it even if the recorder did not record that operation, since TensorFlow's gradient functions
  compute it from the operation's inputs.
- When a recorder ends, tensors that nobody tracks any longer let go of their graph at once.

The tensors seen here are anything with `_t` (a torch tensor), `_tapes` (a TapeSet), `_leaf` (see
`constant_payload`), and the methods `_track` and `_untrack` that change the first two.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import ref

import torch

from .tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread

_OPEN = float("inf")


class Recorder:
    """What one tape recorded: intervals of torch nodes, watched tensors, variables read."""

    # Defaults live in the class, since most recorders are made, used once and dropped.

    # Whether another recorder was ever active together with this one: the graph is theirs too.
    shared = False
    # Whether nodes that this one did not record may be reachable from those that it did.
    crossed = False
    # Whether nodes made while this was recording may have nothing to do with what it watches.
    # Only gradients taken then cause this: torch makes their graph as a whole.
    mixed = False
    alive = True
    # Whether this is an accumulator, which computes tangents (forward.py).
    forward = False
    # (The empty ones are everybody's: replaced, never filled.)
    skips: list[list[float]] = []  # [from, to) inside of spans, recorded by others only
    # The same of other threads: torch numbers the nodes of each thread by itself.
    elsewhere: dict[int, tuple[list[list[float]], list[list[float]]]] = {}
    foreign: frozenset[Any] = frozenset()  # nodes of other threads that only seem to be in spans
    # Intervals made inside of operations that this one did not record; see `learn`.
    insides: list[list[tuple[int, int]]] = []
    customs = False  # whether operations of tf.custom_gradient are among what was recorded
    # Results of these that have no gradient in torch's graph, by id: (tensor, node, output number).
    whole: dict[int, tuple[ref, Any, int]] = {}
    # Where tracking begins, besides reads of variables: tensors given to `watch`, results of
    # operations without a gradient. Leaves of torch's graph by id, and the others.
    roots: dict[int, ref] = {}
    inner_roots: list[ref] = []
    borders: list[Any] = []  # calls of a tf.function, see function_boundary.py
    # (stack, active) before this was activated, and the stack with it on top
    below: tuple[tuple[Recorder, ...], TapeSet] | None
    top: tuple[Recorder, ...] | None = None

    def __init__(self, persistent: bool, watch_accessed: bool) -> None:
        self.persistent = persistent
        self.watch_accessed = watch_accessed
        self.solo = solo = TapeSet(frozenset((self,)))
        self.sets = {solo.tapes: solo}
        self.spans: list[list[float]] = []  # [from, to) in sequence numbers, while recording
        self.home = 0  # the thread that `spans` are of
        self.variables: dict[int, Any] = {}  # id -> variable, in the order in which it was watched
        self.leaves: dict[int, list[torch.Tensor]] = {}  # id of a variable -> its reads
        self.handed_out: dict[int, torch.Tensor] = {}  # these reads by their own id

    # -- recorded intervals ---------------------------------------------------------------------

    def skip(self, begin: int, end: int) -> None:
        """Notes that nodes [begin, end) were made while this was recording, but not by it."""
        if begin == end:
            return
        if self.home != thread.ident:
            skips = self.elsewhere[thread.ident][1]
        elif self.skips:
            skips = self.skips
        else:
            skips = self.skips = []
        if skips and skips[-1][1] == begin:
            skips[-1][1] = end
        else:
            skips.append([begin, end])

    def recorded(self, node: Any) -> bool:
        """Whether this recorder recorded the operation that made `node` (a torch grad_fn)."""
        if self.foreign and node in self.foreign:
            return False
        number = node._sequence_nr()
        if _inside(self.spans, number) and not (self.skips and _inside(self.skips, number)):
            return True
        return bool(self.elsewhere) and any(
            _inside(spans, number) and not _inside(skips, number)
            for spans, skips in self.elsewhere.values()
        )

    def threads(self) -> set[int]:
        """The threads on which this recorder was active."""
        return {self.home, *self.elsewhere}

    def begin_span(self) -> None:
        """Notes that this recorder is active on this thread from now on."""
        here = thread.ident
        span = [sequence_number(), _OPEN]
        if self.home == here:
            self.spans.append(span)
            return
        if not self.elsewhere:
            self.elsewhere = {}
        self.elsewhere.setdefault(here, ([], []))[0].append(span)

    def end_span(self) -> None:
        """Notes that this recorder is active on this thread no longer."""
        if self.home == thread.ident:
            self.spans[-1][1] = sequence_number()
        else:
            self.elsewhere[thread.ident][0][-1][1] = sequence_number()

    def begin_at(self, tensor: Any) -> None:
        """Notes that this recorder tracks `tensor` whatever it came from."""
        payload = tensor._t
        if payload.grad_fn is None:
            self.begin_at_leaf(payload)
        else:
            self.inner_roots = [*self.inner_roots, ref(tensor)]

    def begin_at_leaf(self, leaf: torch.Tensor) -> None:
        """Notes that this recorder tracks `leaf`."""
        if not self.roots:
            self.roots = {}
        self.roots[id(leaf)] = ref(leaf)

    def hand_out(self, key: int, leaf: torch.Tensor) -> None:
        """Notes that `leaf` stands for a value of the variable known by `key`."""
        reads = self.leaves.get(key)
        if reads is None:
            self.leaves[key] = [leaf]
        else:
            reads.append(leaf)
        self.handed_out[id(leaf)] = leaf

    def watches_leaf(self, leaf: torch.Tensor) -> bool:
        """Whether tracking begins at `leaf`."""
        if id(leaf) in self.handed_out:
            return True
        found = self.roots.get(id(leaf)) if self.roots else None
        return found is not None and found() is leaf

    def watched_results(self) -> set[Any]:
        """The edges (node, output number) of watched tensors that have a history."""
        edges = set()
        for reference in self.inner_roots:
            tensor = reference()
            if tensor is not None:
                edges.add((tensor._t.grad_fn, tensor._t.output_nr))
        return edges

    def watched_with(self, other: Recorder) -> set[Any]:
        """The nodes of watched tensors with a history that `other` tracks: it recorded them."""
        tensors = [reference() for reference in self.inner_roots]
        return {x._t.grad_fn for x in tensors if x is not None and other in x._tapes.tapes}

    def meet(self, payload: torch.Tensor, owners: Iterable[Recorder]) -> None:
        """Notes that what `owners` made, and this did not record, may be reachable from now on."""
        self.crossed = True
        if any(owner.home != self.home or owner.elsewhere for owner in owners):
            # Another thread's numbers mean nothing here: know the node itself.
            self.foreign |= {payload.grad_fn}

    def learn(self, other: Recorder) -> None:
        """Notes that nodes recorded by `other` may be reachable from now on, by its gradient."""
        self.crossed = True
        if self.home != other.home or self.elsewhere or other.elsewhere:
            return
        known = {id(inside) for inside in self.insides}
        found = [tape_set.inside for tape_set in other.sets.values()]
        new = [inside for inside in (*found, *other.insides) if inside and id(inside) not in known]
        self.insides = [*self.insides, *new]

    def passes(self, node: Any) -> bool:
        """Whether `node`, which this did not record, was made on the way inside of an operation."""
        number = node._sequence_nr()
        return any(_inside(intervals, number) for intervals in self.insides)

    def saw_all_of(self, other: Recorder) -> bool:
        """Whether this recorded each operation that `other` did, known without a walk."""
        if other.crossed or not other.spans:
            return False
        start = other.spans[0][0]
        return (
            bool(self.spans)
            and not self.elsewhere
            and not other.elsewhere
            and self.home == other.home
            and self.spans[-1][0] <= start
            and (not self.skips or self.skips[-1][1] <= start)
        )

    # -- release --------------------------------------------------------------------------------

    def release(self) -> None:
        """Ends this recorder: tensors that no other recorder tracks let go of their graph."""
        if not self.alive:
            return
        self.alive = False
        sets, self.sets = self.sets, {}
        self.variables = {}
        self.leaves = {}
        self.handed_out = {}
        self.roots = {}
        self.inner_roots = []
        self.borders = []
        self.whole = {}
        self.below = self.top = None
        solo = self.solo
        if len(sets) == 1:  # never together with another recorder
            solo.reads = {}
            tensors, solo.tensors = solo.tensors, []
            for reference in tensors:
                tensor = reference()
                if tensor is not None and tensor._tapes is solo:
                    tensor._untrack()
        else:
            self._leave(sets)
        # What is left has no cycles: it is gone with the tape, and not only when Python looks.
        solo.tapes = EMPTY.tapes

    def _leave(self, sets: dict[frozenset[Recorder], TapeSet]) -> None:
        """What others track goes on without this recorder."""
        for key, tape_set in sets.items():
            for member in key:  # so that no set with a recorder that ended is found again
                member.sets.pop(key, None)
            tape_set.reads = {}
            if tape_set.inside:
                for member in key - self.solo.tapes:
                    member.insides = [*member.insides, tape_set.inside]
            tensors, tape_set.tensors = tape_set.tensors, []
            if not tensors:
                continue
            rest = tape_set_of(key - self.solo.tapes)  # the others are alive: see above
            for reference in tensors:
                tensor = reference()
                if tensor is None or tensor._tapes is not tape_set:
                    continue
                if rest is EMPTY:
                    tensor._untrack()
                    continue
                payload = tensor._t
                if thread.vmap_scope is not None:
                    if not rest.tapes & thread.vmap_scope.own:
                        payload = thread.vmap_scope.cut(payload)
                elif payload.grad_fn is not None and all(tape.forward for tape in rest.tapes):
                    # Accumulators have no use for the graph.
                    payload = tensor._leaf = payload.detach().requires_grad_()
                tensor._track(payload, rest)
                rest.tensors.append(reference)


def _inside(intervals: Sequence[Sequence[float]], number: int) -> bool:
    if intervals and intervals[-1][0] <= number:  # the usual case
        return number < intervals[-1][1]
    position = bisect_right(intervals, number, key=_begin) - 1
    return position >= 0 and number < intervals[position][1]


def _begin(interval: Sequence[float]) -> Any:
    return interval[0]


def highest_order() -> float:
    """The order up to which those who are recording are expected to differentiate what runs now.

    A persistent one may differentiate its own gradients.
    """
    order = 0.0 if thread.vmap_scope is None else thread.vmap_scope.order
    for recorder in thread.stack:
        order += math.inf if recorder.persistent else 1
    return order


# -- activation ---------------------------------------------------------------------------------


def activate(recorder: Recorder) -> None:
    """Makes `recorder` record on this thread."""
    if thread.vmap_scope is not None:
        thread.vmap_scope.adopt(recorder)
    stack, active = thread.stack, thread.active
    recorder.below = (stack, active)
    thread.stack = recorder.top = (*stack, recorder)
    if active is EMPTY and not recorder.forward:
        thread.active = recorder.solo
    else:
        for tape in thread.stack:
            tape.shared = True
        thread.active = _active_set(thread.stack)
    if recorder.spans:
        recorder.begin_span()
    else:
        recorder.home = thread.ident
        recorder.spans.append([sequence_number(), _OPEN])


def _active_set(stack: tuple[Recorder, ...]) -> TapeSet:
    """What `thread.active` is while `stack` is active."""
    tapes = frozenset(stack)
    for recorder in stack:
        if recorder.forward:
            return recorder.active_set(tapes)  # type: ignore[attr-defined]
    return tape_set_of(tapes)


def deactivate(recorder: Recorder) -> None:
    """Stops `recorder` from recording on this thread; nothing happens if it was not."""
    stack = thread.stack
    if stack is recorder.top:  # innermost, and nothing below it changed
        thread.stack, thread.active = recorder.below  # type: ignore[misc]  # it was activated
    elif recorder in stack:
        thread.stack = tuple(tape for tape in stack if tape is not recorder)
        thread.active = _active_set(thread.stack)
        if thread.active is EMPTY and thread.vmap_scope is not None:
            thread.active = thread.vmap_scope.hidden
    else:
        return
    recorder.end_span()


@contextmanager
def stop_recording() -> Iterator[None]:
    """Nothing is recorded by any tape of this thread inside this context."""
    active, stack = thread.active, thread.stack
    for tape in stack:
        tape.end_span()
    thread.active, thread.stack = EMPTY, ()
    try:
        yield
    finally:
        thread.active, thread.stack = active, stack
        for tape in stack:
            tape.begin_span()
