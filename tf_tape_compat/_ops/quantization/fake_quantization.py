"""Fake quantization: real numbers rounded to the levels that a few bits have, and its gradients.

The range is moved a little, so that zero is one of the levels. Numbers outside of it become its
ends, and their gradients go to the ends. The gradients themselves have none.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import kernel_message
from ...errors import InvalidArgumentError
from .._support.arguments import op_error
from .._support.gradient_rules import with_gradient

Tensor = torch.Tensor

FakeQuantWithMinMaxVarsGradient = collections.namedtuple(
    "FakeQuantWithMinMaxVarsGradient",
    "backprops_wrt_input backprop_wrt_min backprop_wrt_max",
)
FakeQuantWithMinMaxVarsPerChannelGradient = collections.namedtuple(
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    "backprops_wrt_input backprop_wrt_min backprop_wrt_max",
)


def _levels(num_bits: int, narrow_range: bool) -> tuple[int, int]:
    return int(narrow_range), 2**num_bits - 1


def _nudged(
    low: Tensor, high: Tensor, num_bits: int, narrow_range: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """The ends of the range moved so that zero is a level, and the distance of two levels."""
    first, last = _levels(num_bits, narrow_range)
    scale = (high - low) / (last - first)
    zero_level = first - low / scale
    # Halves are rounded away from zero; levels are positive.
    zero_level = torch.floor(zero_level + 0.5).clamp(first, last)
    return (first - zero_level) * scale, (last - zero_level) * scale, scale


def _rounded(x: Tensor, low: Tensor, high: Tensor, num_bits: int, narrow_range: bool) -> Tensor:
    begin, end, scale = _nudged(low, high, num_bits, narrow_range)
    zero_level = torch.floor(-begin * (1 / scale) + 0.5)
    shifted = torch.maximum(torch.minimum(x, end), begin) - begin
    result = torch.floor(shifted * (1 / scale) - zero_level + 0.5) * scale
    return torch.where((low == 0) & (high == 0), 0.0, result)


def _gradients(
    grad: Tensor, x: Tensor, low: Tensor, high: Tensor, num_bits: int, narrow_range: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of the numbers and of the ends, which have one value for each channel."""
    grad, x, low, high = (tensor.detach() for tensor in (grad, x, low, high))
    begin, end, _ = _nudged(low, high, num_bits, narrow_range)
    is_zero = (low == 0) & (high == 0)
    below, above = (x < begin) & ~is_zero, (x > end) & ~is_zero
    inside = ((x >= begin) & (x <= end)) | is_zero
    others = list(range(x.ndim - low.ndim))

    def summed(chosen: Tensor) -> Tensor:
        selected = grad * chosen
        return selected.sum(others) if others else selected

    return grad * inside, summed(below), summed(above)


def _rounded_gradient(
    grad: Tensor, _: Any, x: Tensor, low: Tensor, high: Tensor, *levels: Any
) -> tuple[Tensor, ...]:
    return _gradients(grad, x, low, high, *levels)


_fake_quantized = with_gradient(_rounded_gradient)(_rounded)


def _unnamed(operation: str, message: str) -> InvalidArgumentError:
    """An error whose message does not have the operation's name of `name=`."""
    return InvalidArgumentError(None, None, kernel_message(operation, message, False))


def _check_bits(num_bits: int, operation: str) -> None:
    if not 2 <= num_bits <= 16:
        message = "num_bits must be between 2 and 16, inclusive"
        raise _unnamed(operation, message)


def _constant_ends(low: Any, high: Any, like: Tensor, operation: str) -> tuple[Tensor, Tensor]:
    low, high = float(np.float32(low)), float(np.float32(high))
    if low >= high:
        raise op_error(operation, f"min has to be smaller than max, was: {low:g} >= {high:g}")
    return like.new_tensor(low), like.new_tensor(high)


def _check_scalars(low: Tensor, high: Tensor, operation: str) -> None:
    for name, end in (("min", low), ("max", high)):
        if end.ndim:
            message = f"`{name}` must be rank 0 but is rank {end.ndim}"
            raise _unnamed(operation, message)


def _check_channels(x: Tensor, low: Tensor, high: Tensor, operation: str) -> None:
    if not x.ndim:
        raise _unnamed(operation, "inputs must have at least one dimension")
    for name, end in (("min", low), ("max", high)):
        if end.ndim != 1:
            message = f"`{name}` must be rank 1 but is rank {end.ndim}"
            raise _unnamed(operation, message)
        if end.shape[0] != x.shape[-1]:
            message = f"{name} has incorrect size, expected {x.shape[-1]} was {end.shape[0]}"
            raise _unnamed(operation, message)


@op("FakeQuantWithMinMaxArgs", "inputs")
def fake_quant_with_min_max_args(
    inputs: Any,
    min: Any = -6,
    max: Any = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: Any = None,
) -> Any:
    """Rounds to levels between numbers. Implements `tf.quantization.fake_quant_with_min_max_args`.

    Raises InvalidArgumentError if `min` is not less than `max`, or `num_bits` not from 2 to 16.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxArgs")
    low, high = _constant_ends(min, max, inputs, "FakeQuantWithMinMaxArgs")
    return _fake_quantized(inputs, low, high, num_bits, narrow_range)


@op("FakeQuantWithMinMaxArgsGradient", "gradients inputs", nondifferentiable=True)
def fake_quant_with_min_max_args_gradient(
    gradients: Any,
    inputs: Any,
    min: Any = -6,
    max: Any = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: Any = None,
) -> Any:
    """The gradient of `fake_quant_with_min_max_args`.

    Implements `tf.quantization.fake_quant_with_min_max_args_gradient`.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxArgsGradient")
    low, high = _constant_ends(min, max, inputs, "FakeQuantWithMinMaxArgsGradient")
    return _gradients(gradients, inputs, low, high, num_bits, narrow_range)[0]


@op("FakeQuantWithMinMaxVars", "inputs min max")
def fake_quant_with_min_max_vars(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: Any = None
) -> Any:
    """Rounds to levels between scalars. Implements `tf.quantization.fake_quant_with_min_max_vars`.

    `min` and `max` have gradients, too.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxVars")
    _check_scalars(min, max, "FakeQuantWithMinMaxVars")
    return _fake_quantized(inputs, min, max, num_bits, narrow_range)


@op("FakeQuantWithMinMaxVarsGradient", "gradients inputs min max", nondifferentiable=True)
def fake_quant_with_min_max_vars_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: Any = None,
) -> Any:
    """The gradients of `fake_quant_with_min_max_vars`: of the numbers, `min` and `max`.

    Implements `tf.quantization.fake_quant_with_min_max_vars_gradient`.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxVarsGradient")
    _check_scalars(min, max, "FakeQuantWithMinMaxVarsGradient")
    return FakeQuantWithMinMaxVarsGradient(
        *_gradients(gradients, inputs, min, max, num_bits, narrow_range)
    )


@op("FakeQuantWithMinMaxVarsPerChannel", "inputs min max")
def fake_quant_with_min_max_vars_per_channel(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: Any = None
) -> Any:
    """Rounds to levels between vectors, which have an entry for each entry of the last axis.

    Implements `tf.quantization.fake_quant_with_min_max_vars_per_channel`.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxVarsPerChannel")
    _check_channels(inputs, min, max, "FakeQuantWithMinMaxVarsPerChannel")
    return _fake_quantized(inputs, min, max, num_bits, narrow_range)


@op("FakeQuantWithMinMaxVarsPerChannelGradient", "gradients inputs min max", nondifferentiable=True)
def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: Any = None,
) -> Any:
    """The gradients of `fake_quant_with_min_max_vars_per_channel`: of the numbers, `min` and `max`.

    Implements `tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient`.
    """
    _check_bits(num_bits, "FakeQuantWithMinMaxVarsPerChannelGradient")
    _check_channels(inputs, min, max, "FakeQuantWithMinMaxVarsPerChannelGradient")
    return FakeQuantWithMinMaxVarsPerChannelGradient(
        *_gradients(gradients, inputs, min, max, num_bits, narrow_range)
    )
