"""Metrics of `tf.compat.v1.metrics` that compare predictions with several thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf

from .._logging import get_logger
from .metrics import Collections, Result, broadcast, collected, pair, refuse_eager, variable
from .variable_scope import variable_scope

_EPSILON = 1e-7  # thresholds begin below 0 and end above 1
_KINDS = {"tp": (True, True), "fn": (True, False), "tn": (False, False), "fp": (False, True)}
_LONG_NAMES = {
    "tp": "true_positives",
    "fn": "false_negatives",
    "tn": "true_negatives",
    "fp": "false_positives",
}


class Counts:
    """The numbers of true and false positives and negatives at each threshold."""

    def __init__(
        self, labels: Any, predictions: Any, thresholds: list[float], weights: Any, kinds: str
    ) -> None:
        labels, predictions, weights = pair(tf.cast(labels, tf.bool), predictions, weights)
        label = tf.reshape(labels, [1, -1])
        is_positive = tf.reshape(tf.cast(predictions, tf.float32), [1, -1]) > tf.constant(
            [[x] for x in thresholds], tf.float32
        )
        if weights is not None:
            weights = tf.reshape(broadcast(weights, predictions), [1, -1])
        self.values: dict[str, Any] = {}
        self.updates: dict[str, Any] = {}
        for kind in kinds.split():
            is_true, is_predicted = _KINDS[kind]
            found = tf.logical_and(tf.equal(label, is_true), tf.equal(is_positive, is_predicted))
            numbers = tf.cast(found, tf.float32)
            if weights is not None:
                numbers = numbers * weights
            counts = variable([len(thresholds)], _LONG_NAMES[kind])
            self.updates[kind] = counts.assign_add(tf.reduce_sum(numbers, 1))
            self.values[kind] = counts.read_value()

    def results(
        self, compute: Callable[..., Any], collections: Collections, name: str = "value"
    ) -> Result:
        """What is computed of the numbers, now and after an update."""
        value = compute(**self.values, name=name)
        with tf.control_dependencies(list(self.updates.values())):
            updated = {kind: x.read_value() for kind, x in self.updates.items()}
            update = compute(**updated, name="update_op")
        return collected(collections, value, update)


def spread(count: int) -> list[float]:
    """Thresholds from below 0 to above 1."""
    inner = [(i + 1) * 1.0 / (count - 1) for i in range(count - 2)]
    return [0.0 - _EPSILON, *inner, 1.0 + _EPSILON]


def counts_at_thresholds(
    kind: str,
    labels: Any,
    predictions: Any,
    thresholds: list[float],
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """The number of predictions of a kind at each threshold."""
    refuse_eager(f"{_LONG_NAMES[kind]}_at_thresholds")
    with variable_scope(name, _LONG_NAMES[kind]):
        counts = Counts(labels, predictions, list(thresholds), weights, kind)
        return collected(collections, counts.values[kind], counts.updates[kind])


def ratio_at_thresholds(
    metric: str,
    labels: Any,
    predictions: Any,
    thresholds: list[float],
    weights: Any,
    collections: Collections,
    name: str | None,
) -> Result:
    """Precision or recall at each threshold."""
    refuse_eager(f"{metric}_at_thresholds")
    other = "fp" if metric == "precision" else "fn"

    def compute(name: str, tp: Any, **others: Any) -> Any:
        return tf.divide(tp, _EPSILON + tp + others[other], name=f"{metric}_{name}")

    with variable_scope(name, f"{metric}_at_thresholds"):
        counts = Counts(labels, predictions, list(thresholds), weights, f"tp {other}")
        return counts.results(compute, collections)


def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any,
    count: int,
    collections: Collections,
    name: str | None,
) -> Result:
    """The sensitivity at the threshold whose specificity is nearest to the given one."""
    _check("specificity", specificity)
    refuse_eager("sensitivity_at_specificity")

    def compute(name: str, tp: Any, fn: Any, tn: Any, fp: Any) -> Any:
        found = tn / (tn + fp + _EPSILON)
        index = tf.cast(tf.argmin(tf.abs(found - specificity), 0), tf.int32)
        return tf.divide(tp[index], tp[index] + fn[index] + _EPSILON, name=name)

    with variable_scope(name, "sensitivity_at_specificity"):
        counts = Counts(labels, predictions, spread(count), weights, "tp fn tn fp")
        return counts.results(compute, collections)


def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any,
    count: int,
    collections: Collections,
    name: str | None,
) -> Result:
    """The specificity at the last threshold whose sensitivity is nearest to the given one."""
    _check("sensitivity", sensitivity)
    refuse_eager("specificity_at_sensitivity")

    def compute(name: str, tp: Any, fn: Any, tn: Any, fp: Any) -> Any:
        distance = tf.abs(tp / (tp + fn + _EPSILON) - sensitivity)
        nearest = tf.cast(tf.equal(distance, tf.reduce_min(distance)), tf.int64)
        index = tf.cast(tf.argmax(tf.cumsum(nearest), 0), tf.int32)
        return tf.divide(tn[index], tn[index] + fp[index] + _EPSILON, name=name)

    with variable_scope(name, "specificity_at_sensitivity"):
        counts = Counts(labels, predictions, spread(count), weights, "tp fn tn fp")
        return counts.results(compute, collections)


def _check(name: str, value: float) -> None:
    if value < 0 or value > 1:
        raise ValueError(f"`{name}` must be in the range [0, 1]. Currently, `{name}` got {value}.")


def auc(
    labels: Any,
    predictions: Any,
    weights: Any,
    count: int,
    collections: Collections,
    curve: str,
    name: str | None,
    method: str,
    thresholds: list[float] | None,
) -> Result:
    """The approximate area under the ROC or PR curve."""
    refuse_eager("auc")
    with variable_scope(name, "auc"):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"Curve must be either ROC or PR. Curve {curve} is unknown.")
        found = spread(count) if thresholds is None else [-_EPSILON, *thresholds, 1.0 + _EPSILON]
        counts = Counts(labels, predictions, found, weights, "tp fn tn fp")
        if curve == "PR" and method == "trapezoidal":
            get_logger().warning(
                "Trapezoidal rule is known to produce incorrect PR-AUCs; please switch to "
                '"careful_interpolation" instead.'
            )

        def compute(name: str, **counts: Any) -> Any:
            return _area(curve, method, name, **counts)

        return counts.results(compute, collections)


def _area(curve: str, method: str, name: str, tp: Any, fn: Any, tn: Any, fp: Any) -> Any:
    if method == "careful_interpolation":
        if curve == "PR":
            return _interpolated_area(name, tp, fn, fp)
        method = "trapezoidal"
    small = 1.0e-6
    recall = (tp + small) / (tp + fn + small)
    if curve == "ROC":
        x, y = fp / (fp + tn + small), recall
    else:
        x, y = recall, (tp + small) / (tp + fp + small)
    widths = x[:-1] - x[1:]
    heights = {
        "trapezoidal": lambda: (y[:-1] + y[1:]) / 2.0,
        "minoring": lambda: tf.minimum(y[:-1], y[1:]),
        "majoring": lambda: tf.maximum(y[:-1], y[1:]),
    }.get(method)
    if heights is None:
        raise ValueError(
            f"Invalid summation_method: {method} summation_method should be 'trapezoidal', "
            "'careful_interpolation', 'minoring', or 'majoring'."
        )
    return tf.reduce_sum(widths * heights(), name=name)


def _interpolated_area(name: str, tp: Any, fn: Any, fp: Any) -> Any:
    """The area under the PR curve, with true positives linear in all positives between points."""
    divide = tf.math.divide_no_nan
    positives = tp + fp
    steps = tp[:-1] - tp[1:]
    slopes = divide(steps, tf.maximum(positives[:-1] - positives[1:], 0))
    intercepts = tp[1:] - slopes * positives[1:]
    are_known = tf.logical_and(positives[:-1] > 0, positives[1:] > 0)
    ratios = tf.where(
        are_known, divide(positives[:-1], tf.maximum(positives[1:], 0)), tf.ones_like(positives[1:])
    )
    areas = slopes * (steps + intercepts * tf.math.log(ratios))
    return tf.reduce_sum(divide(areas, tf.maximum(tp[1:] + fn[1:], 0)), name=name)
