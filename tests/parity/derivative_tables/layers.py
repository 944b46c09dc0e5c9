"""Rows: convolutions, pooling, losses and look-ups of networks."""

from __future__ import annotations

from typing import Any

from tests.parity.derivative_tables.rows import PAIR, TALL, add, by_name, grid

_DOUBLE = ["float64"]


def _add(name: str, call: Any, *points: Any) -> None:
    add(name, call, *points, types=_DOUBLE)


# -- convolutions -------------------------------------------------------------------------------

_IMAGE, _FILTER = grid(1, 3, 3, 2), grid(2, 2, 2, 2, start=1.0)
_LINE, _LINE_FILTER = grid(1, 4, 2), grid(2, 2, 1, start=1.0)
_VOLUME, _VOLUME_FILTER = grid(1, 2, 3, 2, 1), grid(2, 2, 1, 1, 1, start=1.0)

_add("nn.conv1d", by_name("nn.conv1d", stride=1, padding="SAME"), _LINE, _LINE_FILTER)
_add("nn.conv2d", by_name("nn.conv2d", strides=1, padding="VALID"), _IMAGE, _FILTER)
_add("nn.conv2d strided", by_name("nn.conv2d", strides=2, padding="SAME"), _IMAGE, _FILTER)
_add(
    "nn.conv2d dilated",
    by_name("nn.conv2d", strides=1, padding="SAME", dilations=2),
    _IMAGE,
    _FILTER,
)
_add(
    "nn.conv2d padded",
    by_name("nn.conv2d", strides=1, padding=[[0, 0], [1, 0], [0, 2], [0, 0]]),
    _IMAGE,
    _FILTER,
)
_add(
    "nn.conv2d of groups", by_name("nn.conv2d", strides=1, padding="SAME"), _IMAGE, grid(2, 2, 1, 2)
)
_add(
    "nn.conv3d",
    by_name("nn.conv3d", strides=[1, 1, 1, 1, 1], padding="SAME"),
    _VOLUME,
    _VOLUME_FILTER,
)
_add(
    "nn.conv1d_transpose",
    lambda tf, x, f: tf.nn.conv1d_transpose(x, f, [1, 8, 1], 2),
    _LINE,
    grid(2, 1, 2),
)
_add(
    "nn.conv2d_transpose",
    lambda tf, x, f: tf.nn.conv2d_transpose(x, f, [1, 6, 6, 2], 2),
    _IMAGE,
    _FILTER,
)
_add(
    "nn.conv3d_transpose",
    lambda tf, x, f: tf.nn.conv3d_transpose(x, f, [1, 2, 3, 2, 1], 1),
    _VOLUME,
    _VOLUME_FILTER,
)
_add(
    "nn.depthwise_conv2d",
    by_name("nn.depthwise_conv2d", strides=[1, 1, 1, 1], padding="SAME"),
    _IMAGE,
    _FILTER,
)
_add(
    "nn.depthwise_conv2d_backprop_input",
    lambda tf, f, g: tf.nn.depthwise_conv2d_backprop_input(
        [1, 3, 3, 2], f, g, [1, 1, 1, 1], "VALID"
    ),
    _FILTER,
    grid(1, 2, 2, 4),
)
_add(
    "nn.depthwise_conv2d_backprop_filter",
    lambda tf, x, g: tf.nn.depthwise_conv2d_backprop_filter(
        x, [2, 2, 2, 2], g, [1, 1, 1, 1], "VALID"
    ),
    _IMAGE,
    grid(1, 2, 2, 4),
)
_add(
    "nn.separable_conv2d",
    by_name("nn.separable_conv2d", strides=[1, 1, 1, 1], padding="VALID"),
    _IMAGE,
    grid(2, 2, 2, 1),
    grid(1, 1, 2, 2),
)
_add("nn.atrous_conv2d", by_name("nn.atrous_conv2d", rate=2, padding="SAME"), _IMAGE, _FILTER)
_add(
    "nn.atrous_conv2d_transpose",
    lambda tf, x, f: tf.nn.atrous_conv2d_transpose(x, f, [1, 3, 3, 2], 2, "SAME"),
    _IMAGE,
    _FILTER,
)
for _name in "dilation2d erosion2d".split():
    _add(
        f"nn.{_name}",
        by_name(
            f"nn.{_name}",
            strides=[1, 1, 1, 1],
            padding="SAME",
            data_format="NHWC",
            dilations=[1, 1, 1, 1],
        ),
        _IMAGE,
        grid(2, 2, 2, start=1.0),
    )

# -- pooling ------------------------------------------------------------------------------------

_FLAT = [[[[1.0], [1.0], [0.0]], [[2.0], [2.0], [0.0]], [[2.0], [-1.0], [0.0]]]]  # ties


def _fractional(tf: Any, x: Any, kind: str) -> Any:
    tf.random.set_seed(3)  # what ran before is not to matter
    return getattr(tf.nn, f"fractional_{kind}_pool")(x, [1.0, 1.4, 1.4, 1.0], seed=1)[0]


for _kind in "avg max".split():
    for _rank, _points in (("1d", _LINE), ("2d", _IMAGE), ("3d", _VOLUME), ("", _IMAGE)):
        add(
            f"nn.{_kind}_pool{_rank}",
            lambda tf, x, f=f"{_kind}_pool{_rank}": getattr(tf.nn, f)(x, 2, 1, "SAME") ** 3,
            _points,
            types=["float32" if _rank == "3d" else "float64"],
        )
    _add(
        f"square of nn.{_kind}_pool",
        lambda tf, x, k=_kind: getattr(tf.nn, f"{k}_pool")(x, 2, 1, "VALID") ** 2,
        _FLAT,
    )
    _add(
        f"nn.pool {_kind}",
        lambda tf, x, k=_kind: (
            tf.nn.pool(x, [2, 2], k.upper(), padding="VALID", dilations=[2, 1]) ** 3
        ),
        _IMAGE,
    )
    _add(
        f"nn.fractional_{_kind}_pool",
        lambda tf, x, k=_kind: _fractional(tf, x, k) ** 3,
        _IMAGE,
    )
_add(
    "nn.max_pool_with_argmax",
    lambda tf, x: tf.nn.max_pool_with_argmax(x, 2, 1, "VALID")[0] ** 3,
    _IMAGE,
)

# -- blocks, normalisation and activations ------------------------------------------------------

_add("nn.space_to_depth", lambda tf, x: tf.nn.space_to_depth(x, 2) ** 3, grid(1, 2, 2, 1))
_add("nn.depth_to_space", lambda tf, x: tf.nn.depth_to_space(x, 2) ** 3, grid(1, 1, 1, 4))
_add(
    "space_to_batch_nd",
    lambda tf, x: tf.space_to_batch_nd(x, [2, 2], [[0, 1], [1, 0]]) ** 3,
    _IMAGE,
)
_add(
    "batch_to_space",
    lambda tf, x: tf.batch_to_space(x, [2, 2], [[0, 1], [0, 0]]) ** 3,
    grid(4, 1, 1, 1),
)
add(
    "nn.local_response_normalization",
    by_name("nn.local_response_normalization", depth_radius=1, alpha=0.5),
    grid(1, 1, 2, 3),
    types=["float32"],
)
_add(
    "nn.batch_norm_with_global_normalization",
    lambda tf, x, m, v, b, g: tf.nn.batch_norm_with_global_normalization(x, m, v, b, g, 0.1, True),
    grid(1, 1, 2, 2),
    [0.5, 1.0],
    [2.0, 1.0],
    [1.0, 2.0],
    [0.5, 1.5],
)
_add(
    "nn.experimental.stateless_dropout",
    lambda tf, x: tf.nn.experimental.stateless_dropout(x, 0.5, [1, 2]) ** 3,
    PAIR,
)
_add("nn.isotonic_regression", lambda tf, x: tf.nn.isotonic_regression(x)[0] ** 3, grid(2, 3))
add(
    "nn.approx_max_k",
    lambda tf, x: tf.nn.approx_max_k(x, 2)[0] ** 3,
    grid(2, 3),
    types=["float32"],
)

# -- losses and look-ups ------------------------------------------------------------------------

for _name, _options in {
    "dense": {"label_length": [2, 1]},
    "sparse": {"label_length": None, "blank_index": -1},
}.items():

    def _ctc(tf: Any, x: Any, sparse: bool = _name == "sparse", options: Any = _options) -> Any:
        labels = tf.constant([[1, 2], [1, 0]])
        if sparse:
            labels = tf.sparse.from_dense(tf.cast(labels, "int32"))
        return tf.nn.ctc_loss(labels, x, logit_length=[3, 3], **options)

    add(f"nn.ctc_loss {_name}", _ctc, grid(3, 2, 4), types=["float32"])
_add(
    "nn.compute_average_loss",
    lambda tf, x, w: tf.nn.compute_average_loss(x**3, w, global_batch_size=4),
    [0.5, 2.0],
    [1.0, 0.5],
)
_add("nn.scale_regularization_loss", lambda tf, x: tf.nn.scale_regularization_loss(x**3), 0.5)
for _combiner in "sum mean sqrtn".split():

    def _lookup(tf: Any, table: Any, weights: Any, combiner: str = _combiner) -> Any:
        places = [[0, 0], [0, 2], [1, 0]]
        ids = tf.sparse.SparseTensor(places, [1, 2, 1], [2, 3])
        return tf.nn.embedding_lookup_sparse(
            table, ids, tf.sparse.SparseTensor(places, weights, [2, 3]), combiner
        )

    _add(f"nn.embedding_lookup_sparse {_combiner}", _lookup, TALL, [0.5, 2.0, 1.5])
    _add(
        f"nn.embedding_lookup_sparse {_combiner} unweighted",
        lambda tf, table, c=_combiner: (
            tf.nn.embedding_lookup_sparse(
                table, tf.sparse.SparseTensor([[0, 0], [0, 2], [1, 0]], [1, 2, 1], [2, 3]), None, c
            )
            ** 2
        ),
        TALL,
    )
_add(
    "nn.safe_embedding_lookup_sparse",
    lambda tf, table: (
        tf.nn.safe_embedding_lookup_sparse(
            table, tf.sparse.SparseTensor([[0, 0], [0, 2], [2, 0]], [1, 2, 1], [3, 3])
        )
        ** 2
    ),
    TALL,
)
for _name in "nce_loss sampled_softmax_loss".split():

    def _sampled(tf: Any, weights: Any, biases: Any, inputs: Any, name: str = _name) -> Any:
        sampled = (tf.constant([2, 0], tf.int64), tf.constant([[0.5], [0.4]]), [0.3, 0.6])
        values = tuple(tf.cast(s, "int64" if n == 0 else "float32") for n, s in enumerate(sampled))
        labels = tf.constant([[1], [0]], tf.int64)
        return getattr(tf.nn, name)(weights, biases, labels, inputs, 2, 3, sampled_values=values)

    add(f"nn.{_name}", _sampled, TALL, [0.5, -0.5, 1.0], PAIR, types=["float32"])
