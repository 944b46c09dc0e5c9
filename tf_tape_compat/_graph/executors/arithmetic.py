"""Torch operators that a program computes in memory that it already has, and how.

NumPy takes a quarter of torch's time for a small array. It is used where its results are equal to
torch's bit by bit: for arithmetic and comparisons, which are correctly rounded in both, and not for
functions such as `exp`. tests/unit/test_executors.py compares them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

_aten = torch.ops.aten

_FLOATS = frozenset((torch.float32, torch.float64))
_NUMBERS = frozenset((*_FLOATS, torch.int32, torch.int64))

# Operators with an equal NumPy function, and the dtypes of operands for which it is equal.
EQUAL_IN_NUMPY: dict[Any, tuple[Callable[..., Any], frozenset[torch.dtype]]] = {
    _aten.add.Tensor: (np.add, _NUMBERS),
    _aten.add.Scalar: (np.add, _NUMBERS),
    _aten.sub.Tensor: (np.subtract, _NUMBERS),
    _aten.sub.Scalar: (np.subtract, _NUMBERS),
    _aten.mul.Tensor: (np.multiply, _NUMBERS),
    _aten.mul.Scalar: (np.multiply, _NUMBERS),
    _aten.div.Tensor: (np.divide, _FLOATS),
    _aten.div.Scalar: (np.divide, _FLOATS),
    _aten.neg.default: (np.negative, _NUMBERS),
    _aten.abs.default: (np.absolute, _NUMBERS),
    _aten.reciprocal.default: (np.reciprocal, _FLOATS),
    _aten.maximum.default: (np.maximum, _NUMBERS),
    _aten.minimum.default: (np.minimum, _NUMBERS),
    _aten.eq.Tensor: (np.equal, _NUMBERS),
    _aten.ne.Tensor: (np.not_equal, _NUMBERS),
    _aten.lt.Tensor: (np.less, _NUMBERS),
    _aten.le.Tensor: (np.less_equal, _NUMBERS),
    _aten.gt.Tensor: (np.greater, _NUMBERS),
    _aten.ge.Tensor: (np.greater_equal, _NUMBERS),
}

# Operators of one operand, that can write into given memory, and the last parts of their names.
_UNARY = frozenset(
    f"aten::{name}"
    for name in (
        "sin cos tan asin acos atan sinh cosh asinh acosh atanh exp expm1 exp2 log log1p log2 "
        "log10 sqrt rsqrt tanh sigmoid erf erfc floor ceil round trunc sign lgamma digamma square"
    ).split()
)

# Operators that are not element-wise, and return memory of their own.
_ALLOCATING = frozenset(
    f"aten::{name}"
    for name in (
        "mm bmm addmm baddbmm sum mean clone index_select ones_like zeros_like convolution "
        "_softmax _log_softmax _softmax_backward_data _log_softmax_backward_data where cat stack "
        "leaky_relu_backward nll_loss_backward tanh_backward sigmoid_backward pow index "
        "threshold_backward gather addcmul addcdiv lerp"
    ).split()
)


# Operators that can write into given memory, but into none that they read.
_WITH_OUT = frozenset(
    (
        _aten.mm.default,
        _aten.bmm.default,
        _aten.addmm.default,
        _aten.baddbmm.default,
        _aten.addcmul.default,
        _aten.addcdiv.default,
        _aten.cat.default,
        _aten.stack.default,
        _aten.gather.default,
        _aten.index_select.default,
        _aten.sum.dim_IntList,
        _aten.mean.dim,
        _aten.pow.Tensor_Scalar,
        _aten.pow.Tensor_Tensor,
        _aten.where.self,
    )
)
# The same, by their overloads for this, as torch's Python bindings lack them.
_OUT_OVERLOADS = {
    _aten.sigmoid_backward.default: (_aten.sigmoid_backward.grad_input, "grad_input"),
    _aten.tanh_backward.default: (_aten.tanh_backward.grad_input, "grad_input"),
    _aten.threshold_backward.default: (_aten.threshold_backward.grad_input, "grad_input"),
    _aten._softmax.default: (_aten._softmax.out, "out"),
    _aten._softmax_backward_data.default: (_aten._softmax_backward_data.out, "grad_input"),
    _aten._log_softmax.default: (_aten._log_softmax.out, "out"),
    _aten._log_softmax_backward_data.default: (_aten._log_softmax_backward_data.out, "out"),
}


def out_keyword(function: Any) -> str | None:
    """The keyword for the memory that an operator writes into; None if it always allocates."""
    if function in _OUT_OVERLOADS:
        return _OUT_OVERLOADS[function][1]
    return "out" if function in _WITH_OUT or is_elementwise(function) else None


def out_callable(function: Any) -> Callable[..., Any] | None:
    """The callable that takes this keyword, if it is not the fastest one for the operator."""
    found = _OUT_OVERLOADS.get(function)
    return None if found is None else found[0]._op


def is_elementwise(function: Any) -> bool:
    """Whether an operator can write its result into given memory, also into an operand's."""
    return function in EQUAL_IN_NUMPY or _name(function) in _UNARY


def allocates(function: Any) -> bool:
    """Whether the result of an operator is known to have memory that nothing else has."""
    return is_elementwise(function) or _name(function) in _ALLOCATING


def in_place(function: Any) -> Callable[..., Any] | None:
    """The callable that writes the result into the first argument, or None."""
    if not is_elementwise(function):
        return None
    name = _name(function).partition("::")[2]
    found: Callable[..., Any] | None = getattr(torch._C.TensorBase, f"{name}_", None)
    return None if name in _COMPARISONS else found


_COMPARISONS = frozenset(("eq", "ne", "lt", "le", "gt", "ge"))  # results of another dtype


def _name(function: Any) -> str:
    return function._schema.name if isinstance(function, torch._ops.OpOverload) else ""
