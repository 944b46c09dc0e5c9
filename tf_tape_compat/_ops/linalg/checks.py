"""Checks of matrix arguments, and pieces that several matrix operations share."""

from __future__ import annotations

import torch

from ...errors import InvalidArgumentError


def check_matrix(x: torch.Tensor, square: bool = True) -> torch.Tensor:
    """Returns `x`. Raises InvalidArgumentError if it is not a matrix, square if `square`."""
    if x.ndim < 2:
        raise InvalidArgumentError(
            None, None, f"Input tensor 0 must have rank >= 2, got rank {x.ndim}"
        )
    if square and x.shape[-1] != x.shape[-2]:
        raise InvalidArgumentError(
            None, None, f"Input matrix must be square, got {list(x.shape[-2:])}"
        )
    return x


def widened(x: torch.Tensor) -> torch.Tensor:
    """`x` in single precision if torch lacks kernels for its half precision."""
    return x.float() if x.dtype is torch.float16 else x


def diagonal_of(x: torch.Tensor) -> torch.Tensor:
    """The main diagonals of matrices in the last two axes, as views."""
    return x.diagonal(dim1=-2, dim2=-1)
