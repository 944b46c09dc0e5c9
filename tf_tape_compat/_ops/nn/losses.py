"""Losses of `tf.nn`: sigmoid cross entropies, squared and Poisson errors."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import FROM_TORCH
from ...errors import InvalidArgumentError
from .._support.gradient_rules import intermediate, sum_to, with_gradient
from ..math.elementwise import sign_kernel


def require_labels_and_logits(name: str, labels: Any, logits: Any) -> None:
    if labels is None or logits is None:
        raise ValueError(
            f"Both `labels` and `logits` must be provided for {name}"
            f"Received: labels={labels} and logits={logits}"
        )


def _same_shape(labels: EagerTensor, logits: EagerTensor, names: str) -> None:
    if labels._t.shape != logits._t.shape:
        raise ValueError(
            f"{names} must have the same shape, received ({logits.shape} vs {labels.shape})."
        )


def _require_same_dtype(x: torch.Tensor, y: torch.Tensor) -> None:
    if x.dtype is not y.dtype:
        expected, actual = (c_name(FROM_TORCH[t.dtype]) for t in (x, y))
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute Mul as input #1(zero-based) was expected to be a {expected} tensor "
            f"but is a {actual} tensor [Op:Mul] name: ",
        )


# -- sigmoid cross entropies --------------------------------------------------------------------


# In both gradients by the logits the large terms cancel first, as in TensorFlow's sum.
#
# TensorFlow composes these losses from operations on the logits, so all gradients but the one by
# the labels depend on intermediate results. Here `inner`, a copy of the logits, represents them.


def _logistic_gradient(
    grad: torch.Tensor,
    losses: torch.Tensor,
    logits: torch.Tensor,
    inner: torch.Tensor,
    labels: torch.Tensor,
) -> tuple[None, torch.Tensor, torch.Tensor]:
    positive = inner >= 0
    small = torch.exp(torch.where(positive, -inner, inner))
    slope = grad / (1 + small) * small
    by_logits = torch.where(positive, grad, 0) - grad * labels
    return None, by_logits + torch.where(positive, -slope, slope), -grad * logits


@with_gradient(_logistic_gradient)
def _logistic(logits: torch.Tensor, inner: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    positive = logits >= 0
    minus_size = torch.where(positive, -logits, logits)
    return torch.where(positive, logits, 0) - logits * labels + torch.log1p(torch.exp(minus_size))


@op("Softplus", "logits:T labels:Tlabels")
def _logistic_loss(logits: Any, labels: Any) -> Any:
    """The losses of tensors of the same shape."""
    _require_same_dtype(logits, labels)
    return _logistic(logits, intermediate(logits), labels)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Any:
    """Implements `tf.nn.sigmoid_cross_entropy_with_logits`, elementwise.

    Returns the cross entropy of the probabilities `labels` and `sigmoid(logits)`.
    Raises ValueError if the shapes differ.
    """
    require_labels_and_logits("sigmoid_cross_entropy_with_logits", labels, logits)
    logits, labels = to_tensor(logits), to_tensor(labels)
    _same_shape(labels, logits, "`logits` and `labels`")
    return _logistic_loss(logits, labels)


def _weighted_gradient(
    grad: torch.Tensor,
    losses: torch.Tensor,
    logits: torch.Tensor,
    inner: torch.Tensor,
    negative: torch.Tensor,
    weight: torch.Tensor,
) -> tuple[None, torch.Tensor, torch.Tensor, torch.Tensor]:
    small = torch.exp(-torch.abs(inner))
    one = sum_to(grad, logits)
    weighted = sum_to(grad * weight, logits)
    slope = weighted / (1 + small) * small * sign_kernel(logits)
    by_logits = one * negative - torch.where(inner < 0, weighted, weighted * 0) - slope
    by_weight = grad * (torch.log1p(small) + torch.relu(-inner))
    return None, by_logits, one * logits, sum_to(by_weight, weight)


@with_gradient(_weighted_gradient)
def _weighted(
    logits: torch.Tensor, inner: torch.Tensor, negative: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    softplus = torch.log1p(torch.exp(-torch.abs(logits))) + torch.relu(-logits)
    return negative * logits + weight * softplus


@op("Softplus", "logits:T labels:Tlabels weight:Tlabels")
def _weighted_loss(logits: Any, labels: Any, weight: Any) -> Any:
    """The losses of logits and labels of the same shape."""
    _require_same_dtype(logits, labels)
    return _weighted(logits, intermediate(logits), 1 - labels, weight)


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Any:
    """Implements `tf.nn.weighted_cross_entropy_with_logits`.

    As `sigmoid_cross_entropy_with_logits`, with the term of the labels multiplied by `pos_weight`.
    Raises ValueError if the shapes differ.
    """
    logits, labels = to_tensor(logits), to_tensor(labels)
    _same_shape(labels, logits, "`logits` and `labels`")
    return _weighted_loss(logits, labels, 1 + (pos_weight - 1) * labels)


# -- other losses -------------------------------------------------------------------------------


@op("L2Loss", "t")
def l2_loss(t: Any, name: str | None = None) -> Any:
    """Implements `tf.nn.l2_loss`: half the sum of the squares."""
    return torch.sum(t * t) * 0.5


@op("Exp", "log_input:T targets:Ttargets")
def _log_poisson(log_input: Any, targets: Any, full: bool) -> Any:
    """The losses of tensors of the same shape."""
    _require_same_dtype(log_input, targets)
    losses = torch.exp(log_input) - log_input * targets
    if not full:
        return losses
    stirling = targets * torch.log(targets) - targets + 0.5 * torch.log(2 * math.pi * targets)
    small = (targets >= 0) & (targets <= 1)
    return losses + torch.where(small, torch.zeros_like(targets), stirling)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Any:
    """Implements `tf.nn.log_poisson_loss`: `exp(log_input) - log_input * targets`.

    `compute_full_loss` adds Stirling's approximation of log(targets!), except for targets in
    [0, 1]. Raises ValueError if the shapes differ.
    """
    log_input, targets = to_tensor(log_input), to_tensor(targets)
    _same_shape(targets, log_input, "`log_input` and `targets`")
    return _log_poisson(log_input, targets, bool(compute_full_loss))
