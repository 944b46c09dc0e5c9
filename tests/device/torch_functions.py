"""What torch's Python code does with a device beyond operators: copies of storages, DLPack, memory.

torch offers Python backends no allocator and no stream, which these functions ask for. They are
replaced by ones that know the pretended accelerator and leave other devices to torch.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable
from typing import Any

import torch

from . import memory

_EXTENSION = 12  # DLPack's kDLExtDev


def install() -> None:
    """Replaces torch's functions."""
    _extend(torch.UntypedStorage, "clone", _clone)
    _extend(torch.UntypedStorage, "cpu", _cpu)
    _extend(torch.Tensor, "__dlpack_device__", lambda tensor: (_EXTENSION, 0))
    torch.serialization.register_package(5, _tag, _restore)
    for name, function in _ACCELERATOR.items():
        setattr(torch.accelerator, name, function)
        if hasattr(torch.accelerator.memory, name):
            setattr(torch.accelerator.memory, name, function)


def _extend(cls: type, name: str, ours: Callable[..., Any]) -> None:
    original = getattr(cls, name)

    @functools.wraps(original)
    def extended(self: Any, *args: Any, **kwargs: Any) -> Any:
        call = ours if self.device.type == memory.NAME else original
        return call(self, *args, **kwargs)

    setattr(cls, name, extended)


def _bytes(storage: torch.UntypedStorage) -> torch.Tensor:
    data = memory.host_data(storage).untyped_storage()
    return torch.empty(0, dtype=torch.uint8).set_(data).clone()


def _clone(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    return memory.new_storage(_bytes(storage))


def _cpu(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    return _bytes(storage).untyped_storage()


def _tag(storage: Any) -> str | None:
    return f"{memory.NAME}:0" if storage.device.type == memory.NAME else None


def _restore(storage: Any, location: str) -> Any:
    if not location.startswith(memory.NAME):
        return None
    return memory.new_storage(torch.empty(0, dtype=torch.uint8).set_(storage))


def _synchronize(device: Any = None) -> None:
    """Kernels have run when they return."""


def _allocated(device: Any = None) -> int:
    return memory.Usage.current


def _most_allocated(device: Any = None) -> int:
    return memory.Usage.peak


def _reset_peak(device: Any = None) -> None:
    memory.Usage.peak = memory.Usage.current


def _statistics(device: Any = None) -> dict[str, Any]:
    return collections.OrderedDict(
        {"allocated_bytes.all.current": _allocated(), "allocated_bytes.all.peak": _most_allocated()}
    )


def _memory_info(device: Any = None) -> tuple[int, int]:
    total = 16 * 2**30
    return total - _allocated(), total


_ACCELERATOR: dict[str, Callable[..., Any]] = {
    "synchronize": _synchronize,
    "empty_cache": lambda: None,
    "memory_allocated": _allocated,
    "memory_reserved": _allocated,
    "max_memory_allocated": _most_allocated,
    "max_memory_reserved": _most_allocated,
    "reset_peak_memory_stats": _reset_peak,
    "reset_accumulated_memory_stats": lambda device=None: None,
    "memory_stats": _statistics,
    "get_memory_info": _memory_info,
}
