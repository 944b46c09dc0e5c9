"""`tf.compat.v1.losses`: losses that are averaged, and kept in the graph's collection."""

from __future__ import annotations

from typing import Any

import tf_tape_compat as tf

from .graphs import graphs
from .program import name_scope

_REGULARIZATION = "regularization_losses"


class Reduction:
    """Implements `tf.compat.v1.losses.Reduction`: how a loss is reduced to a number."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of the ways."""
        ways = (cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE)
        return (*ways, cls.SUM_OVER_NONZERO_WEIGHTS, cls.SUM_BY_NONZERO_WEIGHTS)

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError for an unknown way."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}. Key should be one of {cls.all()}.")


def add_loss(loss: Any, loss_collection: str | None) -> None:
    """Adds a loss to the collection of the graph, which eager execution does not have."""
    if loss_collection and not tf.executing_eagerly():
        graphs("get_default_graph")().add_to_collection(loss_collection, loss)


def get_losses(scope: str | None, loss_collection: str) -> list[Any]:
    """The losses in the collection of the graph."""
    losses: list[Any] = graphs("get_default_graph")().get_collection(loss_collection, scope)
    return losses


def get_regularization_losses(scope: str | None) -> list[Any]:
    """The losses of regularized variables."""
    return get_losses(scope, _REGULARIZATION)


def get_regularization_loss(scope: str | None, name: str) -> Any:
    """The sum of the losses of regularized variables."""
    losses = get_regularization_losses(scope)
    return tf.add_n(losses, name=name) if losses else tf.constant(0.0)


def get_total_loss(add_regularization_losses: bool, name: str, scope: str | None) -> Any:
    """The sum of all losses of the graph."""
    losses = get_losses(scope, "losses")
    if add_regularization_losses:
        losses = [*losses, *get_regularization_losses(scope)]
    return tf.add_n(losses, name=name)


def _check_weights(weights: Any, losses: Any) -> None:
    ranks = weights.shape.rank, losses.shape.rank
    if not all(ranks):
        return
    shapes = f"values.shape={losses.shape.as_list()}, weights.shape={weights.shape.as_list()}"
    received = f"Received weights={weights}, values={losses}"
    if tf.executing_eagerly():
        received = f"Received weights={weights.numpy()}, values={losses.numpy()}"
    if ranks[0] != ranks[1]:
        raise ValueError(
            "weights can not be broadcast to values. Values and weights must have the same rank "
            f"or weights must be scalar. {shapes.replace('shape', 'rank')}. {received}"
        )
    for index, (size, weight) in enumerate(zip(losses.shape, weights.shape, strict=True)):
        if weight not in (1, None) and size is not None and weight != size:
            raise ValueError(
                f"weights can not be broadcast to values. Mismatch at dim {index}. {shapes}. "
                f"{received}"
            )


def _divided(numerator: Any, denominator: Any) -> Any:
    return tf.math.divide_no_nan(numerator, denominator, name="value")


def compute_weighted_loss(
    losses: Any, weights: Any, scope: Any, loss_collection: Any, reduction: str
) -> Any:
    """The losses times their weights, reduced."""
    Reduction.validate(reduction)
    with name_scope(scope, "weighted_loss"):
        losses = tf.convert_to_tensor(losses)
        dtype = losses.dtype
        losses = tf.cast(losses, tf.float32)
        weights = tf.cast(tf.convert_to_tensor(weights), tf.float32)
        _check_weights(weights, losses)
        weighted = losses * weights
        if reduction == Reduction.NONE:
            loss = weighted
        else:
            loss = tf.reduce_sum(weighted)
            if reduction == Reduction.MEAN:
                loss = _divided(loss, tf.reduce_sum(tf.ones_like(losses) * weights))
            elif reduction in (Reduction.SUM_BY_NONZERO_WEIGHTS,):
                present = tf.where(weights == 0.0, tf.zeros_like(weights), tf.ones_like(weights))
                loss = _divided(loss, tf.reduce_sum(tf.broadcast_to(present, tf.shape(losses))))
            elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
                loss = _divided(loss, tf.cast(tf.size(losses), tf.float32))
        loss = tf.cast(loss, dtype)
        add_loss(loss, loss_collection)
        return loss


def _pair(labels: Any, predictions: Any, names: tuple[str, str]) -> tuple[Any, Any]:
    """Both as float32, of the same shape."""
    for name, value in zip(names, (labels, predictions), strict=True):
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")
    predictions, labels = tf.cast(predictions, tf.float32), tf.cast(labels, tf.float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


def _of_differences(default: str, names: tuple[str, str], function: Any) -> Any:
    def loss(
        labels: Any,
        predictions: Any,
        weights: Any,
        scope: Any,
        loss_collection: Any,
        reduction: str,
        *parameters: Any,
    ) -> Any:
        with name_scope(scope, default) as inner:
            labels, predictions = _pair(labels, predictions, names)
            losses = function(labels, predictions, *parameters)
            return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)

    return loss


def _hinge(labels: Any, logits: Any) -> Any:
    return tf.nn.relu(1.0 - (2 * labels - 1.0) * logits)


def _huber(labels: Any, predictions: Any, delta: Any) -> Any:
    error = tf.abs(predictions - labels)
    quadratic = tf.minimum(error, delta)
    linear = error - quadratic
    return 0.5 * (quadratic * quadratic) + delta * linear


def _log(labels: Any, predictions: Any, epsilon: Any) -> Any:
    return -labels * tf.math.log(predictions + epsilon) - (1 - labels) * tf.math.log(
        1 - predictions + epsilon
    )


_NAMES = ("labels", "predictions")
absolute_difference = _of_differences(
    "absolute_difference", _NAMES, lambda labels, predictions: tf.abs(predictions - labels)
)
mean_squared_error = _of_differences(
    "mean_squared_error", _NAMES, lambda y, p: tf.math.squared_difference(p, y)
)
hinge_loss = _of_differences("hinge_loss", ("labels", "logits"), _hinge)
huber_loss = _of_differences("huber_loss", _NAMES, _huber)
log_loss = _of_differences("log_loss", _NAMES, _log)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: Any,
    weights: Any,
    scope: Any,
    loss_collection: Any,
    reduction: str,
) -> Any:
    """1 - the sum of products, of vectors with unit length."""
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    with name_scope(scope, "cosine_distance_loss") as inner:
        labels, predictions = _pair(labels, predictions, _NAMES)
        losses = 1 - tf.reduce_sum(predictions * labels, axis, keepdims=True)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any, predictions: Any, weights: Any, scope: Any, loss_collection: Any
) -> Any:
    """The mean squared difference of the differences between pairs of elements."""
    with name_scope(scope, "mean_pairwise_squared_error"):
        labels, predictions = _pair(labels, predictions, _NAMES)
        weights = tf.cast(weights, tf.float32)
        difference = predictions - labels
        _check_weights(weights, difference)
        axes = tf.range(1, tf.rank(difference))
        present = tf.where(weights == 0.0, tf.zeros_like(weights), tf.ones_like(weights))
        present = tf.broadcast_to(present, tf.shape(difference))
        counts = tf.reduce_sum(present, axes, keepdims=True)
        if tf.executing_eagerly() and weights.shape.rank == 0 and weights != 0.0:
            counts = tf.cast(tf.size(difference), tf.float32)  # as TensorFlow counts them then
        squares = tf.reduce_sum(tf.square(difference), axes, keepdims=True)
        total = tf.reduce_sum(difference, axes, keepdims=True)
        first = 2.0 * _divided(squares, tf.maximum(counts - 1, 0))
        second = 2.0 * _divided(tf.square(total), tf.maximum(counts * (counts - 1), 0))
        weighted = (first - second) * weights
        loss = tf.reduce_sum(weighted)
        is_any = tf.reduce_sum(present) > 0
        loss = tf.where(is_any, loss, tf.zeros_like(loss))
        add_loss(loss, loss_collection)
        return loss


def sigmoid_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any,
    label_smoothing: Any,
    scope: Any,
    loss_collection: Any,
    reduction: str,
) -> Any:
    """The cross entropy of independent classes."""
    with name_scope(scope, "sigmoid_cross_entropy_loss") as inner:
        logits = tf.convert_to_tensor(logits)
        labels = tf.cast(labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any,
    label_smoothing: Any,
    scope: Any,
    loss_collection: Any,
    reduction: str,
) -> Any:
    """The cross entropy of classes that are given as one-hot vectors."""
    with name_scope(scope, "softmax_cross_entropy_loss") as inner:
        logits = tf.convert_to_tensor(logits)
        labels = tf.cast(labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            sizes: Any = tf.shape(labels)
            classes = tf.cast(sizes[1], logits.dtype)
            labels = labels * (1.0 - label_smoothing) + label_smoothing / classes
        losses = tf.nn.softmax_cross_entropy_with_logits(tf.stop_gradient(labels), logits)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any, logits: Any, weights: Any, scope: Any, loss_collection: Any, reduction: str
) -> Any:
    """The cross entropy of classes that are given by their numbers."""
    with name_scope(scope, "sparse_softmax_cross_entropy_loss") as inner:
        labels, logits = tf.convert_to_tensor(labels), tf.convert_to_tensor(logits)
        weights = tf.convert_to_tensor(weights)
        # A last dimension of 1 is removed, so that labels and weights have the rank of the losses.
        if labels.shape.rank is not None and labels.shape.rank == logits.shape.rank:
            labels = tf.squeeze(labels, [-1])
        if weights.shape.rank and weights.shape.rank == logits.shape.rank:
            weights = tf.squeeze(weights, [-1])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)
