"""Fractional pooling: the windows of its seeds, values, gradients, types, errors."""

import numpy as np

from tests.parity.case_helpers.windows import both_orders, first_order, kinds, numbers
from tests.parity.harness import tolerance

CASES = {}

for _name in ("fractional_max_pool", "fractional_avg_pool"):
    for _pseudo in (False, True):
        for _overlapping in (False, True):

            def _seeded(tf, n=_name, p=_pseudo, o=_overlapping):
                f = getattr(tf.nn, n)
                x = numbers(2, 8, 11, 2)
                results = []
                for seed, ratio in ((1, [1.0, 1.44, 1.73, 1.0]), (7, [1, 2, 2.6, 1])):
                    tf.random.set_seed(4)
                    results += [f(x, ratio, p, o, seed), f(x, ratio, p, o, seed=seed)]
                    results.append(
                        first_order(tf, lambda x, r=ratio, s=seed: f(x, r, p, o, s)[0], x)
                    )
                return results

            CASES[f"{_name} {_pseudo} {_overlapping}"] = _seeded


def ties(tf):
    x = np.ones((1, 6, 6, 1))
    results = []
    for f in (tf.nn.fractional_max_pool, tf.nn.fractional_avg_pool):
        tf.random.set_seed(1)
        results.append(
            both_orders(tf, lambda x, f=f: f(x, [1.0, 1.5, 1.4, 1.0], False, True, 3)[0], x)
        )
    return results


@tolerance(1e-6)
def types(tf):
    results = {}
    for d in "float16 float32 float64 int8 int32 int64 uint8 bool".split():
        x = tf.cast(np.round(numbers(1, 5, 5, 1) * 9), d)
        rows = {
            n: lambda f=f, x=x: f(x, [1.0, 1.5, 1.5, 1.0], seed=2)[0]
            for n, f in (("max", tf.nn.fractional_max_pool), ("avg", tf.nn.fractional_avg_pool))
        }
        known = kinds(rows)
        tf.random.set_seed(2)
        results[d] = known, [row() for n, row in rows.items() if known[n][0] == "("]
    return results


def arguments(tf):
    x = tf.ones([1, 6, 6, 2])
    f, g = tf.nn.fractional_max_pool, tf.nn.fractional_avg_pool
    return kinds(
        {
            "number": lambda: f(x, 1.5, seed=1)[0],
            "integer": lambda: f(x, 2)[0],
            "two": lambda: f(x, [1.0, 1.0])[0],
            "three": lambda: f(x, [1.0, 1.5, 1.0])[0],
            "small": lambda: f(x, 0.5)[0],
            "small element": lambda: f(x, [1.0, 0.5, 1.5, 1.0])[0],
            "batch": lambda: f(x, [1.5, 1.5, 1.5, 1.0])[0],
            "text": lambda: f(x, "a")[0],
            "rank": lambda: f(x[0], 1.5)[0],
            "no batch": lambda: f(x[:0], 1.5)[0],
            "keywords": lambda: f(value=x, pooling_ratio=1.5, name="some")[0],
            "rows": lambda: f(x, 1.5, seed=1)[1],
            "avg number": lambda: g(x, 1.5)[0],
            "avg list": lambda: g(x, [1.0, 1.5, 1.2, 1.0])[0],
            "avg three": lambda: g(x, [1.0, 1.5, 1.0])[0],
            "avg small": lambda: g(x, [1.0, 0.5, 1.5, 1.0])[0],
            "avg batch": lambda: g(x, [1.5, 1.5, 1.5, 1.0])[0],
            "avg rank": lambda: g(x[0], [1.0, 1.5, 1.5, 1.0])[0],
        }
    )
