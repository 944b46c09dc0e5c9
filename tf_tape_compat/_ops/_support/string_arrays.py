"""Kernels that only move elements, extended to payloads that torch has no kernels for.

A string array is moved by its flat positions: the kernel runs on a torch tensor of positions, and
the strings are then taken from there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch

Kernel = Callable[..., Any]


def flat_positions(array: np.ndarray) -> torch.Tensor:
    """The flat position of each element, in the array's shape."""
    return torch.arange(array.size, device="cpu").reshape(array.shape)


def take_at(array: np.ndarray, positions: torch.Tensor) -> np.ndarray:
    """The elements of `array` at flat positions."""
    strings = np.empty(tuple(positions.shape), object)
    strings[...] = array.reshape(-1)[positions.numpy()]
    return strings


def moves_elements(kernel: Kernel) -> Kernel:
    """Decorates a kernel that moves the elements of its first argument: it takes strings too."""

    @wraps(kernel)
    def run(payload: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(payload, np.ndarray):
            return kernel(payload, *arguments, **named)
        moved = kernel(flat_positions(payload), *arguments, **named)
        if isinstance(moved, (list, tuple)):
            return [take_at(payload, positions) for positions in moved]
        return take_at(payload, moved)

    return run


def moves_elements_of_all(kernel: Kernel) -> Kernel:
    """As `moves_elements`, for a kernel whose first argument is a list of tensors."""

    @wraps(kernel)
    def run(payloads: list[Any], *arguments: Any) -> Any:
        if not payloads or not isinstance(payloads[0], np.ndarray):
            return kernel(payloads, *arguments)
        positions, start = [], 0
        for array in payloads:
            positions.append(flat_positions(array) + start)
            start += array.size
        joined = np.concatenate([array.reshape(-1) for array in payloads])
        return take_at(joined, kernel(positions, *arguments))

    return run


# torch has kernels for these signed types, which move the same bits.
SIGNED_TYPES = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def moves_bits(kernel: Kernel) -> Kernel:
    """As `moves_elements`, where torch also lacks the kernel for wide unsigned integers."""

    @wraps(kernel)
    def run(payload: Any, *arguments: Any, **named: Any) -> Any:
        signed = SIGNED_TYPES.get(payload.dtype)
        if signed is None:
            return kernel(payload, *arguments, **named)
        return kernel(payload.view(signed), *arguments, **named).view(payload.dtype)

    return moves_elements(run)
