"""Deterministic kernels and TensorFloat-32, by torch's settings."""

from __future__ import annotations

import os

import torch

from ..random import seeds


def enable_op_determinism() -> None:
    """Makes torch use deterministic kernels only, and random operations require a seed.

    Implements `tf.config.experimental.enable_op_determinism`.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    seeds.require_seeds()


def tensor_float_32_execution_enabled() -> bool:
    """Whether float32 products on a GPU are rounded to TensorFloat-32; this is torch's setting.

    Implements `tf.config.experimental.tensor_float_32_execution_enabled`.
    """
    return bool(torch.backends.cuda.matmul.allow_tf32)


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Switches rounding of float32 products on a GPU to TensorFloat-32 on or off.

    Implements `tf.config.experimental.enable_tensor_float_32_execution`.
    """
    torch.backends.cuda.matmul.allow_tf32 = bool(enabled)
    torch.backends.cudnn.allow_tf32 = bool(enabled)
