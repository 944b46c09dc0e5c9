"""The accelerator of this machine, as torch sees it: CUDA, ROCm, MPS, XPU or another backend.

TensorFlow calls each of its devices a GPU. Nothing here asks for one kind of accelerator by name.
"""

from __future__ import annotations

from functools import cache

import torch


@cache
def accelerator_type() -> str | None:
    """torch's name of the accelerator's type, such as "cuda" or "mps"; None without one.

    The first call may start the accelerator's driver, so nothing calls this at import.
    """
    return device.type if device_count() and (device := _current()) is not None else None


@cache
def device_count() -> int:
    """The number of accelerators that torch can use. `CUDA_VISIBLE_DEVICES` limits them."""
    return torch.accelerator.device_count() if _current() is not None else 0


def _current() -> torch.device | None:
    return torch.accelerator.current_accelerator()


def is_accelerator(device_type: str) -> bool:
    """Whether tensors of this torch device type lie on what TensorFlow calls a GPU."""
    return device_type not in _HOST_TYPES and device_type == accelerator_type()


_HOST_TYPES = frozenset(("cpu", "meta"))
