"""Registers the pretended accelerator with torch, as the device "gpu".

It must be installed before anything asks torch for accelerators, and at most once a process. torch
then names it in `torch.accelerator`, and its engine runs backward functions of its tensors on a
thread of their own, as for CUDA.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

from . import dispatch, engine, kernels, memory, mixing, torch_functions

_libraries: list[torch.library.Library] = []

# torch calls these for convolutions on backends that it does not know. It composes the structured
# operators for them, from one with `out=`: that would be two calls, here it is one.
_OWN = ("convolution_overrideable", "convolution_backward_overrideable")


class _Module:
    """`torch.gpu`, what torch asks a device's module for."""

    @staticmethod
    def is_initialized() -> bool:
        return True

    @staticmethod
    def is_available() -> bool:
        return True

    @staticmethod
    def device_count() -> int:
        return 1

    @staticmethod
    def current_device() -> int:
        return 0

    @staticmethod
    def set_device(device: Any) -> None:
        index = torch.device(device).index if not isinstance(device, int) else device
        if index not in (None, 0):
            raise RuntimeError(f"invalid device ordinal: there is no {memory.NAME}:{index}")

    @staticmethod
    def synchronize(device: Any = None) -> None:
        """Kernels have run when they return."""

    @staticmethod
    def _is_in_bad_fork() -> bool:
        return False

    @staticmethod
    def manual_seed_all(seed: int) -> None:
        kernels.seed(seed)

    manual_seed = manual_seed_all

    @staticmethod
    def get_rng_state(device: Any = None) -> torch.Tensor:
        return kernels._generator.get_state()

    @staticmethod
    def set_rng_state(state: torch.Tensor, device: Any = None) -> None:
        kernels._generator.set_state(state)

    @staticmethod
    def get_amp_supported_dtype() -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16, torch.float32]


def install() -> torch.device:
    """Registers the device, and returns it. Does nothing if that was done before."""
    if not _libraries:
        _setup_privateuseone_for_python_backend(memory.NAME, backend_module=_Module())
        memory.DEVICE = torch.device(memory.NAME, 0)
        backend = torch.library.Library("_", "IMPL", "PrivateUse1")
        run = engine.passing_errors(dispatch.run)
        backend.fallback(run)
        aten = torch.library.Library("aten", "IMPL")
        for name in (*_OWN, *sorted(mixing.declarations()[1])):
            packet, _, overload = name.partition(".")
            operator = getattr(getattr(torch.ops.aten, packet), overload or "default")
            kernel = functools.partial(run, operator)
            aten.impl(name, kernel, "PrivateUse1", allow_override=True)
        for key in ("Conjugate", "Negative"):
            # torch would copy to resolve the bit, and copying is this. The copy resolves it.
            aten.impl("_copy_from", torch.library.fallthrough_kernel, key)
        _libraries.extend((backend, aten))
        torch_functions.install()
        engine.install()
    return memory.DEVICE
