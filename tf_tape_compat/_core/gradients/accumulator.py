"""Forward mode: the tangents that one `tf.autodiff.ForwardAccumulator` keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from weakref import ref

import torch

from ..recording import admission
from ..recording.recorder import Recorder
from ..recording.tape_set import TRAINABLE, TapeSet, sequence_number, tape_set_of, thread
from ..tensor.tensor import EagerTensor

_Tangents = dict[int, tuple[ref[Any], EagerTensor]]


class Accumulator(Recorder):
    """A recorder that keeps the tangent of each tensor that depends on its primals.

    The tangent is the derivative of the tensor in the direction that the user gave.

    Args:
      make_active_set: returns the set to use as `thread.active` while this is active.
    """

    forward_mode: ClassVar[bool] = True

    def __init__(self, make_active_set: Callable[[frozenset[Recorder]], TapeSet]) -> None:
        # Persistent, since operations must be prepared for any number of derivatives.
        super().__init__(persistent=True, watch_accessed=False)
        self._make_active_set = make_active_set
        self._tangents: _Tangents = {}  # by id of the tensor
        self.variable_tangents: dict[int, EagerTensor] = {}  # by id of the variable's handle
        # By id, the tangents of torch leaves that hold tensors in what tapes recorded.
        self._leaf_tangents: _Tangents = {}
        # By edge, the tangents of watched tensors that have a history.
        self._edge_tangents: dict[tuple[Any, int], EagerTensor] = {}

    def active_set(self, tapes: frozenset[Recorder]) -> TapeSet:
        """The value of `thread.active` while `tapes` are active, this among them."""
        return self._make_active_set(tapes)

    def tangent_of(self, tensor: Any) -> EagerTensor | None:
        """The tangent of `tensor`, or None if it does not depend on the primals."""
        entry = self._tangents.get(id(tensor))
        return entry[1] if entry is not None else None

    def set_tangent(self, tensor: Any, tangent: EagerTensor) -> None:
        """Keeps the tangent of `tensor` for as long as `tensor` is alive."""
        _set_while_alive(self._tangents, tensor, tangent)

    def set_leaf_tangent(self, leaf: torch.Tensor, tangent: EagerTensor) -> None:
        """Keeps the tangent of a leaf for as long as some tape's graph keeps the leaf alive."""
        _set_while_alive(self._leaf_tangents, leaf, tangent)

    def watch(self, tensor: EagerTensor, tangent: EagerTensor) -> None:
        """Makes `tensor` a primal from now on."""
        self.set_tangent(tensor, tangent)
        if tensor._t.dtype not in TRAINABLE:
            return
        admission.watch(self, tensor)
        payload = tensor._t
        if payload.grad_fn is None:
            self.set_leaf_tangent(payload, tangent)
        else:
            self._edge_tangents[payload.grad_fn, payload.output_nr] = tangent

    def watch_variable(self, variable: Any, tangent: EagerTensor) -> None:
        """Makes `variable` a primal from now on."""
        key = id(variable._handle)
        self.variable_tangents[key] = tangent
        self.variables[key] = variable

    def register_read(self, key: int, leaf: torch.Tensor) -> None:
        """Notes that `leaf` holds a value of the variable whose handle has the id `key`."""
        self.start_tracking_leaf(leaf)
        self.set_leaf_tangent(leaf, self.variable_tangents[key])

    def note_variable_tensor(self, key: int, tensor: Any) -> None:
        """Keeps the tangent of the tensor that was made from a registered read."""
        self.set_tangent(tensor, self.variable_tangents[key])

    def known_tangents(self) -> dict[Any, EagerTensor]:
        """The tangents by every place of torch's graph: edges, and ids of leaves."""
        known: dict[Any, EagerTensor] = dict(self._edge_tangents)
        for reference, tangent in list(self._leaf_tangents.values()):
            leaf = reference()
            if leaf is not None:
                known[id(leaf)] = tangent
        for reference, tangent in list(self._tangents.values()):
            tensor = reference()
            if tensor is None or not isinstance(tensor._t, torch.Tensor):
                continue
            payload = tensor._t
            if payload.grad_fn is not None:
                known[payload.grad_fn, payload.output_nr] = tangent
            elif payload.requires_grad:
                known[id(payload)] = tangent
            if tensor._leaf is not None:
                known[id(tensor._leaf)] = tangent
        return known


def _set_while_alive(table: _Tangents, key: Any, tangent: EagerTensor) -> None:
    number = id(key)
    table[number] = (ref(key, lambda _: table.pop(number, None)), tangent)


def tapes_among(recorders: Iterable[Recorder]) -> frozenset[Recorder]:
    """The recorders without the accumulators."""
    return frozenset(recorder for recorder in recorders if not recorder.forward_mode)


def accumulators_in(
    stack: tuple[Recorder, ...],
) -> Iterator[tuple[Accumulator, tuple[Recorder, ...]]]:
    """The accumulators in a stack of recorders, each with the recorders outside of it."""
    for depth, recorder in enumerate(stack):
        if isinstance(recorder, Accumulator):
            yield recorder, stack[:depth]


@contextmanager
def recording_by(recorders: tuple[Recorder, ...]) -> Iterator[None]:
    """A context in which only `recorders` are active, and accumulators among them only record."""
    before = thread.active, thread.stack
    thread.active, thread.stack = tape_set_of(frozenset(recorders)), recorders
    try:
        yield
    finally:
        thread.active, thread.stack = before


def skip_from(recorders: Iterable[Recorder], begin: int) -> None:
    """Notes that `recorders` did not record the nodes made since `begin`."""
    end = sequence_number()
    for recorder in recorders:
        recorder.skip(begin, end)


def settle(tensor: Any, tapes: frozenset[Recorder]) -> None:
    """Gives a new tensor its set: `tapes`, and the accumulators that know its tangent."""
    knowing = frozenset(
        recorder
        for recorder in thread.stack
        if isinstance(recorder, Accumulator) and recorder.tangent_of(tensor) is not None
    )
    payload = tensor._t
    if not tapes:
        payload = payload.detach()
        if not knowing:
            tensor._t, tensor._leaf = payload, None
            tensor.__class__ = EagerTensor
            return
        tensor._leaf = payload.requires_grad_()
        for recorder in knowing:
            recorder.start_tracking_leaf(payload)
    tape_set = tape_set_of(tapes | knowing)
    tensor._track(payload, tape_set)
    tape_set.add(tensor)
