"""Adding operators: the sum has the most specific class that can hold it."""

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
    properties = {
        "is_non_singular": True if definite else None,
        "is_self_adjoint": a.is_self_adjoint and b.is_self_adjoint,
        "is_positive_definite": definite,
        "name": f"Add/{a.name}__{b.name}/",
    }
    if isinstance(a, _IDENTITIES) and isinstance(b, _IDENTITIES):
        rows = a.range_dimension_tensor()
        return LinearOperatorScaledIdentity(rows, _multiplier(a) + _multiplier(b), **properties)
    if isinstance(a, _DIAGONALS) and isinstance(b, _DIAGONALS):
        return LinearOperatorDiag(a.diag_part() + b.diag_part(), **properties)
    sparser, other = (a, b) if isinstance(a, _DIAGONALS) else (b, a)
    dense = sparser.add_to_tensor(other.to_dense())
    if isinstance(a, _TRIANGLES) and isinstance(b, _TRIANGLES):
        return LinearOperatorLowerTriangular(dense, **properties)
    return LinearOperatorFullMatrix(dense, **properties)


def add_operators(operators: list[Any]) -> LinearOperator:
    """The sum of operators of the classes `SUMMABLE`; the most specific ones are added first."""
    remaining = list(operators)
    for classes in (_IDENTITIES, _DIAGONALS, _TRIANGLES, SUMMABLE):
        group = [operator for operator in remaining if isinstance(operator, classes)]
        if len(group) > 1:
            total: LinearOperator = group[0]
            for operator in group[1:]:
                total = _sum(total, operator)
            remaining = [o for o in remaining if not isinstance(o, classes)] + [total]
    (total,) = remaining
    return total
