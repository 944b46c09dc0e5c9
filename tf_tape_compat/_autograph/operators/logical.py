"""`and`, `or`, `not`, `==` and `!=`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._ops.control.cond import cond as tf_cond
from ..._ops.math.comparison import equal
from ..._ops.math.logical import logical_not
from .tensors import is_staged, is_tensor


def and_(a: Callable[[], Any], b: Callable[[], Any]) -> Any:
    """`a() and b()`; `b` is called only if needed."""
    left = a()
    return tf_cond(left, b, lambda: left) if is_staged(left) else left and b()


def or_(a: Callable[[], Any], b: Callable[[], Any]) -> Any:
    """`a() or b()`; `b` is called only if needed."""
    left = a()
    return tf_cond(left, lambda: left, b) if is_staged(left) else left or b()


def not_(a: Any) -> Any:
    """`not a`."""
    return logical_not(a) if is_staged(a) else not a


def eq(a: Any, b: Any) -> Any:
    """`a == b`, element-wise for tensors."""
    return equal(a, b) if is_tensor(a) or is_tensor(b) else a == b


def not_eq(a: Any, b: Any) -> Any:
    """`a != b`, element-wise for tensors."""
    return not_(eq(a, b))
