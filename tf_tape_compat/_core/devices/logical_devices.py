"""Several logical devices on one device, as `tf.config.set_logical_device_configuration` makes.

torch does not know them. The number of a logical device is an attribute of a tensor's memory, so
that views and aliases of a tensor lie on the same device. Without the attribute, it is the first
one on the tensor's device. In a program that divides a device, a dispatch mode tags the memory of
all results. It is slow; other programs do not pay for it.
"""

from __future__ import annotations

from typing import Any

import torch


class _State:
    used = False  # whether a program placed anything on a logical device of a divided device


def logical_number(payload: torch.Tensor) -> int | None:
    """TensorFlow's number of the logical device that holds a tensor; None if it was not tagged."""
    return getattr(payload.untyped_storage(), _TAG, None) if _State.used else None


_TAG = "_logical_device"


class LogicalPlacement:
    """One of several logical devices on `device`, chosen by `tf.device`."""

    __slots__ = ("device", "number")

    def __init__(self, device: torch.device, number: int) -> None:
        self.device = device
        self.number = number

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LogicalPlacement)
            and other.device == self.device
            and other.number == self.number
        )

    def __hash__(self) -> int:
        return hash((self.device, self.number))

    def tagging(self) -> Any:
        """A context in which all results lie on this logical device."""
        # Imported here: few programs need it, and the import takes time.
        from torch.utils._python_dispatch import TorchDispatchMode

        _State.used = True
        placement = self

        class Tagging(TorchDispatchMode):  # type: ignore[no-untyped-call]
            def __torch_dispatch__(
                self, func: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                return _call(placement, func, args, kwargs or {})

        return Tagging()  # type: ignore[no-untyped-call]


def _call(placement: LogicalPlacement, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Calls a torch operator; its results lie on this logical device."""
    result = func(*args, **kwargs)
    if func._schema.is_mutable:
        return result  # it writes to a variable, wherever that lies
    if isinstance(result, torch.Tensor):
        return _tagged(placement, result)
    if isinstance(result, (list, tuple)):
        return type(result)(
            _tagged(placement, item) if isinstance(item, torch.Tensor) else item for item in result
        )
    return result


def _tagged(placement: LogicalPlacement, payload: torch.Tensor) -> torch.Tensor:
    """A result on a logical device: a copy if it is a view of a tensor on another one."""
    if payload.device.type != placement.device.type:
        return payload
    number = placement.number
    storage = payload.untyped_storage()
    before = getattr(storage, _TAG, None)
    if before is None:
        setattr(storage, _TAG, number)
    elif before != number:
        payload = payload.clone()
        setattr(payload.untyped_storage(), _TAG, number)
    return payload
