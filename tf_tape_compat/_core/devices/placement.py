"""`tf.device`: the device of new tensors, which is the CPU by default."""

from __future__ import annotations

import re
import threading
from typing import Any

import torch

from ...errors import InvalidArgumentError
from .device import State, visible_gpus

_ATTRIBUTE = re.compile(
    r"(?:job:(\w+)|replica:(\d+)|task:(\d+)|(?:device:(\w+)|(cpu|gpu|tpu))(?::(\d+|\*))?)", re.I
)


class _Thread(threading.local):
    current: torch.device | None = None


_thread = _Thread()


_CPU = torch.device("cpu")


def current() -> torch.device:
    """The device of new tensors."""
    return _thread.current or _CPU


def chosen() -> torch.device | None:
    """The device that a `tf.device` has chosen for new tensors; None if none has."""
    return _thread.current


def place(payload: torch.Tensor) -> torch.Tensor:
    """Moves the payload of a new tensor to the current device."""
    device = _thread.current
    return payload if device is None else payload.to(device)


def _parse(name: str) -> torch.device | None:
    """The torch device for TensorFlow's name; None if the name specifies no device type."""
    result: torch.device | None = None
    for part in filter(None, name.split("/")):
        match = _ATTRIBUTE.fullmatch(part)
        if match is None or (match[4] and not match[6]):
            attribute = part.split(":")[0]
            raise ValueError(
                f"Unknown attribute {attribute!r} is encountered while parsing the device spec: "
                f"{name!r}."
            )
        job, replica, task, full, short, number = match.groups()
        device_type = full or short
        if (job or "localhost") != "localhost" or int(replica or 0) or int(task or 0):
            raise InvalidArgumentError(None, None, f"{name} unknown device.")
        if device_type is not None:
            index = 0 if number in (None, "*") else int(number)
            gpus = visible_gpus()
            if device_type.lower() == "gpu" and index < len(gpus):
                result = torch.device("cuda", gpus[index])
            elif device_type.lower() == "cpu" or State.soft_placement:
                result = torch.device("cpu")
            else:
                raise InvalidArgumentError(
                    None, None, f"Could not satisfy device specification '{name}'."
                )
    return result


class device:  # noqa: N801  TensorFlow's name
    """Implements `tf.device`: a context in which new tensors are placed on a device.

    Args:
      device_name: TensorFlow's name, such as "/GPU:0", "CPU:0" or "/device:GPU:1". A GPU that
        does not exist means the CPU. None and "" change nothing.

    Operations run on the device of their tensors. This places only new tensors: constants,
    variables, zeros, random numbers.

    Raises:
      ValueError: if the name is not valid.
      RuntimeError: if it is a function.
    """

    def __init__(self, device_name: Any) -> None:
        if callable(device_name):
            raise RuntimeError("tf.device does not support functions.")
        if device_name is not None and not isinstance(device_name, str):
            raise ValueError(
                f"Expecting a string device name. Got {type(device_name)}({device_name})"
            )
        self._name = device_name
        self._entered: list[tuple[torch.device | None, Any]] = []

    def __enter__(self) -> None:
        requested = _parse(self._name) if self._name else None
        previous = _thread.current
        mode = None
        if requested is not None and requested != (previous or torch.device("cpu")):
            _thread.current = requested
            mode = requested
            mode.__enter__()
        self._entered.append((previous, mode))

    def __exit__(self, *exception: Any) -> None:
        previous, mode = self._entered.pop()
        if mode is not None:
            mode.__exit__(*exception)
        _thread.current = previous
