"""Checks of matrix arguments, and pieces that several matrix operations share."""

from __future__ import annotations

from functools import partial

import torch

from ..._core.tensor.value_checks import check_values_outside_vmap
from ...errors import InvalidArgumentError
from .._support.arguments import op_error


def check_matrix(x: torch.Tensor, square: bool = True) -> torch.Tensor:
    """Returns `x`. Raises InvalidArgumentError if it is not a matrix, square if `square`."""
    if x.ndim < 2:
        raise InvalidArgumentError(None, None, f"Input tensor 0 must have rank >= 2, got {x.ndim}")
    if square and x.shape[-1] != x.shape[-2]:
        raise InvalidArgumentError(None, None, "Input matrix must be square.")
    return x


def widened(x: torch.Tensor) -> torch.Tensor:
    """`x` in single precision if torch lacks kernels for its half precision."""
    return x.float() if x.dtype is torch.float16 else x


def without_non_finite(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Replaces matrices that are not finite by zeros; returns also a mask of these."""
    bad = ~torch.isfinite(x).all(-1).all(-1)[..., None, None]
    return torch.where(bad, 0, x), bad


def check_no_nan(x: torch.Tensor, operation: str, message: str) -> None:
    """Raises InvalidArgumentError if a matrix contains NaN, for which torch reports no error."""
    if x.is_cpu:
        check_values_outside_vmap(partial(_check_no_nan, operation, message), x)


def _check_no_nan(operation: str, message: str, x: torch.Tensor) -> None:
    if bool(torch.isnan(x).any()):
        raise op_error(operation, message)


def diagonal_of(x: torch.Tensor) -> torch.Tensor:
    """The main diagonals of matrices in the last two axes, as views."""
    return x.diagonal(dim1=-2, dim2=-1)
