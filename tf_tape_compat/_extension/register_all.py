"""Imports every module that registers behavior of extension types with other functions."""

from . import batching

__all__ = ["batching"]
