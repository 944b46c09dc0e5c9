"""Imports every module that registers an operator's behavior."""

from . import (
    adjoint_inverse,
    blocks,
    circulant,
    composition,
    dense,
    diagonal,
    dispatch,
    identity,
    zeros,
)

__all__ = [
    "adjoint_inverse",
    "blocks",
    "circulant",
    "composition",
    "dense",
    "diagonal",
    "dispatch",
    "identity",
    "zeros",
]
