"""`tensorflow.python.framework.func_graph`: the graphs of functions."""

from __future__ import annotations

from ..._graph.graph import FuncGraph as FuncGraph
