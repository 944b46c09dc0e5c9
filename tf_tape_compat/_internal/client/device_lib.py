"""`tensorflow.python.client.device_lib`."""

from __future__ import annotations

import random
from typing import Any

import torch

from ... import _messages
from ..._core.devices.device import logical_devices

_CPU_MEMORY = 1 << 28  # what TensorFlow states for every CPU
_incarnations: dict[str, int] = {}  # numbers that a process draws once for each device


def list_local_devices(session_config: Any = None) -> list[Any]:
    """The devices that operations can run on, as `DeviceAttributes` messages.

    `session_config`, a `ConfigProto`, is accepted and has no effect.
    """
    return [_attributes(f"/device:{kind}:{index}", kind) for kind, index, _ in logical_devices()]


def _attributes(name: str, kind: str) -> Any:
    message = _messages.DeviceAttributes(name=name, device_type=kind, xla_global_id=-1)
    message.locality.SetInParent()
    message.incarnation = _incarnations.setdefault(name, random.SystemRandom().getrandbits(64))
    if kind == "CPU":
        message.memory_limit = _CPU_MEMORY
        return message
    index = int(name.rpartition(":")[2])
    message.locality.bus_id = 1
    if torch.cuda.is_available():
        found = torch.cuda.get_device_properties(index)
        message.memory_limit = found.total_memory
        message.physical_device_desc = (
            f"device: {index}, name: {found.name}, compute capability: {found.major}.{found.minor}"
        )
    return message
