"""The operations that TensorFlow's gradients of activations are, and some without a gradient."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.gradient_rules import refuse_gradient, with_gradient

Tensor = torch.Tensor


def _leaky_gradient(grad: Any, _: Any, gradients: Tensor, features: Tensor, alpha: float) -> Any:
    return _leaky(grad, features, alpha), torch.zeros_like(features)


@with_gradient(_leaky_gradient)
def _leaky(gradients: Tensor, features: Tensor, alpha: float) -> Tensor:
    return torch.where(features > 0, gradients, gradients * alpha if alpha else 0)


def _six_gradient(grad: Any, _: Any, gradients: Tensor, features: Tensor) -> Any:
    return _six(grad, features), torch.zeros_like(features)


@with_gradient(_six_gradient)
def _six(gradients: Tensor, features: Tensor) -> Tensor:
    return torch.where((features > 0) & (features < 6), gradients, 0)


@op("ReluGrad", "gradients features")
def relu_grad(gradients: Any, features: Any) -> Any:
    """`gradients` where `features` are positive, 0 elsewhere."""
    return _leaky(gradients, features, 0.0)


@op("LeakyReluGrad", "gradients features")
def leaky_relu_grad(gradients: Any, features: Any, alpha: float) -> Any:
    """`gradients` where `features` are positive, `alpha` times that elsewhere."""
    return _leaky(gradients, features, alpha)


@op("Relu6Grad", "gradients features", _six)
def relu6_grad(gradients: Any, features: Any) -> Any:
    """`gradients` where `features` are between 0 and 6, 0 elsewhere."""


@op("SoftsignGrad", "gradients features")
def softsign_grad(gradients: Any, features: Any) -> Any:
    """`gradients` times the derivative of softsign; it has no gradient itself."""
    found = gradients / torch.square(1 + features.abs())
    return refuse_gradient("SoftsignGrad", (gradients, features), found)


@op("DeepCopy", "x")
def deep_copy(x: Any) -> Any:
    """A copy, through which there is no gradient."""
    return refuse_gradient("DeepCopy", x, x.clone())


@op("Snapshot", "input")
def snapshot(input: Any) -> Any:
    """As `deep_copy`, for the operation Snapshot."""
    return refuse_gradient("Snapshot", input, input.clone())
