"""The error function, its complement, their inverses, and the normal quantile function."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from .._support.dtype_overloads import no_half_kernel
from .._support.gradient_rules import with_gradient
from .._support.operands import read_operand


@op("Erf", "x", torch.erf)
def erf(x: Any, name: str | None = None) -> Any:
    """The error function. Implements `tf.math.erf`."""


@op("Erfc", "x", torch.erfc)
def erfc(x: Any, name: str | None = None) -> Any:
    """One minus the error function, accurate for large `x`. Implements `tf.math.erfc`."""


@with_gradient(lambda grad, y, _: grad * (math.sqrt(math.pi) / 2) * torch.exp(y * y))
def _erfinv(x: torch.Tensor) -> torch.Tensor:
    return torch.erfinv(x)


@op("Erfinv", "x", _erfinv, dtype_overloads=no_half_kernel("Erfinv"))
def erfinv(x: Any, name: str | None = None) -> Any:
    """The inverse of `erf`. Implements `tf.math.erfinv`."""


@with_gradient(lambda grad, y, p: grad * math.sqrt(2 * math.pi) * torch.exp(y * y / 2))
def _ndtri(p: torch.Tensor) -> torch.Tensor:
    return torch.special.ndtri(p)


@op("Ndtri", "x", _ndtri, dtype_overloads=no_half_kernel("Ndtri"))
def ndtri(x: Any, name: str | None = None) -> Any:
    """The quantile function of the standard normal distribution. Implements `tf.math.ndtri`."""


@op("Ndtri", "x", dtype_overloads=no_half_kernel("Ndtri"))
def _erfcinv(x: Any, name: str | None = None) -> Any:
    return -_ndtri(0.5 * x) * math.sqrt(0.5)


def erfcinv(x: Any, name: str | None = None) -> Any:
    """The inverse of `erfc`. Implements `tf.math.erfcinv`. Raises TypeError for integers."""
    tensor = read_operand(x)
    if not (tensor.dtype.is_floating or tensor.dtype.is_complex):
        raise TypeError(f"Cannot convert 0.5 to EagerTensor of dtype {tensor.dtype.name}")
    return _erfcinv(tensor, name)
