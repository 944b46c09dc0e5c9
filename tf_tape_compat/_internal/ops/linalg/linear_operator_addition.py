"""`tensorflow.python.ops.linalg.linear_operator_addition`."""

from typing import Any

from ...._linear_operators.dense import LinearOperatorFullMatrix


def add_operators(
    operators: Any, operator_name: Any = None, addition_tiers: Any = None, name: Any = None
) -> list[Any]:
    """The sum of linear operators: a list with one dense operator, or with the only operand."""
    if len(operators) == 1:
        return list(operators)
    total = operators[0].to_dense()
    for operator in operators[1:]:
        total = operator.add_to_tensor(total)
    return [LinearOperatorFullMatrix(total)]
