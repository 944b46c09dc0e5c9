"""`tf.compat.v1.metrics` in sessions: values before and after batches; variables, collections."""

import numpy as np

from tests.parity.harness import attempt

_LABELS = [[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]]
_SCORES = [[0.9, 0.4, 0.35, 0.8], [0.1, 0.6, 0.7, 0.2]]
_WEIGHTS = [[1.0, 2.0, 0.5, 1.0], [0.0, 1.0, 3.0, 1.0]]


def _values(tf, make, *batches):
    """What a metric gives for batches: its value and updates, in turn; and names."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        places = [v1.placeholder(tf.float32, np.shape(batch[0])) for batch in batches]
        value, update = make(*places)
        session.run(v1.local_variables_initializer())
        results = [session.run(value)]
        for batch in zip(*batches, strict=True):
            results.append(session.run(update, dict(zip(places, batch, strict=True))))
            results.append(session.run(value))
        return results, [v.name for v in v1.local_variables()], value.name


def _pairs(tf, functions):
    results = []
    for function in functions:
        results.append(_values(tf, lambda x, y, w, f=function: f(x, y), _LABELS, _SCORES, _WEIGHTS))
        weighted = _values(tf, lambda x, y, w, f=function: f(x, y, w), _LABELS, _SCORES, _WEIGHTS)
        results.append(weighted[0])
    return results


def averages(tf):
    m = tf.compat.v1.metrics
    results = _pairs(tf, [m.mean_absolute_error, m.mean_squared_error, m.root_mean_squared_error])
    functions = [
        lambda x, y, w: m.mean(x),
        lambda x, y, w: m.mean(x, w, name="own"),
        lambda x, y, w: m.mean(x, 2.0),
        lambda x, y, w: m.mean_tensor(x),
        lambda x, y, w: m.mean_tensor(x, w),
        lambda x, y, w: m.percentage_below(y, 0.5, w),
        lambda x, y, w: m.mean_relative_error(x, y, w),
        lambda x, y, w: m.mean_relative_error(x[:, None], y, x, w[:, None]),
        lambda x, y, w: m.mean_cosine_distance(x, y, 0),
    ]
    return results, [_values(tf, function, _LABELS, _SCORES, _WEIGHTS) for function in functions]


def classes(tf):
    m = tf.compat.v1.metrics
    labels, guesses = [[0, 1, 2, 2], [1, 1, 0, 2]], [[0, 2, 2, 1], [1, 0, 0, 2]]
    functions = [
        lambda x, y, w: m.accuracy(x, y),
        lambda x, y, w: m.accuracy(tf.cast(x, tf.int64), y, w),
        lambda x, y, w: m.mean_iou(x, y, 4),
        lambda x, y, w: m.mean_iou(x, y, 3, w),
        lambda x, y, w: m.mean_per_class_accuracy(x, y, 4),
        lambda x, y, w: m.mean_per_class_accuracy(x, y, 3, w),
    ]
    return [_values(tf, function, labels, guesses, _WEIGHTS) for function in functions]


def positives_and_negatives(tf):
    m = tf.compat.v1.metrics

    def of_classes(function):
        return lambda x, y, *w: function(x, y > 0.5, *w)

    names = "true_positives false_positives true_negatives false_negatives precision recall"
    return _pairs(tf, [of_classes(getattr(m, name)) for name in names.split()])


def thresholds(tf):
    m = tf.compat.v1.metrics

    def at(function, *arguments):
        return lambda x, y, *w: function(x, y, *arguments, *w)

    names = "true_positives false_positives true_negatives false_negatives precision recall"
    functions = [at(getattr(m, f"{name}_at_thresholds"), [0.3, 0.6]) for name in names.split()]
    functions += [
        at(m.sensitivity_at_specificity, 0.7),
        at(m.specificity_at_sensitivity, 0.7),
        m.auc,
    ]
    return _pairs(tf, functions)


def areas(tf):
    auc = tf.compat.v1.metrics.auc
    options = [
        {"curve": "PR"},
        {"curve": "PR", "summation_method": "careful_interpolation"},
        {"summation_method": "careful_interpolation"},
        {"summation_method": "minoring"},
        {"summation_method": "majoring", "num_thresholds": 5},
        {"thresholds": [0.0, 0.5, 1.0]},
    ]
    results = [
        _values(tf, lambda x, y, kw=kw: auc(x, y, **kw), _LABELS, _SCORES)[0] for kw in options
    ]
    with tf.Graph().as_default():
        one = tf.constant([1.0])
        errors = [
            attempt(lambda: auc(one, one, curve="other")),
            attempt(lambda: auc(one, one, summation_method="other")),
        ]
    return results, errors


def collections_and_eager_execution(tf):
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        results = v1.metrics.mean([1.0], metrics_collections="m", updates_collections=["u"])
        found = [graph.get_collection(key)[0] is x for key, x in zip("mu", results, strict=True)]
    names = "mean", "accuracy", "auc", "root_mean_squared_error", "recall", "mean_tensor"
    errors = []
    for name in names:
        arguments = [[1.0]] * (1 if "mean" in name[:5] and name != "mean_squared" else 2)
        errors.append(attempt(getattr(v1.metrics, name), *arguments))
    return found, errors
