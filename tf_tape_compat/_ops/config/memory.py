"""GPU memory in `tf.config.experimental`: growth, usage and peak."""

from __future__ import annotations

import re
from typing import Any

import torch

from ..._core.devices.device import State, checked_device, visible_gpus
from ..._logging import get_logger


def get_memory_growth(device: Any) -> bool:
    """The setting of a GPU. Implements `tf.config.experimental.get_memory_growth`."""
    return (
        State.growth.get(device, False)
        if checked_device(device).device_type == "GPU"
        else _no_growth_setting(device)
    )


def _no_growth_setting(device: Any) -> bool:
    raise KeyError(device)


def set_memory_growth(device: Any, enable: bool) -> None:
    """Stores the setting. It has no effect: torch always allocates GPU memory as needed.

    Implements `tf.config.experimental.set_memory_growth`. Raises ValueError for a CPU, RuntimeError
    once devices are in use.
    """
    checked_device(device)
    if device.device_type != "GPU":
        raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")
    if get_memory_growth(device) == enable:
        return
    if State.initialized:
        raise RuntimeError("Physical devices cannot be modified after being initialized")
    State.growth[device] = enable


def _gpu_index(device: str) -> int:
    """torch's number of a GPU, such as "GPU:0". Raises ValueError for other devices."""
    match = re.search(r"(?:device:)?(\w+):(\d+)$", str(device))
    if match is None:
        raise ValueError(
            f"Failed parsing device name: {device!r}. Note a valid device string should at least "
            'contain a device type and a device index, like "GPU:0".'
        )
    device_type, index = match[1].upper(), int(match[2])
    if device_type == "CPU" and index == 0:
        raise ValueError(f"Allocator stats not available for device {device!r}")
    gpus = visible_gpus()
    if device_type != "GPU" or index >= len(gpus):
        raise ValueError(f"No matching devices found for {device!r}")
    return gpus[index]


def get_memory_info(device: str) -> dict[str, int]:
    """The bytes of GPU memory that tensors use: "current" and "peak".

    Implements `tf.config.experimental.get_memory_info`.
    """
    number = _gpu_index(device)
    return {
        "current": torch.accelerator.memory_allocated(number),
        "peak": torch.accelerator.max_memory_allocated(number),
    }


def get_memory_usage(device: str) -> int:
    """The bytes of GPU memory that tensors use. Deprecated in TensorFlow.

    Implements `tf.config.experimental.get_memory_usage`.
    """
    get_logger().warning(
        "get_memory_usage is deprecated. Use tf.config.experimental.get_memory_info(device)"
        "['current'] instead."
    )
    return get_memory_info(device)["current"]


def reset_memory_stats(device: str) -> None:
    """Sets the peak to the current usage (`tf.config.experimental.reset_memory_stats`)."""
    torch.accelerator.reset_peak_memory_stats(_gpu_index(device))


def limit_memory(number: int, megabytes: int) -> None:
    """Limits what torch allocates on a GPU, where the backend can do this."""
    backend: Any = torch.get_device_module()
    set_fraction = getattr(backend, "set_per_process_memory_fraction", None)
    properties = getattr(backend, "get_device_properties", None)
    if set_fraction is None or properties is None:
        get_logger().warning("memory_limit has no effect: torch cannot limit this GPU's memory.")
        return
    set_fraction(min(1.0, megabytes * 2**20 / properties(number).total_memory), number)
