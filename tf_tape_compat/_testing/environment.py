"""The functions of `tf.test`: running tests, and querying the build and the machine."""

from __future__ import annotations

import platform
import sys
import unittest
from collections.abc import Callable
from typing import Any

import torch

from .._core.devices.accelerator import accelerator_type
from .._core.devices.device import visible_gpus
from .._logging import get_logger


def main(argv: list[str] | None = None) -> None:
    """Runs the tests of the main module. Implements `tf.test.main`."""
    unittest.main(argv=sys.argv if argv is None else argv)


def is_built_with_cuda() -> bool:
    """Whether torch was built with CUDA. Implements `tf.test.is_built_with_cuda`."""
    return torch.version.cuda is not None


def is_built_with_rocm() -> bool:
    """Whether torch was built with ROCm. Implements `tf.test.is_built_with_rocm`."""
    return torch.version.hip is not None


def is_built_with_gpu_support() -> bool:
    """Whether torch was built for GPUs. Implements `tf.test.is_built_with_gpu_support`."""
    return torch.accelerator.current_accelerator() is not None


def is_built_with_xla() -> bool:
    """False, since there is no XLA. Implements `tf.test.is_built_with_xla`."""
    return False


def gpu_device_name() -> str:
    """The name of the first GPU, or "". Implements `tf.test.gpu_device_name`."""
    return "/device:GPU:0" if visible_gpus() else ""


def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """Whether there is a GPU of at least that capability. Implements `tf.test.is_gpu_available`."""
    get_logger().warning(
        "is_gpu_available is deprecated. Use `tf.config.list_physical_devices('GPU')` instead."
    )
    gpus = visible_gpus()
    if accelerator_type() != "cuda":
        return bool(gpus) and not cuda_only
    minimum = tuple(min_cuda_compute_capability or (0, 0))
    return any(torch.cuda.get_device_capability(i) >= minimum for i in gpus)


def is_cpu_target_available(target: str) -> bool:
    """Whether the CPU has that architecture. Implements `tf.test.is_cpu_target_available`."""
    architectures = {"x86": "x86_64", "amd64": "x86_64", "arm64": "aarch64"}
    machine = platform.machine().lower()
    return architectures.get(machine, machine) == architectures.get(target, target)


def disable_with_predicate(
    pred: Callable[[], bool], skip_message: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that skips a test if `pred()`. Implements `tf.test.disable_with_predicate`."""

    def decorator(function: Callable[..., Any]) -> Callable[..., Any]:
        def test(self: Any, *args: Any, **kwargs: Any) -> Any:
            if pred():
                self.skipTest(skip_message)
            return function(self, *args, **kwargs)

        return test

    return decorator
