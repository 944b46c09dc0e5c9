"""`tf.config`: devices, memory, threads, determinism and precision, on torch's settings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import torch

from ..._core.devices.device import (
    LogicalDevice,
    State,
    gpu_number,
    known,
    physical_devices,
    visible_devices,
)
from ..._logging import get_logger
from ..random import seeds


def _of_type(devices: list[Any], device_type: str | None) -> list[Any]:
    return [d for d in devices if device_type is None or d.device_type == device_type]


def list_physical_devices(device_type: str | None = None) -> list[Any]:
    """The machine's devices; answers for `tf.config.list_physical_devices`."""
    return _of_type(physical_devices(), device_type)


def list_logical_devices(device_type: str | None = None) -> list[Any]:
    """The devices to run on; answers for `tf.config.list_logical_devices`.

    From here on it is settled which devices are visible.
    """
    State.initialized = True
    counts: dict[str, int] = {}
    found = []
    for device in visible_devices():
        kind = device.device_type
        number = counts[kind] = counts.get(kind, -1) + 1
        found.append(LogicalDevice(f"/device:{kind}:{number}", kind))
    return _of_type(found, device_type)


def get_visible_devices(device_type: str | None = None) -> list[Any]:
    """The machine's devices that are used; answers for `tf.config.get_visible_devices`."""
    return _of_type(visible_devices(), device_type)


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Uses only these devices; answers for `tf.config.set_visible_devices`.

    Of the type given, or of all. Raises ValueError for devices that are not there, RuntimeError if
    it is settled already.
    """
    wanted = devices if isinstance(devices, list) else [devices]
    for device in wanted:
        if device not in list_physical_devices(device_type):
            raise ValueError(f"Unrecognized device: {device!r}")
    if device_type is not None:
        wanted = [*(d for d in visible_devices() if d.device_type != device_type), *wanted]
    if wanted == visible_devices():
        return
    if State.initialized:
        raise RuntimeError("Visible devices cannot be modified after being initialized")
    State.visible = wanted


def get_logical_device_configuration(device: Any) -> list[Any] | None:
    """What was set; answers for `tf.config.get_logical_device_configuration`."""
    return State.configurations.get(known(device))


def set_logical_device_configuration(device: Any, logical_devices: list[Any]) -> None:
    """Limits a GPU's memory; answers for `tf.config.set_logical_device_configuration`.

    Raises RuntimeError if devices are settled, NotImplementedError for several logical devices on
    one physical one.
    """
    known(device)
    if State.configurations.get(device) == logical_devices:
        return
    if State.initialized:
        raise RuntimeError("Virtual devices cannot be modified after being initialized")
    for configuration in logical_devices:
        if device.device_type == "CPU" and configuration.memory_limit is not None:
            raise ValueError(
                "Setting memory limit on CPU virtual devices is currently not supported"
            )
    if len(logical_devices) != 1:
        raise NotImplementedError(
            "tf.config.set_logical_device_configuration: several logical devices on one device are "
            "not available in tf_tape_compat; give one"
        )
    limit = logical_devices[0].memory_limit
    if limit is not None:
        number = gpu_number(device)
        total = torch.cuda.get_device_properties(number).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, limit * 2**20 / total), number)
    State.configurations[device] = list(logical_devices)


def get_soft_device_placement() -> bool:
    """What was set, or True; answers for `tf.config.get_soft_device_placement`."""
    return State.soft_placement


def set_soft_device_placement(enabled: bool) -> None:
    """Whether `tf.device` of a GPU that is not there means the CPU, or is an error.

    Answers for `tf.config.set_soft_device_placement`.
    """
    State.soft_placement = bool(enabled)


# -- tf.config.experimental ---------------------------------------------------------------------


def get_memory_growth(device: Any) -> bool:
    """What was set; answers for `tf.config.experimental.get_memory_growth`."""
    return State.growth.get(device, False) if known(device).device_type == "GPU" else _no(device)


def _no(device: Any) -> bool:
    raise KeyError(device)


def set_memory_growth(device: Any, enable: bool) -> None:
    """Accepted for GPUs, whose memory torch takes as it is needed in any case.

    Answers for `tf.config.experimental.set_memory_growth`. Raises ValueError for a CPU,
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


def get_device_details(device: Any) -> dict[str, Any]:
    """A GPU's name and compute capability; `tf.config.experimental.get_device_details`."""
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
    return {
        "compute_capability": torch.cuda.get_device_capability(number),
        "device_name": torch.cuda.get_device_name(number),
    }


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
    """The bytes that tensors hold on a GPU; `tf.config.experimental.get_memory_info`."""
    number = _gpu(device)
    return {
        "current": torch.cuda.memory_allocated(number),
        "peak": torch.cuda.max_memory_allocated(number),
    }


def get_memory_usage(device: str) -> int:
    """The bytes that tensors hold on a GPU; `tf.config.experimental.get_memory_usage`."""
    get_logger().warning(
        "get_memory_usage is deprecated. Use tf.config.experimental.get_memory_info(device)"
        "['current'] instead."
    )
    return get_memory_info(device)["current"]


def reset_memory_stats(device: str) -> None:
    """Forgets the peak; answers for `tf.config.experimental.reset_memory_stats`."""
    torch.cuda.reset_peak_memory_stats(_gpu(device))


_POLICIES = ("silent", "silent_for_int32", "warn", "explicit")


def get_device_policy() -> str:
    """What was set; answers for `tf.config.experimental.get_device_policy`."""
    return State.policy


def set_device_policy(device_policy: str | None) -> None:
    """Accepted: operations run where their tensors are, whatever the policy.

    Answers for `tf.config.experimental.set_device_policy`. Raises ValueError for an unknown one.
    """
    policy = "silent" if device_policy is None else device_policy
    if policy not in _POLICIES:
        raise ValueError(
            f"Invalid argument `device_policy`: {device_policy!r}. Please refer to "
            "https://www.tensorflow.org/api_docs/python/tf/config/experimental/set_device_policy "
            "for valid `device_policy` arguments."
        )
    State.policy = policy


def get_synchronous_execution() -> bool:
    """What was set; answers for `tf.config.experimental.get_synchronous_execution`."""
    return State.synchronous


def set_synchronous_execution(enable: bool) -> None:
    """Accepted: the CPU is synchronous and a GPU is not, as torch has it.

    Answers for `tf.config.experimental.set_synchronous_execution`.
    """
    State.synchronous = bool(enable)


def enable_op_determinism() -> None:
    """Has torch use deterministic kernels only, and random operations demand a seed.

    Answers for `tf.config.experimental.enable_op_determinism`.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    seeds.require_seeds()


def tensor_float_32_execution_enabled() -> bool:
    """Whether float32 products on a GPU are rounded to TensorFloat-32: torch's own setting.

    Answers for `tf.config.experimental.tensor_float_32_execution_enabled`.
    """
    return bool(torch.backends.cuda.matmul.allow_tf32)


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Has float32 products on a GPU rounded to TensorFloat-32, or not.

    Answers for `tf.config.experimental.enable_tensor_float_32_execution`.
    """
    torch.backends.cuda.matmul.allow_tf32 = bool(enabled)
    torch.backends.cudnn.allow_tf32 = bool(enabled)


def enable_mlir_bridge() -> None:
    """Accepted: nothing is compiled. Answers for `tf.config.experimental.enable_mlir_bridge`."""


def disable_mlir_bridge() -> None:
    """Accepted: nothing is compiled. Answers for `tf.config.experimental.disable_mlir_bridge`."""


# -- tf.config.threading ------------------------------------------------------------------------


class _Threads:
    intra = 0
    inter = 0


def get_intra_op_parallelism_threads() -> int:
    """What was set, or 0; answers for the function of `tf.config.threading`."""
    return _Threads.intra


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """How many threads one operation may use (torch.set_num_threads); 0 leaves it to torch.

    Answers for `tf.config.threading.set_intra_op_parallelism_threads`.
    """
    if isinstance(num_threads, int) and num_threads > 0:
        torch.set_num_threads(num_threads)
    _Threads.intra = num_threads


def get_inter_op_parallelism_threads() -> int:
    """What was set, or 0; answers for the function of `tf.config.threading`."""
    return _Threads.inter


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """How many threads run operations side by side (torch.set_num_interop_threads).

    Answers for `tf.config.threading.set_inter_op_parallelism_threads`. Raises RuntimeError once
    torch has started them.
    """
    if num_threads == _Threads.inter:
        return
    if isinstance(num_threads, int) and num_threads > 0:
        try:
            torch.set_num_interop_threads(num_threads)
        except RuntimeError:
            raise RuntimeError(
                "Inter op parallelism cannot be modified after initialization."
            ) from None
    _Threads.inter = num_threads


# -- tf.config.optimizer ------------------------------------------------------------------------

_OPTIONS = (
    "layout_optimizer constant_folding shape_optimization remapping arithmetic_optimization "
    "dependency_optimization loop_optimization function_optimization debug_stripper "
    "disable_model_pruning scoped_allocator_optimization pin_to_host_optimization "
    "implementation_selector auto_mixed_precision auto_mixed_precision_onednn_bfloat16 "
    "auto_mixed_precision_mkl disable_meta_optimizer auto_parallel use_plugin_optimizers"
).split()


class _Optimizer:
    jit = ""
    options: dict[str, Any] = {"disable_model_pruning": False, "disable_meta_optimizer": False}


def get_jit() -> str:
    """What was set; answers for `tf.config.optimizer.get_jit`."""
    return _Optimizer.jit


def set_jit(enabled: Any) -> None:
    """Accepted: nothing is compiled. Answers for `tf.config.optimizer.set_jit`."""
    _Optimizer.jit = "autoclustering" if enabled in (True, "autoclustering") else ""


def get_experimental_options() -> dict[str, Any]:
    """What was set; answers for `tf.config.optimizer.get_experimental_options`."""
    return dict(_Optimizer.options)


def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Accepted: there are no graphs to optimize.

    Answers for `tf.config.optimizer.set_experimental_options`.
    """
    for name, value in options.items():
        if name in _OPTIONS:
            _Optimizer.options[name] = bool(value)
        elif name == "min_graph_nodes":
            _Optimizer.options[name] = value
