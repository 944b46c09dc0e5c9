"""Python's operators on tensors and variables."""

from __future__ import annotations

from typing import Any

import torch

from .._core.op.op import op
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING, EagerTensor, torch_operators
from .._core.types.dtype import as_dtype
from .._core.variables.variable import Variable
from ..errors import UnimplementedError
from ._support import operands
from .linalg import matmul
from .math import arithmetic, comparison, division, elementwise, logical, powers

BOOL = as_dtype("bool")


def _attach(name: str, operator: Any) -> None:
    for kind in (EagerTensor, Variable):
        setattr(kind, f"__{name}__", operator)


# torch's names for what its operators call, where they have names of their own.
_TORCH_NAMES = {"truediv": "div", "mod": "remainder"}


def _attach_torch(name: str, operator: Any) -> None:
    for called in (f"__{name}__", _TORCH_NAMES.get(name, name)):
        method = getattr(torch.Tensor, called, None)
        if method is not None:
            torch_operators[method] = operator


def _attach_binary(name: str, forward: Any, backward: Any) -> None:
    _attach(name, forward)
    _attach_torch(name, forward)
    _attach(f"r{name}", lambda y, x: backward(x, y))


def attach_strictly(name: str, operation: Any, **rules: Any) -> None:
    """Attaches an operator whose operands must both take the first tensor's type."""
    operator = operation.operator(f"__r{name}__", **rules)
    _attach_binary(name, operator, operator)


def attach_hinting(name: str, operation: Any) -> None:
    """Attaches an operator that leaves a right operand, if it does not fit, to its own type.

    `tensor + 1.5` then fails for two types. `1.5 + tensor` fails because 1.5 does not fit.
    """
    forward = operation.operator(f"__r{name}__", pair=operands.convert_with_hint)
    _attach_binary(name, forward, operation.operator(f"__r{name}__", pair=None))


# -- arithmetic ---------------------------------------------------------------------------------


@op("Mul", "x:Tx y:Ty", unrecorded=True)
def _product_of_booleans(x: Any, y: Any) -> Any:
    """Whether neither is 0, as integers."""
    return x.to(torch.int32) * y.to(torch.int32) != 0


def _mixed_product(x: EagerTensor, y: EagerTensor) -> Any:
    """The product of two types, which TensorFlow has if one of them is bool."""
    types = [x.dtype, y.dtype]
    if BOOL not in types:
        return arithmetic.multiply(x, y)
    if STRING in types:
        raise UnimplementedError(
            None, None, "Cast string to int32 is not supported [Op:Cast] name: "
        )
    return _product_of_booleans(x, y)


def _factors(x: EagerTensor, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """The operands of `x * y`: a factor of booleans need not be one."""
    x = operands.read(x)
    if operands.is_typed(y):
        return x, operands.read(y)
    return x, to_tensor(y, None if x.dtype is BOOL else x.dtype)


_multiply: Any = arithmetic.multiply
_product = _multiply.operator(
    "__rmul__",
    pair=_factors,
    mixed=_mixed_product,
    others={"bool": _mixed_product},
)
_product_reflected = _multiply.operator("__rmul__", others={"bool": _mixed_product})

attach_hinting("add", arithmetic.add)
attach_strictly("sub", arithmetic.subtract)
_attach_binary("mul", _product, _product_reflected)
attach_hinting("truediv", division.truediv)
attach_strictly("floordiv", division.floordiv)
attach_strictly("mod", division.floormod)
attach_strictly("pow", powers.pow)
attach_hinting("matmul", matmul.matmul)
_attach("neg", lambda x: arithmetic.negative(x))
_attach("abs", lambda x: elementwise.abs(x))
# Python's round() is NumPy's method, which TensorFlow's tensors have, but which fails for them.
EagerTensor.__round__ = lambda x, digits=0: x.astype  # type: ignore[attr-defined]


def python2_division(x: Any, y: Any) -> Any:
    """What `x.__div__(y)` is: the quotient, of integers rounded down."""
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
    attach_strictly(_name, _bitwise, others={"bool": _logical})


@op(
    "Invert",
    "x",
    torch.bitwise_not,
    unrecorded=True,
    others={**logical.INVERT_UNSIGNED, "bool": logical.logical_not},
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
EagerTensor.__eq__ = comparison.equals  # type: ignore[method-assign]
EagerTensor.__ne__ = comparison.differs  # type: ignore[method-assign]
_attach_torch("eq", comparison.equals)
_attach_torch("ne", comparison.differs)
# Variables do not compare with None.
Variable.__eq__ = comparison.equals_tensor  # type: ignore[method-assign]
Variable.__ne__ = comparison.differs_from_tensor  # type: ignore[method-assign]

# -- augmented assignment to variables ----------------------------------------------------------


def _refuse(name: str, symbol: str, variable: str, method: str, instead: str) -> None:
    def operator(self: Variable, value: Any) -> Any:
        raise RuntimeError(
            f"`{variable} {symbol}= value` with `tf.Variable`s is not supported. Use "
            f"`{variable}.{method}` to modify the variable, or `out = {variable} {instead} value` "
            "if you need to get a new output Tensor."
        )

    setattr(Variable, f"__i{name}__", operator)


_refuse("add", "+", "variable", "assign_add(value)", "+")
_refuse("sub", "-", "variable", "assign_sub(value)", "*")  # as TensorFlow words it
for _name, _symbol in (("mul", "*"), ("truediv", "/"), ("pow", "**")):
    _refuse(_name, _symbol, "var", f"assign(var {_symbol} value)", _symbol)
