"""Operations for the gradients of activations, and copies without a gradient."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.gradient_rules import refuse_gradient, with_gradient

Tensor = torch.Tensor


def _leaky_relu_grad_gradient(
    grad: Any, _: Any, gradients: Tensor, features: Tensor, alpha: float
) -> Any:
    return _leaky_relu_grad(grad, features, alpha), torch.zeros_like(features)


@with_gradient(_leaky_relu_grad_gradient)
def _leaky_relu_grad(gradients: Tensor, features: Tensor, alpha: float) -> Tensor:
    return torch.where(features > 0, gradients, gradients * alpha if alpha else 0)


def _relu6_grad_gradient(grad: Any, _: Any, gradients: Tensor, features: Tensor) -> Any:
    return _relu6_grad(grad, features), torch.zeros_like(features)


@with_gradient(_relu6_grad_gradient)
def _relu6_grad(gradients: Tensor, features: Tensor) -> Tensor:
    return torch.where((features > 0) & (features < 6), gradients, 0)


@op("ReluGrad", "gradients features")
def relu_grad(gradients: Any, features: Any) -> Any:
    """`gradients` where `features` are positive, 0 elsewhere."""
    return _leaky_relu_grad(gradients, features, 0.0)


@op("LeakyReluGrad", "gradients features")
def leaky_relu_grad(gradients: Any, features: Any, alpha: float) -> Any:
    """`gradients` where `features` are positive, `alpha` times that elsewhere."""
    return _leaky_relu_grad(gradients, features, alpha)


@op("Relu6Grad", "gradients features", _relu6_grad)
def relu6_grad(gradients: Any, features: Any) -> Any:
    """`gradients` where `features` are between 0 and 6, 0 elsewhere."""


@op("SoftsignGrad", "gradients features")
def softsign_grad(gradients: Any, features: Any) -> Any:
    """`gradients` times the derivative of softsign. It has no gradient."""
    result = gradients / torch.square(1 + features.abs())
    return refuse_gradient("SoftsignGrad", (gradients, features), result)


@op("DeepCopy", "x")
def deep_copy(x: Any) -> Any:
    """A copy without a gradient."""
    return refuse_gradient("DeepCopy", x, x.clone())


@op("Snapshot", "input")
def snapshot(input: Any) -> Any:
    """The operation Snapshot: a copy without a gradient."""
    return refuse_gradient("Snapshot", input, input.clone())
