"""The function of `tf.vectorized_map` while it runs: who records what, inside and around.

The function runs once, under torch's vmap, on tensors that stand for all examples at once. To the
tapes around it is one operation, so they are out of sight while it runs: torch's ordinary graph,
below vmap's level, is theirs, and what the function uses of theirs is noted as an input. The first
tape that is opened inside opens a level of torch's graph above vmap's, where a leaf of one example
is a leaf, and where its gradients are each example's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .recorder import Recorder, highest_order
from .tape_set import EMPTY, TapeSet, thread

_levels: Any = torch._C._functorch


class NotVectorizedError(RuntimeError):
    """Something in the function does not run for all examples at once."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(reason)
        self.operation = operation


def check_effect(operation: str) -> None:
    """Raises where an operation that does something, once for each example, would do it once."""
    if thread.vmap_scope is not None:
        raise NotVectorizedError(operation, "it changes something, once for each slice")


class VmapScope:
    """One run of the function, on this thread, between `enter` and `leave`."""

    def __init__(self, size: int) -> None:
        self.size = size  # the number of examples
        self.outer: VmapScope | None = thread.vmap_scope
        self.active = thread.active
        self.stack = thread.stack
        self.order = highest_order()
        # Who is active inside as long as no tape is opened: nobody, but there are tapes around.
        around = self.active is not EMPTY or (
            self.outer is not None and self.outer.hidden is not EMPTY
        )
        self.hidden = TapeSet(frozenset()) if around else EMPTY
        self.level = 0  # the level of the graph that tapes inside record; 0 if there is none
        self.own: set[Recorder] = set()  # the recorders of tapes opened inside
        self.inputs: dict[int, Any] = {}  # by id: what the function used that tapes around track
        self._allowed = False

    def enter(self) -> None:
        """Puts the tapes around out of sight."""
        thread.vmap_scope, thread.active, thread.stack = self, self.hidden, ()

    def leave(self) -> None:
        """Ends the tapes opened inside, and their graph, and brings back those around."""
        for recorder in self.own:
            recorder.release()
        if self.level:
            _levels.set_inplace_requires_grad_allowed(self._allowed)
            _levels._grad_decrement_nesting()
        thread.vmap_scope, thread.active, thread.stack = self.outer, self.active, self.stack

    def adopt(self, recorder: Recorder) -> None:
        """Takes in a recorder that is activated inside."""
        if recorder in self.own:
            return
        if recorder.forward:
            raise NotVectorizedError("ForwardAccumulator", "tangents are not batched")
        if recorder.spans:
            raise NotVectorizedError("GradientTape", "a tape from outside records inside")
        if not self.level:
            self.level = _levels._grad_increment_nesting()
            self._allowed = _levels.get_inplace_requires_grad_allowed()
            _levels.set_inplace_requires_grad_allowed(True)
        self.own.add(recorder)

    # -- payloads -------------------------------------------------------------------------------

    def cut(self, payload: Any) -> Any:
        """The payload without the graph that tapes inside record."""
        if not self.level or not isinstance(payload, torch.Tensor):
            return payload
        return _levels._unwrap_for_grad(payload, self.level)

    def leaf(self, payload: torch.Tensor) -> torch.Tensor:
        """A leaf with the payload's value in the graph that tapes inside record."""
        return _levels._wrap_for_grad(self.cut(payload), self.level).requires_grad_()

    def payload_of(self, tensor: Any) -> Any:
        """The payload of a tensor that nobody inside tracks; notes it for those around who do."""
        self.note(tensor)
        payload = self.cut(tensor._t)
        tapes = tensor._tapes.tapes - self.own
        scope: VmapScope | None = self
        while scope is not None:
            if not tapes or tapes & scope.active.tapes:
                return payload
            scope = scope.outer
            if scope is not None:
                payload = scope.cut(payload)
                tapes = tapes - scope.own
        return payload.detach() if isinstance(payload, torch.Tensor) else payload

    def note(self, tensor: Any) -> None:
        """Notes a tensor that is used inside, if tapes around track it."""
        scope: VmapScope | None = self
        while scope is not None:
            if tensor._tapes.tapes & scope.active.tapes:
                scope.inputs[id(tensor)] = tensor
            scope = scope.outer

    def outside(self, function: Callable[[torch.Tensor], Any], payload: torch.Tensor) -> Any:
        """What `function` makes of a payload that is the same for all examples."""
        while _levels.is_gradtrackingtensor(payload):
            payload = _levels.get_unwrapped(payload)
        if _levels.is_batchedtensor(payload):
            raise NotVectorizedError("a Python function", "it asks for the value of a tensor")
        levels = []
        while _levels.peek_interpreter_stack() is not None:
            levels.append(_levels.pop_dynamic_layer_stack())
        thread.vmap_scope = None
        try:
            return function(payload)
        finally:
            thread.vmap_scope = self
            while levels:
                _levels.push_dynamic_layer_stack(levels.pop())

    def value_of(self, variable: Any) -> Any:
        """A variable's value as it is read around; the tapes there watch it."""
        thread.vmap_scope, inside = self.outer, (thread.active, thread.stack)
        thread.active, thread.stack = self.active, self.stack
        # vmap's level and, if there is one, that of the graph inside are not there around.
        levels = [_levels.pop_dynamic_layer_stack() for _ in range(2 if self.level else 1)]
        try:
            tensor = variable._read()
        finally:
            while levels:
                _levels.push_dynamic_layer_stack(levels.pop())
            thread.vmap_scope = self
            thread.active, thread.stack = inside
        payload = self.payload_of(tensor)
        # A step that slices do not pass: TensorFlow's gradient is dense.
        return payload.view_as(payload) if payload.requires_grad else payload
