"""The sum of operators that are there as numbers, of the most special form that holds it."""

from __future__ import annotations

from typing import Any

from .._ops.array.creation import ones
from .base import LinearOperator
from .dense import LinearOperatorFullMatrix, LinearOperatorLowerTriangular
from .diagonal import LinearOperatorDiag
from .identity import LinearOperatorIdentity, LinearOperatorScaledIdentity

_IDENTITIES = (LinearOperatorIdentity, LinearOperatorScaledIdentity)
_DIAGONALS = (*_IDENTITIES, LinearOperatorDiag)
_TRIANGLES = (*_DIAGONALS, LinearOperatorLowerTriangular)
SUMMABLE = (*_TRIANGLES, LinearOperatorFullMatrix)


def _multiplier(operator: Any) -> Any:
    if isinstance(operator, LinearOperatorScaledIdentity):
        return operator.multiplier
    return ones(operator.batch_shape, dtype=operator.dtype)


def _sum(a: Any, b: Any) -> LinearOperator:
    definite = a.is_positive_definite and b.is_positive_definite
    known = {
        "is_non_singular": True if definite else None,
        "is_self_adjoint": a.is_self_adjoint and b.is_self_adjoint,
        "is_positive_definite": definite,
        "name": f"Add/{a.name}__{b.name}/",
    }
    if isinstance(a, _IDENTITIES) and isinstance(b, _IDENTITIES):
        rows = a.range_dimension_tensor()
        return LinearOperatorScaledIdentity(rows, _multiplier(a) + _multiplier(b), **known)
    if isinstance(a, _DIAGONALS) and isinstance(b, _DIAGONALS):
        return LinearOperatorDiag(a.diag_part() + b.diag_part(), **known)
    light, other = (a, b) if isinstance(a, _DIAGONALS) else (b, a)
    dense = light.add_to_tensor(other.to_dense())
    if isinstance(a, _TRIANGLES) and isinstance(b, _TRIANGLES):
        return LinearOperatorLowerTriangular(dense, **known)
    return LinearOperatorFullMatrix(dense, **known)


def added(operators: list[Any]) -> LinearOperator:
    """The sum. Those of special forms are added first."""
    waiting = list(operators)
    for kinds in (_IDENTITIES, _DIAGONALS, _TRIANGLES, SUMMABLE):
        these = [operator for operator in waiting if isinstance(operator, kinds)]
        if len(these) > 1:
            total: LinearOperator = these[0]
            for operator in these[1:]:
                total = _sum(total, operator)
            waiting = [o for o in waiting if not isinstance(o, kinds)] + [total]
    (found,) = waiting
    return found
