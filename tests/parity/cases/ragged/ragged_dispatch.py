"""Public functions that take ragged tensors: strings, counts, lookups, pictures and others."""

from tests.parity.case_helpers.tables import gradients, outcomes


def _values(tf):
    constant = tf.ragged.constant
    return {
        "x": constant([[0.25, 0.5], [], [0.75]]),
        "z": constant([[[0.25], [0.5]], []]),
        "i": constant([[3, 1], [], [0]]),
        "s": constant([["aB ", " "], [], ["12"]]),
        "n": constant([["1", "2.5"], [], ["-3"]]),
        "w": constant([[1.0, 2.0], [], [3.0]]),
        "t": constant([[["a"], ["b", "c"]], [[]]]),
    }


def strings(tf):
    v, f = _values(tf), tf.strings
    s, t, n, i = v["s"], v["t"], v["n"], v["i"]
    rows = {
        "as_string": lambda: [f.as_string(i), tf.as_string(v["x"], precision=2)],
        "length": lambda: [f.length(s), f.length(t, unit="UTF8_CHAR")],
        "case": lambda: [f.lower(s), f.upper(t), f.strip(s)],
        "hashes": lambda: [
            f.to_hash_bucket(s, 10),
            f.to_hash_bucket_fast(t, 10),
            f.to_hash_bucket_strong(s, 10, [1, 2]),
        ],
        "to_number": lambda: [f.to_number(n), f.to_number(n, tf.float64)],
        "not a number": lambda: f.to_number(s),
        "regex": lambda: [f.regex_full_match(s, "a.*"), f.regex_replace(t, "a|b", "x")],
        "substr": lambda: f.substr(s, 0, 1),
        "substr of ragged places": lambda: f.substr(s, i, i),
        "join": lambda: [f.join([s, s], "-"), f.join([s, "x"]), f.join([s, n], separator="|")],
        "join of two shapes": lambda: f.join([s, t]),
        "join of ranks": lambda: f.join([s, tf.constant([["a"], ["b"], ["c"]])]),
        "script": lambda: f.unicode_script(i + 65),
        "ngrams": lambda: f.ngrams(t, 2),
    }
    for axis in (None, 0, 1, -1, 2, [0, 1], [1], [], [1, 0]):
        rows[f"reduce_join {axis}"] = lambda a=axis: f.reduce_join(s, a)
        rows[f"reduce_join, kept {axis}"] = lambda a=axis: f.reduce_join(s, a, True, "-")
        rows[f"reduce_join of rows {axis}"] = lambda a=axis: f.reduce_join(t, a, separator="/")
    return outcomes(rows)


def counts(tf):
    v = _values(tf)
    i, w = v["i"], v["w"]
    long = tf.cast(i, tf.int64)
    rows = {}
    for name, f in (("dense", tf.math.bincount), ("sparse", tf.sparse.bincount)):
        rows |= {
            f"{name}": lambda f=f: f(i),
            f"{name} rows": lambda f=f: f(i, axis=-1),
            f"{name} long rows": lambda f=f: f(long, axis=-1, binary_output=True),
            f"{name} weights": lambda f=f: f(i, w),
            f"{name} weights of rows": lambda f=f: f(i, w, axis=-1, minlength=2, maxlength=3),
            f"{name} minlength": lambda f=f: f(i, minlength=6, axis=-1),
            f"{name} binary": lambda f=f: f(i, axis=0, binary_output=True),
            f"{name} both": lambda f=f: f(i, w, binary_output=True),
            f"{name} axis": lambda f=f: f(i, axis=1),
            f"{name} dense weights": lambda f=f: f(i, tf.constant([1.0, 2.0, 3.0])),
            f"{name} other rows": lambda f=f: f(i, w[:2], axis=-1),
            f"{name} negative": lambda f=f: f(i - 1, axis=-1),
            f"{name} three": lambda f=f: f(tf.ragged.constant([[[1, 2], [1]], [[0]]])),
            f"{name} nothing": lambda f=f: f(i[1:2], axis=-1),
        }
    rows |= {
        "dense type": lambda: tf.math.bincount(i, dtype=tf.int64, axis=-1),
        "floats": lambda: tf.math.bincount(w),
    }
    return outcomes(rows)


def lookups(tf):
    v = _values(tf)
    i, w = v["i"], v["w"]
    full, weights = tf.ragged.constant([[3, 1], [2], [0]]), tf.ragged.constant([[1.0, 2], [0], [3]])
    table = tf.reshape(tf.range(8.0), [4, 2])
    sparse, safe = tf.nn.embedding_lookup_sparse, tf.nn.safe_embedding_lookup_sparse
    rows = {
        "default": lambda: sparse(table, i, None),
        "dense weights": lambda: sparse(table, i, tf.constant([1.0])),
        "other rows": lambda: sparse(table, i, w[:2]),
        "bad combiner": lambda: sparse(table, i, w, combiner="max"),
        "safe": lambda: safe(table, i),
        "safe default": lambda: safe(table, i, w, default_id=1),
        "safe negative": lambda: safe(table, i - 1, w, combiner="sum"),
        "safe nothing": lambda: safe(None, i),
    }
    for combiner in ("sum", "mean", "sqrtn"):
        rows[combiner] = lambda c=combiner: sparse(table, full, None, combiner=c)
        rows[f"{combiner} weights"] = lambda c=combiner: sparse(table, full, weights, c)
        rows[f"{combiner} gaps"] = lambda c=combiner: sparse(table, i, w, combiner=c)
        rows[f"{combiner} norm"] = lambda c=combiner: sparse(table, full, None, c, max_norm=1.0)
        rows[f"safe {combiner}"] = lambda c=combiner: safe(table, i, w, combiner=c)
        rows[f"{combiner} gradient"] = lambda c=combiner: gradients(
            tf, lambda e: sparse(e, full, weights, combiner=c), table, second=False
        )
    return outcomes(rows)


def special(tf):
    x = _values(tf)["x"]
    names = (
        "bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn "
        "expint fresnel_cos fresnel_sin spence"
    ).split()
    return {name: getattr(tf.math.special, name)(x) for name in names}


def others(tf):
    v = _values(tf)
    x, i = v["x"], v["i"]
    images = tf.ragged.stack([tf.ones([2, 2, 3]), tf.ones([1, 3, 3]) * 2])
    rows = {
        "brightness": lambda: tf.image.adjust_brightness(x, 0.1),
        "gamma": lambda: tf.image.adjust_gamma(x, 2.0),
        "image types": lambda: tf.image.convert_image_dtype(x, tf.uint8),
        "resize": lambda: tf.image.resize(images, [2, 1]),
        "resize nearest": lambda: tf.image.resize(images, (1, 1), "nearest", antialias=True),
        "resize nothing": lambda: tf.image.resize(images[:0], [2, 2]),
        "resize of rank 3": lambda: tf.image.resize(images[0], [2, 2]),
        "type": lambda: tf.debugging.assert_type(x, tf.float32),
        "wrong type": lambda: tf.debugging.assert_type(x, tf.int32, "here"),
        "repeat": lambda: tf.repeat(x, 2),
        "repeat each": lambda: tf.repeat(x, [1, 0, 2]),
        "bitcast": lambda: [tf.bitcast(x, tf.int32), tf.bitcast(i, tf.int8)],
        "random brightness": lambda: _seeded(
            tf, lambda: tf.image.random_brightness(x, 0.1, seed=4)
        ),
    }
    for axis in (None, 1, -1):
        for kept in (False, True):
            rows[f"logsumexp {axis} {kept}"] = lambda a=axis, k=kept: tf.reduce_logsumexp(x, a, k)
    return outcomes(rows)


def _seeded(tf, draw):
    tf.random.set_seed(1)
    return draw()
