"""`Tensor.torch()`. It is attached here, since the method would hide the module in its class."""

from __future__ import annotations

import torch

from ..recording.execution_context import refuse_in_graph
from .tensor import EagerTensor


def _torch(self: EagerTensor) -> torch.Tensor:
    """The torch tensor that holds the value; nothing is copied, so do not write into it.

    While a tape tracks this tensor, torch's operations on the result are recorded too.

    Raises TypeError for strings, which torch does not have.
    """
    refuse_in_graph("Tensor.torch()")
    payload = self._t
    if not isinstance(payload, torch.Tensor):
        raise TypeError(f"torch has no {self.dtype.name} tensors")
    return payload


_torch.__name__, _torch.__qualname__ = "torch", "EagerTensor.torch"
EagerTensor.torch = _torch  # type: ignore[attr-defined]
