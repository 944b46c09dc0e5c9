"""Forward mode: the active set of a thread on which accumulators are active.

While an accumulator is active, `thread.active` is an `AccumulatorTapeSet`. No tensor ever has this
set, so every operation on tracked tensors takes the slow path through `admission.admit`, which asks
the set to begin a `JvpOperation` (jvp.py). Gradient calls, custom gradients and vectorized
functions go through graph_jvp.py instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import torch

from ..recording.payloads import in_graph, unwrapped_payload
from ..recording.recorder import Recorder
from ..recording.tape_set import TapeSet, thread
from ..tensor.tensor import EagerTensor
from .accumulator import Accumulator, recording_by, settle, tapes_among
from .graph_jvp import push_graph
from .jvp import JvpOperation


class AccumulatorTapeSet(TapeSet):
    """The active recorders of a thread, accumulators among them."""

    __slots__ = ("_results",)

    forward_mode: ClassVar[bool] = True

    _results: dict[int, torch.Tensor]  # by id, the results of a gradient call, with their graph

    def __init__(self, recorders: frozenset[Recorder]) -> None:
        super().__init__(recorders)
        self._results = {}

    def begin_jvp(
        self, tensors: Sequence[Any], tracking: frozenset[Recorder]
    ) -> tuple[TapeSet, list[Any]] | None:
        """What `admit` returns for an operation that accumulators follow; None for any other."""
        if not any(recorder.forward_mode for recorder in tracking):
            return None
        operation = JvpOperation(tracking, tensors)
        return operation, operation.inputs_as_leaves

    def recording_only(self) -> AbstractContextManager[None]:
        """A context in which accumulators record, like tapes, but compute no tangents."""
        self._results = {}
        return recording_by(thread.stack)

    def note_gradient(self, payload: torch.Tensor) -> None:
        """Notes a result of the current gradient call, whose tangent may be needed."""
        if in_graph(payload):
            if not payload.requires_grad:
                payload = unwrapped_payload(payload)
            self._results[id(payload)] = payload

    def push_gradients(self, results_by_payload: dict[int, Any]) -> None:
        """Computes the tangents of a gradient call's results, by id of the noted payloads."""
        results, self._results = self._results, {}
        pairs = [
            (tensor, results[key])
            for key, tensor in results_by_payload.items()
            if key in results and results[key].requires_grad
        ]
        if pairs:
            push_graph(pairs, thread.stack)
            for tensor, _ in pairs:
                settle(tensor, tapes_among(tensor._tapes.recorders))

    def push_call(self, tensors: list[Any]) -> None:
        """Computes the tangents of the results of a call that was recorded as one operation."""
        results_by_payload = {id(tensor._t): tensor for tensor in tensors}
        tracked = [
            (tensor, recorder)
            for tensor in results_by_payload.values()
            for recorder in tensor._tapes.recorders
            if isinstance(recorder, Accumulator)
        ]
        self._results = {key: tensor._t for key, tensor in results_by_payload.items()}
        self.push_gradients(results_by_payload)
        for tensor, accumulator in tracked:
            if accumulator.tangent_of(tensor) is None:
                zeros = EagerTensor(torch.zeros_like(tensor._t.detach()))
                accumulator.set_tangent(tensor, zeros)
                settle(tensor, tapes_among(tensor._tapes.recorders))
