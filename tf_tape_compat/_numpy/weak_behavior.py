"""Operators, methods and indices of tensors in the modes "safe" and "all"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.op.op_convert import reflected_result
from .._core.tensor.convert import operand_readers, to_payload, wrap
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.variable import Variable
from .._ops.array.inspection import is_tensor
from .._ops.io import printing
from .._ops.linalg import matmul
from .._ops.math import arithmetic, casting, comparison, division, elementwise, logical, powers
from .._ops.operators import python2_division
from .indexing import getitem
from .promoting_functions import intercept_all
from .promotion import BOOL, NumpyBehavior
from .tensor_methods import methods
from .type_promotion import PromotionMode, promoted_type
from .weak_tensor import EagerWeakTensor

_INT32 = as_dtype("int32")


def _is_bool_tensor(value: Any) -> bool:
    return isinstance(value, EagerTensor) and value.dtype is BOOL


def _product(x: Any, y: Any) -> Any:
    if not (_is_bool_tensor(x) or _is_bool_tensor(y)):
        return arithmetic.multiply(x, y)
    numbers = [
        casting.cast(value if is_tensor(value) else wrap(to_payload(value, None)), _INT32)
        for value in (x, y)
    ]
    return casting.cast(arithmetic.multiply(*numbers), BOOL)


def _bits(on_bits: Any, on_booleans: Any) -> Callable[[Any, Any], Any]:
    # The left operand must have a type: these operators do not promote.
    return lambda x, y: (on_booleans if x.dtype is BOOL else on_bits)(x, y)


# The functions behind the operators; they promote, since they are intercepted.
_BOTH_WAYS: dict[str, Callable[[Any, Any], Any]] = {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": _product,
    "truediv": division.truediv,
    "div": python2_division,
    "floordiv": division.floordiv,
    "mod": division.floormod,
    "pow": powers.pow,
    "matmul": matmul.matmul,
    "and": _bits(logical.bitwise_and, logical.logical_and),
    "or": _bits(logical.bitwise_or, logical.logical_or),
    "xor": _bits(logical.bitwise_xor, logical.logical_xor),
}


def _forward(function: Any, reflected: str) -> Callable[[Any, Any], Any]:
    def operator(x: Any, y: Any) -> Any:
        x = _value(x)
        try:
            return function(x, y)
        except (TypeError, ValueError) as error:
            return reflected_result(error, x, y, reflected)

    return operator


def _value(x: Any) -> Any:
    return operand_readers[type(x)](x) if isinstance(x, Variable) else x


def _backward(function: Any) -> Callable[[Any, Any], Any]:
    return lambda y, x: function(x, _value(y))


def _operators() -> dict[str, Any]:
    operators: dict[str, Any] = {}
    for name, function in _BOTH_WAYS.items():
        operators[f"__{name}__"] = _forward(function, f"__r{name}__")
        operators[f"__r{name}__"] = _backward(function)
    for name, comparing in (
        ("lt", comparison.less),
        ("le", comparison.less_equal),
        ("gt", comparison.greater),
        ("ge", comparison.greater_equal),
    ):
        operators[f"__{name}__"] = lambda x, y, comparing=comparing: comparing(_value(x), y)
    return operators


def _equal(x: Any, y: Any) -> Any:
    return False if y is None else comparison.equals_tensor(x, y)


def _not_equal(x: Any, y: Any) -> Any:
    return True if y is None else comparison.differs_from_tensor(x, y)


def _result_type(*values: Any) -> DType:
    return promoted_type(*values).dtype


def _equip_weak_tensors() -> None:
    """Gives weak tensors the operators and methods of tensors, which call functions."""
    members: dict[str, Any] = {
        **methods(),
        **_operators(),
        "__eq__": _equal,
        "__ne__": _not_equal,
        "__neg__": lambda x: arithmetic.negative(x),
        "__abs__": lambda x: elementwise.abs(x),
        "__invert__": lambda x: EagerWeakTensor(logical.invert(x.tensor)),
        "__getitem__": lambda x, key: getitem(x.tensor, key),
    }
    for name, value in members.items():
        setattr(EagerWeakTensor, name, value)


def enable(mode: str, set_attribute: Callable[[type, str, Any], None]) -> None:
    """Enables the mode; `set_attribute(cls, name, value)` changes a class until the reset."""
    intercept_all()
    printing.writers[EagerWeakTensor] = lambda x, summarize: printing.written(x.tensor, summarize)
    _equip_weak_tensors()
    PromotionMode.name = mode
    NumpyBehavior.promotes = True
    NumpyBehavior.result_type = _result_type
    for name, operator in _operators().items():
        for cls in (Tensor, Variable):
            set_attribute(cls, name, operator)
    set_attribute(Tensor, "__eq__", _equal)
    set_attribute(Tensor, "__ne__", _not_equal)
