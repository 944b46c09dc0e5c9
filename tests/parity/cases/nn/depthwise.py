"""Depthwise and separable convolutions, dilation and erosion: values, gradients, types, errors."""

import numpy as np

from tests.parity.case_helpers.windows import both_orders, first_order, kinds, numbers
from tests.parity.harness import tolerance

CASES = {}
_close = tolerance(1e-9, 1e-9)

_ONE = [1, 1, 1, 1]
_TWO = [1, 2, 2, 1]
_PAD = [[0, 0], [1, 0], [0, 1], [0, 0]]


def _gradients(function, *shapes):
    @_close
    def case(tf):
        return both_orders(tf, lambda *x: function(tf, *x), *(numbers(*s) for s in shapes))

    return case


for _strides, _padding, _dilations in (
    (_ONE, "SAME", None),
    (_ONE, "VALID", None),
    (_TWO, "SAME", None),
    ([1, 3, 3, 1], "VALID", None),
    (_TWO, _PAD, None),
    (_ONE, "SAME", [2, 2]),
    (_ONE, "VALID", [1, 2]),
    (_ONE, _PAD, [2, 1]),
):
    CASES[f"depthwise {_strides} {_padding} {_dilations}"] = _gradients(
        lambda tf, x, f, s=_strides, p=_padding, d=_dilations: tf.nn.depthwise_conv2d(
            x, f, s, p, "NHWC", d
        ),
        (2, 4, 5, 2),
        (2, 3, 2, 2),
    )
    CASES[f"separable {_strides} {_padding} {_dilations}"] = _gradients(
        lambda tf, x, f, w, s=_strides, p=_padding, d=_dilations: tf.nn.separable_conv2d(
            x, f, w, s, p, "NHWC", d
        ),
        (1, 4, 4, 2),
        (2, 2, 2, 2),
        (1, 1, 4, 3),
    )
for _strides, _padding, _size in (
    (_ONE, "SAME", (4, 5)),
    (_TWO, "VALID", (2, 2)),
    (_TWO, _PAD, (2, 2)),
):
    CASES[f"by filter {_strides} {_padding}"] = _gradients(
        lambda tf, x, g, s=_strides, p=_padding: tf.nn.depthwise_conv2d_backprop_filter(
            x, [2, 3, 2, 2], g, s, p
        ),
        (2, 4, 5, 2),
        (2, *_size, 4),
    )
    CASES[f"by input {_strides} {_padding}"] = _gradients(
        lambda tf, f, g, s=_strides, p=_padding: tf.nn.depthwise_conv2d_backprop_input(
            [2, 4, 5, 2], f, g, s, p
        ),
        (2, 3, 2, 2),
        (2, *_size, 4),
    )


@_close
def backprop_dilations(tf):
    x, f, g = numbers(1, 4, 4, 2), numbers(2, 2, 2, 1), numbers(1, 4, 4, 2, step=0.9)
    d = [1, 2, 2, 1]
    return [
        tf.nn.depthwise_conv2d_backprop_filter(x, [2, 2, 2, 1], g, _ONE, "SAME", dilations=d),
        tf.nn.depthwise_conv2d_backprop_input([1, 4, 4, 2], f, g, _ONE, "SAME", dilations=d),
    ]


@tolerance(2e-2, 3e-2)
def depthwise_types(tf):
    results = {}
    for d in ("float16", "bfloat16", "float32", "float64"):
        x, f = (tf.cast(np.round(numbers(*s) * 2) / 2, d) for s in ((1, 3, 3, 2), (2, 2, 2, 2)))
        results[d] = first_order(tf, lambda x, f: tf.nn.depthwise_conv2d(x, f, _ONE, "SAME"), x, f)
    return results


def depthwise_arguments(tf):
    x, f, s = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 3, 2]), _ONE
    c = tf.nn.depthwise_conv2d
    return kinds(
        {
            "integers": lambda: c(tf.cast(x, tf.int32), tf.cast(f, tf.int32), s, "SAME"),
            "nchw": lambda: c(tf.ones([1, 3, 4, 4]), f, s, "SAME", "NCHW"),
            "nchw depth": lambda: c(x, f, s, "SAME", "NCHW"),
            "nchw dilated": lambda: c(tf.ones([1, 3, 4, 4]), f, s, "SAME", "NCHW", [2, 2]),
            "format": lambda: c(x, f, s, "SAME", "XX"),
            "strides": lambda: c(x, f, [1, 1, 2, 1], "SAME"),
            "one stride": lambda: c(x, f, 1, "SAME"),
            "two strides": lambda: c(x, f, [1, 1], "SAME"),
            "batch stride": lambda: c(x, f, [2, 1, 1, 1], "SAME"),
            "no stride": lambda: c(x, f, [1, 0, 0, 1], "SAME"),
            "one dilation": lambda: c(x, f, s, "SAME", dilations=2),
            "four dilations": lambda: c(x, f, s, "SAME", dilations=[1, 2, 2, 1]),
            "small letters": lambda: c(x, f, s, "same"),
            "EXPLICIT": lambda: c(x, f, s, "EXPLICIT"),
            "negative padding": lambda: c(x, f, s, [[0, 0], [-1, 0], [0, 1], [0, 0]]),
            "batch padding": lambda: c(x, f, s, [[1, 0], [1, 0], [0, 1], [0, 0]]),
            "depth": lambda: c(x, f[:, :, :2], s, "SAME"),
            "rank": lambda: c(x[0], f, s, "SAME"),
            "rank 5": lambda: c(x[None], f, s, "SAME"),
            "filter rank": lambda: c(x, f[0], s, "SAME"),
            "too large": lambda: c(x, tf.ones([6, 5, 3, 1]), s, "VALID"),
            "one too large": lambda: c(x, tf.ones([5, 5, 3, 1]), s, "VALID"),
            "no batch": lambda: c(x[:0], f, s, "SAME"),
            "no filters": lambda: c(x, f[..., :0], s, "SAME"),
            "lists": lambda: c(x.numpy().tolist(), f.numpy().tolist(), s, "SAME", name="some"),
            "types": lambda: c(x, tf.cast(f, tf.float64), s, "SAME"),
        }
    )


def dilations_and_strides(tf):
    return tf.nn.depthwise_conv2d(
        numbers(1, 5, 5, 1), numbers(2, 2, 1, 1), _TWO, "SAME", dilations=[2, 2]
    )


def backprop_arguments(tf):
    x, f, g, s = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 3, 2]), tf.ones([1, 4, 4, 6]), _ONE
    a, b = tf.nn.depthwise_conv2d_backprop_filter, tf.nn.depthwise_conv2d_backprop_input
    n, m = [2, 2, 3, 2], [1, 4, 4, 3]
    return kinds(
        {
            "tensor": lambda: a(x, tf.constant(n), g, s, "SAME", name="some"),
            "int64": lambda: a(x, tf.constant(n, tf.int64), g, s, "SAME"),
            "nchw": lambda: a(x, n, g, s, "SAME", "NCHW"),
            "nchw input": lambda: b(m, f, g, s, "SAME", "NCHW"),
            "rows": lambda: a(x, n, g[:, :3], s, "SAME"),
            "rows input": lambda: b(m, f, g[:, :3], s, "SAME"),
            "channels": lambda: a(x, [2, 2, 2, 2], g, s, "SAME"),
            "channels input": lambda: b([1, 4, 4, 2], f, g, s, "SAME"),
            "EXPLICIT": lambda: b(m, f, g, s, "EXPLICIT"),
            "three": lambda: a(x, [2, 2, 3], g, s, "SAME"),
            "three input": lambda: b([4, 4, 3], f, g, s, "SAME"),
            "strides": lambda: a(x, n, g[:, :2], [1, 2, 1, 1], "SAME"),
            "one stride": lambda: a(x, n, g, 1, "SAME"),
            "batch": lambda: b([2, 4, 4, 3], f, g, s, "SAME"),
            "rank": lambda: b(m, f, g[0], s, "SAME"),
            "rank filter": lambda: a(x[0], n, g, s, "SAME"),
            "depth": lambda: b(m, f, g[..., :4], s, "SAME"),
            "depth filter": lambda: a(x, n, g[..., :4], s, "SAME"),
            "negative": lambda: b([1, -4, 4, 3], f, g, s, "SAME"),
            "no batch": lambda: b([0, 4, 4, 3], f, g[:0], s, "SAME"),
            "no batch filter": lambda: a(x[:0], n, g[:0], s, "SAME"),
            "types": lambda: a(x, n, tf.cast(g, tf.float64), s, "SAME"),
        }
    )


def separable_arguments(tf):
    x, f, w, s = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 3, 2]), tf.ones([1, 1, 6, 4]), _ONE
    c = tf.nn.separable_conv2d
    return kinds(
        {
            "pointwise": lambda: c(x, f, tf.ones([2, 1, 6, 4]), s, "SAME"),
            "pointwise rank": lambda: c(x, f, w[0], s, "SAME"),
            "pointwise depth": lambda: c(x, f, w[:, :, :4], s, "SAME"),
            "pointwise groups": lambda: c(x, f, w[:, :, :3], s, "SAME"),
            "one stride": lambda: c(x, f, w, 1, "SAME"),
            "nchw": lambda: c(tf.ones([1, 3, 4, 4]), f, w, s, "SAME", "NCHW"),
            "lists": lambda: c(x.numpy().tolist(), f, w, s, "SAME", name="some"),
        }
    )


# -- dilation and erosion -----------------------------------------------------------------------

_INF, _NAN = float("inf"), float("nan")

for _strides, _padding, _rates in (
    (_ONE, "SAME", _ONE),
    (_ONE, "VALID", _TWO),
    (_TWO, "SAME", [1, 1, 2, 1]),
    ([1, 2, 3, 1], "VALID", _ONE),
):

    def _dilated(tf, s=_strides, p=_padding, r=_rates):
        results = []
        for f in (tf.nn.dilation2d, tf.nn.erosion2d):
            x, w = numbers(2, 4, 5, 2), numbers(2, 2, 2, step=0.4)
            results.append(first_order(tf, lambda x, w, f=f: f(x, w, s, p, "NHWC", r), x, w))
        return results

    CASES[f"dilation {_strides} {_padding} {_rates}"] = _dilated


def dilation_ties(tf):
    def run(x, w, padding):
        x, w = np.array(x, np.float32).reshape(1, 3, 3, 1), np.full((2, 2, 1), w, np.float32)
        f = tf.nn.dilation2d
        return first_order(tf, lambda x, w: f(x, w, _ONE, padding, "NHWC", _ONE), x, w)

    mixed = [1, _NAN, 2, _NAN, 3, 4, 5, _INF, _NAN]
    return [
        run(x, w, padding)
        for x in ([1] * 9, mixed, [-_INF] * 9, [_NAN] * 9)
        for w, padding in ((0, "VALID"), (1, "SAME"))
    ]


def dilation_second_order(tf):
    x = numbers(1, 3, 3, 1)
    return both_orders(
        tf, lambda x, w: tf.nn.dilation2d(x, w, _ONE, "SAME", "NHWC", _ONE), x, numbers(2, 2, 1)
    )


def dilation_types(tf):
    results = {}
    for d in (
        "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
    ):
        x = tf.cast(np.abs(np.round(numbers(1, 3, 3, 1) * 50)), d)
        w = tf.cast(np.abs(np.round(numbers(2, 2, 1) * 50)), d)
        results[d] = tf.nn.dilation2d(x, w, _ONE, "SAME", "NHWC", _ONE)
    large = tf.constant([[[[2**64 - 1], [3]]]], tf.uint64)
    return results, tf.nn.dilation2d(
        large, tf.constant([[[1]]], tf.uint64), _ONE, "SAME", "NHWC", _ONE
    )


def dilation_arguments(tf):
    x, f, o = tf.ones([1, 4, 4, 3]), tf.ones([2, 2, 3]), _ONE
    d, e = tf.nn.dilation2d, tf.nn.erosion2d
    return kinds(
        {
            "bool": lambda: d(tf.cast(x, tf.bool), tf.cast(f, tf.bool), o, "SAME", "NHWC", o),
            "unsigned": lambda: e(tf.cast(x, tf.uint8), tf.cast(f, tf.uint8), o, "SAME", "NHWC", o),
            "nchw": lambda: d(x, f, o, "SAME", "NCHW", o),
            "nchw erosion": lambda: e(x, f, o, "SAME", "NCHW", o),
            "no format": lambda: d(x, f, o, "SAME", None, o),
            "two strides": lambda: d(x, f, [1, 1], "VALID", "NHWC", o),
            "two rates": lambda: d(x, f, o, "VALID", "NHWC", [1, 1]),
            "one stride": lambda: d(x, f, 1, "VALID", "NHWC", o),
            "batch stride": lambda: d(x, f, [2, 1, 1, 1], "VALID", "NHWC", o),
            "batch rate": lambda: d(x, f, o, "VALID", "NHWC", [2, 1, 1, 1]),
            "no stride": lambda: d(x, f, [1, 0, 1, 1], "VALID", "NHWC", o),
            "explicit": lambda: d(x, f, o, [[0, 0]] * 4, "NHWC", o),
            "padding": lambda: d(x, f, o, "x", "NHWC", o),
            "rank": lambda: d(x[0], f, o, "SAME", "NHWC", o),
            "filter rank": lambda: d(x, f[None], o, "SAME", "NHWC", o),
            "depth": lambda: d(x, f[..., :2], o, "SAME", "NHWC", o),
            "one too large": lambda: d(x, tf.ones([5, 5, 3]), o, "VALID", "NHWC", o),
            "too large": lambda: d(x, tf.ones([6, 5, 3]), o, "VALID", "NHWC", o),
            "no batch": lambda: d(x[:0], f, o, "SAME", "NHWC", o, name="some"),
            "no channels": lambda: d(x[..., :0], f[..., :0], o, "SAME", "NHWC", o),
            "lists": lambda: e(x.numpy().tolist(), f, o, "SAME", "NHWC", o, name="some"),
        }
    )
