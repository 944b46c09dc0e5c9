"""The function of `tf.vectorized_map` while it runs: what tapes inside and around it record.

The function runs once, under torch's vmap, on tensors that hold all examples at once. To the tapes
around it the whole run is one operation, so they are hidden while it runs. Their graph is torch's
ordinary graph, below vmap's level, and what the function uses of their tensors is noted as an
input. The first tape opened inside opens a level of torch's graph above vmap's. There, a leaf is
one example's leaf, and each example has its own gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .activation import highest_order
from .execution_context import ExampleRunError, current_context
from .recorder import Recorder
from .tape_set import EMPTY, TapeSet, thread

_levels: Any = torch._C._functorch


class NotVectorizedError(RuntimeError):
    """Some part of the function cannot run for all examples at once."""

    def __init__(self, operation: str, reason: str) -> None:
        super().__init__(reason)
        self.operation = operation


def check_effect(operation: str) -> None:
    """Raises NotVectorizedError inside a vectorized function, for an operation with an effect.

    Such an operation must run once for each example, and would run only once. Raises
    ExampleRunError in a function that only runs to find out what it returns.
    """
    call = current_context.call
    if (
        call is not None
        and getattr(call.trace, "refuses_effects", False)
        and (call.trace.is_example or not operation.endswith("PyFunc"))
    ):
        raise ExampleRunError
    if thread.vmap_scope is not None:
        raise NotVectorizedError(operation, "it changes something, once for each slice")


class VmapScope:
    """One run of the function on the current thread, between `enter` and `leave`."""

    def __init__(self, size: int) -> None:
        self.size = size  # the number of examples
        self.outer: VmapScope | None = thread.vmap_scope
        self.active = thread.active
        self.stack = thread.stack
        self.order = highest_order()
        # The active set inside until a tape is opened there: it has no members, but it is not
        # EMPTY if there are tapes around.
        has_tapes_around = self.active is not EMPTY or (
            self.outer is not None and self.outer.hidden is not EMPTY
        )
        self.hidden: TapeSet = TapeSet(frozenset()) if has_tapes_around else EMPTY
        self.level = 0  # the level of the graph that tapes inside record; 0 if there is none
        self.own_recorders: set[Recorder] = set()  # of tapes opened inside
        # By id, the tensors tracked by tapes around that the function used.
        self.inputs: dict[int, Any] = {}
        self._allowed = False

    def enter(self) -> None:
        """Hides the tapes around."""
        thread.vmap_scope, thread.active, thread.stack = self, self.hidden, ()

    def leave(self) -> None:
        """Ends the tapes opened inside and their graph, and restores the tapes around."""
        for recorder in self.own_recorders:
            recorder.release()
        if self.level:
            _levels.set_inplace_requires_grad_allowed(self._allowed)
            _levels._grad_decrement_nesting()
        thread.vmap_scope, thread.active, thread.stack = self.outer, self.active, self.stack

    def add_recorder(self, recorder: Recorder) -> None:
        """Notes that a recorder is activated inside."""
        if recorder in self.own_recorders:
            return
        if recorder.forward_mode:
            raise NotVectorizedError("ForwardAccumulator", "tangents are not batched")
        if recorder.recorded_ranges:
            raise NotVectorizedError("GradientTape", "a tape from outside records inside")
        if not self.level:
            self.level = _levels._grad_increment_nesting()
            self._allowed = _levels.get_inplace_requires_grad_allowed()
            _levels.set_inplace_requires_grad_allowed(True)
        self.own_recorders.add(recorder)

    # -- payloads ---------------------------------------------------------------------------------

    def detach(self, payload: Any) -> Any:
        """The payload without the graph that tapes inside record."""
        if not self.level or not isinstance(payload, torch.Tensor):
            return payload
        return _levels._unwrap_for_grad(payload, self.level)

    def new_leaf(self, payload: torch.Tensor) -> Any:
        """A leaf with the payload's value in the graph that tapes inside record."""
        return _levels._wrap_for_grad(self.detach(payload), self.level).requires_grad_()

    def untracked_payload(self, tensor: Any) -> Any:
        """The payload of a tensor that no tape inside tracks. Notes it for tapes around."""
        self.note_input(tensor)
        payload = self.detach(tensor._t)
        tapes = tensor._tapes.recorders - self.own_recorders
        scope: VmapScope | None = self
        while scope is not None:
            if not tapes or tapes & scope.active.recorders:
                return payload
            scope = scope.outer
            if scope is not None:
                payload = scope.detach(payload)
                tapes = tapes - scope.own_recorders
        return payload.detach() if isinstance(payload, torch.Tensor) else payload

    def note_input(self, tensor: Any) -> None:
        """Notes a tensor that is used inside, if tapes around track it."""
        scope: VmapScope | None = self
        while scope is not None:
            if tensor._tapes.recorders & scope.active.recorders:
                scope.inputs[id(tensor)] = tensor
            scope = scope.outer

    # -- leaving the scope for a moment -----------------------------------------------------------

    def outside(self, function: Callable[[torch.Tensor], Any], payload: torch.Tensor) -> Any:
        """Calls `function`, outside of vmap, on a payload that is the same for all examples."""
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
        """The value of a variable, read outside, so that the tapes around watch it."""
        thread.vmap_scope, inside = self.outer, (thread.active, thread.stack)
        thread.active, thread.stack = self.active, self.stack
        # Leave vmap's level and, if there is one, the level of the graph inside.
        levels = [_levels.pop_dynamic_layer_stack() for _ in range(2 if self.level else 1)]
        try:
            tensor = variable._read()
        finally:
            while levels:
                _levels.push_dynamic_layer_stack(levels.pop())
            thread.vmap_scope = self
            thread.active, thread.stack = inside
        payload = self.untracked_payload(tensor)
        # A view stops sparse gradients: TensorFlow's gradient is dense here.
        return payload.view_as(payload) if payload.requires_grad else payload
