"""Softmax cross entropies, with one label per row or a distribution over the classes."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import static
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import with_gradient
from ..math.casting import cast
from .losses import require_labels_and_logits

_NARROW = (torch.float16, torch.bfloat16)
_IGNORED = -(2**63)  # torch's ignore_index; no label has this value


_cross_entropy: Any = torch._C._nn.cross_entropy_loss


def _row_losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The losses of the rows of a matrix. On the CPU, invalid labels raise InvalidArgumentError."""
    labels = labels.long()
    if not logits.is_cpu:
        # As on TensorFlow's accelerators, invalid labels give a loss and a gradient of NaN.
        valid = (labels >= 0) & (labels < logits.shape[1])
        logits = torch.where(valid[:, None], logits, math.nan)
        labels = torch.where(valid, labels, 0)
    try:
        return _cross_entropy(logits, labels, None, 0, _IGNORED, 0.0)
    except IndexError:
        raise _out_of_range(labels, logits.shape[1]) from None


def _out_of_range(labels: torch.Tensor, classes: int) -> InvalidArgumentError:
    values = labels.tolist()
    invalid_label = next(value for value in values if not 0 <= value < classes)
    return invalid_argument(
        f"Received a label value of {invalid_label} which is outside the valid range of "
        f"[0, {classes}).  "
        f"Label values: {' '.join(map(str, values))}"
    )


@op("SparseSoftmaxCrossEntropyWithLogits", "labels:Tlabels logits:T")
def _sparse_loss(labels: Any, logits: Any) -> Any:
    """The losses of labels and logits that are not None."""
    if logits.ndim == 2 and logits.is_cpu and logits.dtype is torch.float32:
        # Fast path for training. If it fails, the checks below find the reason.
        try:
            index = labels if labels.dtype is torch.int64 else labels.long()
            losses = _cross_entropy(logits, index, None, 0, _IGNORED, 0.0)
            if losses.numel():
                return losses
        except (IndexError, RuntimeError, ValueError):
            pass
    if not logits.ndim or labels.shape != logits.shape[:-1]:
        raise _shape_error(labels, logits)
    classes = logits.shape[-1]
    if classes == 0:
        shape = brackets((labels.numel(), 0))
        raise invalid_argument(f"Must have at least one class, but got logits shape {shape}")
    computed = logits.float() if logits.dtype is torch.float16 else logits
    losses = _row_losses(computed.reshape(-1, classes), labels.reshape(-1))
    return losses.view(labels.shape).to(logits.dtype)


def _shape_error(labels: torch.Tensor, logits: torch.Tensor) -> ValueError:
    if logits.ndim == 0:
        return ValueError(f"`logits` cannot be a scalar. Received logits={logits.item()}`")
    label_shape, logit_shape = tuple(labels.shape), tuple(logits.shape)
    if len(label_shape) != len(logit_shape) - 1:
        return ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: "
            f"labels.shape={label_shape} of rank {len(label_shape)} and "
            f"logits.shape={logit_shape} of rank {len(logit_shape)}"
        )
    return ValueError(
        "`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
        f"labels.shape={label_shape} and logits.shape={logit_shape}"
    )


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Any:
    """Implements `tf.nn.sparse_softmax_cross_entropy_with_logits`.

    Args:
      labels: the class of each row, int32 or int64 [...].
      logits: floating point [..., classes].
      name: ignored.

    Returns:
      The losses [...]: minus the log-softmax of the logits at the labels.

    Raises:
      ValueError: if the shapes do not fit.
      InvalidArgumentError: on the CPU, if a label is not in [0, classes).
    """
    if labels is None or logits is None:
        require_labels_and_logits("sparse_softmax_cross_entropy_with_logits", labels, logits)
    # TensorFlow converts lists before the operation, which its errors show.
    if isinstance(labels, (list, tuple)) or isinstance(logits, (list, tuple)):
        labels, logits = to_tensor(labels), to_tensor(logits)
    return _sparse_loss(labels, logits)


def _difference_gradient(
    grad: torch.Tensor, difference: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    softmax = torch.softmax(logits, 1)
    mean = torch.sum(grad * softmax, 1, keepdim=True)
    # The loss itself has no cotangent here. TensorFlow uses zeros, which matter if they are
    # multiplied by infinity.
    zeros = torch.zeros_like(grad[:, :1])
    by_logits = (grad - mean) * softmax + zeros * difference
    return by_logits, zeros * -torch.log_softmax(logits, 1)


@with_gradient(_difference_gradient)
def _difference(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    # TensorFlow's kernel computes the gradient by the logits this way, whatever the labels sum to.
    # Its second gradient depends on the logits, but not on the labels.
    return torch.softmax(logits, 1) - labels


def _rows_gradient(
    grad: torch.Tensor, losses: torch.Tensor, logits: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    column = grad[:, None]
    return column * _difference(logits, labels), column * -torch.log_softmax(logits, 1)


@with_gradient(_rows_gradient)
def _rows(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.sum(labels * -torch.log_softmax(logits, 1), 1)


def _broadcast_gradient(
    grad: torch.Tensor, _: torch.Tensor, x: torch.Tensor, shape: torch.Size
) -> torch.Tensor:
    if x.shape == shape:
        return grad
    raise invalid_argument(
        f"Input to reshape is a tensor with {grad.numel()} values, but the requested shape has "
        f"{x.numel()} (TensorFlow has no gradient by labels or logits that broadcast)"
    )


@with_gradient(_broadcast_gradient)
def _broadcast(x: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    """Broadcasts rows. There is no gradient if the shape changes."""
    return x.expand(shape).clone()


def _as_rows(x: torch.Tensor, axis: int) -> torch.Tensor:
    if axis != -1:
        x = x.movedim(axis, -1)
    if x.ndim == 1:
        return x[None]
    return x.reshape(-1, x.shape[-1]) if x.numel() else x.flatten(0, -2) if x.ndim > 2 else x


@op("SoftmaxCrossEntropyWithLogits", "logits labels")
def _distribution_loss(logits: Any, labels: Any, axis: int) -> Any:
    """The losses along an axis of tensors of the same dtype."""
    for x in (logits, labels):
        if x.ndim == 0:
            raise invalid_argument("logits and labels must be at least vectors, got a scalar")
    shape = list(logits.shape)
    if axis != -1 and not 0 <= axis < min(logits.ndim, labels.ndim):
        raise invalid_argument(f"Requires start <= limit when delta > 0: axis is {axis}")
    del shape[axis]
    rows, label_rows = (_as_rows(x, axis) for x in (logits, labels))
    if rows.shape != label_rows.shape:
        try:
            broadcast_shape = torch.broadcast_shapes(rows.shape, label_rows.shape)
        except RuntimeError:
            raise invalid_argument(
                "logits and labels must be broadcastable: "
                f"logits_size={brackets(rows.shape)} labels_size={brackets(label_rows.shape)}"
            ) from None
        rows, label_rows = (
            _broadcast(rows, broadcast_shape),
            _broadcast(label_rows, broadcast_shape),
        )
    if rows.shape[0] != math.prod(shape):
        raise invalid_argument(
            f"Input to reshape is a tensor with {rows.shape[0]} values, but the requested shape "
            f"has {math.prod(shape)}"
        )
    return _rows(rows, label_rows).view(shape)


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Any:
    """Implements `tf.nn.softmax_cross_entropy_with_logits`.

    Gradients flow to the labels as well.

    Args:
      labels: distributions along `axis`.
      logits: of the shape of `labels`; both are broadcast.
      axis: the axis of the classes.
      name: ignored.

    Returns:
      The losses, of the shape of `logits` without `axis`, and of its dtype.

    Raises:
      InvalidArgumentError: if the shapes do not fit.
    """
    logits, labels = to_tensor(logits), to_tensor(labels)
    dtype = logits.dtype
    narrow = logits._t.dtype in _NARROW
    computed = cast(logits, "float32") if narrow else logits
    axis = -1 if axis is None else static(axis)
    losses = _distribution_loss(computed, cast(labels, computed.dtype), axis)
    return cast(losses, dtype) if narrow else losses
