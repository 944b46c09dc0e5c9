"""Functions that stand alone: incomplete beta, Sobol's points, histograms, patches, `tf.conv`."""

import numpy as np

from tests.parity.case_helpers.tables import COMPLEX, EVERY, gradients, of_dtype, outcomes, ramp
from tests.parity.harness import tolerance

INF, NAN = float("inf"), float("nan")


@tolerance(rtol=2e-5)
def betainc(tf):
    f = tf.math.betainc
    rows = [
        (1.0, 2.0, 0.5),
        ([1.0, 2.0], 2.0, 0.5),
        ([1.0, 2.0], [2.0, 3.0], 0.5),
        (1.0, 2.0, [0.0, 0.1, 0.2, 1.0, -0.1, 1.1, NAN]),
        # TensorFlow's float32 is not as exact there.
        (np.array([0.5, 10.0, 100.0, 3.0]), [5.0, 10.0, 200.0, 0.1], [0.3, 0.45, 0.33, 0.999]),
        ([0.0, 1.0, -1.0, NAN, INF, 1.0], 1.0, 0.5),
        (1.0, [0.0, -1.0, NAN, INF], 0.5),
        ([1.0, 2.0], 2.0, [0.1, 0.2]),
        (tf.constant(1.0, tf.float64), 2.0, 0.5),
        (tf.Variable(1.0), 2.0, np.float32(0.5)),
        ([], [], []),
        ([[]], 1.0, 0.5),
        (1, 2, 0.5),
        (1, 2, 1),
        ([[1.0], [2.0]], [2.0, 3.0], 0.5),
        ([1.0, 2.0], [2.0], [0.1, 0.2]),
        ([1.0, 2.0], [2.0, 3.0], [[0.1, 0.2]]),
        (1.0, [2.0, 3.0], [0.1, 0.2, 0.3]),
        (1.0, None, 0.5),
        (tf.constant(1.0), tf.constant(1.0, tf.float64), 0.5),
    ]
    result = outcomes({i: lambda row=row: f(*row) for i, row in enumerate(rows)})
    types = {d: lambda d=d: f(*[of_dtype(tf, [0.5], d)] * 3) for d in EVERY}
    return result, outcomes(types), f(a=1.0, b=2.0, x=0.25, name="some")


@tolerance(rtol=1e-5)
def betainc_gradients(tf):
    results = {}
    for d in ("float32", "float64"):
        a = np.array([1.0, 2.0, 0.5, 3.0], d)
        b = np.array([1.0, 1.0, 2.0, 4.0], d)
        for key, x in {
            "inside": np.array([0.1, 0.5, 0.9, 0.3], d),
            "0": np.zeros(4, d),
            "1": np.ones(4, d),
            "scalar": np.array(0.4, d),
        }.items():
            results[f"{d} {key}"] = gradients(tf, tf.math.betainc, a, b, x)
        results[f"{d} scalars"] = gradients(
            tf, tf.math.betainc, a[1], b[2], np.array([0.2, 0.7], d)
        )
    return results


def sobol_sample(tf):
    f = tf.math.sobol_sample
    rows = [
        (1, 4),
        (3, 5),
        (5, 4, 7),
        (40, 3, 2),
        (2, 3, 123456789),
        (tf.constant(2), tf.constant(3), tf.constant(1)),
        (np.int32(2), 3),
        (1, 0),
        (0, 1),
        (-1, 1),
        (1, 2, -1),
        (21201, 1),
        (2, 3, 2**31 - 3),
        (2, 3, 0, tf.float64),
        (2, 3, 0, tf.float16),
        (2, 3, 0, tf.int32),
        (2.0, 1),
        ([2], 1),
        (2, [1]),
        (2, 1, [1]),
        (tf.constant(2, tf.int64), 1),
    ]
    high = tf.reduce_sum(f(21200, 3, 1000), axis=1)
    return outcomes({i: lambda row=row: f(*row) for i, row in enumerate(rows)}), high


def unravel_index(tf):
    f = tf.unravel_index
    rows = [
        (22, [7, 6]),
        ([22, 41, 37], [7, 6]),
        (1621, [6, 7, 8, 9]),
        (-1, [7, 6]),
        ([-43, -5], [7, 6]),
        (7, [2, 2, 2]),
        (3, [4]),
        (tf.constant([3], tf.int64), [2, 2]),
        ([[1, 2], [3, 4]], [2, 3]),
        ([], [3]),
        (5, []),
        ([1], [[2]]),
        (42, [7, 6]),
        ([50, 1], [7, 6]),
        (tf.constant([3]), tf.constant([2, 2], tf.int64)),
        (3, [0, 2]),
        (3, 5),
        (1.5, [2]),
        (3, [2**20, 2**20]),
        (5, [-2, -3]),
    ]
    return outcomes({i: lambda row=row: f(*row) for i, row in enumerate(rows)})


def _histogram_rows(tf, f):
    span = [0.0, 5.0]
    values = [-1.0, 0.0, 1.5, 2.0, 5.0, 15]
    rows = [
        (values, span, {"nbins": 5}),
        ([values], span, {}),
        ([NAN, 1.0], span, {"nbins": 5}),
        ([INF, -INF], span, {"nbins": 5}),
        ([1, 2, 7], [0, 5], {"nbins": 5}),
        ([1.0, 2.0], [5.0, 0.0], {}),
        ([1.0, 2.0], [1.0, 1.0], {}),
        ([1.0, 2.0], span, {"nbins": 0}),
        ([1.0, 2.0], span, {"nbins": -1}),
        ([1.0, 2.0], span, {"nbins": 3, "dtype": tf.int64}),
        ([1.0, 2.0], span, {"nbins": 3, "dtype": tf.float32}),
        ([], span, {"nbins": 3}),
        ([[1.0, 2.0], [3.0, 4.0]], span, {"nbins": 3}),
        (1.5, span, {"nbins": 3}),
        (tf.Variable([1.5]), span, {"nbins": 3}),
        ([1.0], [1.0, 2.0, 3.0], {}),
        ([1.0], [1.0], {}),
        ([1.0], 1.0, {}),
        ([1.0], span, {"nbins": [3]}),
        ([1.0], span, {"nbins": 2.5}),
        ([1.0], [NAN, 1.0], {}),
        ([1.0], [0.0, INF], {"nbins": 3}),
        ([1.0], span, {"nbins": tf.constant(4, tf.int64)}),
        (tf.constant([1.0], tf.float64), tf.constant(span), {}),
    ]
    results = {i: lambda row=row: f(row[0], row[1], **row[2]) for i, row in enumerate(rows)}
    for d in EVERY:
        results[d] = lambda d=d: f(of_dtype(tf, [1, 3, 4], d), of_dtype(tf, [0, 5], d), nbins=4)
    return outcomes(results)


def histogram_fixed_width(tf):
    return _histogram_rows(tf, tf.histogram_fixed_width)


def histogram_fixed_width_bins(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.histogram_fixed_width_bins(x, [0.0, 5.0])
    return _histogram_rows(tf, tf.histogram_fixed_width_bins), tape.gradient(y, x)


_ONES = [1] * 5


def extract_volume_patches(tf):
    f = tf.extract_volume_patches
    x = tf.constant(ramp((2, 3, 3, 2, 1)))
    rows = [
        ([1, 2, 2, 1, 1], _ONES, "VALID"),
        ([1, 2, 2, 2, 1], [1, 1, 2, 1, 1], "SAME"),
        ([1, 1, 2, 1, 1], [1, 2, 3, 1, 1], "SAME"),
        ([1, 4, 1, 1, 1], _ONES, "VALID"),
        ([1, 4, 1, 1, 1], _ONES, "SAME"),
        ([2, 2, 2, 1, 1], _ONES, "VALID"),
        ([1, 2, 2, 1, 2], _ONES, "VALID"),
        ([1, 2, 2, 1, 1], [2, 1, 1, 1, 1], "VALID"),
        ([1, 2, 2, 1], _ONES, "VALID"),
        ([1, 2, 2, 1, 1], [1, 0, 1, 1, 1], "VALID"),
        ([1, 0, 2, 1, 1], _ONES, "VALID"),
        ([1, 2, 2, 1, 1], _ONES, "FULL"),
        (2, _ONES, "VALID"),
        (_ONES, _ONES, 3),
        ([1, 5, 2, 1, 1], _ONES, "VALID"),
    ]
    results = {i: lambda row=row: f(x, *row) for i, row in enumerate(rows)}
    results["rank"] = lambda: f(x[0], _ONES, _ONES, "VALID")
    results["empty"] = lambda: f(x[:0], [1, 2, 1, 1, 1], _ONES, "SAME")
    for d in EVERY:
        y = of_dtype(tf, np.arange(24).reshape(1, 2, 3, 2, 2) % 2, d)
        results[d] = lambda y=y: f(y, [1, 2, 2, 1, 1], _ONES, "VALID")
    by = gradients(
        tf, lambda x: f(x, [1, 2, 2, 1, 1], [1, 1, 2, 1, 1], "SAME"), ramp((1, 2, 3, 2, 2))
    )
    return outcomes(results), by


def approx_top_k(tf):
    f = tf.approx_top_k
    x = tf.constant([[1.0, 5.0, 3.0, 4.0], [2.0, 9.0, 8.0, 0.0]])
    rows = [
        {"k": 2},
        {"k": 0},
        {"k": 5},
        {"k": 2, "is_max_k": False},
        {"k": 1, "reduction_dimension": 0},
        {"k": 2, "aggregate_to_topk": False, "recall_target": 0.5},
        {"k": 2, "reduction_input_size_override": 100},
        {"k": -1},
    ]
    results = {i: lambda row=row: f(x, **row) for i, row in enumerate(rows)}
    for d in EVERY:
        results[d] = lambda d=d: f(of_dtype(tf, [1, 0], d), 1)
    return outcomes(results), gradients(tf, lambda x: f(x, k=2)[0], ramp((2, 3)))


def conv(tf):
    f = tf.conv
    x, w = tf.constant(ramp((2, 5, 6, 2), step=0.1)), tf.constant(ramp((3, 2, 2, 3), step=0.1))
    ones = [1, 1, 1, 1]
    rows = [
        {"padding": "VALID"},
        {"padding": "SAME", "strides": [1, 2, 1, 1]},
        {"padding": "SAME", "strides": [1, 1]},
        {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 1, 0, 1, 0, 0]},
        {"padding": "VALID", "dilations": [1, 2, 1, 1]},
        {"padding": "VALID", "data_format": "CHANNELS_FIRST"},
        {"padding": "VALID", "data_format": "NHWC"},
        {"padding": "VALID", "batch_dims": 2},
        {"padding": "VALID", "batch_dims": 0},
        {"padding": "VALID", "groups": 2},
        {"padding": "VALID", "strides": [2, 1, 1, 1]},
        {"padding": "FULL"},
    ]
    results = {i: lambda row=row: f(x, w, **{"strides": ones, **row}) for i, row in enumerate(rows)}
    results["volumes"] = lambda: f(
        ramp((1, 3, 3, 2, 2)), ramp((2, 2, 2, 2, 1)), [1] * 5, padding="VALID"
    )
    results["batches"] = lambda: f(
        ramp((2, 1, 3, 3, 2)), ramp((2, 2, 2, 1)), ones, padding="VALID", batch_dims=2
    )
    results["rank"] = lambda: f(ramp((2, 7, 2)), ramp((3, 2, 4)), [1] * 3, padding="VALID")
    results["depth"] = lambda: f(ramp((1, 4, 4, 4)), ramp((2, 2, 2, 3)), ones, padding="VALID")
    results["gradient"] = lambda: gradients(tf, lambda x: f(x, w, ones, "VALID"), x.numpy())
    for d in EVERY:
        if d not in COMPLEX:
            y = of_dtype(tf, np.arange(9).reshape(1, 3, 3, 1) % 2, d)
            results[d] = lambda y=y: f(y, y[:, :2, :2], ones, "VALID")
    return outcomes(results)
