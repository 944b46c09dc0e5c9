"""Kernels that only move elements, for payloads that torch has no kernels for.

What becomes of the elements of a string array is found out on their positions, a torch tensor.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch

Kernel = Callable[..., Any]


def positions(array: np.ndarray) -> torch.Tensor:
    """The flat position of each element, in the array's shape."""
    return torch.arange(array.size, device="cpu").reshape(array.shape)


def take(array: np.ndarray, places: torch.Tensor) -> np.ndarray:
    """The elements of `array` at flat positions."""
    out = np.empty(tuple(places.shape), object)
    out[...] = array.reshape(-1)[places.numpy()]
    return out


def moves(kernel: Kernel) -> Kernel:
    """A kernel that moves the elements of its first argument, for string arrays as well."""

    @wraps(kernel)
    def run(payload: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(payload, np.ndarray):
            return kernel(payload, *arguments, **named)
        moved = kernel(positions(payload), *arguments, **named)
        if isinstance(moved, (list, tuple)):
            return [take(payload, places) for places in moved]
        return take(payload, moved)

    return run


def moves_all(kernel: Kernel) -> Kernel:
    """A kernel that moves the elements of all tensors in its first argument, a list."""

    @wraps(kernel)
    def run(payloads: list[Any], *arguments: Any) -> Any:
        if not payloads or not isinstance(payloads[0], np.ndarray):
            return kernel(payloads, *arguments)
        places, start = [], 0
        for array in payloads:
            places.append(positions(array) + start)
            start += array.size
        joined = np.concatenate([array.reshape(-1) for array in payloads])
        return take(joined, kernel(places, *arguments))

    return run


# Where torch lacks kernels for unsigned integers, those for these types move the same bits.
SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def moves_bits(kernel: Kernel) -> Kernel:
    """As `moves`, where torch lacks the kernel for wide unsigned integers too."""

    @wraps(kernel)
    def run(payload: Any, *arguments: Any, **named: Any) -> Any:
        signed = SIGNED.get(payload.dtype)
        if signed is None:
            return kernel(payload, *arguments, **named)
        return kernel(payload.view(signed), *arguments, **named).view(payload.dtype)

    return moves(run)
