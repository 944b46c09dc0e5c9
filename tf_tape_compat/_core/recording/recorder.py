"""What one tape records, and the rule by which it tracks tensors.

A `Recorder` is the state behind one `GradientTape`. It records the operations that run while it is
active, on the thread that activated it, with at least one input that it tracks. Every other tensor
is a constant to it. torch's graph knows nothing of tapes, so the rule is kept here:

- A tensor carries a `TapeSet`: the recorders that track it. The output of an operation is tracked
  by those recorders that track one of its inputs and are active on the thread. If there are none,
  the operation runs on detached tensors and leaves no graph.
- Several recorders share one torch graph. A recorder must not differentiate what it did not
  record. It therefore keeps the ranges of torch's node sequence numbers that it recorded. A
  gradient that may reach foreign nodes (`Recorder.may_reach_foreign_nodes`) walks the graph and
  cuts them off.
- The nodes inside one operation (`admission.single_op`) belong to no recorder. A gradient passes
  through them even if the recorder did not record the operation, because TensorFlow's gradient
  functions compute it from the inputs of the operation.
- When a recorder ends, tensors that no other recorder tracks release their graph immediately.

A tensor, as seen here, is any object with `_t` (a torch tensor), `_tapes` (a TapeSet), `_leaf` (see
`constant_payload`), and the methods `_track` and `_untrack`, which change the first two.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from weakref import ref

import torch

from .tape_set import EMPTY, TapeSet, sequence_number, tape_set_of, thread

_OPEN = math.inf


class Recorder:
    """What one tape recorded: ranges of torch nodes, watched tensors, variables that were read."""

    # Whether this is an accumulator, which computes tangents (gradients/accumulator.py).
    forward_mode: ClassVar[bool] = False

    # Defaults are class attributes, since most recorders are created, used once and dropped.
    # The empty containers are shared: they are replaced, never filled.

    # Whether another recorder was ever active together with this one, and so uses its graph.
    shares_graph = False
    # Whether nodes that this recorder did not record may be reachable from those that it did.
    may_reach_foreign_nodes = False
    # Whether some recorded nodes may not depend on anything watched. Only gradients that were
    # taken while recording cause this: torch builds their graph as a whole.
    has_unwatched_nodes = False
    alive = True
    # Node numbers [from, to) inside `recorded_ranges` that only other recorders recorded.
    skipped_ranges: list[list[float]] = []
    # The recorded and skipped ranges of other threads: torch numbers the nodes of each separately.
    other_threads: dict[int, tuple[list[list[float]], list[list[float]]]] = {}
    # Nodes of other threads whose numbers happen to lie in `recorded_ranges`.
    foreign_nodes: frozenset[Any] = frozenset()
    # Ranges made inside operations that this recorder did not record; see `inherit_internals`.
    internal_ranges: list[list[tuple[int, int]]] = []
    # Whether an operation of tf.custom_gradient was recorded.
    has_custom_gradients = False
    # Results whose dtype has no gradient in torch's graph, by id: the tensor, and what counts if it
    # is a target (gradients/graph_operands.py).
    nontrainable_results: dict[int, tuple[ref[Any], Any]] = {}
    # Where tracking starts, besides reads of variables: tensors given to `watch`, and results of
    # operations without a gradient. First the leaves of torch's graph by id, then the others.
    start_leaves: dict[int, ref[torch.Tensor]] = {}
    start_tensors: list[ref[Any]] = []
    function_boundaries: list[Any] = []  # calls of a tf.function, see function_boundary.py
    # `thread.stack` and `thread.active` before this was activated, and the stack after it.
    before_activation: tuple[tuple[Recorder, ...], TapeSet] = ((), EMPTY)
    activated_stack: tuple[Recorder, ...] | None = None

    def __init__(self, persistent: bool, watch_accessed: bool) -> None:
        self.persistent = persistent
        self.watch_accessed = watch_accessed
        self.own_set = own_set = TapeSet(frozenset((self,)))
        self.sets = {own_set.recorders: own_set}
        self.recorded_ranges: list[list[float]] = []  # node numbers [from, to)
        self.home_thread = 0  # the thread of `recorded_ranges`
        self.variables: dict[int, Any] = {}  # by id, in the order in which they were watched
        self.variable_leaves: dict[int, list[torch.Tensor]] = {}  # id of a variable -> its reads
        self.read_leaves: dict[int, torch.Tensor] = {}  # the same reads by their own id

    # -- recorded ranges --------------------------------------------------------------------------

    def skip(self, begin: int, end: int) -> None:
        """Notes that this recorder was active, but did not record the nodes [begin, end)."""
        if begin == end:
            return
        if self.home_thread != thread.ident:
            skipped = self.other_threads[thread.ident][1]
        elif self.skipped_ranges:
            skipped = self.skipped_ranges
        else:
            skipped = self.skipped_ranges = []
        if skipped and skipped[-1][1] == begin:
            skipped[-1][1] = end
        else:
            skipped.append([begin, end])

    def recorded(self, node: Any) -> bool:
        """Whether this recorder recorded the operation that made `node` (a torch grad_fn)."""
        if self.foreign_nodes and node in self.foreign_nodes:
            return False
        number = node._sequence_nr()
        if _contains(self.recorded_ranges, number) and not (
            self.skipped_ranges and _contains(self.skipped_ranges, number)
        ):
            return True
        return bool(self.other_threads) and any(
            _contains(recorded, number) and not _contains(skipped, number)
            for recorded, skipped in self.other_threads.values()
        )

    def threads(self) -> set[int]:
        """The threads on which this recorder was active."""
        return {self.home_thread, *self.other_threads}

    def shares_threads(self, other: Recorder) -> bool:
        """Whether both were active on one and the same thread only, so that numbers compare."""
        return (
            self.home_thread == other.home_thread
            and not self.other_threads
            and not other.other_threads
        )

    def begin_range(self) -> None:
        """Notes that this recorder becomes active on the current thread."""
        ident = thread.ident
        recorded = [sequence_number(), _OPEN]
        if not self.recorded_ranges:
            self.home_thread = ident
        if self.home_thread == ident:
            self.recorded_ranges.append(recorded)
            return
        if not self.other_threads:
            self.other_threads = {}
        self.other_threads.setdefault(ident, ([], []))[0].append(recorded)

    def end_range(self) -> None:
        """Notes that this recorder is no longer active on the current thread."""
        if self.home_thread == thread.ident:
            self.recorded_ranges[-1][1] = sequence_number()
        else:
            self.other_threads[thread.ident][0][-1][1] = sequence_number()

    def recorded_all_of(self, other: Recorder) -> bool:
        """Whether it is certain, without a walk, that this recorded all that `other` did."""
        if other.may_reach_foreign_nodes or not other.recorded_ranges:
            return False
        start = other.recorded_ranges[0][0]
        return (
            bool(self.recorded_ranges)
            and self.shares_threads(other)
            and self.recorded_ranges[-1][0] <= start
            and (not self.skipped_ranges or self.skipped_ranges[-1][1] <= start)
        )

    # -- where tracking starts --------------------------------------------------------------------

    def start_tracking(self, tensor: Any) -> None:
        """Notes that this recorder tracks `tensor`, whatever it was computed from."""
        payload = tensor._t
        if payload.grad_fn is None:
            self.start_tracking_leaf(payload)
        else:
            self.start_tensors = [*self.start_tensors, ref(tensor)]

    def start_tracking_leaf(self, leaf: torch.Tensor) -> None:
        """Notes that this recorder tracks `leaf`."""
        if not self.start_leaves:
            self.start_leaves = {}
        self.start_leaves[id(leaf)] = ref(leaf)

    def register_read(self, key: int, leaf: torch.Tensor) -> None:
        """Notes that `leaf` holds a value of the variable whose handle has the id `key`."""
        reads = self.variable_leaves.get(key)
        if reads is None:
            self.variable_leaves[key] = [leaf]
        else:
            reads.append(leaf)
        self.read_leaves[id(leaf)] = leaf

    def note_nontrainable(self, tensor: Any, stand_in: Any) -> None:
        """Notes that `stand_in` counts if `tensor` is a target; None forgets the tensor.

        It is a node of a custom gradient with the output's number, a tensor that takes zeros as its
        cotangent, or the name of an operation without a registered gradient.
        """
        if stand_in is None:
            self.nontrainable_results.pop(id(tensor), None)
            return
        if not self.nontrainable_results:
            self.nontrainable_results = {}
        self.nontrainable_results[id(tensor)] = ref(tensor), stand_in

    def note_variable_tensor(self, key: int, tensor: Any) -> None:
        """Notes the tensor that was made from a registered read; accumulators keep its tangent."""

    def watches_leaf(self, leaf: torch.Tensor) -> bool:
        """Whether tracking starts at `leaf`."""
        if id(leaf) in self.read_leaves:
            return True
        reference = self.start_leaves.get(id(leaf)) if self.start_leaves else None
        return reference is not None and reference() is leaf

    def watched_edges(self) -> set[tuple[Any, int]]:
        """The edges (node, output number) of watched tensors that have a history."""
        edges = set()
        for reference in self.start_tensors:
            tensor = reference()
            if tensor is not None:
                edges.add((tensor._t.grad_fn, tensor._t.output_nr))
        return edges

    def watched_nodes_of(self, other: Recorder) -> set[Any]:
        """The nodes of watched tensors with a history that `other` recorded."""
        tensors = [reference() for reference in self.start_tensors]
        return {x._t.grad_fn for x in tensors if x is not None and other in x._tapes.recorders}

    # -- foreign nodes ----------------------------------------------------------------------------

    def note_foreign_nodes(self, payload: torch.Tensor, owners: Iterable[Recorder]) -> None:
        """Notes that nodes of `owners` may be reachable from now on, through `payload`."""
        self.may_reach_foreign_nodes = True
        if any(owner.home_thread != self.home_thread or owner.other_threads for owner in owners):
            # The numbers of another thread mean nothing here: remember the node itself.
            self.foreign_nodes |= {payload.grad_fn}

    def inherit_internals(self, other: Recorder) -> None:
        """Notes that nodes recorded by `other` may be reachable from now on, by its gradient."""
        self.may_reach_foreign_nodes = True
        if not self.shares_threads(other):
            return
        known = {id(ranges) for ranges in self.internal_ranges}
        candidates = [tape_set.internal_ranges for tape_set in other.sets.values()]
        candidates += other.internal_ranges
        new = [ranges for ranges in candidates if ranges and id(ranges) not in known]
        self.internal_ranges = [*self.internal_ranges, *new]

    def is_internal(self, node: Any) -> bool:
        """Whether `node`, which this did not record, was made inside one operation."""
        number = node._sequence_nr()
        return any(_contains(ranges, number) for ranges in self.internal_ranges)

    def differentiates(self, node: Any) -> bool:
        """Whether gradients of this recorder pass through `node`, which is no leaf."""
        return self.recorded(node) or (bool(self.internal_ranges) and self.is_internal(node))

    # -- activation and release -------------------------------------------------------------------

    def active_set(self, tapes: frozenset[Recorder]) -> TapeSet:
        """The value of `thread.active` while `tapes` are active, this among them."""
        return tape_set_of(tapes)

    def release(self) -> None:
        """Ends this recorder: tensors that no other recorder tracks release their graph."""
        if not self.alive:
            return
        self.alive = False
        sets, self.sets = self.sets, {}
        self.variables = {}
        self.variable_leaves = {}
        self.read_leaves = {}
        self.start_leaves = {}
        self.start_tensors = []
        self.function_boundaries = []
        self.nontrainable_results = {}
        self.before_activation = ((), EMPTY)
        self.activated_stack = None
        own_set = self.own_set
        if len(sets) == 1:  # never together with another recorder
            own_set.reads = {}
            tensors, own_set.tensors = own_set.tensors, []
            for reference in tensors:
                tensor = reference()
                if tensor is not None and tensor._tapes is own_set:
                    tensor._untrack()
        else:
            self._leave(sets)
        # This breaks the last reference cycle, so that memory is freed without Python's collector.
        own_set.recorders = EMPTY.recorders

    def _leave(self, sets: dict[frozenset[Recorder], TapeSet]) -> None:
        """Removes this recorder from the sets it shares; what others track stays tracked."""
        for key, tape_set in sets.items():
            for member in key:  # so that a set with a recorder that ended is never looked up again
                member.sets.pop(key, None)
            tape_set.reads = {}
            if tape_set.internal_ranges:
                for member in key - self.own_set.recorders:
                    member.internal_ranges = [*member.internal_ranges, tape_set.internal_ranges]
            tensors, tape_set.tensors = tape_set.tensors, []
            if not tensors:
                continue
            remaining = tape_set_of(key - self.own_set.recorders)  # all alive: see above
            for reference in tensors:
                tensor = reference()
                if tensor is None or tensor._tapes is not tape_set:
                    continue
                if remaining is EMPTY:
                    tensor._untrack()
                    continue
                tensor._track(_payload_for(remaining, tensor), remaining)
                remaining.tensors.append(reference)


def _payload_for(remaining: TapeSet, tensor: Any) -> Any:
    """The payload of a tensor from now on, when only the recorders in `remaining` track it."""
    payload = tensor._t
    if thread.vmap_scope is not None:
        if not remaining.recorders & thread.vmap_scope.own_recorders:
            return thread.vmap_scope.detach(payload)
    elif payload.grad_fn is not None and all(tape.forward_mode for tape in remaining.recorders):
        # Accumulators do not need the graph.
        payload = tensor._leaf = payload.detach().requires_grad_()
    return payload


def _contains(ranges: Sequence[Sequence[float]], number: int) -> bool:
    """Whether `number` lies in one of these sorted ranges [from, to)."""
    if ranges and ranges[-1][0] <= number:  # the usual case
        return number < ranges[-1][1]
    position = bisect_right(ranges, number, key=_begin) - 1
    return position >= 0 and number < ranges[position][1]


def _begin(interval: Sequence[float]) -> Any:
    return interval[0]
