"""The devices of this machine, by TensorFlow's names, and those that programs may use."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import torch

from .accelerator import accelerator_type, device_count

PhysicalDevice = namedtuple("PhysicalDevice", ("name", "device_type"))
PhysicalDevice.__doc__ = "A device of this machine; implements `tf.config.PhysicalDevice`."

LogicalDevice = namedtuple("LogicalDevice", ("name", "device_type"))
LogicalDevice.__doc__ = "A device to run on; implements `tf.config.LogicalDevice`."

LogicalDeviceConfiguration = namedtuple(
    "LogicalDeviceConfiguration",
    ("memory_limit", "experimental_priority", "experimental_device_ordinal"),
    defaults=(None, None, None),
)
LogicalDeviceConfiguration.__doc__ = (
    "How a device is set up; implements `tf.config.LogicalDeviceConfiguration`. "
    "`memory_limit` is in MB."
)


class State:
    """The settings of `tf.config`."""

    visible: list[Any] | None = None  # None: all
    initialized = False  # whether a program asked for logical devices
    growth: dict[Any, bool] = {}
    configurations: dict[Any, list[Any]] = {}
    soft_placement = True
    synchronous = True
    tensor_float_32 = True
    policy = "silent"


def physical_devices() -> list[Any]:
    """The CPU, then the GPUs."""
    gpus = range(device_count())
    return [
        PhysicalDevice("/physical_device:CPU:0", "CPU"),
        *(PhysicalDevice(f"/physical_device:GPU:{i}", "GPU") for i in gpus),
    ]


def visible_devices() -> list[Any]:
    """The devices that programs may use."""
    return physical_devices() if State.visible is None else list(State.visible)


def logical_count(device: Any) -> int:
    """The number of logical devices that a physical device is divided into."""
    return max(1, len(State.configurations.get(device, ())))


def logical_devices() -> list[tuple[str, int, int]]:
    """The logical devices, in the order of TensorFlow's numbers.

    Each is its type ("CPU" or "GPU"), its number, and torch's number of the physical device.
    """
    logical: list[tuple[str, int, int]] = []
    counts = {"CPU": 0, "GPU": 0}
    for device in visible_devices():
        for _ in range(logical_count(device)):
            device_type = device.device_type
            logical.append((device_type, counts[device_type], gpu_number(device)))
            counts[device_type] += 1
    return logical


def visible_gpus() -> list[int]:
    """torch's numbers of the GPUs of TensorFlow's numbers 0, 1, ..."""
    return [number for device_type, _, number in logical_devices() if device_type == "GPU"]


def gpu_number(device: Any) -> int:
    """torch's number of a GPU."""
    return int(device.name.rpartition(":")[2])


def checked_device(device: Any) -> Any:
    """Returns `device`. Raises ValueError if there is no such device."""
    if device not in physical_devices():
        raise ValueError(f"Unrecognized device: {device!r}")
    return device


def gpu_index(number: int) -> int:
    """TensorFlow's number of a visible GPU (the first of its logical devices), by torch's."""
    gpus = visible_gpus()
    return gpus.index(number) if number in gpus else number


def apply_tensor_float_32() -> None:
    """Hands the setting to torch, whose own default is False for matrix products.

    Other accelerators have no such switch.
    """
    if device_count() and accelerator_type() == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = State.tensor_float_32
        torch.backends.cudnn.allow_tf32 = State.tensor_float_32
