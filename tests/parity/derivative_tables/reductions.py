"""Rows: reductions, scans, segments, norms, losses and normalisation."""

from __future__ import annotations

import numpy as np

from tests.parity.case_helpers.elements import named
from tests.parity.derivative_tables.rows import (
    LINE,
    PAIR,
    PLANE,
    SPD,
    TABLE,
    TALL,
    TIES,
    add,
    by_name,
)

# -- reductions and scans -----------------------------------------------------------------------

for _name in "sum mean max min prod logsumexp".split():
    add(f"reduce_{_name}", by_name(f"reduce_{_name}"), TABLE)
    add(f"reduce_{_name} of ties", by_name(f"reduce_{_name}", axis=1), TIES)
    add(
        f"reduce_{_name} squared",
        lambda tf, x, f=_name: named(tf, f"reduce_{f}")(x, 0) ** 2,
        TABLE,
    )
for _name in "std variance euclidean_norm".split():
    add(f"math.reduce_{_name}", by_name(f"math.reduce_{_name}"), TABLE)
    add(f"math.reduce_{_name} rows", by_name(f"math.reduce_{_name}", axis=1), TIES)
    add(f"math.reduce_{_name} of one", by_name(f"math.reduce_{_name}", axis=0), [[0.0, 2.0]])
    add(
        f"math.reduce_{_name} of complex",
        by_name(f"math.reduce_{_name}"),
        PLANE,
        types=["complex128"],
    )
add("reduce_prod of zeros", by_name("reduce_prod", axis=1), [[0.0, 2.0, 3.0], [0.0, 0.0, 1.0]])
add("reduce_prod of complex", by_name("reduce_prod"), PLANE[1:], types=["complex128"])
add("cumsum", lambda tf, x: tf.cumsum(x, 1, exclusive=True) ** 2, TABLE)
for _name in "cumprod cumulative_logsumexp".split():
    add(f"math.{_name}", by_name(f"math.{_name}", axis=1), TABLE)
    add(
        f"math.{_name} exclusive",
        by_name(f"math.{_name}", exclusive=True, reverse=True, axis=1),
        TIES,
    )
for _name in "sum mean max min prod".split():
    add(
        f"math.segment_{_name}",
        lambda tf, x, f=_name: named(tf, f"math.segment_{f}")(x, [0, 0, 2]),
        TALL,
    )
for _name in "sum mean max min prod sqrt_n".split():
    add(
        f"math.unsorted_segment_{_name}",
        lambda tf, x, f=_name: named(tf, f"math.unsorted_segment_{f}")(x, [1, 0, 1], 2) ** 2,
        TALL,
    )
add(
    "math.unsorted_segment_prod of zeros",
    lambda tf, x: tf.math.unsorted_segment_prod(x, [0, 0, 1], 2),
    [0.0, 2.0, 0.0],
)
for _order in ("euclidean", 1, 3, np.inf):
    add(f"norm {_order}", by_name("norm", ord=_order), TABLE)
    add(
        f"norm {_order} rows",
        by_name("norm", ord=_order, axis=1),
        [[3.0, -4.0], [0.0, 0.0], [2.0, 2.0]],
    )
add("norm fro", by_name("norm", ord="fro", axis=(0, 1)), PAIR)
add("norm of complex", by_name("norm"), PLANE, types=["complex128"])
add("norm spectral", by_name("norm", ord=2, axis=(0, 1)), PAIR)
add("linalg.normalize", by_name("linalg.normalize", axis=1), TABLE)
add("linalg.global_norm", lambda tf, x, y: tf.linalg.global_norm([x, y]), PAIR, [1.0, 2.0])
add("clip_by_value", lambda tf, x: tf.clip_by_value(x, -1.0, 1.0) ** 3, LINE)
add("clip_by_value bounds", lambda tf, x, a, b: tf.clip_by_value(x, a, b) ** 3, LINE, -1.0, 1.0)
add("clip_by_norm", lambda tf, x: tf.clip_by_norm(x, 1.5), PAIR)
add("clip_by_norm small", lambda tf, x: tf.clip_by_norm(x, 15.0) ** 2, PAIR)
add(
    "clip_by_global_norm",
    lambda tf, x, y: tf.clip_by_global_norm([x, y], 1.5)[0],
    PAIR,
    [1.0, 2.0],
)
add("nn.l2_normalize", by_name("nn.l2_normalize", axis=1), [*PAIR, [0.0, 0.0]])
add("nn.l2_loss", by_name("nn.l2_loss"), TABLE)
add("nn.softmax", by_name("nn.softmax"), TABLE)
add("nn.softmax columns", by_name("nn.softmax", axis=0), PAIR)
add("nn.log_softmax", by_name("nn.log_softmax"), TABLE)
add("nn.top_k", lambda tf, x: tf.nn.top_k(x, 2).values ** 3, TABLE)
add("sort", lambda tf, x: tf.sort(x, direction="DESCENDING") ** 3, TABLE)
add("nn.zero_fraction", by_name("nn.zero_fraction"), TIES)
add("math.bincount", lambda tf, x: tf.math.bincount([1, 0, 1], weights=x) ** 2, [0.5, 1.0, 2.0])
add(
    "math.confusion_matrix",
    lambda tf, x: tf.math.confusion_matrix([0, 1], [1, 1], weights=x, dtype=x.dtype) ** 2,
    [0.5, 1.0],
)

# -- losses and normalisation -------------------------------------------------------------------

_SHARES = [[0.2, 0.5, 0.3], [0.0, 1.0, 0.5]]
add(
    "nn.softmax_cross_entropy_with_logits",
    by_name("nn.softmax_cross_entropy_with_logits"),
    _SHARES,
    TABLE,
)
add(
    "nn.softmax_cross_entropy_with_logits by logits",
    lambda tf, x: tf.nn.softmax_cross_entropy_with_logits(tf.constant(_SHARES, x.dtype), x, axis=0),
    TABLE,
)
add(
    "nn.sparse_softmax_cross_entropy_with_logits",
    lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits([2, 0], x),
    TABLE,
)
add(
    "nn.sigmoid_cross_entropy_with_logits",
    by_name("nn.sigmoid_cross_entropy_with_logits"),
    [0.2, 1.0, 0.0],
    [1.5, 0.0, -2.0],
)
add(
    "nn.weighted_cross_entropy_with_logits",
    by_name("nn.weighted_cross_entropy_with_logits"),
    [0.2, 1.0, 0.0],
    [1.5, 0.0, -2.0],
    2.0,
)
add("nn.log_poisson_loss", by_name("nn.log_poisson_loss"), [0.5, 2.0], [1.0, -0.5])
add(
    "nn.log_poisson_loss full",
    by_name("nn.log_poisson_loss", compute_full_loss=True),
    [0.5, 2.0],
    [1.0, -0.5],
)
add("nn.moments", by_name("nn.moments", axes=[0]), TABLE)
add("nn.weighted_moments", lambda tf, x, w: tf.nn.weighted_moments(x, [1], w), PAIR, SPD)
add(
    "nn.sufficient_statistics",
    lambda tf, x: tf.nn.sufficient_statistics(x, [0], shift=x[0, 0])[1:3],
    PAIR,
)
add(
    "nn.normalize_moments", lambda tf, c, m, v: tf.nn.normalize_moments(c, m, v, 0.5), 4.0, 2.0, 3.0
)
add(
    "nn.batch_normalization",
    by_name("nn.batch_normalization", variance_epsilon=0.1),
    PAIR,
    [0.5, 1.0],
    [2.0, 1.0],
    [1.0, 2.0],
    [0.5, 1.5],
)
add("nn.bias_add", lambda tf, x, b: tf.nn.bias_add(x, b) ** 2, PAIR, [0.5, 1.0])
add("nn.embedding_lookup", lambda tf, x: tf.nn.embedding_lookup(x, [1, 0, 1]) ** 2, PAIR)
