"""`tf.group`, `tf.tuple` and `tf.no_op`, which matter to graphs only."""

from __future__ import annotations

from typing import Any


def group(*inputs: Any, **kwargs: Any) -> None:
    """Implements `tf.group`. Returns None: in eager execution the inputs are computed already."""


def tuple_(tensors: Any, control_inputs: Any = None, name: str | None = None) -> Any:
    """Implements `tf.tuple`. Returns `tensors`, which in eager execution are computed already."""
    return tensors


def no_op(name: str | None = None) -> None:
    """Implements `tf.no_op`. Does nothing."""
