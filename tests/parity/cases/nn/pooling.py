"""Pooling: values, gradients of both orders, ties, NaN and infinity, types, errors."""

import numpy as np

from tests.parity.case_helpers.windows import both_orders, first_order, kinds, numbers
from tests.parity.harness import tolerance

CASES = {}
_INF, _NAN = float("inf"), float("nan")
_close = tolerance(1e-6, 1e-6)


def _gradients(function, shape, dtype="float64"):
    @_close
    def case(tf):
        return both_orders(tf, lambda x: function(tf, x), numbers(*shape).astype(dtype))

    return case


# Height, width; windows; strides; padding.
_PLANE = [
    ((4, 5), 2, 2, "VALID"),
    ((4, 5), 2, 2, "SAME"),
    ((5, 5), 3, 2, "SAME"),
    ((6, 4), 3, 2, "SAME"),
    ((4, 4), 2, 1, "SAME"),
    ((5, 4), [4, 3], 1, "SAME"),
    ((5, 6), [2, 3], [1, 2], "VALID"),
    ((7, 5), [1, 2, 1, 1], [1, 3, 2, 1], "SAME"),
    ((5, 5), 2, 3, "SAME"),
    ((3, 3), 5, 1, "SAME"),
    ((6, 6), 4, 3, "SAME"),
]
for _size, _window, _strides, _padding in _PLANE:
    for _name in ("max_pool2d", "avg_pool2d"):
        CASES[f"{_name} {_size} {_window} {_strides} {_padding}"] = _gradients(
            lambda tf, x, n=_name, k=_window, s=_strides, p=_padding: getattr(tf.nn, n)(x, k, s, p),
            (2, *_size, 2),
        )
for _paddings in ([1, 1, 1, 1], [1, 0, 0, 1], [2, 1, 0, 2], [2, 2, 2, 2]):
    _pairs = [[0, 0], _paddings[:2], _paddings[2:], [0, 0]]

    @_close
    def _explicit(tf, p=_pairs):
        return [
            first_order(tf, lambda x, s=s: tf.nn.max_pool2d(x, 3, s, p), numbers(1, 4, 5, 2))
            for s in (1, 2)
        ]

    CASES[f"max_pool2d {_pairs}"] = _explicit

for _shape, _window, _strides, _padding in (
    ((2, 5, 2), 2, 2, "SAME"),
    ((2, 5, 2), 3, 1, "VALID"),
    ((1, 4, 1), [1, 2, 1], [1, 1, 1], "SAME"),
):
    for _name in ("max_pool1d", "avg_pool1d", "max_pool", "avg_pool"):
        CASES[f"{_name} {_shape} {_window} {_strides} {_padding}"] = _gradients(
            lambda tf, x, n=_name, k=_window, s=_strides, p=_padding: getattr(tf.nn, n)(x, k, s, p),
            _shape,
        )
for _shape, _window, _strides, _padding in (
    ((1, 3, 4, 3, 2), 2, 2, "SAME"),
    ((1, 2, 3, 3, 1), 2, 1, "SAME"),
    ((1, 2, 3, 4, 1), [1, 2, 3], [1, 1, 2], "VALID"),
    ((1, 4, 2, 5, 1), 2, 3, "SAME"),
    ((1, 1, 3, 3, 1), 2, 2, "SAME"),
):
    for _name in ("max_pool3d", "avg_pool3d"):
        CASES[f"{_name} {_shape} {_window} {_strides} {_padding}"] = _gradients(
            lambda tf, x, n=_name, k=_window, s=_strides, p=_padding: getattr(tf.nn, n)(x, k, s, p),
            _shape,
            "float32",
        )
for _rank, _size in {1: (5,), 2: (4, 5), 3: (3, 4, 3)}.items():
    for _options in (
        {},
        {"strides": [2] * _rank, "padding": "SAME"},
        {"dilations": [2, 1, 2][:_rank]},
    ):
        for _kind in ("MAX", "AVG"):
            CASES[f"pool {_rank} {_kind} {_options}"] = _gradients(
                lambda tf, x, r=_rank, k=_kind, o=_options: tf.nn.pool(x, [2] * r, k, **o),
                (1, *_size, 2),
                "float32",
            )


# -- ties and what is no number -----------------------------------------------------------------

_SQUARES = {
    "equal": [1] * 9,
    "pairs": [1, 2, 2, 1, 2, 1, 2, 2, 1],
    "some nan": [1, _NAN, 2, _NAN, 3, 4, 5, 6, _NAN],
    "all nan": [_NAN] * 9,
    "minus infinity": [-_INF] * 9,
    "some infinity": [_INF, _INF, -_INF, -_INF, -_INF, -_INF, -_INF, 1, _NAN],
    "lowest": [float(np.finfo(np.float32).min)] * 9,
}
for _name, _square in _SQUARES.items():

    def _ties(tf, v=_square):
        x = np.array(v, np.float32).reshape(1, 3, 3, 1)
        x = np.concatenate([x, x[:, ::-1]], -1)
        results = []
        for window, strides in ((2, 1), (3, 2), (2, 2)):
            for padding in ("VALID", "SAME", [[0, 0], [1, 1], [1, 1], [0, 0]]):
                moves = window, strides, padding
                results.append(first_order(tf, lambda x, m=moves: tf.nn.max_pool2d(x, *m), x))
                if isinstance(padding, str):
                    results.append(tf.nn.max_pool_with_argmax(x, *moves))
                    results.append(first_order(tf, lambda x, m=moves: tf.nn.avg_pool2d(x, *m), x))
        # With less channels TensorFlow is of two minds about what is no number.
        wide = np.repeat(x[None], 4, -1)
        for padding in ("VALID", "SAME"):
            moves = [1, 2, 2], 1, padding
            results.append(first_order(tf, lambda x, m=moves: tf.nn.max_pool3d(x, *m), wide))
        return results

    CASES[f"square {_name}"] = _ties


def ties_of_second_order(tf):
    x = np.ones((1, 2, 3, 2), np.float32)
    return [
        both_orders(tf, lambda x: tf.nn.max_pool2d(x, 2, 1, "SAME"), x),
        both_orders(tf, lambda x: tf.nn.max_pool3d(x, [1, 2, 2], 1, "SAME"), x[None]),
    ]


def near_ties(tf):
    results = []
    for step in (1e-4, 1e-6):
        x = np.array([1, 1 - step], np.float32).reshape(1, 1, 1, 2, 1)
        results.append(first_order(tf, lambda x: tf.nn.max_pool3d(x, [1, 1, 2], 1, "VALID"), x))
    return results


# -- where it comes from ------------------------------------------------------------------------


@_close
def argmax(tf):
    x = numbers(2, 4, 5, 3)
    f = tf.nn.max_pool_with_argmax
    return [
        f(x, 2, 2, "SAME"),
        f(x, [2, 3], 1, "SAME", include_batch_in_index=True),
        f(x, 3, [1, 2, 1, 1], "VALID", output_dtype=tf.int32, name="some"),
        f(tf.cast(x * 9, tf.int16), 2, 1, "VALID", "NHWC", "int32"),
        f(x, [1, 1, 1, 3], [1, 1, 1, 3], "SAME"),
        f(x, [4, 6], 1, "VALID"),
        both_orders(tf, lambda x: f(x, 2, 1, "SAME")[0], x),
        both_orders(tf, lambda x: f(x, 2, 2, "VALID", include_batch_in_index=True)[0], x),
    ]


def argmax_arguments(tf):
    x = tf.ones([2, 3, 3, 2])
    f = tf.nn.max_pool_with_argmax
    return kinds(
        {
            "real": lambda: f(x, 2, 2, "VALID", output_dtype=tf.float32)[1],
            "nchw": lambda: f(x, 2, 2, "VALID", "NCHW")[1],
            "no format": lambda: f(x, 2, 2, "VALID", None)[1],
            "depth": lambda: f(x, [1, 2, 2, 2], 2, "VALID")[1],
            "explicit": lambda: f(x, 2, 2, [[0, 0]] * 4)[1],
            "rank": lambda: f(x[0], 2, 2, "SAME")[1],
            "no batch": lambda: f(x[:0], 2, 2, "SAME")[1],
            "no window": lambda: f(x, 0, 2, "SAME")[1],
            "no stride": lambda: f(x, 2, 0, "SAME")[1],
            "too large": lambda: f(x, 5, 1, "VALID")[1],
            "padding": lambda: f(x, 2, 2, "same")[1],
            "complex": lambda: f(tf.cast(x, tf.complex64), 2, 2, "SAME")[1],
        }
    )


# -- types --------------------------------------------------------------------------------------

_TYPES = (
    "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "complex64 bool"
).split()


@tolerance(1e-2, 1e-2)
def types(tf):
    results = {}
    for d in _TYPES:
        x = tf.cast(np.abs(np.round(numbers(1, 3, 4, 2) * 8)), d)
        rows = {
            "max": lambda x=x: tf.nn.max_pool2d(x, 2, 2, "SAME"),
            "padded": lambda x=x: tf.nn.max_pool2d(x, 3, 2, [[0, 0], [2, 0], [1, 1], [0, 0]]),
            "depth": lambda x=x: tf.nn.max_pool2d(x, [1, 1, 1, 2], [1, 1, 1, 2], "SAME"),
            "argmax": lambda x=x: tf.nn.max_pool_with_argmax(x, 2, 2, "SAME")[0],
            "avg": lambda x=x: tf.nn.avg_pool2d(x, 2, 1, "SAME"),
            "max3": lambda x=x: tf.nn.max_pool3d(x[None], 2, 2, "SAME"),
            "avg3": lambda x=x: tf.nn.avg_pool3d(x[None], 2, 2, "SAME"),
        }
        known = kinds(rows)
        values = {n: row() for n, row in rows.items() if known[n][0] == "("}
        slopes = {}
        if x.dtype.is_floating:
            slopes = {
                n: first_order(tf, f, x)
                for n, f in {
                    "max": lambda x: tf.nn.max_pool2d(x, 2, 2, "SAME"),
                    "avg": lambda x: tf.nn.avg_pool2d(x, 2, 1, "SAME"),
                }.items()
            }
        results[d] = known, values, slopes
    return results


# -- arguments ----------------------------------------------------------------------------------


def _arguments(name):
    def case(tf):
        x = tf.ones([1, 4, 4, 4])
        f = getattr(tf.nn, name)
        pad = [[0, 0], [1, 1], [1, 0], [0, 0]]
        return kinds(
            {
                "lists": lambda: f(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID"),
                "three": lambda: f(x, [2, 3, 1], 1, "VALID"),
                "no window": lambda: f(x, 0, 1, "VALID"),
                "negative window": lambda: f(x, -1, 1, "SAME"),
                "no stride": lambda: f(x, 2, 0, "VALID"),
                "negative stride": lambda: f(x, 2, -1, "SAME"),
                "batch window": lambda: f(x, [2, 2, 2, 1], 1, "VALID"),
                "batch stride": lambda: f(x, 2, [2, 1, 1, 1], "VALID"),
                "depth": lambda: f(x, [1, 1, 1, 2], [1, 1, 1, 2], "VALID"),
                "depth indivisible": lambda: f(x, [1, 1, 1, 3], [1, 1, 1, 3], "VALID"),
                "depth stride": lambda: f(x, [1, 1, 1, 2], [1, 1, 1, 1], "VALID"),
                "depth and more": lambda: f(x, [1, 2, 2, 2], [1, 2, 2, 2], "VALID"),
                "stride of depth": lambda: f(x, [1, 2, 2, 1], [1, 2, 2, 2], "VALID"),
                "rank 3": lambda: f(x[0], 2, 2, "VALID"),
                "rank 5": lambda: f(x[None], 2, 2, "VALID"),
                "one too large": lambda: f(x, 5, 1, "VALID"),
                "too large": lambda: f(x, 6, 1, "VALID"),
                "large": lambda: f(x, 6, 3, "VALID"),
                "explicit": lambda: f(x, 2, 1, pad),
                "wide": lambda: f(x, 2, 1, [[0, 0], [2, 1], [1, 0], [0, 0]]),
                "deep": lambda: f(x, 3, 1, [[0, 0], [1, 1], [1, 1], [1, 1]]),
                "negative": lambda: f(x, 3, 1, [[0, 0], [-1, 1], [1, 1], [0, 0]]),
                "three pairs": lambda: f(x, 3, 1, pad[:3]),
                "nchw": lambda: f(x, 2, 2, "SAME", "NCHW"),
                "nchw explicit": lambda: f(x, 2, 2, [[0, 0], [0, 0], [1, 0], [0, 1]], "NCHW"),
                "format": lambda: f(x, 2, 2, "SAME", "NWHC"),
                "no format": lambda: f(x, 2, 2, "SAME", None, name="some"),
                "vectors": lambda: f(x, 2, 2, "SAME", "NCHW_VECT_C"),
                "vectors explicit": lambda: f(x, 2, 2, pad, "NCHW_VECT_C"),
                "small letters": lambda: f(x, 2, 2, "same"),
                "EXPLICIT": lambda: f(x, 2, 2, "EXPLICIT"),
                "no padding": lambda: f(x, 2, 2, None),
                "no batch": lambda: f(x[:0], 2, 2, "SAME"),
                "empty": lambda: f(x[:, :0], 2, 2, "SAME"),
                "empty valid": lambda: f(x[:, :0], 2, 2, "VALID"),
                "no channels": lambda: f(x[..., :0], 2, 2, "SAME"),
                "list": lambda: f([[[[1.0]]]], 2, 2, "SAME"),
                "integers": lambda: f(np.ones((1, 4, 4, 1), np.int64), 2, 2, "SAME"),
                "real window": lambda: f(x, 2.5, 2, "SAME"),
                "None": lambda: f(x, None, None, "SAME"),
                "tensor": lambda: f(x, tf.constant([2, 2]), 2, "SAME"),
                "variable": lambda: f(tf.Variable(x), (2, 2), (1, 2), "SAME"),
            }
        )

    return case


for _name in ("max_pool2d", "avg_pool2d", "max_pool", "avg_pool"):
    CASES[f"{_name} arguments"] = _arguments(_name)


def _gradients_of_none(tf, f, x):
    return first_order(tf, f, x)[1]


def gradients_of_nothing(tf):
    x = np.ones((1, 4, 4, 4), np.float32)
    results = []
    for n in ("max_pool2d", "avg_pool2d"):
        f = getattr(tf.nn, n)
        results += [
            _gradients_of_none(tf, lambda x, f=f: f(x, 2, 2, "SAME"), x[:0]),
            _gradients_of_none(tf, lambda x, f=f: f(x, 2, 2, "SAME"), x[:, :0]),
            _gradients_of_none(tf, lambda x, f=f: f(x, 2, 2, "SAME"), x[..., :0]),
        ]
    depth = [1, 1, 1, 2]
    results.append(_gradients_of_none(tf, lambda x: tf.nn.max_pool2d(x, depth, depth, "SAME"), x))
    return results


def other_arguments(tf):
    x, v = tf.ones([2, 5, 3]), tf.ones([1, 4, 4, 4, 2])
    rows = {}
    for n in ("max", "avg"):
        f, g = getattr(tf.nn, f"{n}_pool1d"), getattr(tf.nn, f"{n}_pool3d")
        h = getattr(tf.nn, f"{n}_pool")
        rows |= {
            f"{n} ncw": lambda f=f: f(x, 2, 2, "SAME", "NCW"),
            f"{n} nhwc": lambda f=f: f(x, 2, 2, "SAME", "NHWC"),
            f"{n} format": lambda f=f: f(x, 2, 2, "SAME", "XX"),
            f"{n} no format": lambda f=f: f(x, 2, 2, "SAME", None, name="some"),
            f"{n} two": lambda f=f: f(x, [2, 2], 1, "SAME"),
            f"{n} explicit": lambda f=f: f(x, 2, 1, [[0, 0], [1, 1], [0, 0]]),
            f"{n} explicit ncw": lambda f=f: f(x, 2, 1, [[0, 0], [0, 0], [1, 1]], "NCW"),
            f"{n} two pairs": lambda f=f: f(x, 2, 1, [[1, 1], [0, 0]]),
            f"{n} rank 2": lambda f=f: f(x[0], 2, 2, "SAME"),
            f"{n} rank 4": lambda f=f: f(x[None], 2, 2, "SAME"),
            f"{n} list": lambda f=f: f(x.numpy().tolist(), 2, 2, "SAME"),
            f"{n} ncdhw": lambda g=g: g(v, 2, 2, "SAME", "NCDHW"),
            f"{n} 3 format": lambda g=g: g(v, 2, 2, "SAME", "NDHW"),
            f"{n} 3 explicit": lambda g=g: g(v, 2, 2, [[0, 0]] * 5),
            f"{n} 3 rank": lambda g=g: g(v[0], 2, 2, "SAME"),
            f"{n} 3 batch": lambda g=g: g(v, [2, 2, 2, 2, 1], 2, "SAME"),
            f"{n} 3 depth": lambda g=g: g(v, [1, 2, 2, 2, 2], 2, "SAME"),
            f"{n} 3 depth stride": lambda g=g: g(v, 2, [1, 2, 2, 2, 2], "SAME"),
            f"{n} 3 no window": lambda g=g: g(v, 0, 1, "SAME"),
            f"{n} 3 no stride": lambda g=g: g(v, 1, 0, "SAME"),
            f"{n} 3 too large": lambda g=g: g(v, 6, 1, "VALID"),
            f"{n} 3 no batch": lambda g=g: g(v[:0], 2, 2, "SAME"),
            f"{n} 3 empty": lambda g=g: g(v[:, :0], 2, 2, "SAME"),
            f"{n} 3 no format": lambda g=g: g(v, 2, 2, "SAME", None, name="some"),
            f"{n} of 5": lambda h=h: h(v, 2, 2, "SAME"),
            f"{n} of 5 explicit": lambda h=h: h(v, 2, 1, [[0, 0]] * 5),
            f"{n} of 2": lambda h=h: h(x[0], 2, 2, "SAME"),
            f"{n} of 6": lambda h=h: h(v[None], 2, 2, "SAME"),
            f"{n} of array": lambda h=h: h(x.numpy(), 2, 2, "SAME", "NWC"),
            f"{n} of 5 ncdhw": lambda h=h: h(v, 2, 2, "SAME", "NCDHW"),
        }
    return kinds(rows)


def pool_arguments(tf):
    x, y, v = tf.ones([1, 4, 4, 4]), tf.ones([2, 5, 3]), tf.ones([1, 4, 4, 4, 2])
    f = tf.nn.pool
    rows = {}
    for t in ("MAX", "AVG"):
        rows |= {
            f"{t} same": lambda t=t: f(x, [2, 2], t, padding="SAME", dilations=[2, 1]),
            f"{t} both": lambda t=t: f(x, [2, 2], t, [2, 1], dilations=[2, 1]),
            f"{t} strides": lambda t=t: f(x, [2, 2], t, [3, 1]),
            f"{t} nchw": lambda t=t: f(x, [2, 2], t, data_format="NCHW"),
            f"{t} ncw": lambda t=t: f(y, [2], t, data_format="NCW"),
            f"{t} ncdhw": lambda t=t: f(v, [2, 2, 2], t, data_format="NCDHW"),
            f"{t} nwc": lambda t=t: f(y, [2], t, data_format="NWC", name="some"),
            f"{t} rank": lambda t=t: f(x, [2], t),
            f"{t} no window": lambda t=t: f(x, [0, 0], t),
            f"{t} no stride": lambda t=t: f(x, [2, 2], t, [0, 1]),
            f"{t} no dilation": lambda t=t: f(x, [2, 2], t, dilations=[0, 1]),
            f"{t} one stride": lambda t=t: f(x, [2, 2], t, [1]),
            f"{t} four": lambda t=t: f(x, [1] * 4, t),
            f"{t} number": lambda t=t: f(x, 2, t),
            f"{t} explicit": lambda t=t: f(x, [2, 2], t, padding=[[0, 0], [1, 0], [0, 0], [0, 0]]),
            f"{t} explicit dilated": lambda t=t: f(
                x, [2, 2], t, None, [[0, 0], [1, 0], [0, 0], [0, 0]], None, [2, 1]
            ),
            f"{t} padding": lambda t=t: f(x, [2, 2], t, padding="bad"),
            f"{t} list": lambda t=t: f(x.numpy().tolist(), (2, 2), t),
            f"{t} format": lambda t=t: f(x, [2, 2], t, data_format="XX"),
        }
    rows |= {"type": lambda: f(x, [2, 2], "MIN"), "lower": lambda: f(x, [2, 2], "max")}
    return kinds(rows)
