"""Determinism and TensorFloat-32, on torch's settings."""

from __future__ import annotations

import os

import torch

from ..random import seeds


def enable_op_determinism() -> None:
    """Has torch use deterministic kernels only, and random operations demand a seed.

    Implements `tf.config.experimental.enable_op_determinism`.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    seeds.require_seeds()


def tensor_float_32_execution_enabled() -> bool:
    """Whether float32 products on a GPU are rounded to TensorFloat-32: torch's own setting.

    Implements `tf.config.experimental.tensor_float_32_execution_enabled`.
    """
    return bool(torch.backends.cuda.matmul.allow_tf32)


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Has float32 products on a GPU rounded to TensorFloat-32, or not.

    Implements `tf.config.experimental.enable_tensor_float_32_execution`.
    """
    torch.backends.cuda.matmul.allow_tf32 = bool(enabled)
    torch.backends.cudnn.allow_tf32 = bool(enabled)
