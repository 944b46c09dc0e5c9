"""Candidate samplers and the losses on them: the numbers of their seeds, gradients, errors."""

import numpy as np

from tests.parity.case_helpers.windows import first_order, kinds, numbers
from tests.parity.harness import tolerance

CASES = {}
_close = tolerance(1e-5, 1e-5)

_TRUE = [[1, 2], [3, 0]]
_UNIGRAMS = [1.0, 2.0, 3.5, 0.5, 5.0, 1.0, 0.0, 4.0]


def _samplers(tf):
    return {
        "uniform": tf.random.uniform_candidate_sampler,
        "log": tf.random.log_uniform_candidate_sampler,
        "learned": tf.nn.learned_unigram_candidate_sampler,
    }


for _name in ("uniform", "log", "learned"):
    for _unique in (False, True):

        @_close
        def _seeded(tf, n=_name, u=_unique):
            f = _samplers(tf)[n]
            tf.random.set_seed(5)
            results = [f(_TRUE, 2, 6, u, 20) for _ in range(2)]
            results += [f(_TRUE, 2, 6, u, 20, 7) for _ in range(3)]
            results += [f(_TRUE, 2, 5, u, 16, seed=3, name="some") for _ in range(2)]
            tf.random.set_seed(5)
            results += [f([[4]], 1, 6, u, 1000), f(_TRUE, 2, 6, u, 20, 7)]
            return results

        CASES[f"{_name} {_unique}"] = _seeded


@_close
def fixed(tf):
    f = tf.nn.fixed_unigram_candidate_sampler
    tf.random.set_seed(2)
    return [
        f(_TRUE, 2, 6, False, 8, unigrams=_UNIGRAMS, seed=3),
        f(_TRUE, 2, 6, False, 8, unigrams=_UNIGRAMS, seed=3),
        f(_TRUE, 2, 5, True, 8, "", 0.75, unigrams=_UNIGRAMS),
        f(_TRUE, 2, 4, True, 10, num_reserved_ids=2, unigrams=_UNIGRAMS, seed=2),
        f([[1]], 1, 3, False, 4, unigrams=_UNIGRAMS, num_shards=2, shard=1, seed=2),
        f([[1]], 1, 3, False, 4, unigrams=_UNIGRAMS, num_shards=2, shard=0, seed=2, name="some"),
    ]


def every(tf):
    f, h = tf.nn.all_candidate_sampler, tf.nn.compute_accidental_hits
    t = tf.constant(_TRUE, tf.int64)
    return [
        f(t, 2, 4, True),
        f(_TRUE, 2, 5, False, 3, "some"),
        h(t, tf.constant([3, 1, 5, 1], tf.int64), 2),
        h([[1]], [1], 1, name="some"),
        h([[1]], [2], 1),
        h(t, np.array([0, 1, 2, 3]), 2, seed=2),
    ]


def arguments(tf):
    t = tf.constant(_TRUE, tf.int64)
    rows = {}
    for n, f in _samplers(tf).items():
        rows |= {
            f"{n} int32": lambda f=f: f(tf.constant([[1]]), 1, 2, False, 5)[0],
            f"{n} vector": lambda f=f: f(tf.constant([1], tf.int64), 1, 2, False, 5)[0],
            f"{n} num_true": lambda f=f: f(t, 1, 2, False, 5)[0],
            f"{n} range": lambda f=f: f(t, 2, 6, True, 5)[0],
            f"{n} negative": lambda f=f: f([[-1]], 1, 2, False, 5)[0],
            f"{n} large": lambda f=f: f([[5]], 1, 2, False, 5)[0],
            f"{n} no samples": lambda f=f: f(t, 2, 0, True, 5)[0],
            f"{n} no range": lambda f=f: f(t, 2, 2, True, 0)[0],
            f"{n} no classes": lambda f=f: f(t, 0, 2, True, 5)[0],
        }
    f, h = tf.nn.fixed_unigram_candidate_sampler, tf.nn.compute_accidental_hits
    rows |= {
        "all": lambda: tf.nn.all_candidate_sampler(t, 2, 3, True)[0],
        "fixed none": lambda: f(t, 2, 3, True, 5)[0],
        "fixed length": lambda: f(t, 2, 3, True, 5, unigrams=[1.0, 2.0])[0],
        "fixed file": lambda: f(t, 2, 3, True, 5, vocab_file="/none/there")[0],
        "fixed both": lambda: f(t, 2, 3, True, 5, vocab_file="/none", unigrams=[1.0])[0],
        "learned huge": lambda: tf.nn.learned_unigram_candidate_sampler(t, 2, 3, True, 2**31)[0],
        "hits num_true": lambda: h(t, [3], 1)[0],
        "hits matrix": lambda: h(t, [[3]], 2)[0],
        "hits int32": lambda: h(tf.cast(t, tf.int32), tf.constant([3], tf.int64), 2)[0],
    }
    return kinds(rows)


# -- losses -------------------------------------------------------------------------------------


def _loss(name, values, parts=1, dtype=np.float32, **options):
    @_close
    def case(tf):
        tf.random.set_seed(3)
        f = getattr(tf.nn, name)
        weights, biases = numbers(10, 3).astype(dtype), numbers(10, step=0.4).astype(dtype)
        inputs = numbers(2, 3, step=0.9).astype(dtype)
        labels = tf.constant(_TRUE if options.get("num_true") else [[1], [7]], tf.int64)
        chosen = None
        if values:
            chosen = tf.random.log_uniform_candidate_sampler(
                labels, labels.shape[1], 4, True, 10, seed=1
            )

        def run(*sources):
            *tables, b, x = sources
            tables = tables[0] if parts == 1 else list(tables)
            return f(tables, b, labels, x, 4, 10, sampled_values=chosen, **options)

        return first_order(tf, run, *np.split(weights, parts), biases, inputs)

    return case


for _name in ("nce_loss", "sampled_softmax_loss"):
    CASES |= {
        f"{_name}": _loss(_name, True),
        f"{_name} own sample": _loss(_name, False),
        f"{_name} two true": _loss(_name, True, num_true=2),
        f"{_name} hits": _loss(_name, True, remove_accidental_hits=True),
        f"{_name} no hits": _loss(_name, True, remove_accidental_hits=False),
        f"{_name} parts": _loss(_name, True, parts=2),
    }
CASES["sampled_softmax_loss seed"] = _loss("sampled_softmax_loss", False, seed=9)


@_close
def sliced_gradients(tf):
    weights, biases = tf.Variable(numbers(6, 2)), tf.Variable(numbers(6))
    labels = tf.constant([[1], [4]])
    chosen = ([2, 4], tf.constant([[0.5], [0.25]], tf.float64), tf.constant([0.5, 0.5], tf.float64))
    chosen = tuple(tf.constant(c) for c in chosen)
    with tf.GradientTape() as tape:
        loss = tf.nn.sampled_softmax_loss(
            weights, biases, labels, numbers(2, 2), 2, 6, sampled_values=chosen
        )
    return loss, tape.gradient(loss, [weights, biases])
