"""`tf.__internal__`: the classes and functions that libraries such as Keras build on."""

from __future__ import annotations

import importlib
from typing import Any

from .. import _api
from .._core.tensor.tensor import EagerTensor as EagerTensor
from .._core.types.composite_tensor import CompositeTensor as CompositeTensor

_missing, __dir__ = _api.namespace(__name__)

_MODULES = frozenset("decorator distribute eager_context smart_cond tf2 tracking types".split())
_LATE = {"FuncGraph": "_graph.api", "SymbolicTensor": "_graph.symbolic_tensor"}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _LATE:
        package = __name__.partition(".")[0]
        return getattr(importlib.import_module(f"{package}.{_LATE[name]}"), name)
    return _missing(name)
