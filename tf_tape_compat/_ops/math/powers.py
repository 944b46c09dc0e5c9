"""Powers and polynomials: `tf.pow` and `tf.math.polyval`."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.activation import highest_order
from ..._core.recording.admission import note_internal_nodes
from ..._core.recording.payloads import has_graph
from ..._core.recording.tape_set import TRAINABLE, sequence_number
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import is_concrete
from ..._core.tensor.value_checks import check_values
from .._support.arguments import invalid_argument
from .._support.gradient_rules import sum_to, with_gradient
from .arithmetic import add, multiply, zeros_like_input


def _pow_gradient(
    grad: torch.Tensor, result: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    grad_x = grad_y = None
    needs_x, needs_y = has_graph(x), has_graph(y)
    x, y = x.conj(), y.conj()  # no change for real numbers
    if needs_x:
        grad_x = sum_to(grad * y * pow_kernel(x, y - 1), x)
    if needs_y:
        # The logarithm is taken as 0 where it is not defined.
        defined = x != 0 if x.is_complex() else x > 0
        one = torch.ones((), dtype=x.dtype, device=x.device)
        log = torch.where(defined, torch.log(torch.where(defined, x, one)), 0 * one)
        grad_y = sum_to(grad * result.conj() * log, y)
    return grad_x, grad_y


def _check_exponent(y: torch.Tensor) -> None:
    if bool((y < 0).any()):
        raise invalid_argument("Integers to negative integer powers are not allowed")


@with_gradient(_pow_gradient)
def _pow(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.dtype not in TRAINABLE and y.is_cpu:
        check_values(_check_exponent, y)
    if not y.ndim and x.is_floating_point() and y.is_cpu:  # see `_half_power`
        if not is_concrete(y):
            x = torch.where(y % 1 == 0.5, x + 0.0, x)
        elif y % 1 == 0.5:
            x = x + 0.0
    return torch.pow(x, y)


# torch takes square roots for these exponents, but the root of -0.0 is -0.0.
_ROOTS = {0.5: torch.sqrt, -0.5: torch.rsqrt}
_ZEROS = {dtype: torch.zeros((), dtype=dtype) for dtype in TRAINABLE if not dtype.is_complex}


def _half_power(x: torch.Tensor, number: float) -> torch.Tensor:
    """`x ** number` for half of an odd number; -0.0 counts as 0.0."""
    zero = _ZEROS.get(x.dtype)
    if not has_graph(x):
        root = _ROOTS.get(number)
        x = x if zero is None else torch.add(x, zero)
        return torch.pow(x, number) if root is None else root(x)
    if zero is None:
        return torch.pow(x, number)
    begin = sequence_number()
    result = torch.pow(torch.add(x, zero), number)
    note_internal_nodes(begin, sequence_number() - 1)  # as in `single_op`, which costs more
    return result


def pow_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x ** y` on torch tensors, with TensorFlow's gradient."""
    number = getattr(y, "number", None)
    # torch's gradient is the same and much faster, as long as differentiation has not reduced the
    # exponent to 0. From there TensorFlow goes on to 0 * x**-1, which is NaN at 0.
    if (
        number
        and x.dtype in TRAINABLE
        and (not has_graph(x) or number < 0 or number % 1 or highest_order() <= number)
    ):
        return _half_power(x, number) if number % 1 == 0.5 else torch.pow(x, number)
    return _pow(x, y)


@op("Pow", "x y", pow_kernel)
def pow(x: Any, y: Any, name: str | None = None) -> Any:
    """`x ** y` element-wise, with broadcasting. Implements `tf.pow`.

    Raises InvalidArgumentError for integers with negative exponents.
    """


def polyval(coeffs: list[Any], x: Any, name: str | None = None) -> Any:
    """The polynomial with coefficients `coeffs`, highest power first, at `x` (`tf.math.polyval`).

    Raises ValueError if `coeffs` is not a list.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    x = to_tensor(x)
    if not coeffs:
        return zeros_like_input(x, name)
    tensors = [to_tensor(c) for c in coeffs]
    result = tensors[0]
    for c in tensors[1:]:
        result = add(c, multiply(result, x))
    return result
