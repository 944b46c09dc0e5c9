"""Losses averaged over the examples of all replicas. There is one replica."""

from __future__ import annotations

from typing import Any

from ..._core.tensor.convert import to_tensor
from ..array.shaping import expand_dims, squeeze
from ..debugging.assertions import assert_non_negative
from ..debugging.shape_assertions import assert_scalar
from ..debugging.type_assertions import assert_integer
from ..math.arithmetic import multiply
from ..math.casting import cast
from ..math.division import divide_no_nan, truediv
from ..math.reductions import reduce_sum


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """Implements `tf.nn.scale_regularization_loss`: the sum of the loss."""
    return truediv(reduce_sum(regularization_loss), 1)


def _weighted(losses: Any, weights: Any) -> Any:
    losses, weights = cast(losses, "float32"), cast(weights, "float32")
    difference = weights.ndim - losses.ndim
    if weights.ndim and difference == 1:
        weights = squeeze(weights, [-1])
    elif weights.ndim and difference == -1:
        weights = expand_dims(weights, -1)
    return multiply(losses, weights)


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> Any:
    """Implements `tf.nn.compute_average_loss`: the weighted sum of the losses per example.

    It is divided by `global_batch_size`, or by the length of the first axis.
    Raises ValueError if `per_example_loss` is a scalar.
    """
    losses = to_tensor(per_example_loss)
    dtype = losses.dtype
    if not losses.ndim:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={losses} with rank 0"
        )
    if sample_weight is not None:
        losses = cast(_weighted(losses, to_tensor(sample_weight)), dtype)
    size = losses.shape[0] if global_batch_size is None else global_batch_size
    assert_scalar(size, message="global_batch_size must be scalar.")
    assert_integer(size, message="global_batch_size must be an integer.")
    assert_non_negative(size, message="global_batch_size must be non-negative.")
    return divide_no_nan(reduce_sum(losses), cast(size, dtype))
