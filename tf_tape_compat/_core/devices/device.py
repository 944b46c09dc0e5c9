"""The devices of this machine, by TensorFlow's names, and those that programs may use."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from .accelerator import device_count

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


def logical_cpu_count() -> int:
    """The number of logical devices that the CPU is divided into."""
    for device, configurations in State.configurations.items():
        if device.device_type == "CPU":
            return len(configurations)
    return 1


def visible_gpus() -> list[int]:
    """torch's numbers of the GPUs that programs may use, in the order of TensorFlow's numbers."""
    if State.visible is None:
        return list(range(device_count()))
    return [gpu_number(device) for device in State.visible if device.device_type == "GPU"]


def gpu_number(device: Any) -> int:
    """torch's number of a GPU."""
    return int(device.name.rpartition(":")[2])


def checked_device(device: Any) -> Any:
    """Returns `device`. Raises ValueError if there is no such device."""
    if device not in physical_devices():
        raise ValueError(f"Unrecognized device: {device!r}")
    return device


def gpu_index(number: int) -> int:
    """TensorFlow's number of a visible GPU, by torch's."""
    gpus = visible_gpus()
    return gpus.index(number) if number in gpus else number
