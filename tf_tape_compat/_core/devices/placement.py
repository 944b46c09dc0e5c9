"""`tf.device`, and the device of new tensors and of operations.

As in TensorFlow, that is GPU:0 if the machine has an accelerator, and else the CPU. The exceptions
are TensorFlow's, too: int32 values that are made from Python, and strings, stay in host memory.

What a thread's current device is stands in `thread`. `thread.device` is None on a machine without
an accelerator, where operations never look at devices.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from ...errors import InvalidArgumentError
from .accelerator import accelerator_type
from .device import State, apply_tensor_float_32, logical_devices, visible_devices, visible_gpus
from .device_spec import DeviceSpec
from .logical_devices import LogicalPlacement

_CPU = torch.device("cpu")
_UNKNOWN: Any = object()  # no tensor was made yet, so the devices were not looked up


class PlacementThread(threading.local):
    """The current device of the thread.

    Attributes:
      device: where new tensors go and operations run. None: everything is on the CPU.
      index: the number of this device as `torch.Tensor.get_device` gives it: -1 for the CPU.
      scope: the device chosen by the innermost `tf.device`, None outside of one.
      names: the names in the scopes of `tf.device` that count, outermost first.
    """

    device: Any = _UNKNOWN
    index: int = -1
    scope: torch.device | LogicalPlacement | None = None
    names: tuple[str, ...] = ()


thread = PlacementThread()

Scope = Callable[[], AbstractContextManager[None]]


def initialize() -> bool:
    """Looks up the devices, once; returns whether operations must look at devices.

    From then on `tf.config` cannot change which devices are visible.
    """
    if PlacementThread.device is _UNKNOWN:
        State.initialized = True
        gpus = visible_gpus()
        accelerator = accelerator_type() if gpus else None
        PlacementThread.device = None if accelerator is None else torch.device(accelerator, gpus[0])
        PlacementThread.index = -1 if accelerator is None else gpus[0]
        apply_tensor_float_32()
        if len(logical_devices()) > len(visible_devices()):
            LogicalPlacement(current(), 0).tagging().__enter__()  # until the program ends
    return PlacementThread.device is not None


def current() -> torch.device:
    """The device of new tensors, int32 tensors excepted."""
    device = thread.device
    if device is _UNKNOWN:
        initialize()
        if thread.device is _UNKNOWN:  # a scope that began before has given that back
            thread.device, thread.index = PlacementThread.device, PlacementThread.index
        device = thread.device
    result: torch.device = _CPU if device is None else device
    return result


def device_for(dtype: torch.dtype) -> torch.device:
    """The device of new tensors of this type: the host for int32, as in TensorFlow."""
    return _CPU if dtype is torch.int32 else current()


def place(payload: torch.Tensor) -> torch.Tensor:
    """Moves the payload of a new tensor to the current device."""
    device = thread.device
    if device is None:
        return payload
    if device is _UNKNOWN:
        return payload if current() is _CPU else place(payload)
    if payload.dtype is torch.int32:
        return payload
    return move(payload, device)


def move(payload: torch.Tensor, device: torch.device) -> torch.Tensor:
    """The payload on a device. Raises InvalidArgumentError if the device lacks its type."""
    try:
        return payload.to(device)
    except TypeError:
        raise InvalidArgumentError(None, None, missing_type(payload.dtype, device.type)) from None


def together(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both payloads on one device, if one is a number in host memory.

    For kernels of several torch functions, or of one that takes no number in host memory. Other
    kernels need no copy of it.
    """
    if x.device == y.device:
        return x, y
    return (x.to(y.device), y) if x.is_cpu else (x, y.to(x.device))


def missing_type(dtype: torch.dtype, device_type: str) -> str:
    """The message for an element type that an accelerator does not have."""
    name = str(dtype).removeprefix("torch.")
    smaller = {torch.float64: "float32", torch.complex128: "complex64"}.get(dtype)
    use = f"Use {smaller}, or" if smaller else "To use it,"
    return (
        f"{name} tensors are not available on {device_type.upper()} devices. {use} place the "
        "tensor and the operations on it on the CPU: with tf.device('/CPU:0')."
    )


# -- tf.device ----------------------------------------------------------------------------------


_ATTRIBUTE = re.compile(
    r"(?:job:(\w+)|replica:(\d+)|task:(\d+)|(?:device:(\w+)|(cpu|gpu|tpu))(?::(\d+|\*))?)", re.I
)


def _parse(name: str) -> torch.device | LogicalPlacement | None:
    """The device that a TensorFlow name means; None if the name specifies no device type."""
    result: torch.device | LogicalPlacement | None = None
    task = {"job": "localhost", "replica": "0", "task": "0"}
    for part in filter(None, name.split("/")):
        match = _ATTRIBUTE.fullmatch(part)
        if match is None or (match[4] and not match[6]):
            attribute = part.split(":")[0]
            raise ValueError(
                f"Unknown attribute {attribute!r} is encountered while parsing the device spec: "
                f"{name!r}."
            )
        device_type = match[4] or match[5]
        number = match[6]
        for field, value in zip(("job", "replica", "task"), match.groups()[:3], strict=True):
            task[field] = value or task[field]
        if device_type is not None:
            index = 0 if number in (None, "*") else int(number)
            result = _device(name, device_type.lower(), index)
    if task != {"job": "localhost", "replica": "0", "task": "0"}:
        address = "".join(f"/{field}:{value}" for field, value in task.items())
        raise InvalidArgumentError(None, None, f"{address}/device:CPU:0 unknown device.")
    return result


def _device(name: str, device_type: str, index: int) -> torch.device | LogicalPlacement:
    """The device of a type ("cpu", "gpu" or another one) with TensorFlow's number `index`."""
    for logical_type, number, torch_number in (logical := logical_devices()):
        if logical_type.lower() == device_type and number == index:
            device = _CPU
            if device_type == "gpu":
                device = torch.device(accelerator_type() or "cpu", torch_number)
            if [d[::2] for d in logical].count((logical_type, torch_number)) > 1:
                return LogicalPlacement(device, number)
            return device
    if not State.soft_placement:
        raise InvalidArgumentError(None, None, f"Could not satisfy device specification '{name}'.")
    return _CPU


class device:  # noqa: N801  TensorFlow's name
    """Implements `tf.device`: a context whose operations run, and put their results, on a device.

    Args:
      device_name: TensorFlow's name, such as "/GPU:0", "CPU:0" or "/device:GPU:1", a
        `tf.DeviceSpec` or a `tf.config.LogicalDevice`. A device that does not exist means the CPU,
        unless `tf.config.set_soft_device_placement(False)` was called. "" changes nothing; None
        restores the default: GPU:0 if there is one, and else the CPU.

    Inputs from other devices are copied. Tensors of int32 that are made from Python values stay in
    host memory on every device, as in TensorFlow.

    Raises:
      ValueError: if the name is not valid.
      RuntimeError: if it is a function.
    """

    def __init__(self, device_name: Any) -> None:
        if callable(device_name):
            raise RuntimeError("tf.device does not support functions.")
        if isinstance(device_name, DeviceSpec):
            device_name = device_name.to_string()
        elif device_name is not None and not isinstance(device_name, str):
            if not isinstance(getattr(device_name, "name", None), str):
                raise ValueError(
                    f"Expecting a string device name. Got {type(device_name)}({device_name})"
                )
            device_name = device_name.name
        self._name = device_name
        self._entered: list[tuple[_State, Any]] = []

    def _change(self) -> None:
        """Changes the current device, and so what `thread` says."""
        requested = None if self._name is None else _parse(self._name)
        initialize()
        if requested is not None:
            _enter(requested)
        elif self._name is None:
            _set_current(PlacementThread.device, PlacementThread.index, None)
        thread.names = () if self._name is None else (*thread.names, self._name)

    def __enter__(self) -> None:
        before = _state()
        self._change()
        tagging = None
        scope = before[2]
        if thread.scope != scope:
            if isinstance(thread.scope, LogicalPlacement):
                tagging = thread.scope.tagging()
            elif isinstance(scope, LogicalPlacement):
                tagging = LogicalPlacement(current(), 0).tagging()
        if tagging is not None:
            tagging.__enter__()
        self._entered.append((before, tagging))

    def __exit__(self, *exception: Any) -> None:
        before, tagging = self._entered.pop()
        if tagging is not None:
            tagging.__exit__(*exception)
        _set_current(*before)


class _RestoredScope(device):
    """A context in which operations run where they ran when `_state` returned `state`."""

    def __init__(self, state: _State) -> None:
        self._restored = state
        self._entered = []

    def _change(self) -> None:
        _set_current(*self._restored)


def current_scope() -> Scope:
    """A function that returns a context in which operations run where they run now.

    It is for code that runs later, perhaps on other threads, such as operations of graphs.
    """
    if not initialize() and thread.scope is None and not thread.names:
        return no_scope
    return functools.partial(_RestoredScope, _state())


def no_scope() -> AbstractContextManager[None]:
    """A context that changes nothing."""
    return _NO_SCOPE


def reset() -> AbstractContextManager[None]:
    """A context without the scopes of `tf.device` around it, such as a new graph."""
    return device(None) if thread.names else _NO_SCOPE


def requested_name() -> str:
    """The name of the device that the scopes of `tf.device` ask for, as graphs show it."""
    spec = DeviceSpec()
    for name in thread.names:
        spec = spec.make_merged_spec(DeviceSpec.from_string(name))
    return spec.to_string()


def host_scope() -> AbstractContextManager[None]:
    """A context whose operations run on the CPU, as those of datasets do in TensorFlow."""
    return device("/CPU:0") if initialize() else _NO_SCOPE


_NO_SCOPE: AbstractContextManager[None] = nullcontext()


def stay_on_host() -> None:
    """Makes the CPU the device of the current thread, which only works for a dataset."""
    if initialize():
        _set_current(_CPU, -1, _CPU)


def _enter(requested: torch.device | LogicalPlacement) -> None:
    """Makes a device the current one."""
    device = requested.device if isinstance(requested, LogicalPlacement) else requested
    if not initialize():
        _set_current(None, -1, requested)
    else:
        _set_current(device, -1 if device.type == "cpu" else device.index, requested)


_State = tuple[Any, int, Any, tuple[str, ...]]  # the attributes of `thread`


def _state() -> _State:
    return thread.device, thread.index, thread.scope, thread.names


def _set_current(device: Any, index: int, scope: Any, names: tuple[str, ...] | None = None) -> None:
    thread.device, thread.index, thread.scope = device, index, scope
    if names is not None:
        thread.names = names
