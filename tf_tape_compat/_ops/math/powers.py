"""Powers and polynomials."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph
from ..._core.recording.recorder import highest_order
from ..._core.recording.tape_set import TRAINABLE
from ..._core.tensor.convert import to_tensor
from ...errors import InvalidArgumentError
from .._support.gradient_rules import sum_to, with_gradient
from .arithmetic import add, multiply, zeros_like_input


def _power_gradient(
    grad: torch.Tensor, result: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    by_x = by_y = None
    wanted_x, wanted_y = has_graph(x), has_graph(y)
    x, y = x.conj(), y.conj()  # themselves, if they are real
    if wanted_x:
        by_x = sum_to(grad * y * pow_kernel(x, y - 1), x)
    if wanted_y:
        # The logarithm counts as 0 where there is none.
        defined = x != 0 if x.is_complex() else x > 0
        one = torch.ones((), dtype=x.dtype, device=x.device)
        log = torch.where(defined, torch.log(torch.where(defined, x, one)), 0 * one)
        by_y = sum_to(grad * result.conj() * log, y)
    return by_x, by_y


@with_gradient(_power_gradient)
def _power(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.dtype not in TRAINABLE and not y.is_meta and bool((y < 0).any()):
        raise InvalidArgumentError(
            None, None, "Integers to negative integer powers are not allowed"
        )
    return torch.pow(x, y)


def pow_kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x ** y` on torch tensors, with TensorFlow's gradient."""
    number = getattr(y, "number", None)
    if number and x.dtype in TRAINABLE:
        # torch's gradient is the same, and much faster, up to where the exponent has come down to
        # 0 by differentiating. There TensorFlow goes on to 0 * x**-1, which is NaN at 0.
        if not has_graph(x) or number < 0 or number % 1 or highest_order() <= number:
            return torch.pow(x, number)
    return _power(x, y)


@op("Pow", "x y", pow_kernel)
def pow(x: Any, y: Any, name: str | None = None) -> Any:
    """`x ** y` element-wise, with broadcasting. Implements `tf.pow`.

    Raises InvalidArgumentError for integers with negative exponents.
    """


def polyval(coeffs: list[Any], x: Any, name: str | None = None) -> Any:
    """The polynomial with the coefficients `coeffs`, highest power first, at `x`.

    Implements `tf.math.polyval`. Raises ValueError if `coeffs` is not a list.
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
