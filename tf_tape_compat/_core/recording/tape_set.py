"""The set of tapes that track a tensor, and the tapes that are active on this thread."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any
from weakref import ref

import torch

if TYPE_CHECKING:
    from .recorder import Recorder

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
    # The function of tf.vectorized_map that is running (vmap_scope.py), or None.
    vmap_scope: Any = None
    # The recorders around a function that it runs in a loop: to them, rows of variables are dense.
    looped: frozenset[Recorder] = frozenset()

    def __init__(self) -> None:
        self.ident = next(_threads)  # Python gives the number of a thread that ended to another


thread = _Thread()


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
