"""Functions of each element: signs, roots, exponentials, logarithms, rounding, maximum, minimum."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from ..._core.gradients.gradient_tracking import constant_gradient
from ..._core.op.op import op
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import to_tensor
from .._support.dtype_overloads import (
    COMPLEX,
    for_unsigned,
    no_half_kernel,
    no_kernel,
    unsigned_extremum,
)
from .._support.gradient_rules import (
    intermediate,
    refused_gradient,
    sum_to,
    with_gradient,
    with_gradient_of_higher_orders,
)
from .._support.operands import read_operand
from .roots import reciprocal_kernel, rsqrt_kernel, sqrt_kernel
from .safe_division import divide_no_nan

# -- sign and size ------------------------------------------------------------------------------


@with_gradient(lambda grad, size, z: divide_no_nan(grad, size) * z)
def complex_abs_kernel(z: torch.Tensor) -> torch.Tensor:
    """The magnitude of complex numbers; its gradient at 0 is 0."""
    return torch.abs(z)


@op("ComplexAbs", "x", complex_abs_kernel)
def complex_abs(x: Any, name: str | None = None) -> Any:
    """The magnitude of complex numbers."""


@with_gradient(lambda grad, _, x: constant_gradient(torch.zeros_like(x), x))
def sign_kernel(x: torch.Tensor) -> torch.Tensor:
    """The sign; NaN for NaN. The gradient is zero."""
    return torch.where(x != x, x, torch.sign(x))


@with_gradient(lambda grad, _, x: grad * sign_kernel(x))
def abs_kernel(x: torch.Tensor) -> torch.Tensor:
    """The absolute value of real numbers; its gradient at 0 is 0."""
    return torch.abs(x)


@op("Abs", "x", abs_kernel, dtype_overloads=dict.fromkeys(COMPLEX, complex_abs))
def abs(x: Any, name: str | None = None) -> Any:
    """The absolute value; for complex numbers the magnitude. Implements `tf.abs`."""


@op("DivNoNan", "x")
def _complex_sign(x: Any, name: str | None = None) -> Any:
    """Complex numbers divided by their magnitude."""
    return divide_no_nan(x, complex_abs_kernel(x).to(x.dtype))


@op("Sign", "x", sign_kernel, dtype_overloads=dict.fromkeys(COMPLEX, _complex_sign))
def sign(x: Any, name: str | None = None) -> Any:
    """-1, 0 or 1; `x / abs(x)` for complex numbers. Implements `tf.sign`.

    The gradient for real numbers is zero, not None.
    """


# -- roots and powers ---------------------------------------------------------------------------


@op("Sqrt", "x", sqrt_kernel)
def sqrt(x: Any, name: str | None = None) -> Any:
    """The square root. Implements `tf.sqrt`."""


@op("Rsqrt", "x", rsqrt_kernel)
def rsqrt(x: Any, name: str | None = None) -> Any:
    """One over the square root. Implements `tf.math.rsqrt`."""


@op(
    "Reciprocal",
    "x",
    reciprocal_kernel,
    dtype_overloads=no_kernel("Reciprocal", "int8 int16 int32 int64"),
)
def reciprocal(x: Any, name: str | None = None) -> Any:
    """`1 / x`. Implements `tf.math.reciprocal`."""


@op("DivNoNan", "x")
def _reciprocal_no_nan(x: Any, name: str | None = None) -> Any:
    """`1 / x`, and 0 where x is 0."""
    return divide_no_nan(torch.ones((), dtype=x.dtype, device=x.device), x)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Any:
    """`1 / x`, and 0 where `x` is 0. Implements `tf.math.reciprocal_no_nan`.

    Raises TypeError for booleans and strings.
    """
    tensor = read_operand(x)
    if not tensor.dtype.is_numeric:
        raise TypeError(f"Cannot convert 1 to EagerTensor of dtype {tensor.dtype.name}")
    return _reciprocal_no_nan(tensor, name)


# -- exponentials and logarithms ----------------------------------------------------------------


@op("Exp", "x", torch.exp)
def exp(x: Any, name: str | None = None) -> Any:
    """e to the power of `x`. Implements `tf.exp`."""


@with_gradient(lambda grad, _, x: grad * torch.exp(x.conj()))
def _expm1(x: torch.Tensor) -> torch.Tensor:
    return torch.expm1(x)


@op("Expm1", "x", _expm1)
def expm1(x: Any, name: str | None = None) -> Any:
    """`exp(x) - 1`, accurate near 0. Implements `tf.math.expm1`."""


def _log_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return grad * reciprocal_kernel(z.conj())


_complex_log = with_gradient(_log_gradient)(torch.log)
_log = with_gradient_of_higher_orders(_log_gradient)(torch.log)


@op("Log", "x", _complex_log)
def _log_of_complex(x: Any, name: str | None = None) -> Any:
    """The natural logarithm of complex numbers."""


@op("Log", "x", _log, dtype_overloads=dict.fromkeys(COMPLEX, _log_of_complex))
def log(x: Any, name: str | None = None) -> Any:
    """The natural logarithm. Implements `tf.math.log`."""


def _log1p_gradient(grad: torch.Tensor, _: Any, z: torch.Tensor) -> torch.Tensor:
    return grad * reciprocal_kernel(1 + z.conj())


_log1p = with_gradient_of_higher_orders(_log1p_gradient)(torch.log1p)


@with_gradient(_log1p_gradient)
def _complex_log1p(z: torch.Tensor) -> torch.Tensor:
    """TensorFlow's formula, which has no imaginary part at -1."""
    shifted = 1 + z
    log = torch.log(shifted)
    return torch.where((shifted == 1) | (shifted == log), z, z * (log / (shifted - 1)))


@op("Log1p", "x", _complex_log1p)
def _log1p_of_complex(x: Any, name: str | None = None) -> Any:
    """`log(1 + x)` of complex numbers."""


@op("Log1p", "x", _log1p, dtype_overloads=dict.fromkeys(COMPLEX, _log1p_of_complex))
def log1p(x: Any, name: str | None = None) -> Any:
    """`log(1 + x)`, accurate near 0. Implements `tf.math.log1p`."""


@op("Sigmoid", "x", torch.sigmoid)
def sigmoid(x: Any, name: str | None = None) -> Any:
    """`1 / (1 + exp(-x))`. Implements `tf.sigmoid`."""


def _log_sigmoid(x: torch.Tensor) -> torch.Tensor:
    # TensorFlow computes the softplus of `-x`, which is a separate tensor.
    return functional.logsigmoid(intermediate(x))


@op("Softplus", "x", _log_sigmoid)
def log_sigmoid(x: Any, name: str | None = None) -> Any:
    """The logarithm of the sigmoid. Implements `tf.math.log_sigmoid`."""


@op("Softplus", "features")
def softplus(features: Any, name: str | None = None) -> Any:
    """`log(exp(x) + 1)`. Implements `tf.math.softplus`."""
    # Beyond 40 the difference from x is below the precision of float64.
    return functional.softplus(features, threshold=40)


@with_gradient(refused_gradient("SoftsignGrad"))
def _softsign_grad(grad: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return grad / (1 + torch.abs(x)) ** 2


@with_gradient(lambda grad, _, x: _softsign_grad(grad, x))
def _softsign(x: torch.Tensor) -> torch.Tensor:
    return x / (1 + torch.abs(x))


@op("Softsign", "features", _softsign)
def softsign(features: Any, name: str | None = None) -> Any:
    """`x / (1 + abs(x))`. Implements `tf.math.softsign`.

    TensorFlow has no second gradient for it: asking for one raises LookupError.
    """


# -- rounding -----------------------------------------------------------------------------------


@op("Floor", "x", torch.floor, nondifferentiable=True)
def floor(x: Any, name: str | None = None) -> Any:
    """The largest integer not above `x`, without a gradient. Implements `tf.floor`."""


@op("Ceil", "x", torch.ceil, nondifferentiable=True)
def ceil(x: Any, name: str | None = None) -> Any:
    """The smallest integer not below `x`, without a gradient. Implements `tf.math.ceil`."""


@op("Rint", "x", torch.round, nondifferentiable=True, dtype_overloads=no_half_kernel("Rint"))
def rint(x: Any, name: str | None = None) -> Any:
    """The nearest integer, ties to even, without a gradient. Implements `tf.math.rint`."""


@op(
    "Round",
    "x",
    torch.round,
    nondifferentiable=True,
    dtype_overloads=no_kernel("Round", "complex64 complex128"),
)
def _round(x: Any, name: str | None = None) -> Any:
    """The nearest integer, ties to even."""


def round(x: Any, name: str | None = None) -> Any:
    """The nearest integer, ties to even, without a gradient. Implements `tf.round`.

    An integer tensor is returned unchanged.
    """
    x = to_tensor(x)
    return x if x.dtype.is_integer else _round(x, name)


# -- maximum and minimum ------------------------------------------------------------------------


def _extremum_gradient(
    grad: torch.Tensor, first: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> Any:
    """The gradients of a maximum or minimum: to `x` where `first` holds, else to `y`."""
    zero = torch.zeros((), dtype=grad.dtype, device=grad.device)
    return (
        sum_to(torch.where(first, grad, zero), x) if has_graph(x) else None,
        sum_to(torch.where(first, zero, grad), y) if has_graph(y) else None,
    )


@with_gradient(lambda grad, _, x, y: _extremum_gradient(grad, x >= y, x, y))
def maximum_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The larger element; the gradient of equal elements goes to `x`."""
    return torch.maximum(x, y)


@with_gradient(lambda grad, _, x, y: _extremum_gradient(grad, x <= y, x, y))
def minimum_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The smaller element; the gradient of equal elements goes to `x`."""
    return torch.minimum(x, y)


@op(
    "Maximum",
    "x y",
    maximum_kernel,
    dtype_overloads=for_unsigned("Maximum", unsigned_extremum(torch.maximum)),
)
def maximum(x: Any, y: Any, name: str | None = None) -> Any:
    """The larger of two elements, with broadcasting. Implements `tf.maximum`.

    The gradient of equal elements goes to `x`.
    """


@op(
    "Minimum",
    "x y",
    minimum_kernel,
    dtype_overloads=for_unsigned("Minimum", unsigned_extremum(torch.minimum)),
)
def minimum(x: Any, y: Any, name: str | None = None) -> Any:
    """The smaller of two elements, with broadcasting. Implements `tf.minimum`.

    The gradient of equal elements goes to `x`.
    """
