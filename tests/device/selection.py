"""The device of a run of the tests, `pytest --device`, and what a run on a device may differ in."""

from __future__ import annotations

import fnmatch
import functools
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


HOST_RESULTS = Path(__file__).with_name("host_results.txt")


class Strays:
    """Finds real and complex numbers that lie on the CPU although the run has a device.

    An operation whose inputs are on the device must not leave its results elsewhere. What does so
    in TensorFlow, or is asked to, is listed in `host_results.txt`.
    """

    def __init__(self) -> None:
        self.found: list[str] = []

    def observe(self, value: Any) -> None:
        """Looks at a tensor or variable of an outcome."""
        payload = getattr(value, "_t", None)
        if (
            name != "cpu"
            and isinstance(payload, torch.Tensor)
            and (payload.is_floating_point() or payload.is_complex())
            and payload.device.type == "cpu"
        ):
            self.found.append(f"{value.dtype.name}{list(value.shape)}")

    def report(self, test: str) -> list[str]:
        """Describes what was found in a test."""
        if not self.found or any(fnmatch.fnmatchcase(test, line) for line in _host_results()):
            return []
        return [f"{len(self.found)} results lie on the CPU: {', '.join(self.found[:5])}"]


@functools.cache
def _host_results() -> list[str]:
    lines = HOST_RESULTS.read_text(encoding="utf-8").splitlines()
    return [line.split(" | ")[0].strip() for line in lines if line and not line.startswith("#")]


def known_failures() -> dict[str, str]:
    """For each test that fails on a device, the reason. On a real one, other tests may fail."""
    known = {}
    for line in KNOWN_FAILURES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            test, _, reason = (part.strip() for part in line.partition(" | "))
            known[test] = reason
    return known
