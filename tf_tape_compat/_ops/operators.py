"""Python's operators on tensors and variables."""

from __future__ import annotations

from typing import Any

from .._core.tensor import EagerTensor
from .._core.variable import Variable
from . import arithmetic


def _reflected(operator: Any) -> Any:
    return lambda y, x: operator(x, y)


def _attach(name: str, operator: Any, reflected: Any = None) -> None:
    for kind in (EagerTensor, Variable):
        setattr(kind, f"__{name}__", operator)
        if reflected is not None:
            setattr(kind, f"__r{name}__", _reflected(reflected))


# `tensor + 1.5` takes the number's own type where it does not fit the tensor's, and then fails
# for two types; `1.5 + tensor`, and both of the other operators, demand the tensor's type.
_attach("add", arithmetic.add, arithmetic.add.operator)
_attach("sub", arithmetic.subtract.operator, arithmetic.subtract.operator)
_attach("mul", arithmetic.multiply.operator, arithmetic.multiply.operator)
_attach("truediv", arithmetic.truediv, arithmetic.truediv.operator)
_attach("floordiv", arithmetic.floordiv.operator, arithmetic.floordiv.operator)
_attach("neg", arithmetic.negative)
