"""Python's operators on tensors and variables, and torch's functions of the same meaning."""

from __future__ import annotations

from typing import Any

import torch

from .._core.op.op import op
from .._core.tensor.convert import is_typed, to_tensor
from .._core.tensor.tensor import STRING, EagerTensor, Tensor, torch_operators
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from ..errors import UnimplementedError
from ._support import operands
from .linalg import matmul
from .math import arithmetic, comparison, division, elementwise, logical, powers

BOOL = as_dtype("bool")


def _attach(name: str, operator: Any) -> None:
    for cls in (Tensor, Variable):
        setattr(cls, f"__{name}__", operator)


# torch's method names, where they differ from the operators' names.
_TORCH_NAMES = {"truediv": "div", "mod": "remainder"}


def _attach_torch(name: str, operator: Any) -> None:
    for method_name in (f"__{name}__", _TORCH_NAMES.get(name, name)):
        method = getattr(torch.Tensor, method_name, None)
        if method is not None:
            torch_operators[method] = operator


def _attach_binary(name: str, forward: Any, backward: Any) -> None:
    _attach(name, forward)
    _attach_torch(name, forward)
    _attach(f"r{name}", lambda y, x: backward(x, y))


def _attach_strict(name: str, operation: Any, **rules: Any) -> None:
    """Attaches an operator whose operands must both take the first tensor's dtype."""
    operator = operation.operator(f"__r{name}__", **rules)
    _attach_binary(name, operator, operator)


def _attach_with_hint(name: str, operation: Any) -> None:
    """Attaches an operator whose right operand keeps its own dtype if the tensor's does not fit.

    For an integer tensor, `tensor + 1.5` then fails for its two dtypes, and `1.5 + tensor` because
    1.5 does not fit.
    """
    forward = operation.operator(f"__r{name}__", convert_pair=operands.convert_with_hint)
    _attach_binary(name, forward, operation.operator(f"__r{name}__", convert_pair=None))


# -- arithmetic ---------------------------------------------------------------------------------


@op("Mul", "x:Tx y:Ty", unrecorded=True)
def _multiply_booleans(x: Any, y: Any) -> Any:
    """The product of a boolean tensor and another one: whether neither is 0."""
    return x.to(torch.int32) * y.to(torch.int32) != 0


def _multiply_mixed(x: EagerTensor, y: EagerTensor) -> Any:
    """The product of two dtypes, which TensorFlow defines if one of them is bool."""
    types = [x.dtype, y.dtype]
    if BOOL not in types:
        return arithmetic.multiply(x, y)
    if STRING in types:
        raise UnimplementedError(
            None, None, "Cast string to int32 is not supported [Op:Cast] name: "
        )
    return _multiply_booleans(x, y)


def _multiply_operands(x: EagerTensor, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """The operands of `x * y`; a factor of a boolean tensor keeps its own dtype."""
    x = operands.read_operand(x)
    if is_typed(y):
        return x, operands.read_operand(y)
    return x, to_tensor(y, None if x.dtype is BOOL else x.dtype)


_multiply: Any = arithmetic.multiply
_mul = _multiply.operator(
    "__rmul__",
    convert_pair=_multiply_operands,
    mixed=_multiply_mixed,
    dtype_overloads={"bool": _multiply_mixed},
)
_rmul = _multiply.operator("__rmul__", dtype_overloads={"bool": _multiply_mixed})

_attach_with_hint("add", arithmetic.add)
_attach_strict("sub", arithmetic.subtract)
_attach_binary("mul", _mul, _rmul)
_attach_with_hint("truediv", division.truediv)
_attach_strict("floordiv", division.floordiv)
_attach_strict("mod", division.floormod)
_attach_strict("pow", powers.pow)
_attach_with_hint("matmul", matmul.matmul)
_attach("neg", lambda x: arithmetic.negative(x))
_attach("abs", lambda x: elementwise.abs(x))
# In TensorFlow, round() of a tensor reaches a NumPy method that fails. This fails in the same way.
Tensor.__round__ = lambda x, digits=0: x.astype  # type: ignore[attr-defined]


def python2_division(x: Any, y: Any) -> Any:
    """`x.__div__(y)`: the quotient, rounded down for integers."""
    x, y = operands.convert_to_first_dtype(x, y)
    divide = division.floordiv if x.dtype.is_integer else division.realdiv
    return divide(x, y)


_attach("div", python2_division)
_attach("rdiv", lambda y, x: python2_division(x, y))

# -- bits and booleans --------------------------------------------------------------------------

for _name, _bitwise, _logical in (
    ("and", logical.bitwise_and, logical.logical_and),
    ("or", logical.bitwise_or, logical.logical_or),
    ("xor", logical.bitwise_xor, logical.logical_xor),
):
    _attach_strict(_name, _bitwise, dtype_overloads={"bool": _logical})


@op(
    "Invert",
    "x",
    torch.bitwise_not,
    unrecorded=True,
    dtype_overloads={**logical.INVERT_UNSIGNED, "bool": logical.logical_not},
)
def _invert(x: Any) -> Any:
    """`~x`."""


_attach("invert", _invert)

# -- comparisons --------------------------------------------------------------------------------

_attach("lt", comparison.less)
_attach_torch("lt", comparison.less)
_attach("le", comparison.less_equal)
_attach_torch("le", comparison.less_equal)
_attach("gt", comparison.greater)
_attach_torch("gt", comparison.greater)
_attach("ge", comparison.greater_equal)
_attach_torch("ge", comparison.greater_equal)
Tensor.__eq__ = comparison.equals  # type: ignore[method-assign]
Tensor.__ne__ = comparison.differs  # type: ignore[method-assign]
_attach_torch("eq", comparison.equals)
_attach_torch("ne", comparison.differs)
# Variables do not compare with None.
Variable.__eq__ = comparison.equals_variable  # type: ignore[method-assign]
Variable.__ne__ = comparison.differs_from_variable  # type: ignore[method-assign]

# -- augmented assignment to variables ----------------------------------------------------------


def _refuse_in_place(name: str, symbol: str, variable: str, method: str, instead: str) -> None:
    def operator(self: Variable, value: Any) -> Any:
        raise RuntimeError(
            f"`{variable} {symbol}= value` with `tf.Variable`s is not supported. Use "
            f"`{variable}.{method}` to modify the variable, or `out = {variable} {instead} value` "
            "if you need to get a new output Tensor."
        )

    setattr(Variable, f"__i{name}__", operator)


_refuse_in_place("add", "+", "variable", "assign_add(value)", "+")
_refuse_in_place("sub", "-", "variable", "assign_sub(value)", "*")  # TensorFlow's own text
for _name, _symbol in (("mul", "*"), ("truediv", "/"), ("pow", "**")):
    _refuse_in_place(_name, _symbol, "var", f"assign(var {_symbol} value)", _symbol)
