"""Exchange of tensors with other libraries, by DLPack."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils.dlpack

from .._core.recording.payloads import untracked_payload
from .._core.tensor.convert import wrap
from .._core.tensor.tensor import EagerTensor
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
