"""How the libraries below were built."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch

CXX11_ABI_FLAG = int(torch.compiled_with_cxx11_abi())


def get_build_info() -> OrderedDict[str, Any]:
    """What torch was built for. Implements `tf.sysconfig.get_build_info`.

    Returns:
        A dictionary with `is_cuda_build`, `is_rocm_build` and `is_tensorrt_build`, and, if torch
        was built for CUDA, `cuda_version`, `cudnn_version` and `cuda_compute_capabilities`.
    """
    info: OrderedDict[str, Any] = OrderedDict(
        is_cuda_build=torch.version.cuda is not None,
        is_rocm_build=torch.version.hip is not None,
        is_tensorrt_build=False,
    )
    if torch.version.cuda is not None:
        info["cuda_version"] = torch.version.cuda
        info["cudnn_version"] = str((torch.backends.cudnn.version() or 0) // 10000)
        info["cuda_compute_capabilities"] = torch.cuda.get_arch_list()
    return info
