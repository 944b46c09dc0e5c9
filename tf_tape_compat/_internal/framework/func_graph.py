"""`tensorflow.python.framework.func_graph`: the graphs of functions."""

from __future__ import annotations

from ..._graph.api import FuncGraph as FuncGraph
