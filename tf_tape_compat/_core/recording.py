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

import itertools
import math
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any
from weakref import ref

import torch
from torch._C import _functorch

sequence_number = torch._C._autograd._get_sequence_nr

# The dtypes that gradients flow through; integers, booleans and strings never carry one.
TRAINABLE = frozenset(
    {
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
        torch.complex64,
        torch.complex128,
    }
)

_OPEN = float("inf")


class TapeSet:
    """A set of recorders, one object for each distinct set, so that equality is identity.

    With accumulators among them, `thread.active` is an object of a class of its own (forward.py),
    and so is what `admit` returns for an operation that concerns them.
    """

    __slots__ = ("tapes", "tensors", "limit", "reads", "inside")

    tapes: frozenset[Recorder]
    tensors: list[ref]  # every tensor that is tracked by just this set
    limit: int  # the number of those at which the dead among them are dropped
    reads: dict[int, tuple[Any, Any]]  # id of a variable -> (its value, the tensor read from it)
    inside: list[tuple[int, int]]  # [from, to) made inside of `whole` operations

    def __init__(self, tapes: frozenset[Recorder]) -> None:
        self.tapes = tapes
        self.tensors = []
        self.limit = 4096
        self.reads = {}
        self.inside = []

    def add(self, tensor: Any) -> None:
        """Notes that `tensor` is tracked by this set, to let go of its graph later."""
        self.tensors.append(ref(tensor))
        self.prune()

    def prune(self) -> None:
        """Drops the dead, so that a long-lived tape does not collect them."""
        if len(self.tensors) <= self.limit:
            return
        self.tensors[:] = [reference for reference in self.tensors if reference() is not None]
        self.limit = 2 * len(self.tensors) + 4096


EMPTY = TapeSet(frozenset())


_threads = itertools.count()


class _Thread(threading.local):
    """This thread's active recorders."""

    active: TapeSet = EMPTY
    # Order of activation, innermost last: variables are watched and messages given in it.
    stack: tuple[Recorder, ...] = ()
    # Sequence number at which the operation now running began, where somebody does not record it.
    mark: int = 0
    # The function of tf.vectorized_map that is running (frames.py), or None.
    frame: Any = None
    # The recorders around a function that it runs in a loop: to them, rows of variables are dense.
    looped: frozenset[Recorder] = frozenset()

    def __init__(self) -> None:
        self.ident = next(_threads)  # Python gives the number of a thread that ended to another


thread = _Thread()


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
    borders: list[Any] = []  # calls of a tf.function, see border.py
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
                if thread.frame is not None:
                    if not rest.tapes & thread.frame.own:
                        payload = thread.frame.cut(payload)
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


def tape_set_of(tapes: frozenset[Recorder]) -> TapeSet:
    """The one TapeSet with these members."""
    if not tapes:
        return EMPTY
    for member in tapes:
        found = member.sets.get(tapes)
        if found is not None:
            return found
        break
    made = TapeSet(tapes)
    for member in tapes:
        member.sets[tapes] = made
    return made


def whole(kernel: Callable[..., Any]) -> Callable[..., Any]:
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
        note_inside(begin, sequence_number() - 1)
        return result

    return run


def note_inside(begin: int, end: int) -> None:
    """Notes that nodes [begin, end) were made on the way inside of one operation; see `whole`."""
    if end > begin:
        inside = thread.active.inside
        while inside and inside[-1][0] >= begin:
            inside.pop()  # of a kernel inside of this one
        inside.append((begin, end))


def highest_order() -> float:
    """The order up to which those who are recording are expected to differentiate what runs now.

    A persistent one may differentiate its own gradients.
    """
    order = 0.0 if thread.frame is None else thread.frame.order
    for recorder in thread.stack:
        order += math.inf if recorder.persistent else 1
    return order


# -- activation ---------------------------------------------------------------------------------


def activate(recorder: Recorder) -> None:
    """Makes `recorder` record on this thread."""
    if thread.frame is not None:
        thread.frame.adopt(recorder)
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
        if thread.active is EMPTY and thread.frame is not None:
            thread.active = thread.frame.quiet
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


# -- the rule -----------------------------------------------------------------------------------


def without_graph(payload: Any) -> Any:
    """The payload of the same value that is a constant to those who record here."""
    return payload.detach() if thread.frame is None else thread.frame.cut(payload)


def new_leaf(payload: Any) -> Any:
    """A leaf of its own, with the payload's value, in the graph that is recorded here."""
    if thread.frame is None:
        return leaf_of(payload)
    return thread.frame.leaf(payload)


def constant_payload(tensor: Any) -> torch.Tensor:
    """The torch tensor by which a tensor that nobody active tracks enters a recorded operation.

    It is a leaf of its own: should the tensor be watched later, the operations that already used
    it count, as they do in TensorFlow, which writes down all inputs of what it records.
    """
    payload = tensor._t
    if payload.dtype not in TRAINABLE:
        return payload
    if thread.frame is not None:  # its leaves are of no use outside, where the tensor may live on
        return thread.frame.payload_of(tensor)
    if tensor._leaf is not None:
        return tensor._leaf
    if payload.requires_grad and tensor._tapes is EMPTY:
        return payload  # a torch tensor of the caller's, with a graph of the caller's own
    leaf = tensor._leaf = leaf_of(payload)
    return leaf


def leaf_of(payload: torch.Tensor) -> torch.Tensor:
    """A leaf of torch's graph with this value."""
    leaf = payload.detach()
    try:
        return leaf.requires_grad_()
    except RuntimeError:
        if _functorch.is_batchedtensor(leaf):
            return leaf  # only what it stands for is in a graph
    # Among gradients taken at once (rows.py), torch must be told that this is meant.
    before = _functorch.get_inplace_requires_grad_allowed()
    _functorch.set_inplace_requires_grad_allowed(True)
    try:
        return leaf.requires_grad_()
    finally:
        _functorch.set_inplace_requires_grad_allowed(before)


def physical(payload: torch.Tensor) -> torch.Tensor:
    """The values of all that a tensor stands for (rows.py, frames.py), which can be looked at."""
    while _functorch.is_functorch_wrapped_tensor(payload):
        payload = _functorch.get_unwrapped(payload)
    return payload


def has_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor comes from something that is differentiated.

    One that stands for a batch (rows.py, frames.py) does not say so itself.
    """
    while not payload.requires_grad:
        if not _functorch.is_functorch_wrapped_tensor(payload):
            return False
        payload = _functorch.get_unwrapped(payload)
    return True


def in_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor comes from something that those differentiate who record here."""
    return has_graph(payload) if thread.frame is None else payload.requires_grad


def plain_payload(tensor: Any) -> torch.Tensor:
    """The torch tensor without any graph of ours."""
    if tensor._tapes is EMPTY:
        return tensor._t
    return tensor._t.detach() if thread.frame is None else thread.frame.payload_of(tensor)


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
        return EMPTY, [plain_payload(tensor) for tensor in tensors]
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
    if thread.frame is not None:
        inside = alive & thread.frame.own
        if not inside:
            payload = thread.frame.leaf(thread.frame.payload_of(tensor))
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
