"""Deterministic kernels and TensorFloat-32, by torch's settings."""

from __future__ import annotations

import os

import torch

from ..._core.devices.device import State, apply_tensor_float_32
from ..._core.devices.placement import initialize
from ..random import seeds


def enable_op_determinism() -> None:
    """Makes torch use deterministic kernels only, and random operations require a seed.

    Implements `tf.config.experimental.enable_op_determinism`.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    seeds.require_seeds()


def disable_op_determinism() -> None:
    """Undoes `enable_op_determinism`."""
    torch.use_deterministic_algorithms(False)
    seeds.require_seeds(False)


def is_op_determinism_enabled() -> bool:
    """Whether `enable_op_determinism` was called."""
    return torch.are_deterministic_algorithms_enabled()


def tensor_float_32_execution_enabled() -> bool:
    """Whether float32 products on a GPU are rounded to TensorFloat-32: True by default.

    Implements `tf.config.experimental.tensor_float_32_execution_enabled`.
    """
    return State.tensor_float_32


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Switches rounding of float32 products on a GPU to TensorFloat-32 on or off.

    This is torch's setting for matrix products and convolutions on CUDA devices. It takes effect
    at once. Implements `tf.config.experimental.enable_tensor_float_32_execution`.
    """
    State.tensor_float_32 = bool(enabled)
    if initialize():
        apply_tensor_float_32()
