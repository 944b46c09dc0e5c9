"""Arithmetic on unsigned integers of 16 to 64 bits, for which torch has few kernels.

Sums and products modulo 2**n do not care about the sign, so they run on int64 and are cut to the
type afterwards. Comparisons need the order of the numbers kept: `ordered`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

# Without kernels, and what stands in for them.
UNSIGNED = frozenset({torch.uint16, torch.uint32, torch.uint64})

_SIGN = -(2**63)


def signed(x: torch.Tensor) -> torch.Tensor:
    """The numbers in int64, those of uint64 modulo 2**64."""
    return x.view(torch.int64) if x.dtype is torch.uint64 else x.to(torch.int64)


def unsigned(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Numbers in int64 cut to an unsigned type."""
    return x.view(torch.uint64) if dtype is torch.uint64 else x.to(dtype)


def ordered(x: torch.Tensor) -> torch.Tensor:
    """int64 numbers in the same order."""
    return signed(x) ^ _SIGN if x.dtype is torch.uint64 else x.to(torch.int64)


def from_ordered(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The numbers that `ordered` replaced."""
    return unsigned(x ^ _SIGN if dtype is torch.uint64 else x, dtype)


def modular(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a kernel of sums and products run on unsigned integers too.

    All tensors among its positional arguments have one type, which is that of the result.
    """

    @wraps(kernel)
    def run(x: torch.Tensor, *arguments: Any, **keywords: Any) -> Any:
        dtype = x.dtype
        if dtype not in UNSIGNED:
            return kernel(x, *arguments, **keywords)
        arguments = tuple(
            signed(a) if isinstance(a, torch.Tensor) and a.dtype is dtype else a for a in arguments
        )
        return unsigned(kernel(signed(x), *arguments, **keywords), dtype)

    return run


def divided(x: torch.Tensor, divisor: Any) -> torch.Tensor:
    """The quotients, rounded down, of uint64 numbers in int64 modulo 2**64 by positive ones."""
    half = (x >> 1) & (2**63 - 1)
    quotient = torch.div(half, divisor, rounding_mode="floor") << 1
    rest = x - quotient * divisor
    return quotient + ((rest ^ _SIGN) >= (divisor ^ _SIGN)).to(torch.int64)
