"""Random tensors and dropout: the very numbers, streams, shapes, types, arguments, errors."""

import numpy as np

from tests.parity.case_helpers.elements import FLOATS, brief
from tests.parity.harness import attempt, exact_message, tolerance

CASES = {}

_FLOATING = "normal truncated_normal uniform".split()


# -- the numbers --------------------------------------------------------------------------------


def _numbers(name, dtype, seed):
    def case(tf):
        tf.random.set_seed(seed)
        f = getattr(tf.random, name)
        return [
            f([3], dtype=dtype),
            f([2, 3], dtype=dtype),
            f([], dtype=dtype, seed=5),
            f([9], dtype=dtype, seed=5),  # goes on where the one before ended
            f([1], dtype=dtype),
        ]

    return case


for _name in _FLOATING:
    for _dtype in FLOATS:
        CASES[f"{_name} {_dtype}"] = _numbers(_name, _dtype, 42)
    for _seed in (0, 1, -7, 2**31 - 1, 2**40, 1.5):
        CASES[f"{_name} after seed {_seed}"] = _numbers(_name, "float32", _seed)

_BOUNDS = {
    "int32": [(0, 10), (-5, 7), (-(2**31), 2**31 - 1), (3, 4), (0, 2**30 + 7)],
    "int64": [(0, 10), (-5, 7), (-(2**62), 2**62), (-(2**63), 2**63 - 1), (2**40, 2**41)],
}


def _integers(dtype):
    def case(tf):
        tf.random.set_seed(3)
        return [
            tf.random.uniform([7], low, high, dtype, seed=own)
            for low, high in _BOUNDS[dtype]
            for own in (None, 2)
        ]

    return case


CASES |= {f"uniform {dtype}": _integers(dtype) for dtype in _BOUNDS}


def _many(name, dtype):
    @tolerance(rtol=3e-7, atol=1e-4)
    def case(tf):
        """Enough of them for those that are drawn again, and for several chunks."""
        tf.random.set_seed(8)
        x = tf.cast(getattr(tf.random, name)([70001], dtype=dtype), tf.float64)
        return x[:5], x[69990:], tf.reduce_sum(x), tf.reduce_max(x), tf.reduce_min(x)

    return case


for _name in _FLOATING:
    CASES[f"many {_name}"] = _many(_name, "float32")
    CASES[f"many {_name} float64"] = _many(_name, "float64")


def streams(tf):
    """Which operations share a stream, and which have their own."""
    results = []
    tf.random.set_seed(1)
    u, n = tf.random.uniform, tf.random.normal
    results += [u([2], seed=1), u([2], seed=1), u([2], seed=2), n([2], seed=1), n([2], seed=1)]
    results += [u([2], dtype=tf.float64, seed=1), u([2], seed=1)]
    results += [u(tf.constant([2], tf.int64), seed=1), u(tf.constant([2]), seed=1)]
    results += [u([2], 0, 9, tf.int32, seed=1), u([2], 0, 99, tf.int32, seed=1)]
    results += [u([2], 1.0, 3.0, seed=1), n([2], 5.0, 2.0, seed=1)]
    tf.random.set_seed(1)
    results += [u([2], seed=1), u([2]), n([2])]
    tf.random.set_seed(2)
    results += [u([2], seed=1), u([2])]
    return results


def a_seed_of_its_own(tf):
    """Reproducible without a global seed, but only from the start of the program on."""
    tf.random.set_seed(9)
    tf.random.set_seed(None)
    return [tf.random.uniform([2], seed=977), tf.random.uniform([2], seed=977)]


def not_seeded(tf):
    tf.random.set_seed(None)
    results = []
    for f in (tf.random.normal, tf.random.uniform, tf.random.truncated_normal):
        x, y = f([500]), f([500])
        results += [x.shape, x.dtype, bool(tf.reduce_any(x != y)), bool(tf.reduce_all(abs(x) < 6))]
    x = tf.random.uniform([500], 2, 5, tf.int64)
    return [*results, tf.reduce_min(x), tf.reduce_max(x), x.dtype]


def seeds_of_all_kinds(tf):
    results = []
    kinds = (3, np.int64(3), np.array(3), tf.constant(3), True, "text", 2.5, [1, 2])
    for kind in kinds:
        error = attempt(tf.random.set_seed, kind)
        if error is None:
            results.append(brief(attempt(tf.random.normal, [2])))
        else:
            results.append(type(error).__name__)
    tf.random.set_seed(3)
    for kind in (0, 4, np.int64(4), tf.constant(4), -4, 2**40, 1.5, True, "text"):
        results.append(brief(attempt(tf.random.normal, [2], seed=kind)))
    tf.random.set_seed(0)
    return [*results, tf.random.normal([2], seed=0)]


def a_global_seed_of_none_is_random(tf):
    tf.random.set_seed(5)
    x = tf.random.normal([3])
    tf.random.set_seed(None)
    y = tf.random.normal([3])
    tf.random.set_seed(5)
    z = tf.random.normal([3])
    return x, bool(tf.reduce_all(x == z)), bool(tf.reduce_any(x == y))


# -- arguments ----------------------------------------------------------------------------------

_SHAPES = {
    "scalar": lambda tf: [],
    "tuple": lambda tf: (2, 1),
    "number": lambda tf: 3,
    "floats": lambda tf: [2.0],
    "negative": lambda tf: [-1],
    "matrix": lambda tf: [[1]],
    "none": lambda tf: None,
    "with_none": lambda tf: [None],
    "text": lambda tf: "a",
    "boolean": lambda tf: [True],
    "shape": lambda tf: tf.TensorShape([2]),
    "unknown": lambda tf: tf.TensorShape([2, None]),
    "array": lambda tf: np.array([2]),
    "array_int32": lambda tf: np.array([2], np.int32),
    "empty_array": lambda tf: np.array([], np.int32),
    "variable": lambda tf: tf.Variable([2]),
    "tensor": lambda tf: tf.constant([2, 2]),
    "int64": lambda tf: tf.constant([2], tf.int64),
    "uint8": lambda tf: tf.constant([2], tf.uint8),
    "mixed": lambda tf: [tf.constant(1), 2],
    "range": lambda tf: range(1, 3),
    "zero": lambda tf: [2, 0],
    "of_a_tensor": lambda tf: tf.shape(tf.zeros([1, 2])),
}


def _shaped(make):
    def case(tf):
        tf.random.set_seed(4)
        results = [brief(attempt(getattr(tf.random, name), make(tf), seed=1)) for name in _FLOATING]
        return [*results, brief(attempt(tf.random.uniform, make(tf), 0, 9, tf.int32, seed=1))]

    return case


CASES |= {f"shape {name}": _shaped(make) for name, make in _SHAPES.items()}

_CALLS = {
    "normal_types": lambda tf, r: [
        attempt(r.normal, [1], dtype=d)
        for d in ("int32", "complex64", "bool", "string", np.float64, tf.double)
    ],
    "normal_integers": lambda tf, r: attempt(r.normal, [1], 0, 1, "int32"),
    "truncated_types": lambda tf, r: [
        attempt(r.truncated_normal, [1], 0, 1, d) for d in ("int32", "float64")
    ],
    "uniform_types": lambda tf, r: [
        attempt(r.uniform, [1], dtype=d) for d in ("int8", "uint8", "complex64", "float64", "int32")
    ],
    "mean": lambda tf, r: [
        attempt(r.normal, [2], mean)
        for mean in (1, np.float64(2), [1.0, 2.0], [[1.0], [2.0]], [1.0, 2.0, 3.0], "a", 1j, None)
    ],
    "stddev": lambda tf, r: [
        attempt(r.normal, [2], 0.0, stddev)
        for stddev in (0, -1.0, [1.0, 2.0], tf.constant(2.0), tf.constant(2.0, tf.float64))
    ],
    "float16_scale": lambda tf, r: [
        r.normal([4], 0.3, 0.7, tf.float16),
        r.uniform([4], 0.1, 0.7, tf.float16),
        r.truncated_normal([4], 0.3, 0.7, tf.bfloat16),
    ],
    "bounds": lambda tf, r: [
        attempt(r.uniform, [2], low, high)
        for low, high in (
            (0, 1),
            (0.0, 1.0),
            (0, 1.0),
            (0, True),
            (0, 5),
            (2, 3),
            (3, 2),
            (-1.5, 1.5),
            ([0.0, 10.0], [1.0, 20.0]),
            (tf.constant([[0.0], [5.0]]), 10),
            (np.int64(0), np.int64(1)),
            ("a", 1),
            (tf.constant(0), 1),
            (0, tf.constant(1.0, tf.float64)),
        )
    ],
    "integer_bounds": lambda tf, r: [
        attempt(r.uniform, shape, low, high, "int32")
        for shape, low, high in (
            ([2], 3, 3),
            ([2], 5, 3),
            ([0], 5, 3),
            ([2], [1], 3),
            ([0], [1], 3),
            ([2], 1, [3]),
            ([2], 0.5, 3),
            ([2], 0, 2**31),
            ([2], 0, tf.constant(3, tf.int64)),
            ([2], tf.constant(1), np.int32(4)),
        )
    ],
    "named": lambda tf, r: [
        r.normal(shape=[1], mean=1.0, stddev=2.0, dtype=tf.float32, seed=3, name="some"),
        r.uniform(shape=[1], minval=1, maxval=2, dtype=tf.float32, seed=3, name="some"),
        r.truncated_normal(shape=[1], mean=1.0, stddev=2.0, dtype="float32", seed=3, name="some"),
        r.shuffle(value=[1, 2], seed=3, name="some"),
    ],
}


def _called(make):
    def case(tf):
        tf.random.set_seed(6)
        results = make(tf, tf.random)
        return [brief(item) for item in results] if isinstance(results, list) else brief(results)

    return case


CASES |= {name: _called(make) for name, make in _CALLS.items()}


@exact_message
def messages(tf):
    r = tf.random
    return [
        attempt(r.uniform, [1], dtype="int8"),
        attempt(r.uniform, [1], dtype="int32"),
        attempt(r.uniform, 3),
        attempt(r.uniform, [-1]),
        attempt(r.uniform, [1], 5, 3, "int32"),
        attempt(r.normal, [1], dtype="int32"),
        attempt(tf.nn.dropout, [1.0], 1.0),
        attempt(tf.nn.dropout, [1.0], -0.5),
        attempt(tf.nn.dropout, [1], 0.5),
        attempt(tf.nn.dropout, [1.0], "a"),
        attempt(tf.nn.dropout, [1.0], tf.constant(0.5, tf.float64)),
    ]


def gradients_by_the_scale(tf):
    tf.random.set_seed(2)
    mean, stddev = tf.constant([1.0, 2.0]), tf.Variable(0.5)
    low, high = tf.constant(1.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([mean, low, high])
        x = tf.random.normal([3, 2], mean, stddev)
        y = tf.random.uniform([3], low, high)
        z = tf.random.truncated_normal([2], mean, stddev)
        u = tf.random.uniform([3], maxval=high)
    return [(r, tape.gradient(r, [mean, stddev, low, high])) for r in (x, y, z, u)]


# -- shuffle ------------------------------------------------------------------------------------


def shuffled(tf):
    tf.random.set_seed(7)
    f = tf.random.shuffle
    values = (
        list(range(10)),
        [[1, 2], [3, 4], [5, 6]],
        tf.reshape(tf.range(12.0), [3, 2, 2]),
        ["a", "b", "c", "d"],
        [["a"], ["b"], ["c"]],
        [True, False, False],
        [1 + 2j, 3j, 4.0],
        np.arange(5, dtype=np.uint16),
        tf.Variable([1.0, 2.0, 3.0]),
        [],
        [5],
        3.0,
        [[1, 2, 3]],
        tf.zeros([3, 0]),
    )
    results = [f(value, seed=1) for value in values]
    return [*results, *(f(value) for value in values[:4]), brief(attempt(f, None))]


def shuffle_has_no_gradient(tf):
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.random.shuffle(x, seed=1)
        z = y * 2.0
        w = tf.random.shuffle(x[:1], seed=1) * 2.0
    return tape.gradient(z, [x, y]), tape.gradient(w, x)


# -- gamma --------------------------------------------------------------------------------------

_ALPHAS = {
    "one": 1.0,
    "small": 0.3,
    "large": 7.5,
    "vector": [0.5, 1.0, 2.0, 30.0],
    "matrix": [[0.1], [3.0]],
    "none": [],
}


def _gamma(alpha, dtype):
    def case(tf):
        tf.random.set_seed(21)
        f = tf.random.gamma
        return [
            f([3], alpha, dtype=dtype),
            f([], alpha, beta=2.0, dtype=dtype, seed=3),
            f([2, 2], alpha, beta=[[0.5]], dtype=dtype, seed=3),
            f([0], alpha, dtype=dtype),
        ]

    return case


for _name, _alpha in _ALPHAS.items():
    for _dtype in ("float16", "float32", "float64"):
        CASES[f"gamma {_name} {_dtype}"] = _gamma(_alpha, _dtype)


@tolerance(rtol=2e-6)
def many_gammas(tf):
    tf.random.set_seed(22)
    x = tf.random.gamma([500], [0.2, 0.9, 1.0, 1.1, 5.0])
    return tf.reduce_mean(x, 0), tf.reduce_max(x, 0), x[490:]


@tolerance(rtol=1e-4)
def gamma_gradients(tf):
    tf.random.set_seed(23)
    results = []
    for dtype in ("float32", "float64"):
        alpha = tf.constant([0.5, 1.0, 2.0, 12.0], dtype)
        beta = tf.constant([[1.0], [2.5]], dtype)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([alpha, beta])
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([alpha, beta])
                x = tf.random.gamma([3], alpha, beta, dtype)
            g = tape.gradient(x, [alpha, beta])
        results += [x, g, outer.gradient(g[1], beta), type(attempt(outer.gradient, g[0], alpha))]
    return results


def gamma_arguments(tf):
    tf.random.set_seed(24)
    f = tf.random.gamma
    rows = [
        lambda: f(shape=[2], alpha=1.5, beta=None, dtype="float32", seed=1, name="some"),
        lambda: f(tf.constant([2]), tf.Variable(2.0), np.float32(3.0)),
        lambda: f([2], 3),
        lambda: f([2], [1.0, 2.0], [1.0, 2.0, 3.0]),
        lambda: f([2], 1.0, dtype="bfloat16"),
        lambda: f([2], 1, dtype="int32"),
        lambda: f(2, 1.0),
        lambda: f([-1], 1.0),
        lambda: f([2.0], 1.0),
        lambda: f(tf.constant([2], tf.int64), 1.0),
        lambda: f([2], tf.constant(1.0, tf.float64)),
        lambda: f([2], "a"),
        lambda: f([2]),
    ]
    results = [attempt(row) for row in rows]
    return [type(x).__name__ if isinstance(x, Exception) else x for x in results]


# -- stateless ----------------------------------------------------------------------------------


def _stateless(name, dtype, seed):
    def case(tf):
        f = getattr(tf.random, f"stateless_{name}")
        return [
            f([5], seed, dtype=dtype),
            f([2, 2], seed=tf.constant(seed, tf.int64), dtype=dtype),
            f([], np.array(seed), dtype=dtype, name="some", alg="philox"),
        ]

    return case


for _name in _FLOATING:
    for _dtype in FLOATS:
        CASES[f"stateless {_name} {_dtype}"] = _stateless(_name, _dtype, [1, 2])
    for _seed in ([0, 0], [-1, 5], [2**31 - 1, -(2**31)]):
        CASES[f"stateless {_name} {_seed}"] = _stateless(_name, "float32", _seed)


def stateless_integers(tf):
    f = tf.random.stateless_uniform
    return [
        *(f([5], [3, 4], None, None, d) for d in ("int32", "int64", "uint32", "uint64")),
        *(f([5], [3, 4], *b, d) for d, bounds in _BOUNDS.items() for b in bounds),
        f([5], [2**40, -(2**50)], None, None, "int64"),
    ]


def stateless_scaled(tf):
    r = tf.random
    x = tf.constant(0.5)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = r.stateless_normal([2, 2], [1, 2], mean=[x, 1.0], stddev=x)
        z = r.stateless_uniform([3], [1, 2], minval=x, maxval=2.0)
    return [
        (y, tape.gradient(y, x)),
        (z, tape.gradient(z, x)),
        r.stateless_truncated_normal([2], [5, 6], 1.0, 0.1, tf.float16),
    ]


def stateless_errors(tf):
    f = tf.random.stateless_uniform
    rows = [
        lambda: f([2], [1, 2, 3]),
        lambda: f([2], 3),
        lambda: f([2], [1.0, 2.0]),
        lambda: f([2], tf.constant([1, 2], tf.uint32)),
        lambda: f([2], [1, 2], dtype="int32"),
        lambda: f([2], [1, 2], None, None),
        lambda: f([2], [1, 2], 0, 5, "uint32"),
        lambda: f([2], [1, 2], dtype="int8"),
        lambda: f([2], [1, 2], 5, 3, "int32"),
        lambda: f([2], [1, 2], alg="x"),
        lambda: f([2], [1, 2], alg=7),
        lambda: f([2], [1, 2], alg=[1]),
        lambda: f(2, [1, 2]),
        lambda: tf.random.stateless_normal([2], [1, 2], dtype="int32"),
        lambda: f([2], [1, 2], alg=None),
        lambda: f([2], [1, 2], alg=1),
        lambda: f([2], [1, 2], alg="AUTO_SELECT"),
        lambda: f([2], [1, 2], alg=tf.random.Algorithm.PHILOX),
        lambda: f([2], [1, 2], alg=tf.random.Algorithm.AUTO_SELECT),
    ]
    return [brief(attempt(row)) for row in rows]


def new_seeds(tf):
    r = tf.random
    return [
        r.split([1, 2]),
        r.split([1, 2], 4),
        r.split(tf.constant([1, 2], tf.int64), num=3, alg="philox"),
        r.fold_in([1, 2], 7),
        r.fold_in(tf.constant([1, 2], tf.int64), tf.constant(7, tf.int64)),
        brief(attempt(r.split, [1.0, 2.0])),
        brief(attempt(r.fold_in, [1, 2], 1.5)),
    ]


# -- dropout ------------------------------------------------------------------------------------

_RATES = {
    "0": lambda tf: 0,
    "0.0": lambda tf: 0.0,
    "false": lambda tf: False,
    "small": lambda tf: 0.1,
    "half": lambda tf: 0.5,
    "numpy": lambda tf: np.float32(0.25),
    "numpy64": lambda tf: np.float64(0.25),
    "large": lambda tf: 0.9,
    "1": lambda tf: 1,
    "negative": lambda tf: -0.1,
    "above": lambda tf: 1.5,
    "nan": lambda tf: float("nan"),
    "tensor": lambda tf: tf.constant(0.3),
    "tensor_0": lambda tf: tf.constant(0.0),
    "tensor_1": lambda tf: tf.constant(1.0),
    "tensor_integer": lambda tf: tf.constant(0),
    "float64": lambda tf: tf.constant(0.3, tf.float64),
    "vector": lambda tf: tf.constant([0.3]),
    "variable": lambda tf: tf.Variable(0.3),
    "array": lambda tf: np.array(0.3, np.float32),
    "text": lambda tf: "a",
    "none": lambda tf: None,
    "list": lambda tf: [0.5],
}


def _dropped(make):
    def case(tf):
        tf.random.set_seed(11)
        x = tf.constant([[1.0, -2.0, 3.0], [0.0, 5.0, float("inf")]])

        def run():
            rate = make(tf)
            sources = [x, rate] if hasattr(rate, "ref") else [x]
            with tf.GradientTape() as tape:
                tape.watch(sources)
                y = tf.nn.dropout(x, rate)
            return y, tape.gradient(y, sources), y is x

        # Whether a seed was taken shows in what comes next.
        return brief(attempt(run)), tf.random.uniform([1])

    return case


CASES |= {f"dropout rate {name}": _dropped(make) for name, make in _RATES.items()}

_NOISE = {
    "none": lambda tf: None,
    "column": lambda tf: [3, 1],
    "row": lambda tf: (1, 4),
    "one": lambda tf: [1, 1],
    "with_none": lambda tf: [None, 1],
    "all_none": lambda tf: [None, None],
    "tensor": lambda tf: tf.constant([3, 1]),
    "array": lambda tf: np.array([1, 4]),
    "shape": lambda tf: tf.TensorShape([3, None]),
    "lower_rank": lambda tf: [4],
    "higher_rank": lambda tf: [2, 3, 4],
    "wrong": lambda tf: [2, 4],
    "floats": lambda tf: [3.0, 1.0],
    "text": lambda tf: "a",
}


def _noise(make):
    def case(tf):
        tf.random.set_seed(12)
        x = tf.constant(np.arange(1.0, 13.0).reshape(3, 4), tf.float32)
        result = attempt(tf.nn.dropout, x, 0.5, make(tf))
        return type(result).__name__ if isinstance(result, Exception) else result

    return case


CASES |= {f"dropout noise_shape {name}": _noise(make) for name, make in _NOISE.items()}


def dropout_types(tf):
    tf.random.set_seed(13)
    f = tf.nn.dropout
    x = [1.0, 2.0, 3.0, 4.0, 5.0]
    return [
        *(f(tf.constant(x, d), 0.4) for d in FLOATS),
        *(brief(attempt(f, tf.constant([1, 2], d), 0.4)) for d in ("int32", "complex64")),
        f(x, rate=0.4, seed=3, name="some"),
        f(tf.Variable(x), 0.4, seed=3),
        f(np.array(x), 0.4, noise_shape=[1], seed=3),
        f([], 0.4),
        f(tf.constant(2.0), 0.4),
        brief(attempt(f, "a", 0.4)),
        type(attempt(f, x)).__name__,
        brief(attempt(f, [1, 2], 0)),
    ]


def dropout_in_a_training_step(tf):
    tf.random.set_seed(14)
    w = tf.Variable([[0.5, -1.0], [2.0, 1.0]])
    results = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            h = tf.nn.dropout(tf.matmul([[1.0, 2.0]], w), 0.5)
            loss = tf.reduce_sum(h * h)
        g = tape.gradient(loss, w)
        w.assign_sub(0.1 * g)
        results.append((loss, g))
    return results
