"""`smart_cond`: a branch chosen by Python where the predicate is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._ops.array.inspection import known_value
from .._ops.control.cond import cond


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """Calls a branch at once if the predicate is known, or else `tf.cond`.

    Implements `tf.__internal__.smart_cond.smart_cond`.

    Raises TypeError if a branch is not callable, or the predicate is neither a bool nor a tensor.
    """
    for label, branch in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(branch):
            raise TypeError(f"Argument `{label}` must be callable. Received {branch}")
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    return (true_fn if known else false_fn)()  # type: ignore[misc]


def smart_constant_value(pred: Any) -> Any:
    """The value of a predicate, or None where only a run of the function tells it.

    Raises TypeError if it is neither a bool nor a tensor.
    """
    if isinstance(pred, EagerTensor):
        return known_value(pred)
    if pred in (0, 1):
        return bool(pred)
    raise TypeError(
        "Argument `pred` must be a Tensor, or a Python bool, or 1 or 0. "
        f"Received: pred={pred} of type {type(pred).__name__}"
    )
