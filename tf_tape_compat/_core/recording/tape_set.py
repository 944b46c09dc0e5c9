"""The set of tapes that track a tensor, and the tapes that are active on the current thread."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import ref

import torch

if TYPE_CHECKING:
    from .recorder import Recorder
    from .vmap_scope import VmapScope

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

_UNCHANGED: AbstractContextManager[None] = nullcontext()


class TapeSet:
    """A set of recorders. There is one object for each distinct set, so equality is identity.

    While a `tf.autodiff.ForwardAccumulator` is active, `thread.active` is an
    `AccumulatorTapeSet` (gradients/forward.py), which overrides the forward-mode methods below.
    """

    __slots__ = ("recorders", "tensors", "prune_at", "reads", "internal_ranges")

    # Whether accumulators are active, so that operations must compute tangents.
    forward_mode: ClassVar[bool] = False

    recorders: frozenset[Recorder]
    tensors: list[ref[Any]]  # every tensor that is tracked by exactly this set
    prune_at: int  # the length of `tensors` at which dead weak references are dropped
    reads: dict[int, tuple[Any, Any]]  # id of a variable -> (its value, the tensor read from it)
    internal_ranges: list[tuple[int, int]]  # node numbers [from, to) made inside one operation

    def __init__(self, recorders: frozenset[Recorder]) -> None:
        self.recorders = recorders
        self.tensors = []
        self.prune_at = 4096
        self.reads = {}
        self.internal_ranges = []

    def add(self, tensor: Any) -> None:
        """Remembers that this set tracks `tensor`, so that its graph can be released later."""
        self.tensors.append(ref(tensor))
        self.prune()

    def prune(self) -> None:
        """Drops dead weak references, so that they do not pile up on a long-lived tape."""
        if len(self.tensors) <= self.prune_at:
            return
        self.tensors[:] = [reference for reference in self.tensors if reference() is not None]
        self.prune_at = 2 * len(self.tensors) + 4096

    def close(self) -> None:
        """Ends an operation that was admitted for some, but not all, of the active recorders."""
        end = sequence_number()
        for tape in thread.active.recorders - self.recorders:
            tape.skip(thread.operation_start, end)

    # -- forward mode: without accumulators there is nothing to do --------------------------------

    def begin_jvp(
        self, tensors: Sequence[Any], tracking: frozenset[Recorder]
    ) -> tuple[TapeSet, list[Any]] | None:
        """What `admit` returns for an operation that accumulators follow; None for any other."""
        return None

    def recording_only(self) -> AbstractContextManager[None]:
        """A context in which accumulators record, like tapes, but compute no tangents."""
        return _UNCHANGED

    def note_gradient(self, payload: torch.Tensor) -> None:
        """Notes a result of the current gradient call, whose tangent may be needed."""

    def push_gradients(self, results_by_payload: dict[int, Any]) -> None:
        """Computes the tangents of a gradient call's results, by id of the noted payloads."""

    def push_call(self, tensors: list[Any]) -> None:
        """Computes the tangents of the results of a call that was recorded as one operation."""


EMPTY = TapeSet(frozenset())


_thread_numbers = itertools.count()


class _Thread(threading.local):
    """The recorders that are active on the current thread."""

    active: TapeSet = EMPTY
    # In order of activation, innermost last: variables are watched and warnings given in it.
    stack: tuple[Recorder, ...] = ()
    # The sequence number at which the current operation began, if some recorder skips it.
    operation_start: int = 0
    # The `tf.vectorized_map` function that is running (vmap_scope.py), or None.
    vmap_scope: VmapScope | None = None
    # The recorders around a `tf.vectorized_map` that runs as a loop. To them, the gradient of
    # rows gathered from a variable is dense.
    loop_tapes: frozenset[Recorder] = frozenset()

    def __init__(self) -> None:
        # Python reuses the number of a thread that has ended.
        self.ident = next(_thread_numbers)


thread = _Thread()


def tape_set_of(recorders: frozenset[Recorder]) -> TapeSet:
    """The one TapeSet with these members."""
    if not recorders:
        return EMPTY
    for member in recorders:
        tape_set = member.sets.get(recorders)
        if tape_set is not None:
            return tape_set
        break
    tape_set = TapeSet(recorders)
    for member in recorders:
        member.sets[recorders] = tape_set
    return tape_set
