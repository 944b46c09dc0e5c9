"""Operations on int32 tensors that TensorFlow runs in host memory on every device.

They compute shapes and indices, which Python and other kernels then read without waiting for the
accelerator. Recorded by `tests/parity/record_host_operations.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

# Only TensorFlow's GPU builds register these kernels, so the recorder does not see them. For Pow
# they have none for int32, so that it is placed on the CPU.
_GPU_BUILDS = frozenset(
    ("OnesLike", "Pack", "Pad", "Pow", "Prod", "ReverseV2", "StridedSlice", "Sum", "ZerosLike")
)


@cache
def _host_operations() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "host_operations.txt").read_text().split())


def keeps_on_host(operation: str) -> bool:
    """Whether an operation on only int32 tensors in host memory has its results there, too."""
    return operation in _host_operations() or operation in _GPU_BUILDS
