"""The device of a run of the tests, `pytest --device`, and what a run on a device may differ in."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import torch

DEVICES = ("cpu", "gpu", "cuda", "mps", "xpu")
KNOWN_FAILURES = Path(__file__).with_name("known_failures.txt")

name = "cpu"
"""The device of this run: the pretended accelerator `gpu`, a real one, or the CPU."""


def select(device: str) -> None:
    """Makes a device the default one of the package, which must not have been imported yet.

    Raises ValueError if there is no such device.
    """
    global name
    if device == "gpu":
        from . import backend

        backend.install()
    elif device == "cpu":
        # An accelerator of this machine would be TensorFlow's default device.
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    else:
        there = torch.accelerator.current_accelerator()
        if there is None or there.type != device:
            raise ValueError(f"there is no {device} here: torch's accelerator is {there}")
    name = device


_GPU = re.compile(r"(?<=device:)GPU(?=:0\b)")


def as_recorded(outcome: Any) -> Any:
    """An outcome with the names of the CPU, on which TensorFlow was recorded, for the GPU's.

    Only the names of devices differ: "/job:localhost/replica:0/task:0/device:GPU:0".
    """
    return outcome if name == "cpu" else json.loads(_GPU.sub("CPU", json.dumps(outcome)))


def stray(value: Any) -> bool:
    """Whether a tensor with real or complex numbers lies on the CPU although a device is used."""
    if name == "cpu":
        return False
    payload = getattr(value, "_t", None)
    return (
        isinstance(payload, torch.Tensor)
        and (payload.is_floating_point() or payload.is_complex())
        and payload.device.type == "cpu"
    )


def known_failures() -> dict[str, str]:
    """For each test that fails on a device, the reason. On a real one, other tests may fail."""
    known = {}
    for line in KNOWN_FAILURES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            test, _, reason = line.partition(" | ")
            known[test.strip()] = reason.strip()
    return known
