"""The devices of `tf.config`: which exist, which are visible, and how they are divided."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.devices.accelerator import accelerator_type
from ..._core.devices.device import (
    LogicalDevice,
    State,
    checked_device,
    gpu_number,
    logical_devices,
    physical_devices,
    visible_devices,
)
from .memory import limit_memory


def _of_type(devices: list[Any], device_type: str | None) -> list[Any]:
    return [d for d in devices if device_type is None or d.device_type == device_type]


def list_physical_devices(device_type: str | None = None) -> list[Any]:
    """The devices of the machine. Implements `tf.config.list_physical_devices`."""
    return _of_type(physical_devices(), device_type)


def list_logical_devices(device_type: str | None = None) -> list[Any]:
    """The devices that operations can run on. Implements `tf.config.list_logical_devices`.

    The first call fixes which devices are visible.
    """
    State.initialized = True
    logical = [LogicalDevice(f"/device:{name}:{i}", name) for name, i, _ in logical_devices()]
    return _of_type(logical, device_type)


def get_visible_devices(device_type: str | None = None) -> list[Any]:
    """The physical devices that are visible. Implements `tf.config.get_visible_devices`."""
    return _of_type(visible_devices(), device_type)


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Makes only these devices visible. Implements `tf.config.set_visible_devices`.

    With a `device_type`, devices of other types stay visible. Raises ValueError for devices that do
    not exist, RuntimeError once devices are in use.
    """
    visible = devices if isinstance(devices, list) else [devices]
    for device in visible:
        if device not in list_physical_devices(device_type):
            raise ValueError(f"Unrecognized device: {device!r}")
    if device_type is not None:
        visible = [*(d for d in visible_devices() if d.device_type != device_type), *visible]
    if visible == visible_devices():
        return
    if State.initialized:
        raise RuntimeError("Visible devices cannot be modified after being initialized")
    State.visible = visible


def get_logical_device_configuration(device: Any) -> list[Any] | None:
    """The configuration of a device, or None. Implements
    `tf.config.get_logical_device_configuration`.
    """
    return State.configurations.get(checked_device(device))


def set_logical_device_configuration(device: Any, logical_devices: list[Any]) -> None:
    """Divides a device into logical devices, or limits a GPU's memory.

    Implements `tf.config.set_logical_device_configuration`. Logical devices share the memory of
    their device: on a GPU the sum of their `memory_limit`s, in MB, limits what torch allocates.

    Raises ValueError for a memory limit on the CPU, RuntimeError once devices are in use.
    """
    checked_device(device)
    if State.configurations.get(device) == logical_devices:
        return
    if State.initialized:
        raise RuntimeError("Virtual devices cannot be modified after being initialized")
    if device.device_type == "CPU":
        for configuration in logical_devices:
            if configuration.memory_limit is not None:
                raise ValueError(
                    "Setting memory limit on CPU virtual devices is currently not supported"
                )
            if configuration.experimental_priority is not None:
                raise ValueError(
                    "Setting experimental_priority on CPU virtual devices is currently not "
                    "supported"
                )
    else:
        limits = [configuration.memory_limit for configuration in logical_devices]
        if limits and None not in limits:
            limit_memory(gpu_number(device), sum(limits))
        elif len(limits) > 1:
            raise ValueError("memory_limit must be set for each logical device of a divided GPU")
    State.configurations[device] = list(logical_devices)


def get_soft_device_placement() -> bool:
    """The setting, True by default. Implements `tf.config.get_soft_device_placement`."""
    return State.soft_placement


def set_soft_device_placement(enabled: bool) -> None:
    """Whether `tf.device` of a GPU that does not exist means the CPU; otherwise it is an error.

    Implements `tf.config.set_soft_device_placement`.
    """
    State.soft_placement = bool(enabled)


def get_device_details(device: Any) -> dict[str, Any]:
    """A GPU's name and compute capability; an empty dictionary for the CPU.

    Implements `tf.config.experimental.get_device_details`. Raises ValueError for other values.
    """
    if not isinstance(device, tuple) or not hasattr(device, "device_type"):
        raise ValueError(f"device must be a tf.config.PhysicalDevice, but got: {device}")
    if device not in physical_devices():
        raise ValueError(
            "The PhysicalDevice must be one obtained from calling "
            f"`tf.config.list_physical_devices`, but got: {device}"
        )
    if device.device_type != "GPU":
        return {}
    number = gpu_number(device)
    if accelerator_type() == "cuda":
        return {
            "compute_capability": torch.cuda.get_device_capability(number),
            "device_name": torch.cuda.get_device_name(number),
        }
    module: Any = torch.get_device_module()
    get_name = getattr(module, "get_device_name", None)
    return {} if get_name is None else {"device_name": get_name(number)}
