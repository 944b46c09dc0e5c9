"""GPU memory: growth, usage and peak."""

from __future__ import annotations

import re
from typing import Any

import torch

from ..._core.devices.device import (
    State,
    gpu_number,
    known,
)
from ..._logging import get_logger
from .devices import get_visible_devices


def get_memory_growth(device: Any) -> bool:
    """What was set. Implements `tf.config.experimental.get_memory_growth`."""
    return State.growth.get(device, False) if known(device).device_type == "GPU" else _no(device)


def _no(device: Any) -> bool:
    raise KeyError(device)


def set_memory_growth(device: Any, enable: bool) -> None:
    """Accepted for GPUs, whose memory torch takes as it is needed in any case.

    Implements `tf.config.experimental.set_memory_growth`. Raises ValueError for a CPU,
    RuntimeError if devices are settled.
    """
    known(device)
    if device.device_type != "GPU":
        raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")
    if get_memory_growth(device) == enable:
        return
    if State.initialized:
        raise RuntimeError("Physical devices cannot be modified after being initialized")
    State.growth[device] = enable


def _gpu(device: str) -> int:
    match = re.search(r"(?:device:)?(\w+):(\d+)$", str(device))
    if match is None:
        raise ValueError(
            f"Failed parsing device name: {device!r}. Note a valid device string should at least "
            'contain a device type and a device index, like "GPU:0".'
        )
    kind, number = match[1].upper(), int(match[2])
    if kind == "CPU" and number == 0:
        raise ValueError(f"Allocator stats not available for device {device!r}")
    gpus = get_visible_devices("GPU")
    if kind != "GPU" or number >= len(gpus):
        raise ValueError(f"No matching devices found for {device!r}")
    return gpu_number(gpus[number])


def get_memory_info(device: str) -> dict[str, int]:
    """The bytes that tensors hold on a GPU (`tf.config.experimental.get_memory_info`)."""
    number = _gpu(device)
    return {
        "current": torch.cuda.memory_allocated(number),
        "peak": torch.cuda.max_memory_allocated(number),
    }


def get_memory_usage(device: str) -> int:
    """The bytes that tensors hold on a GPU (`tf.config.experimental.get_memory_usage`)."""
    get_logger().warning(
        "get_memory_usage is deprecated. Use tf.config.experimental.get_memory_info(device)"
        "['current'] instead."
    )
    return get_memory_info(device)["current"]


def reset_memory_stats(device: str) -> None:
    """Forgets the peak. Implements `tf.config.experimental.reset_memory_stats`."""
    torch.cuda.reset_peak_memory_stats(_gpu(device))
