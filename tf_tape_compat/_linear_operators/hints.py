"""What is known of a product or sum of operators from what is known of each: True, False, None."""

from __future__ import annotations

from typing import Any


def combined(operator: Any, hint: str, given: bool | None, message: str) -> bool | None:
    """The hint of an operator and the one given by the user; ValueError if they contradict."""
    own = getattr(operator, hint)
    if (own is False and given) or (own and given is False):
        raise ValueError(message)
    if own or given:
        return True
    return False if own is False or given is False else None


def implied(operators: Any, hint: str, given: bool | None, message: str) -> bool | None:
    """True if it holds for all operators, else what was given; ValueError if that is False."""
    if not all(getattr(operator, hint) for operator in operators):
        return given
    if given is False:
        raise ValueError(message)
    return True


def shared(
    operators: Any,
    what: str,
    is_non_singular: bool | None,
    is_self_adjoint: bool | None,
    is_positive_definite: bool | None,
) -> dict[str, Any]:
    """The hints of `what`, which holds for it if it holds for all that it is made of."""
    given = {
        "is_non_singular": is_non_singular,
        "is_self_adjoint": is_self_adjoint,
        "is_positive_definite": is_positive_definite,
    }
    return {
        hint: implied(
            operators, hint, value, f"{what} has the hint {hint} if all that it is made of have it."
        )
        for hint, value in given.items()
    }


def non_singular(a: Any, b: Any) -> bool | None:
    """Whether a product has an inverse."""
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return a.is_non_singular and b.is_non_singular


def self_adjoint(a: Any, b: Any) -> bool | None:
    """Whether a product of operators that commute is self-adjoint."""
    if a.is_self_adjoint and b.is_self_adjoint:
        return True
    return False if {a.is_self_adjoint, b.is_self_adjoint} == {True, False} else None


def positive_definite(a: Any, b: Any) -> bool | None:
    """Whether a product of operators that commute is positive definite."""
    known = (a.is_positive_definite, a.is_self_adjoint, b.is_positive_definite, b.is_self_adjoint)
    return True if all(hint is True for hint in known) else None


def of_commuting(a: Any, b: Any) -> dict[str, Any]:
    """All hints of a product of square operators that commute."""
    return {
        "is_non_singular": non_singular(a, b),
        "is_self_adjoint": self_adjoint(a, b),
        "is_positive_definite": positive_definite(a, b),
        "is_square": True,
    }


def square(a: Any, b: Any) -> bool | None:
    """Whether a product is square."""
    if a.is_square and b.is_square:
        return True
    if a.is_square is False and b.is_square is False:
        return bool(a.range_dimension == b.domain_dimension)
    if a.is_square != b.is_square and None not in (a.is_square, b.is_square):
        return False
    return None


def of_product(a: Any, b: Any) -> dict[str, Any]:
    """All hints of any product."""
    is_square = square(a, b)
    unless = False if is_square is False else None
    return {
        "is_non_singular": non_singular(a, b) if is_square else unless,
        "is_self_adjoint": unless,
        "is_positive_definite": unless,
        "is_square": is_square,
    }


def is_adjoint_pair(a: Any, b: Any) -> bool:
    """Whether one is known to be the adjoint of the other."""
    if a is b and a.is_self_adjoint is not None:
        return bool(a.is_self_adjoint)
    return a.H is b or b.H is a


def is_symmetric(operators: list[Any]) -> bool:
    """Whether the product is known to have the form `a @ adjoint(a)`."""
    if not operators:
        raise ValueError("AAT form is undefined for empty operators")
    half = len(operators) // 2
    pairs = zip(operators[:half], reversed(operators), strict=False)
    return len(operators) % 2 == 0 and all(is_adjoint_pair(a, b) for a, b in pairs)
