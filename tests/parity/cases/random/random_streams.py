"""Stateless and counting random functions, generators and orders: numbers, states, errors."""

import hashlib

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import attempt, tolerance

CASES = {}
_REAL = "float16 float32 float64".split()


def _digest(x):
    """A short sum of all the bytes, for numbers that agree to the bit."""
    return hashlib.sha256(np.ascontiguousarray(x.numpy()).tobytes()).hexdigest()[:16]


def _many_bits(dtype, size):
    def case(tf):
        tf.random.set_seed(size)
        f, low = tf.random.stateless_uniform, {"minval": None}
        own = low if tf.as_dtype(dtype).is_integer else {}
        results = [_digest(f([size], [1, 2], dtype=dtype, **own))]
        results += [_digest(tf.random.Generator.from_seed(7).uniform([size], dtype=dtype, **own))]
        if dtype in ("float16", "bfloat16", "float32"):
            results.append(_digest(tf.random.stateless_normal([size], [3, 4], dtype=dtype)))
            results.append(_digest(tf.random.truncated_normal([size], dtype=dtype)))
        return results

    return case


for _dtype in "float16 bfloat16 float32 float64 int32 int64 uint32 uint64".split():
    for _size in (1, 63, 65, 8191, 140003):
        CASES[f"bits {_dtype} {_size}"] = _many_bits(_dtype, _size)


def _counts(dtype):
    def case(tf):
        r = tf.random
        r.set_seed(5)
        lam = tf.cast(tf.constant([0.5, 3.0, 9.5, 10.0, 20.0, 200.0]), dtype)
        rows = {
            "poisson": lambda: r.poisson([5], lam),
            "stateless poisson": lambda: r.stateless_poisson([20, 6], [3, 4], lam),
            "of values": lambda: r.poisson([3], [0.5, 30.0], dtype, seed=2),
            "again": lambda: r.poisson([3], [0.5, 30.0], dtype, seed=2),
            "empty": lambda: r.poisson([0], lam),
        }
        if dtype in _REAL:
            counts = tf.cast([[3.0], [30.0], [300.0]], dtype)
            probs = tf.cast([0.0, 0.02, 0.3, 0.5, 0.6, 0.99, 1.0], dtype)
            f = r.stateless_binomial
            rows |= {
                "binomial": lambda: f([4, 3, 7], [7, 8], counts, probs),
                "binomial real": lambda: f([3, 7], [7, 8], counts, probs, dtype),
                "categorical": lambda: r.categorical(lam[None], 9),
                "of a seed": lambda: r.categorical(lam[None], 5, tf.int32, seed=1),
                "stateless categorical": lambda: r.stateless_categorical(lam[None] / 9, 9, [1, 2]),
            }
        return outcomes(rows)

    return case


for _dtype in [*_REAL, "int32", "int64"]:
    CASES[f"counts {_dtype}"] = _counts(_dtype)


@tolerance(rtol=2e-4)
def stateless_gammas(tf):
    results = []
    for dtype in _REAL:
        alpha = tf.constant([0.1, 0.5, 1.0, 7.0], dtype)
        with tf.GradientTape() as tape:
            tape.watch(alpha)
            x = tf.random.stateless_gamma([3, 2, 4], [1, 2], alpha, [[1.0], [2.0]], dtype)
        results += [x] if dtype == "float16" else [x, tape.gradient(x, alpha)]
    return results


_BOUNDS = [
    (0.0, 1.0, -2.0, 2.0),
    (0.0, 1.0, 0.1, 0.2),
    (0.0, 1.0, 2.0, float("inf")),
    (0.0, 1.0, -float("inf"), -2.0),
    (3.0, 2.0, 4.0, 4.5),
    ([0.0, 1.0, 5.0], [1.0, 2.0, 3.0], [-1.0, -5.0, -9.0], [[3.0], [40.0]]),
]


@tolerance(rtol=2e-6)
def bounded_normals(tf):
    f = tf.random.stateless_parameterized_truncated_normal
    return [
        f([4, 2, 3], [7, 17], *(tf.cast(tf.constant(b), d) for b in bounds))
        for bounds in _BOUNDS
        for d in _REAL
    ]


@tolerance(rtol=1e-5)
def bounded_normal_gradients(tf):
    parameters = [tf.constant(b) for b in _BOUNDS[-1]]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        x = tf.random.stateless_parameterized_truncated_normal([4, 2, 3], [1, 2], *parameters)
    return tape.gradient(x, parameters)


_GENERATORS = {
    "seed": lambda g: g.from_seed(1234),
    "state": lambda g: g.from_state([1, 2, 3], 1),
    "key": lambda g: g.from_key_counter(7, [8, 9], "philox"),
    "vector": lambda g: g.from_seed([1, 2]),
    "large": lambda g: g.from_seed(2**200 - 5),
    "negative": lambda g: g.from_seed(-1),
    "float": lambda g: g.from_seed(1.7),
    "auto": lambda g: g.from_seed(3, "auto_select"),
    "unsigned": lambda g: g.from_state([2**64 - 1, 2**63, 5], "philox"),
    "copy": lambda g: g(g.from_seed(8)),
}


def _generator(make):
    @tolerance(rtol=1e-14)
    def case(tf):
        g = make(tf.random.Generator)
        results = [
            g.state,
            g.key,
            g.algorithm,
            g.normal([5]),
            g.normal([]),
            g.uniform([3], -1, 2.5),
        ]
        results += [g.uniform([3], 1, 10, d) for d in (tf.int32, tf.int64)]
        results += [g.uniform([3], None, None, tf.uint32), g.uniform_full_int([3]), g.state]
        results += [g.truncated_normal([5], 1.0, 2.0), g.normal([3], dtype=tf.float64)]
        results += [g.make_seeds(3), g.skip(4), g.skip(-1), g.state]
        results += [*(other.state for other in g.split(2)), g.state]
        if g.algorithm == 1:
            results += [g.binomial([2, 2], [10.0, 100.0], 0.5), g.state]
        g.reset_from_seed(5)
        results.append(g.state.numpy())
        g.reset([4, 5, 6])
        results.append(g.state.numpy())
        g.reset_from_key_counter(1, [2, 3])
        return [*results, g.normal([2])]

    return case


CASES |= {f"generator of {name}": _generator(make) for name, make in _GENERATORS.items()}


def generator_errors(tf):
    g = tf.random.Generator
    uses = [
        lambda x: x.normal(3),
        lambda x: x.normal([-1]),
        lambda x: x.normal([2], dtype="int32"),
        lambda x: x.uniform([2], 5, 0, tf.int32),
        lambda x: x.uniform([2], None, 5, tf.int32),
        lambda x: x.uniform([2], 0, 5, tf.uint32),
        lambda x: x.uniform_full_int([2], tf.int8),
        lambda x: x.binomial([5], 10, 0.5),
        lambda x: x.binomial([3], [10.0, 1.0], 0.5),
        lambda x: x.skip([1, 2]),
        lambda x: x.reset([1, 2]),
        lambda x: x.reset_from_key_counter(7, [8]),
    ]
    results = []
    for use in uses:
        x = g.from_seed(5)
        results.append((type(attempt(use, x)).__name__, x.state.numpy()))
    makers = {
        "none": lambda: g(),
        "no state": lambda: g(alg=1),
        "copy and more": lambda: g(g.from_seed(3), alg=1),
        "text": lambda: g.from_seed("a"),
        "algorithm": lambda: g.from_seed(1, "bad"),
        "real algorithm": lambda: g.from_seed(1, 1.5),
        "short": lambda: g.from_state([1, 2], 1),
        "counter": lambda: g.from_key_counter(1, [2], "philox"),
        "threefry": lambda: g.from_seed(1, "threefry").state,
        "threefry normal": lambda: g.from_seed(1, "threefry").normal([2]),
        "threefry binomial": lambda: g.from_seed(1, 2).binomial([2], 1.0, 0.5),
        "int32": lambda: g(state=tf.Variable([1, 2, 3]), alg=1).normal([1]),
        "stateless threefry": lambda: tf.random.stateless_uniform([2], [1, 2], alg="threefry"),
        "long seed": lambda: tf.random.stateless_uniform([2], [1, 2, 3], alg="philox"),
        "rng state": lambda: tf.random.create_rng_state([12, 34], "threefry"),
    }
    return results, outcomes(makers)


def global_generator(tf):
    tf.random.set_global_generator(tf.random.Generator.from_seed(3))
    g = tf.random.get_global_generator()
    v = tf.Variable([1, 2, 3], dtype=tf.int64)
    own = tf.random.Generator(state=v, alg="philox")
    return g.normal([2]), own.state is v, own.normal([1]), v


def orders_of_indices(tf):
    f, g = tf.random.experimental.index_shuffle, tf.random_index_shuffle
    rows = {
        f"{d} {end}": lambda d=d, end=end: f(
            tf.constant(sorted({0, end // 2, end}), d), [5, 9], tf.constant(end, d)
        )
        for d in ("int32", "int64", "uint32", "uint64")
        for end in (0, 1, 9, 255, 65535, 65536, 70000, 2**31 - 1)
    }
    rows |= {
        "scalar": lambda: f(3, [5, 9], 9),
        "ends": lambda: f(1, [1, 2], [5, 9]),
        "large": lambda: f(tf.constant([0, 2**62], tf.int64), [5, -9], tf.constant(2**63 - 1)),
        "rounds": lambda: g(tf.range(5), [1, 2, 3], 4, rounds=6),
        "seeds": lambda: g(tf.range(3), [[1, 2, 3], [4, 5, 6], [7, 8, 9]], [4, 500, 2]),
        "beyond": lambda: f(11, [5, 9], 9),
        "matrix": lambda: f([[1]], [1, 2], 5),
        "real": lambda: f(1.0, [1, 2], 5),
        "long seed": lambda: f(1, [1, 2, 3], 9),
        "sizes": lambda: f([1, 2], [1, 2], [1, 2, 3]),
    }
    return outcomes(rows)


def stateless_orders(tf):
    f = tf.random.experimental.stateless_shuffle
    return [
        *(f(tf.range(n), [1, 2]) for n in (0, 1, 2, 6, 40)),
        f([[1, 2], [3, 4], [5, 6]], [3, 4], "philox"),
        f(["a", "b", "c"], [1, 2]),
        type(attempt(f, [1, 2], [1, 2], 2)).__name__,
    ]
