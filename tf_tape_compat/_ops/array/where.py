"""`tf.where`: the positions of true elements, or a choice between two tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid


@op("Where", "condition", unrecorded=True)
def _where(condition: Any, name: str | None = None) -> Any:
    if condition.ndim == 0:
        raise invalid("WhereOp : Input must have at least one dimension, got a scalar")
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
        raise invalid(
            f"condition {shapes[0]}, then {shapes[1]}, and else {shapes[2]} must be broadcastable"
        ) from None


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
