"""Comparisons and tests of numbers; the results are booleans, which have no gradient."""

from __future__ import annotations

import operator
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from .._support.dtype_overloads import for_strings, for_unsigned, unsigned_comparison
from .._support.unsigned import UNSIGNED, to_ordered_int64


@op("Equal", "x y", torch.eq, unrecorded=True, dtype_overloads=for_strings("Equal", operator.eq))
def equal(x: Any, y: Any, name: str | None = None) -> Any:
    """`x == y` element-wise, with broadcasting. Implements `tf.equal`."""


@op(
    "NotEqual",
    "x y",
    torch.ne,
    unrecorded=True,
    dtype_overloads=for_strings("NotEqual", operator.ne),
)
def not_equal(x: Any, y: Any, name: str | None = None) -> Any:
    """`x != y` element-wise, with broadcasting. Implements `tf.not_equal`."""


@op(
    "Less",
    "x y",
    torch.lt,
    unrecorded=True,
    dtype_overloads=for_unsigned("Less", unsigned_comparison(torch.lt)),
)
def less(x: Any, y: Any, name: str | None = None) -> Any:
    """`x < y` element-wise, with broadcasting. Implements `tf.less`."""


@op(
    "LessEqual",
    "x y",
    torch.le,
    unrecorded=True,
    dtype_overloads=for_unsigned("LessEqual", unsigned_comparison(torch.le)),
)
def less_equal(x: Any, y: Any, name: str | None = None) -> Any:
    """`x <= y` element-wise, with broadcasting. Implements `tf.less_equal`."""


@op(
    "Greater",
    "x y",
    torch.gt,
    unrecorded=True,
    dtype_overloads=for_unsigned("Greater", unsigned_comparison(torch.gt)),
)
def greater(x: Any, y: Any, name: str | None = None) -> Any:
    """`x > y` element-wise, with broadcasting. Implements `tf.greater`."""


@op(
    "GreaterEqual",
    "x y",
    torch.ge,
    unrecorded=True,
    dtype_overloads=for_unsigned("GreaterEqual", unsigned_comparison(torch.ge)),
)
def greater_equal(x: Any, y: Any, name: str | None = None) -> Any:
    """`x >= y` element-wise, with broadcasting. Implements `tf.greater_equal`."""


# -- Python's == and != -------------------------------------------------------------------------


def _or_if_incompatible(kernel: Any, fallback: bool) -> Any:
    """The comparison, with `fallback` as the result for shapes that do not broadcast."""

    def compare(x: Any, y: Any) -> Any:
        try:
            return kernel(x, y)
        except (RuntimeError, ValueError):
            try:
                torch.broadcast_shapes(tuple(x.shape), tuple(y.shape))
            except RuntimeError:
                return torch.tensor(fallback, device=x.device)
            raise

    return compare


@op(
    "Equal",
    "x y",
    _or_if_incompatible(torch.eq, False),
    unrecorded=True,
    dtype_overloads=for_strings("Equal", _or_if_incompatible(operator.eq, False)),
)
def equals_tensor(x: Any, y: Any) -> Any:
    """`x == y`; False for shapes that do not broadcast."""


@op(
    "NotEqual",
    "x y",
    _or_if_incompatible(torch.ne, True),
    unrecorded=True,
    dtype_overloads=for_strings("NotEqual", _or_if_incompatible(operator.ne, True)),
)
def differs_from_tensor(x: Any, y: Any) -> Any:
    """`x != y`; True for shapes that do not broadcast."""


def equals(x: Any, y: Any) -> Any:
    """Python's `x == y`: False for None and for shapes that do not broadcast."""
    return False if y is None else equals_tensor(x, y)


def differs(x: Any, y: Any) -> Any:
    """Python's `x != y`: True for None and for shapes that do not broadcast."""
    return True if y is None else differs_from_tensor(x, y)


def equals_variable(x: Any, y: Any) -> Any:
    """Python's `x == y` of a variable, which does not compare with None."""
    return equals_tensor(x, y)


def differs_from_variable(x: Any, y: Any) -> Any:
    """Python's `x != y` of a variable, which does not compare with None."""
    return differs_from_tensor(x, y)


# -- tests of numbers ---------------------------------------------------------------------------


@op("IsNan", "x", torch.isnan, unregistered=True)
def is_nan(x: Any, name: str | None = None) -> Any:
    """Whether each element is NaN. Implements `tf.math.is_nan`."""


@op("IsInf", "x", torch.isinf, unregistered=True)
def is_inf(x: Any, name: str | None = None) -> Any:
    """Whether each element is infinite. Implements `tf.math.is_inf`."""


@op("IsFinite", "x", torch.isfinite, unregistered=True)
def is_finite(x: Any, name: str | None = None) -> Any:
    """Whether each element is neither infinite nor NaN. Implements `tf.math.is_finite`."""


def _all_neighbours(kernel: Any) -> Any:
    """Whether `kernel` holds for each element and the next one, in row-major order."""

    def compare_neighbours(x: torch.Tensor) -> torch.Tensor:
        flat = x.reshape(-1)
        if flat.dtype in UNSIGNED:
            flat = to_ordered_int64(flat)
        return kernel(flat[:-1], flat[1:]).all()

    return compare_neighbours


def _numeric_tensor(x: Any) -> Any:
    tensor = to_tensor(x)
    if not tensor.dtype.is_numeric:
        raise TypeError(f"Expected x to be numeric, instead found: {tensor}")
    return tensor


@op("LessEqual", "x", _all_neighbours(torch.le), unrecorded=True)
def _is_non_decreasing(x: Any, name: str | None = None) -> Any:
    """Whether no element is smaller than the previous one."""


@op("Less", "x", _all_neighbours(torch.lt), unrecorded=True)
def _is_strictly_increasing(x: Any, name: str | None = None) -> Any:
    """Whether each element is larger than the previous one."""


def is_non_decreasing(x: Any, name: str | None = None) -> Any:
    """Whether no element is smaller than the previous one, in row-major order.

    Implements `tf.math.is_non_decreasing`. Raises TypeError for booleans and strings.
    """
    return _is_non_decreasing(_numeric_tensor(x), name)


def is_strictly_increasing(x: Any, name: str | None = None) -> Any:
    """Whether each element is larger than the previous one, in row-major order.

    Implements `tf.math.is_strictly_increasing`. Raises TypeError for booleans and strings.
    """
    return _is_strictly_increasing(_numeric_tensor(x), name)
