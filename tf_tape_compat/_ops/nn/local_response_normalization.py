"""Local response normalization: each channel scaled by the squares of its neighbours."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.op.op_errors import missing_kernel
from ..._core.recording.admission import single_op
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient, with_gradient
from ..array.sliding_windows import int_tuple


def _neighbourhood_sum(x: torch.Tensor, radius: int) -> torch.Tensor:
    """For each channel, the sum of the channels at most `radius` away."""
    radius = min(radius, x.shape[-1])
    return torch.constant_pad_nd(x, (radius, radius)).unfold(-1, 2 * radius + 1, 1).sum(-1)


def _normalized_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    x: torch.Tensor,
    radius: int,
    bias: float,
    alpha: float,
    beta: float,
) -> torch.Tensor:
    norm = bias + alpha * _neighbourhood_sum(x * x, radius)
    gradient = grad * norm**-beta - 2 * alpha * beta * x * _neighbourhood_sum(
        grad * y / norm, radius
    )
    return refuse_gradient("LRNGrad", (grad, x, y), gradient)


@with_gradient(_normalized_gradient)
def _normalized(
    x: torch.Tensor, radius: int, bias: float, alpha: float, beta: float
) -> torch.Tensor:
    return x * (bias + alpha * _neighbourhood_sum(x * x, radius)) ** -beta


@op("LRN", "input", default="float32")
@single_op
def _local_response(input: Any, radius: int, bias: float, alpha: float, beta: float) -> Any:
    if input.dtype is torch.bfloat16 and input.is_cpu:
        raise missing_kernel(
            "LRN", T=input.dtype, depth_radius=radius, bias=bias, alpha=alpha, beta=beta
        )
    if input.ndim != 4:
        raise invalid_argument("in must be 4-dimensional")
    if radius < 0:
        raise invalid_argument(f"depth_radius = {radius} larger than int max")
    if not input.numel():
        return input.clone()
    return _normalized(input, radius, bias, alpha, beta)


def _real(value: Any, name: str) -> float:
    """A float attribute. Raises TypeError if it is a string, a tensor or not a number."""
    if isinstance(value, (str, bytes)) or not hasattr(type(value), "__float__"):
        raise TypeError(f"Expected float for argument '{name}' not {value!r}.")
    if hasattr(value, "dtype") and not hasattr(value, "tobytes"):
        raise TypeError(f"Expected float for argument '{name}' not {value!r}.")
    return float(value)


def local_response_normalization(
    input: Any,
    depth_radius: Any = 5,
    bias: Any = 1,
    alpha: Any = 1,
    beta: Any = 0.5,
    name: str | None = None,
) -> Any:
    """Implements `tf.nn.local_response_normalization` and `tf.nn.lrn`.

    Computes `input / (bias + alpha * s) ** beta`, where `s` is the sum of the squares of the
    channels at most `depth_radius` away. `input` is [batch, height, width, channels].
    Raises InvalidArgumentError if `input` is not of rank 4.
    """
    radius = 5 if depth_radius is None else depth_radius
    (radius,) = int_tuple([radius], "depth_radius", "LRN")
    numbers = [
        _real(default if value is None else value, name)
        for value, default, name in ((bias, 1, "bias"), (alpha, 1, "alpha"), (beta, 0.5, "beta"))
    ]
    return _local_response(input, radius, *numbers)
