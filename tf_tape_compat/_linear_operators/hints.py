"""Hints of composed operators, derived from those of their parts: True, False or None (unknown)."""

from __future__ import annotations

from typing import Any


def combined(operator: Any, hint: str, value: bool | None, message: str) -> bool | None:
    """Combines the hint of an operator with the user's `value`.

    Raises ValueError(message) if they contradict each other.
    """
    operator_value = getattr(operator, hint)
    if (operator_value is False and value) or (operator_value and value is False):
        raise ValueError(message)
    if operator_value or value:
        return True
    return False if operator_value is False or value is False else None


def implied(operators: Any, hint: str, value: bool | None, message: str) -> bool | None:
    """True if the hint holds for all operators, else the user's `value`.

    Raises ValueError(message) if the user's value contradicts the operators.
    """
    if not all(getattr(operator, hint) for operator in operators):
        return value
    if value is False:
        raise ValueError(message)
    return True


def shared(
    operators: Any,
    composite: str,
    is_non_singular: bool | None,
    is_self_adjoint: bool | None,
    is_positive_definite: bool | None,
) -> dict[str, Any]:
    """The hints of a composite operator, which has each hint that all of its parts have.

    `composite` names it in error messages.
    """
    values = {
        "is_non_singular": is_non_singular,
        "is_self_adjoint": is_self_adjoint,
        "is_positive_definite": is_positive_definite,
    }
    return {
        hint: implied(
            operators, hint, value, f"{composite} has the hint {hint} if all of its parts have it."
        )
        for hint, value in values.items()
    }


def non_singular(a: Any, b: Any) -> bool | None:
    """Whether the product is non-singular."""
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return a.is_non_singular and b.is_non_singular


def self_adjoint(a: Any, b: Any) -> bool | None:
    """Whether the product of commuting operators is self-adjoint."""
    if a.is_self_adjoint and b.is_self_adjoint:
        return True
    return False if {a.is_self_adjoint, b.is_self_adjoint} == {True, False} else None


def positive_definite(a: Any, b: Any) -> bool | None:
    """Whether the product of commuting operators is positive definite."""
    hints = (a.is_positive_definite, a.is_self_adjoint, b.is_positive_definite, b.is_self_adjoint)
    return True if all(hint is True for hint in hints) else None


def of_commuting(a: Any, b: Any) -> dict[str, Any]:
    """The hints of the product of commuting square operators."""
    return {
        "is_non_singular": non_singular(a, b),
        "is_self_adjoint": self_adjoint(a, b),
        "is_positive_definite": positive_definite(a, b),
        "is_square": True,
    }


def square(a: Any, b: Any) -> bool | None:
    """Whether the product is square."""
    if a.is_square and b.is_square:
        return True
    if a.is_square is False and b.is_square is False:
        return bool(a.range_dimension == b.domain_dimension)
    if a.is_square != b.is_square and None not in (a.is_square, b.is_square):
        return False
    return None


def of_product(a: Any, b: Any) -> dict[str, Any]:
    """The hints of any product."""
    is_square = square(a, b)
    default = False if is_square is False else None
    return {
        "is_non_singular": non_singular(a, b) if is_square else default,
        "is_self_adjoint": default,
        "is_positive_definite": default,
        "is_square": is_square,
    }


def is_adjoint_pair(a: Any, b: Any) -> bool:
    """Whether one operator is known to be the adjoint of the other."""
    if a is b and a.is_self_adjoint is not None:
        return bool(a.is_self_adjoint)
    return a.H is b or b.H is a


def is_symmetric(operators: list[Any]) -> bool:
    """Whether the product of the operators is known to have the form `a @ adjoint(a)`."""
    if not operators:
        raise ValueError("AAT form is undefined for empty operators")
    half = len(operators) // 2
    pairs = zip(operators[:half], reversed(operators), strict=False)
    return len(operators) % 2 == 0 and all(is_adjoint_pair(a, b) for a, b in pairs)
