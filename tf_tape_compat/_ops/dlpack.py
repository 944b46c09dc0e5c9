"""Exchange of tensors with torch, and with other libraries by DLPack."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils.dlpack

from .._core.recording.payloads import untracked_payload
from .._core.tensor.convert import wrap
from .._core.tensor.tensor import EagerTensor
from .._core.tensor.tensor import from_torch as as_tensor
from .._core.types.dtype import FROM_TORCH
from ._support.arguments import invalid_argument


def to_dlpack(tf_tensor: Any) -> Any:
    """A capsule that shares the tensor's memory, to be consumed once by another library.

    Implements `tf.experimental.dlpack.to_dlpack`. Raises InvalidArgumentError for strings and for
    values that are not tensors.
    """
    if not isinstance(tf_tensor, EagerTensor) or not isinstance(tf_tensor._t, torch.Tensor):
        raise invalid_argument("The argument to `to_dlpack` must be a TF tensor, not Python object")
    return torch.utils.dlpack.to_dlpack(untracked_payload(tf_tensor))


def from_dlpack(dlcapsule: Any) -> Any:
    """The tensor in a capsule, which cannot be used again. Implements
    `tf.experimental.dlpack.from_dlpack`.

    Raises TypeError if the argument is not a capsule.
    """
    if type(dlcapsule).__name__ != "PyCapsule":
        raise TypeError(f"from_dlpack takes a DLPack capsule, got {dlcapsule!r}")
    try:
        return wrap(torch.utils.dlpack.from_dlpack(dlcapsule))
    except (RuntimeError, ValueError) as error:
        raise invalid_argument(str(error)) from None


def from_torch(tensor: torch.Tensor) -> Any:
    """The `tf.Tensor` with the memory of a torch tensor; nothing is copied.

    If torch later writes into the memory, the `tf.Tensor` changes too. A tape takes a torch tensor
    that requires gradients for a variable: see `GradientTape.gradient`. `tensor.torch()` is the
    way back.

    Raises:
      TypeError: if the argument is not a torch tensor, or TensorFlow has no such type.
    """
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"from_torch takes a torch.Tensor, got {type(tensor).__name__}")
    if tensor.dtype not in FROM_TORCH:
        raise TypeError(f"TensorFlow has no tensors of type {tensor.dtype}")
    if tensor.layout is not torch.strided:
        raise TypeError(
            f"from_torch takes dense tensors, got the layout {tensor.layout}; use to_dense()"
        )
    return as_tensor(tensor)
