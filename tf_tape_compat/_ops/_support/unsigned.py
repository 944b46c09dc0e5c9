"""Arithmetic on unsigned integers of 16 to 64 bits, for which torch has few kernels.

Sums and products modulo 2**n do not depend on the sign, so they run on int64 and are cut to the
dtype afterwards. Comparisons need numbers in the same order: `to_ordered_int64`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

UNSIGNED = frozenset({torch.uint16, torch.uint32, torch.uint64})

_SIGN = -(2**63)


def as_int64(x: torch.Tensor) -> torch.Tensor:
    """The numbers as int64; uint64 numbers modulo 2**64."""
    return x.view(torch.int64) if x.dtype is torch.uint64 else x.to(torch.int64)


def to_unsigned(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Cuts int64 numbers to an unsigned dtype."""
    return x.view(torch.uint64) if dtype is torch.uint64 else x.to(dtype)


def to_ordered_int64(x: torch.Tensor) -> torch.Tensor:
    """int64 numbers that compare as the unsigned numbers do."""
    return as_int64(x) ^ _SIGN if x.dtype is torch.uint64 else x.to(torch.int64)


def from_ordered_int64(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The reverse of `to_ordered_int64`."""
    return to_unsigned(x ^ _SIGN if dtype is torch.uint64 else x, dtype)


def modular(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a kernel of sums and products, so that it takes unsigned integers too.

    All tensors among its positional arguments have one dtype, which is that of the result.
    """

    @wraps(kernel)
    def run(x: torch.Tensor, *arguments: Any, **keywords: Any) -> Any:
        dtype = x.dtype
        if dtype not in UNSIGNED:
            return kernel(x, *arguments, **keywords)
        arguments = tuple(
            as_int64(a) if isinstance(a, torch.Tensor) and a.dtype is dtype else a
            for a in arguments
        )
        return to_unsigned(kernel(as_int64(x), *arguments, **keywords), dtype)

    return run


def divide_uint64(x: torch.Tensor, divisor: Any) -> torch.Tensor:
    """Floor division of uint64 numbers, given as int64, by positive numbers."""
    half = (x >> 1) & (2**63 - 1)
    quotient = torch.div(half, divisor, rounding_mode="floor") << 1
    remainder = x - quotient * divisor
    return quotient + ((remainder ^ _SIGN) >= (divisor ^ _SIGN)).to(torch.int64)
