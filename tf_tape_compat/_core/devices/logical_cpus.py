"""Several logical CPU devices on one CPU, as `tf.config.set_logical_device_configuration` makes.

torch knows one CPU. The number of a logical CPU is an attribute of a tensor's memory: views and
aliases of a tensor lie on the same device. While a `tf.device` has chosen another logical CPU than
the first, a dispatch mode tags the memory of all results.
"""

from __future__ import annotations

from typing import Any

import torch


def logical_cpu_of(payload: torch.Tensor) -> int:
    """The number of the logical CPU that holds a tensor in host memory."""
    return getattr(payload.untyped_storage(), "_logical_cpu", 0) if _State.used else 0


class _State:
    used = False  # whether a program placed anything on another logical CPU than the first


class LogicalCPU:
    """A logical CPU device, chosen by `tf.device`."""

    __slots__ = ("index",)

    type = "cpu"

    def __init__(self, index: int) -> None:
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LogicalCPU) and other.index == self.index

    def __hash__(self) -> int:
        return hash(self.index)

    def tagging(self) -> Any:
        """A context in which results lie on this logical CPU."""
        from torch.utils._python_dispatch import TorchDispatchMode

        _State.used = True
        index = self.index

        class Tagging(TorchDispatchMode):
            def __torch_dispatch__(
                self, func: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                return _call_on(index, func, args, kwargs or {})

        return Tagging()


def _call_on(index: int, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Calls a torch operator whose results lie on a logical CPU."""
    result = func(*args, **kwargs)
    if func._schema.is_mutable:
        return result  # it writes to a variable, wherever that lies
    if isinstance(result, torch.Tensor):
        return _on(index, result)
    if isinstance(result, (list, tuple)):
        return type(result)(_on(index, x) if isinstance(x, torch.Tensor) else x for x in result)
    return result


def _on(index: int, payload: torch.Tensor) -> torch.Tensor:
    """A result on a logical CPU; it is copied if it is a view of a tensor on another one."""
    storage = payload.untyped_storage()
    number = getattr(storage, "_logical_cpu", None)
    if number is None:
        number = storage._logical_cpu = index
    if number == index:
        return payload
    payload = payload.clone()
    payload.untyped_storage()._logical_cpu = index
    return payload
