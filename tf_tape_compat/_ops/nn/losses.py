"""The losses of `tf.nn`: cross entropies with logits, and squared and Poisson errors."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.static_args import static
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import FROM_TORCH
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import intermediate, sum_to, with_gradient
from ..math.casting import cast
from ..math.elementwise import sign_kernel

_NARROW = (torch.float16, torch.bfloat16)
_IGNORED = -(2**63)  # a label that torch would take for "none", and that nobody has


def _both(name: str, labels: Any, logits: Any) -> None:
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


def _one_type(x: torch.Tensor, y: torch.Tensor) -> None:
    if x.dtype is not y.dtype:
        wanted, got = (c_name(FROM_TORCH[t.dtype]) for t in (x, y))
        raise InvalidArgumentError(
            None,
            None,
            f"cannot compute Mul as input #1(zero-based) was expected to be a {wanted} tensor but "
            f"is a {got} tensor [Op:Mul] name: ",
        )


# -- one label for each row ---------------------------------------------------------------------


_cross_entropy: Any = torch._C._nn.cross_entropy_loss


def _row_losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The losses of the rows of a matrix; labels out of range are an error, on the CPU."""
    labels = labels.long()
    if not logits.is_cpu:
        # As on TensorFlow's accelerators nobody looks: such a loss, and its gradient, is NaN.
        valid = (labels >= 0) & (labels < logits.shape[1])
        logits = torch.where(valid[:, None], logits, math.nan)
        labels = torch.where(valid, labels, 0)
    try:
        return _cross_entropy(logits, labels, None, 0, _IGNORED, 0.0)
    except IndexError:
        raise _out_of_range(labels, logits.shape[1]) from None


def _out_of_range(labels: torch.Tensor, classes: int) -> InvalidArgumentError:
    values = labels.tolist()
    wrong = next(value for value in values if not 0 <= value < classes)
    return invalid(
        f"Received a label value of {wrong} which is outside the valid range of [0, {classes}).  "
        f"Label values: {' '.join(map(str, values))}"
    )


@op("SparseSoftmaxCrossEntropyWithLogits", "labels:Tlabels logits:T")
def _sparse_loss(labels: Any, logits: Any) -> Any:
    """The losses for labels and logits that are no None."""
    if logits.ndim == 2 and logits.is_cpu and logits.dtype is torch.float32:
        # In training only this counts. Where it fails, what follows says what is wrong.
        try:
            index = labels if labels.dtype is torch.int64 else labels.long()
            losses = _cross_entropy(logits, index, None, 0, _IGNORED, 0.0)
            if losses.numel():
                return losses
        except (IndexError, RuntimeError, ValueError):
            pass
    if not logits.ndim or labels.shape != logits.shape[:-1]:
        raise _misfit(labels, logits)
    classes = logits.shape[-1]
    if classes == 0:
        shape = brackets((labels.numel(), 0))
        raise invalid(f"Must have at least one class, but got logits shape {shape}")
    precise = logits.float() if logits.dtype is torch.float16 else logits
    losses = _row_losses(precise.reshape(-1, classes), labels.reshape(-1))
    return losses.view(labels.shape).to(logits.dtype)


def _misfit(labels: torch.Tensor, logits: torch.Tensor) -> ValueError:
    if logits.ndim == 0:
        return ValueError(f"`logits` cannot be a scalar. Received logits={logits.item()}`")
    got, wanted = tuple(labels.shape), tuple(logits.shape)
    if len(got) != len(wanted) - 1:
        return ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: "
            f"labels.shape={got} of rank {len(got)} and logits.shape={wanted} of rank {len(wanted)}"
        )
    return ValueError(
        "`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
        f"labels.shape={got} and logits.shape={wanted}"
    )


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Any:
    """For each row of `logits` [..., classes] minus the log-softmax at its label.

    `labels` [...] are int32 or int64. Answers for the `tf.nn` function. Raises ValueError where
    the shapes do not fit, InvalidArgumentError for a label that is no class.
    """
    if labels is None or logits is None:
        _both("sparse_softmax_cross_entropy_with_logits", labels, logits)
    return _sparse_loss(labels, logits)


# -- a distribution for each row ----------------------------------------------------------------


def _difference_gradient(
    grad: torch.Tensor, difference: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    softmax = torch.softmax(logits, 1)
    mean = torch.sum(grad * softmax, 1, keepdim=True)
    # What TensorFlow's gradient makes of a loss without a gradient of its own.
    nothing = torch.zeros_like(grad[:, :1])
    by_logits = (grad - mean) * softmax + nothing * difference
    return by_logits, nothing * -torch.log_softmax(logits, 1)


@with_gradient(_difference_gradient)
def _difference(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    # In TensorFlow this is what the gradient by the logits is made of, whatever the labels sum to;
    # and a second gradient finds that it depends on the logits, but not on the labels.
    return torch.softmax(logits, 1) - labels


def _rows_gradient(
    grad: torch.Tensor, losses: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    column = grad[:, None]
    return column * _difference(logits, labels), column * -torch.log_softmax(logits, 1)


@with_gradient(_rows_gradient)
def _rows(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.sum(labels * -torch.log_softmax(logits, 1), 1)


def _spread_gradient(
    grad: torch.Tensor, _: torch.Tensor, x: torch.Tensor, shape: torch.Size
) -> torch.Tensor:
    if x.shape == shape:
        return grad
    raise invalid(
        f"Input to reshape is a tensor with {grad.numel()} values, but the requested shape has "
        f"{x.numel()} (TensorFlow has no gradient by labels or logits that broadcast)"
    )


@with_gradient(_spread_gradient)
def _spread(x: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """Rows in the shape of the others; there is no gradient by those that are fewer."""
    return x.expand(shape).clone()


def _as_rows(x: torch.Tensor, axis: int) -> torch.Tensor:
    if axis != -1:
        x = x.movedim(axis, -1)
    if x.ndim == 1:
        return x[None]
    return x.reshape(-1, x.shape[-1]) if x.numel() else x.flatten(0, -2) if x.ndim > 2 else x


@op("SoftmaxCrossEntropyWithLogits", "logits labels")
def _distribution_loss(logits: Any, labels: Any, axis: int) -> Any:
    """The losses along an axis of tensors of one type."""
    for x in (logits, labels):
        if x.ndim == 0:
            raise invalid("logits and labels must be at least vectors, got a scalar")
    shape = list(logits.shape)
    if axis != -1 and not 0 <= axis < min(logits.ndim, labels.ndim):
        raise invalid(f"Requires start <= limit when delta > 0: axis is {axis}")
    del shape[axis]
    rows, label_rows = (_as_rows(x, axis) for x in (logits, labels))
    if rows.shape != label_rows.shape:
        try:
            together = torch.broadcast_shapes(rows.shape, label_rows.shape)
        except RuntimeError:
            raise invalid(
                "logits and labels must be broadcastable: "
                f"logits_size={brackets(rows.shape)} labels_size={brackets(label_rows.shape)}"
            ) from None
        rows, label_rows = _spread(rows, together), _spread(label_rows, together)
    if rows.shape[0] != math.prod(shape):
        raise invalid(
            f"Input to reshape is a tensor with {rows.shape[0]} values, but the requested shape "
            f"has {math.prod(shape)}"
        )
    return _rows(rows, label_rows).view(shape)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Any:
    """The cross entropies between distributions `labels` and the softmax of `logits` along `axis`.

    Gradients flow to the labels as well. Answers for the `tf.nn` function. Raises
    InvalidArgumentError where the shapes do not fit.
    """
    logits, labels = to_tensor(logits), to_tensor(labels)
    dtype = logits.dtype
    narrow = logits._t.dtype in _NARROW
    precise = cast(logits, "float32") if narrow else logits
    axis = -1 if axis is None else static(axis)
    losses = _distribution_loss(precise, cast(labels, precise.dtype), axis)
    return cast(losses, dtype) if narrow else losses


# -- a probability for each element -------------------------------------------------------------


# In both gradients by the logits the large parts cancel first, as they do in TensorFlow's sum.


# TensorFlow composes these losses of operations on the logits: all but the gradient by the labels
# comes from intermediate results, for which `inner`, with the values of the logits, stands here.


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
    """The losses for tensors of one shape."""
    _one_type(logits, labels)
    return _logistic(logits, intermediate(logits), labels)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Any:
    """For each element the cross entropy of the probability `labels` and `sigmoid(logits)`.

    Answers for the `tf.nn` function. Raises ValueError if the shapes differ.
    """
    _both("sigmoid_cross_entropy_with_logits", labels, logits)
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
    rest = torch.log1p(torch.exp(-torch.abs(logits))) + torch.relu(-logits)
    return negative * logits + weight * rest


@op("Softplus", "logits:T labels:Tlabels weight:Tlabels")
def _weighted_loss(logits: Any, labels: Any, weight: Any) -> Any:
    """The losses for logits and labels of one shape."""
    _one_type(logits, labels)
    return _weighted(logits, intermediate(logits), 1 - labels, weight)


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Any:
    """As `sigmoid_cross_entropy_with_logits`, the part of the labels times `pos_weight`.

    Answers for the `tf.nn` function. Raises ValueError if the shapes differ.
    """
    logits, labels = to_tensor(logits), to_tensor(labels)
    _same_shape(labels, logits, "`logits` and `labels`")
    return _weighted_loss(logits, labels, 1 + (pos_weight - 1) * labels)


# -- others -------------------------------------------------------------------------------------


@op("L2Loss", "t")
def l2_loss(t: Any, name: str | None = None) -> Any:
    """Half the sum of the squares; answers for `tf.nn.l2_loss`."""
    return torch.sum(t * t) * 0.5


@op("Exp", "log_input:T targets:Ttargets")
def _log_poisson(log_input: Any, targets: Any, full: bool) -> Any:
    """The losses for tensors of one shape."""
    _one_type(log_input, targets)
    losses = torch.exp(log_input) - log_input * targets
    if not full:
        return losses
    stirling = targets * torch.log(targets) - targets + 0.5 * torch.log(2 * math.pi * targets)
    small = (targets >= 0) & (targets <= 1)
    return losses + torch.where(small, torch.zeros_like(targets), stirling)


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Any:
    """`exp(log_input) - log_input * targets`; answers for `tf.nn.log_poisson_loss`.

    `compute_full_loss` adds Stirling's approximation of log(targets!), except for targets in
    [0, 1]. Raises ValueError if the shapes differ.
    """
    log_input, targets = to_tensor(log_input), to_tensor(targets)
    _same_shape(targets, log_input, "`log_input` and `targets`")
    return _log_poisson(log_input, targets, bool(compute_full_loss))
