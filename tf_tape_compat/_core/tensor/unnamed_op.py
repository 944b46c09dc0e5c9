"""torch functions run on tensors as recorded operations, without an operation's name.

For the few places in `_core` that compute with tensors. What runs here follows the recording rule,
but unlike the operations of `_ops` it is not converted, named in errors or seen by observers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import torch

from ..recording.admission import admit
from ..recording.execution_context import active_graph
from ..recording.tape_set import EMPTY, thread
from .convert import as_operand
from .tensor import EagerTensor, TrackedTensor, finish

_EAGER_TYPES = frozenset((EagerTensor, TrackedTensor))


def apply_torch(function: Callable[..., Any], tensor: EagerTensor, *args: Any) -> EagerTensor:
    """Calls `function(payload, *args)` on the payload of `tensor` and records the result."""
    if type(tensor) not in _EAGER_TYPES:
        graph = active_graph()
        if graph is not None:  # a symbolic tensor
            symbolic: EagerTensor = graph.add_call("Identity", apply_torch, function, tensor, *args)
            return symbolic
    recording, (payload,) = admit((tensor,))
    try:
        result = function(payload, *args)
    except BaseException:
        if recording is not EMPTY and recording is not thread.active:
            recording.close()
        raise
    if result is payload:
        result = result.view_as(result)
    output: EagerTensor = finish(recording, result)
    return output


def alias(value: Any) -> EagerTensor:
    """A new tensor with the value and memory of a tensor, to which its gradient goes.

    Values that are not tensors are converted first.
    """
    tensor = value if isinstance(value, EagerTensor) else as_operand(value)
    cls = type(tensor)
    payload = tensor._t if cls in _EAGER_TYPES else None
    if type(payload) is torch.Tensor:
        if cls is EagerTensor:
            return EagerTensor(payload[...])
        recording = tensor._tapes
        if recording is thread.active and payload.requires_grad:
            result = TrackedTensor(payload[...], recording)
            recording.tensors.append(ref(result))
            if len(recording.tensors) > 4096:
                recording.prune()
            return result
    return apply_torch(_same_memory, tensor)


def _same_memory(payload: Any) -> Any:
    return payload[...] if isinstance(payload, torch.Tensor) else payload.view()
