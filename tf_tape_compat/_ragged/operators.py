"""Python's operators on ragged tensors."""

from __future__ import annotations

from typing import Any

from .._ops.math import arithmetic, comparison, division, elementwise, logical, powers
from ..errors import InvalidArgumentError
from .dispatch import as_tensor, implements
from .tensor import RaggedTensor


@implements(comparison.equals_tensor)
def _equals(x: Any, y: Any) -> Any:
    """`x == y`; False if they do not broadcast."""
    try:
        return comparison.equal(x, y)
    except (InvalidArgumentError, ValueError):
        return False


@implements(comparison.differs_from_tensor)
def _differs(x: Any, y: Any) -> Any:
    """`x != y`; True if they do not broadcast."""
    try:
        return comparison.not_equal(x, y)
    except (InvalidArgumentError, ValueError):
        return True


def _equal(self: RaggedTensor, other: Any) -> Any:
    return False if other is None else _equals(self, other)


def _not_equal(self: RaggedTensor, other: Any) -> Any:
    return True if other is None else _differs(self, other)


def _add_operator(name: str, operation: Any) -> None:
    setattr(RaggedTensor, f"__{name}__", lambda self, other: operation(self, other))


def _python2_division(x: Any, y: Any) -> Any:
    x, y = as_tensor(x), as_tensor(y)
    return (division.floordiv if x.dtype.is_integer else division.realdiv)(x, y)


_REFLECTED_OPERATORS: dict[str, Any] = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "truediv": division.truediv,
    "floordiv": division.floordiv,
    "mod": division.floormod,
    "pow": powers.pow,
    "and": logical.logical_and,
    "or": logical.logical_or,
    "xor": logical.logical_xor,
    "div": _python2_division,
}
_operation: Any
for _name, _operation in _REFLECTED_OPERATORS.items():
    _add_operator(_name, _operation)
    _add_operator(f"r{_name}", lambda y, x, operation=_operation: operation(x, y))

for _name, _operation in (
    ("eq", _equal),
    ("ne", _not_equal),
    ("lt", comparison.less),
    ("le", comparison.less_equal),
    ("gt", comparison.greater),
    ("ge", comparison.greater_equal),
):
    _add_operator(_name, _operation)

for _name, _operation in (
    ("abs", elementwise.abs),
    ("neg", arithmetic.negative),
    ("invert", logical.logical_not),
):
    setattr(RaggedTensor, f"__{_name}__", lambda self, operation=_operation: operation(self))
