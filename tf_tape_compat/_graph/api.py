"""The graphs that other packages make. Importing it gives functions their rules for graphs."""

from __future__ import annotations

from . import (
    node_functions,
    stated_shape_rules,  # noqa: F401 -- registers rules
    string_shape_rules,  # noqa: F401 -- registers rules
)
from .graph import FuncGraph, Graph

node_functions.install()

__all__ = ["FuncGraph", "Graph"]
