"""What TensorFlow 1 has for graphs, which is imported on first use."""

from __future__ import annotations

import importlib
from typing import Any

from .. import _messages

_MODULES = {
    "add_host_call": "effects",
    "InteractiveSession": "session",
    "Session": "session",
    "get_default_session": "session",
}


def datasets(name: str) -> Any:
    """A function or class of `_data/v1_datasets.py` or `_data/v1_iterators.py`."""
    package = __name__.partition(".")[0]
    is_iteration = name == "Iterator" or name.startswith(("get_", "make_"))
    module = "v1_iterators" if is_iteration else "v1_datasets"
    return getattr(importlib.import_module(f"{package}._data.{module}"), name)


def messages(name: str) -> Any:
    """A protocol buffer's class, built on first use."""
    return getattr(_messages, name)


def graphs(name: str) -> Any:
    """A function or class of `_graph/public.py` or `_graph/session.py`."""
    package = __name__.partition(".")[0]
    module = importlib.import_module(f"{package}._graph.{_MODULES.get(name, 'public')}")
    return getattr(module, name)
