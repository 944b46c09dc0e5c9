"""Static shapes of operations whose results cannot be run on tensors without values.

A rule is called with the operation's arguments as the user gave them, with symbolic tensors among
them, and returns the dtype and static shape of each result, in the order of the results:

    @shape_rule("Where")
    def _where(condition, name=None):
        return [(int64, TensorShape([None, condition.shape.rank]))]

The results are connected to all inputs, as tapes see it, unless their dtype has no gradient. An
operation needs a rule only if running it on example sizes fails or misleads: because it needs
values, or because it is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape

Result = tuple[DType, TensorShape]
Rule = Callable[..., list[Result]]

rules: dict[str, Rule] = {}


def shape_rule(*operations: str) -> Callable[[Rule], Rule]:
    """Registers a rule under TensorFlow's names of operations."""

    def register(rule: Rule) -> Rule:
        for operation in operations:
            rules[operation] = rule
        return rule

    return register


@shape_rule("Where")
def _where(condition: Any, *args: Any, name: Any = None, **kwargs: Any) -> list[Result]:
    rank = condition.shape.rank
    shape = TensorShape(None) if rank is None else TensorShape([None, rank])
    return [(as_dtype("int64"), shape)]


@shape_rule("Unique")
def _unique(x: Any, out_idx: Any = None, name: Any = None) -> list[Result]:
    return [
        (x.dtype, TensorShape([None])),
        (as_dtype(out_idx or "int32"), x.shape),
    ]
