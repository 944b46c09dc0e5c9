"""Where an operation runs, and the copies of its inputs to that device.

The generated code of an operation (op/op_source.py) compares each input's device with the thread's
current device, and calls `place_operands` if one differs. It has this code only on machines with an
accelerator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from ..._logging import get_logger
from .accelerator import is_accelerator
from .device import State
from .host_operations import keeps_on_host
from .placement import _CPU, PlacementThread, move, thread


def place_operands(operation: str, payloads: Sequence[Any]) -> list[Any]:
    """The inputs of an operation, on the device where it runs.

    That is the current device. An operation on only int32 tensors in host memory stays there if
    TensorFlow's kernel for GPUs works in host memory. Operations on strings run on the CPU.
    """
    device = thread.device
    if device is None:
        return list(payloads)
    if _any_strings(payloads):
        device = _CPU
    if device.type != "cpu" and keeps_on_host(operation) and _all_int32_on_host(payloads):
        return list(payloads)
    return [_placed(payload, device) for payload in payloads]


def _all_int32_on_host(payloads: Sequence[Any]) -> bool:
    for payload in payloads:
        if isinstance(payload, list):
            if not _all_int32_on_host(payload):
                return False
        elif isinstance(payload, torch.Tensor) and not (
            payload.dtype is torch.int32 and payload.is_cpu
        ):
            return False
    return True


def _any_strings(payloads: Sequence[Any]) -> bool:
    for payload in payloads:
        if isinstance(payload, list):
            if _any_strings(payload):
                return True
        elif isinstance(payload, np.ndarray):
            return True
    return False


def _placed(payload: Any, device: torch.device) -> Any:
    if isinstance(payload, list):
        return [_placed(item, device) for item in payload]
    if not isinstance(payload, torch.Tensor) or payload.device == device:
        return payload
    if payload.is_cpu or is_accelerator(payload.device.type):
        return move(payload, device)
    return payload  # a tensor without values, such as a meta tensor


def to_host(payload: Any) -> Any:
    """An input, or a list of inputs, in host memory."""
    return _placed(payload, _CPU)


# -- operations without a kernel for the accelerator ----------------------------------------------


class NoFallBack:
    """What `HostFallBack.run` returns if the error is not about a missing kernel."""


_warned: set[str] = set()


class HostFallBack:
    """Runs a kernel on the CPU if the accelerator does not have it, as TensorFlow places it."""

    def __init__(self, operation: str, explain: Callable[..., BaseException]) -> None:
        self.operation = operation
        self.explain = explain

    def run(self, error: Exception, kernel: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The result of the kernel for the same arguments on the CPU, moved to the accelerator.

        Warns once for each operation. Returns `NoFallBack` if `error` has another cause or
        soft placement is switched off.
        """
        device = thread.device
        if device is None:
            return self._run_together(kernel, args, kwargs)
        if device.type == "cpu" or not _is_missing_kernel(error):
            return NoFallBack
        if not State.soft_placement:
            return NoFallBack
        if self.operation not in _warned:
            _warned.add(self.operation)
            get_logger().warning(
                "%s runs on the CPU: torch has no kernel of it for %s devices. Its inputs and "
                "results are copied.",
                self.operation,
                device.type.upper(),
            )
        thread.device, thread.index = _CPU, -1
        try:
            result = kernel(
                *(_placed(value, _CPU) for value in args),
                **{name: _placed(value, _CPU) for name, value in kwargs.items()},
            )
        except Exception as cpu_error:
            raise self.explain(cpu_error, None, *args) from None
        finally:
            thread.device, thread.index = device, device.index
        return _moved_results(result, device)

    def _run_together(self, kernel: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """The result of a kernel that failed because its inputs lie on two devices.

        TensorFlow knows no device but the CPU then, but a program may hand over torch tensors of
        another one: the inputs in host memory are copied to it.
        """
        device = _device_beside_the_host([*args, *kwargs.values()])
        if device is None:
            return NoFallBack
        try:
            return kernel(
                *(_copied(value, device) for value in args),
                **{name: _copied(value, device) for name, value in kwargs.items()},
            )
        except Exception as error:
            raise self.explain(error, None, *args) from None


def _device_beside_the_host(values: Sequence[Any]) -> torch.device | None:
    """The device other than the CPU, if tensors lie on it and on the CPU."""
    tensors = [
        x
        for value in values
        for x in (value if isinstance(value, list) else [value])
        if isinstance(x, torch.Tensor)
    ]
    devices = {x.device for x in tensors if not x.is_cpu and not x.is_meta}
    if len(devices) != 1 or not any(x.is_cpu for x in tensors):
        return None
    return devices.pop()


def _copied(value: Any, device: torch.device) -> Any:
    if isinstance(value, list):
        return [_copied(item, device) for item in value]
    return value.to(device) if isinstance(value, torch.Tensor) else value


def falls_back(error: Exception) -> bool:
    """Whether an operation that failed with this error can run on the CPU instead."""
    return PlacementThread.device is not None and State.soft_placement and _is_missing_kernel(error)


def _is_missing_kernel(error: Exception) -> bool:
    return isinstance(error, NotImplementedError) or (
        isinstance(error, RuntimeError) and "not implemented for" in str(error)
    )


def _moved_results(result: Any, device: torch.device) -> Any:
    if isinstance(result, torch.Tensor):
        return result.to(device) if result.is_cpu else result
    if isinstance(result, (list, tuple)) and not hasattr(result, "_fields"):
        return type(result)(_moved_results(item, device) for item in result)
    return result
