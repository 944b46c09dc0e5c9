"""`tf.compat.v1.metrics`: averages and counts of a graph, over all batches.

Each function makes local variables and returns the metric's value, and the operation that takes the
next batch into account and returns the value after it.
"""

from __future__ import annotations

from typing import Any

import tf_tape_compat as tf

from .graphs import graphs
from .variable_scope import variable_scope

Result = tuple[Any, Any]
Collections = tuple[Any, Any]  # to which the value and the operation are added


def refuse_eager(function: str) -> None:
    """Raises RuntimeError in eager execution, which has no metrics of this kind."""
    if tf.executing_eagerly():
        raise RuntimeError(
            f"tf.metrics.{function} is not supported when eager execution is enabled."
        )


def variable(shape: Any, name: str, dtype: Any = tf.float32) -> Any:
    """A local variable that begins with zeros."""
    return tf.compat.v1.Variable(
        lambda: tf.zeros(shape, dtype),
        trainable=False,
        collections=["local_variables", "metric_variables"],
        name=name,
    )


def collected(collections: Collections, value: Any, update: Any) -> Result:
    """The results, added to the collections that are asked for."""
    graph = graphs("get_default_graph")()
    for keys, item in zip(collections, (value, update), strict=True):
        if keys:
            graph.add_to_collections(keys, item)
    return value, update


# -- operands --------------------------------------------------------------------------------------


def pair(labels: Any, predictions: Any, weights: Any = None) -> tuple[Any, Any, Any]:
    """Labels, predictions and weights of the same rank, where a last axis of 1 may be missing."""
    labels, predictions = tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions)
    difference = _difference(predictions, labels)
    if difference == 1 and predictions.shape[-1] in (1, None):
        predictions = tf.squeeze(predictions, [-1])
    elif difference == -1 and labels.shape[-1] in (1, None):
        labels = tf.squeeze(labels, [-1])
    predictions.shape.assert_is_compatible_with(labels.shape)
    if weights is None:
        return labels, predictions, None
    return labels, predictions, _of_rank(tf.convert_to_tensor(weights), predictions)


def _of_rank(weights: Any, values: Any) -> Any:
    if weights.shape.rank == 0:
        return weights
    difference = _difference(weights, values)
    if difference == 1:
        return tf.squeeze(weights, [-1])
    return tf.expand_dims(weights, -1) if difference == -1 else weights


def _difference(x: Any, y: Any) -> int | None:
    ranks = x.shape.rank, y.shape.rank
    return None if None in ranks else ranks[0] - ranks[1]


def broadcast(weights: Any, values: Any) -> Any:
    """Weights as floats of the shape of the values."""
    return tf.cast(weights, tf.float32) * tf.ones_like(values, tf.float32)


# -- averages --------------------------------------------------------------------------------------


def mean(
    values: Any, weights: Any, collections: Collections, name: str | None, default: str = "mean"
) -> Result:
    """The weighted average of all values."""
    refuse_eager(default)
    with variable_scope(name, default):
        values = tf.cast(values, tf.float32)
        total, count = variable([], "total"), variable([], "count")
        if weights is None:
            number = tf.cast(tf.size(values), tf.float32)
        else:
            weights = broadcast(_of_rank(tf.convert_to_tensor(weights), values), values)
            values, number = values * weights, tf.reduce_sum(weights)
        return _average(total, count, tf.reduce_sum(values), number, values, collections)


def _average(
    total: Any, count: Any, added: Any, number: Any, values: Any, collections: Collections
) -> Result:
    """The quotient of two variables, and after these were added to them; `values` come first."""
    add = total.assign_add(added)
    with tf.control_dependencies([values]):
        add_count = count.assign_add(number)
    value = tf.math.divide_no_nan(total, count, name="value")
    return collected(collections, value, _quotient(add, add_count, "update_op"))


def _quotient(total: Any, count: Any, name: str) -> Any:
    """The quotient of two variables after they were assigned to."""
    with tf.control_dependencies([total, count]):
        return tf.math.divide_no_nan(total.read_value(), count.read_value(), name=name)


def mean_tensor(values: Any, weights: Any, collections: Collections, name: str | None) -> Result:
    """The weighted average of all tensors."""
    refuse_eager("mean_tensor")
    with variable_scope(name, "mean"):
        values = tf.cast(values, tf.float32)
        total, count = (
            variable(values.shape, "total_tensor"),
            variable(values.shape, "count_tensor"),
        )
        number = tf.ones_like(values)
        if weights is not None:
            number = broadcast(_of_rank(tf.convert_to_tensor(weights), values), values)
            values = values * number
        return _average(total, count, values, number, values, collections)


def accuracy(
    labels: Any, predictions: Any, weights: Any, collections: Collections, name: str | None
) -> Result:
    """How often predictions are the labels."""
    refuse_eager("accuracy")
    labels, predictions, weights = pair(labels, predictions, weights)
    correct = tf.equal(tf.cast(predictions, labels.dtype), labels)
    return mean(correct, weights, collections, name or "accuracy")


def mean_absolute_error(
    labels: Any, predictions: Any, weights: Any, collections: Collections, name: str | None
) -> Result:
    """The average distance of predictions from labels."""
    refuse_eager("mean_absolute_error")
    labels, predictions, weights = pair(labels, predictions, weights)
    return mean(tf.abs(predictions - labels), weights, collections, name or "mean_absolute_error")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any,
    collections: Collections,
    name: str | None,
    function: str = "mean_squared_error",
) -> Result:
    """The average square of the distance of predictions from labels."""
    refuse_eager(function)
    labels, predictions, weights = pair(labels, predictions, weights)
    return mean(
        tf.math.squared_difference(labels, predictions), weights, collections, name or function
    )


def root_mean_squared_error(
    labels: Any, predictions: Any, weights: Any, collections: Collections, name: str | None
) -> Result:
    """The root of the average square of the distance of predictions from labels."""
    results = mean_squared_error(
        labels, predictions, weights, (None, None), name, "root_mean_squared_error"
    )
    return collected(collections, *map(tf.sqrt, results))


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """The average distance of predictions from labels, divided by `normalizer` unless it is 0."""
    refuse_eager("mean_relative_error")
    labels, predictions, weights = pair(labels, predictions, weights)
    normalizer = pair(normalizer, predictions)[0]
    error = tf.where(
        tf.equal(normalizer, 0.0), tf.zeros_like(labels), tf.abs(labels - predictions) / normalizer
    )
    return mean(error, weights, collections, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """One minus the average product of predictions and labels, which are unit vectors."""
    refuse_eager("mean_cosine_distance")
    labels, predictions, weights = pair(labels, predictions, weights)
    products = tf.reduce_sum(predictions * labels, axis=[dim], keepdims=True)
    value, update = mean(products, weights, (None, None), name or "mean_cosine_distance")
    one = tf.constant(1.0)
    return collected(collections, tf.subtract(one, value, name="Sub"), tf.subtract(one, update))


def percentage_below(
    values: Any, threshold: Any, weights: Any, collections: Collections, name: str | None
) -> Result:
    """How much of the values is below a threshold."""
    refuse_eager("percentage_below")
    return mean(
        tf.less(values, threshold), weights, collections, name or "percentage_below_threshold"
    )


# -- classes ---------------------------------------------------------------------------------------


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """The average over classes of intersection over union; updates return the confusion matrix."""
    refuse_eager("mean_iou")
    with variable_scope(name, "mean_iou"):
        matrix = variable([num_classes, num_classes], "total_confusion_matrix", tf.float64)
        truth, guesses = (tf.reshape(tf.cast(x, tf.int64), [-1]) for x in (labels, predictions))
        if weights is not None:
            weights = tf.reshape(weights, [-1])
        new = tf.math.confusion_matrix(truth, guesses, num_classes, weights, tf.float64)
        update = matrix.assign_add(new)
        counts = tf.cast(matrix.read_value(), tf.float32)
        diagonal = tf.linalg.diag_part(counts)
        unions = tf.reduce_sum(counts, 0) + tf.reduce_sum(counts, 1) - diagonal
        present = tf.reduce_sum(tf.cast(tf.not_equal(unions, 0), tf.float32))
        ratios = diagonal / tf.compat.v1.where(unions > 0, unions, tf.ones_like(unions))
        average = tf.reduce_sum(ratios, name="mean_iou") / present
        value = tf.compat.v1.where(present > 0, average, tf.zeros([]))
        return collected(collections, value, update)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """The average over classes of how often predictions are the labels."""
    refuse_eager("mean_per_class_accuracy")
    with variable_scope(name, "mean_accuracy"):
        labels, predictions, weights = pair(labels, predictions, weights)
        total, count = variable([num_classes], "total"), variable([num_classes], "count")
        flat = tf.reshape(tf.cast(labels, tf.int64), [-1])
        guesses = tf.reshape(tf.cast(predictions, tf.int64), [-1])
        number = tf.ones_like(flat, tf.float32)
        if weights is not None:
            number = number * tf.reshape(tf.cast(weights, tf.float32), [-1])
        correct = tf.cast(tf.equal(guesses, flat), tf.float32) * number
        add = total.scatter_add(tf.IndexedSlices(correct, flat))
        add_count = count.scatter_add(tf.IndexedSlices(number, flat))
        update = _quotient(add, add_count, "update_op")
        value = tf.reduce_mean(tf.math.divide_no_nan(total, count), name="mean_accuracy")
        return collected(collections, value, update)


# -- what is predicted as true ---------------------------------------------------------------------

_KINDS = {
    "true_positives": (True, True),
    "false_positives": (False, True),
    "true_negatives": (False, False),
    "false_negatives": (True, False),
}


def count_of(
    kind: str,
    labels: Any,
    predictions: Any,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """The weighted number of predictions of a kind."""
    refuse_eager(kind)
    with variable_scope(name, kind):
        labels, predictions, weights = pair(
            tf.cast(labels, tf.bool), tf.cast(predictions, tf.bool), weights
        )
        label, prediction = _KINDS[kind]
        found = tf.logical_and(tf.equal(labels, label), tf.equal(predictions, prediction))
        values = tf.cast(found, tf.float32)
        if weights is not None:
            values = values * broadcast(weights, values)
        count = variable([], "count")
        update = count.assign_add(tf.reduce_sum(values))
        return collected(collections, count.read_value(), update)


def precision_or_recall(
    kind: str,
    labels: Any,
    predictions: Any,
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """How much of what is predicted as true is true, or how much of what is true is predicted."""
    # TensorFlow says it twice for recall.
    refuse_eager(kind if kind == "precision" else "recall is not supported")
    with variable_scope(name, kind):
        operands = labels, predictions, weights, (None, None), None
        others = "false_positives" if kind == "precision" else "false_negatives"
        hits, hits_update = count_of("true_positives", *operands)
        misses, misses_update = count_of(others, *operands)
        value = tf.math.divide_no_nan(hits, hits + misses, name="value")
        with tf.control_dependencies([hits_update, misses_update]):
            total = hits_update.read_value(), misses_update.read_value()
            update = tf.math.divide_no_nan(total[0], total[0] + total[1], name="update_op")
        return collected(collections, value, update)
