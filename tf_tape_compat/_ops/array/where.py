"""`tf.where`: the positions of true elements, or a choice between two tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid_argument


@op("Where", "condition", unregistered=True)
def _where(condition: Any, name: str | None = None) -> Any:
    if condition.ndim == 0:
        raise invalid_argument("WhereOp : Input must have at least one dimension, got a scalar")
    is_true = condition if condition.dtype is torch.bool else condition != 0
    return is_true.nonzero()


@op("SelectV2", "condition:bool x:T y:T")
def _select(condition: Any, x: Any, y: Any, name: str | None = None) -> Any:
    try:
        if isinstance(x, np.ndarray):
            return np.asarray(np.where(condition.numpy(), x, y), object)
        return torch.where(condition, x, y)
    except (RuntimeError, ValueError):
        shapes = [brackets(t.shape) for t in (condition, x, y)]
        raise invalid_argument(
            f"condition {shapes[0]}, then {shapes[1]}, and else {shapes[2]} must be broadcastable"
        ) from None


@op("Select", "condition:bool x:T y:T")
def select(condition: Any, x: Any, y: Any, name: str | None = None) -> Any:
    """`tf.where` without broadcasting, but a vector of conditions selects whole rows."""
    shapes = [brackets(t.shape) for t in (condition, x, y)]
    selects_rows = condition.ndim == 1 and x.ndim != 1
    if condition.ndim and not selects_rows:
        for position in (1, 2):
            if shapes[position] != shapes[0]:
                raise invalid_argument(
                    "Inputs to operation Select of type Select must have the same size and shape.  "
                    f"Input 0: {shapes[0]} != input {position}: {shapes[position]}"
                )
    if selects_rows:
        if x.ndim == 0:
            raise invalid_argument(f"'then' must be at least a vector, but saw shape: {shapes[1]}")
        if x.shape[0] != condition.shape[0]:
            raise invalid_argument(
                "Number of batches of 'then' must match size of 'cond', but saw: "
                f"{x.shape[0]} vs. {condition.shape[0]}"
            )
    if shapes[1] != shapes[2]:
        raise invalid_argument(
            f"'then' and 'else' must have the same size.  but received: {shapes[1]} vs. {shapes[2]}"
        )
    if selects_rows:
        condition = condition.reshape([-1] + [1] * (x.ndim - 1))
    if isinstance(x, np.ndarray):
        return np.asarray(np.where(condition.numpy(), x, y), object)
    return torch.where(condition, x, y)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`x` where `condition` is true and `y` elsewhere, with broadcasting. Implements `tf.where`.

    Args:
      condition: Booleans; without `x` and `y` also numbers, of which those not zero count.
      x: The values where the condition holds.
      y: The values elsewhere.

    Without `x` and `y`, returns the positions of true elements: int64, with a row for each.
    Raises ValueError if only one of them is given, InvalidArgumentError if shapes or dtypes do not
    fit.
    """
    if x is None or y is None:
        if x is not None or y is not None:
            raise ValueError("x and y must both be non-None or both be None.")
        return _where(condition, name)
    return _select(condition, x, y, name)
