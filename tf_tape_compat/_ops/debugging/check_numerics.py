"""Checks for NaN and infinity: `tf.debugging.check_numerics` and `assert_all_finite`."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.value_checks import check_values
from .._support.arguments import op_error
from .._support.gradient_rules import with_gradient


def _check_numerics_gradient(grad: Any, _: Any, x: torch.Tensor, message: Any) -> Any:
    shown = message.encode() if isinstance(message, str) else message
    return _check_numerics(
        grad, f"Not a number (NaN) or infinity (Inf) values detected in gradient. {shown!r}"
    )


@with_gradient(_check_numerics_gradient)
def _check_numerics(x: torch.Tensor, message: Any) -> torch.Tensor:
    values = x
    # Under vmap, the values of all batch entries are checked together.
    while torch._C._functorch.is_functorch_wrapped_tensor(values):
        values = torch._C._functorch.get_unwrapped(values)
    check_values(partial(_check_finite, message), values)
    return x.view_as(x)


def _check_finite(message: Any, values: torch.Tensor) -> None:
    # A finite sum has finite terms; an infinite one may be an overflow.
    if not math.isfinite(values.sum().item()):
        nonfinite = []
        if torch.isinf(values).any():
            nonfinite.append("Inf")
        if torch.isnan(values).any():
            nonfinite.append("NaN")
        if nonfinite:
            text = message.decode(errors="replace") if isinstance(message, bytes) else message
            # The full text, with the operation's name: the backward pass raises it as well.
            kinds = " and ".join(nonfinite)
            raise op_error("CheckNumerics", f"{text} : Tensor had {kinds} values")


@op("CheckNumerics", "tensor")
def _check(tensor: Any, message: str | bytes) -> Any:
    return _check_numerics(tensor, message)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Any:
    """Returns `tensor` if no element is infinite or NaN. Implements `tf.debugging.check_numerics`.

    Its gradient is checked as well. Raises InvalidArgumentError with `message` otherwise, and for
    integers; TypeError for a message that is not a string.
    """
    if not isinstance(message, (str, bytes)):
        raise TypeError(f"Expected string for argument 'message' not {message!r}.")
    return _check(tensor, message)


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Any:
    """Returns `x` as a tensor, after `check_numerics`. Implements `tf.debugging.assert_all_finite`.

    The gradient through the result is not checked.
    """
    x = to_tensor(x)
    check_numerics(x, message)
    return x
