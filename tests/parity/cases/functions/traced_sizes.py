"""Functions of sizes that are unknown while tracing: tf.shape of an argument, or an argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# Their static shapes here know more than in TensorFlow, or less.
_OTHER_SHAPES = frozenset("resize crop scrop car diag slice ss split ptb".split())


def _rows(tf: Any, size: Callable[[Any], Any], generator: Any) -> dict[str, Callable[[Any], Any]]:
    image = tf.image
    stateless_dropout = tf.nn.experimental.stateless_dropout
    return {
        "zeros": lambda x: tf.zeros(size(x)),
        "zeros1": lambda x: tf.zeros(size(x)[:1]),
        "zeros_list": lambda x: tf.zeros([size(x)[0], 4]),
        "ones": lambda x: tf.ones([size(x)[0], size(x)[1]]),
        "fill": lambda x: tf.fill(size(x), 2.0),
        "fill2": lambda x: tf.fill([size(x)[0]], 2.0),
        "bcast": lambda x: tf.broadcast_to(1.0, size(x)),
        "bcast2": lambda x: tf.broadcast_to(x[:1], [size(x)[0], 3]),
        "reshape": lambda x: tf.reshape(x, [size(x)[0] * 3]),
        "reshape2": lambda x: tf.reshape(x, tf.concat([size(x), [1]], 0)),
        "su": lambda x: tf.random.stateless_uniform(size(x), [1, 2]),
        "sn": lambda x: tf.random.stateless_normal([size(x)[0], 2], [1, 2]),
        "st": lambda x: tf.random.stateless_truncated_normal(size(x), [1, 2]),
        "sint": lambda x: tf.random.stateless_uniform([size(x)[0]], [1, 2], 0, 10, tf.int32),
        "sgamma": lambda x: tf.random.stateless_gamma(size(x), [1, 2], 1.0),
        "spois": lambda x: tf.random.stateless_poisson(size(x), [1, 2], 1.0),
        "sbin": lambda x: tf.random.stateless_binomial(size(x), [1, 2], 2.0, 0.5),
        "n": lambda x: tf.random.normal(size(x)),
        "u": lambda x: tf.random.uniform([size(x)[0], 2]),
        "tn": lambda x: tf.random.truncated_normal(size(x)),
        "gam": lambda x: tf.random.gamma(size(x), 1.0),
        "poi": lambda x: tf.random.poisson(size(x), 1.0),
        "gn": lambda x: generator.normal(size(x)),
        "gu": lambda x: generator.uniform([size(x)[0]]),
        "gi": lambda x: generator.uniform(size(x), 0, 5, tf.int32),
        "shuffle": lambda x: tf.random.shuffle(x),
        "cat": lambda x: tf.random.categorical(x, size(x)[0]),
        "scat": lambda x: tf.random.stateless_categorical(x, 3, [1, 2]),
        "drop": lambda x: tf.nn.dropout(x, 0.5),
        "dropn": lambda x: tf.nn.dropout(x, 0.5, noise_shape=[size(x)[0], 1]),
        "dropt": lambda x: tf.nn.dropout(x, 0.5, noise_shape=size(x)),
        "sdrop": lambda x: stateless_dropout(x, 0.5, [1, 2]),
        "sdropn": lambda x: stateless_dropout(x, 0.5, [1, 2], noise_shape=size(x)),
        "sdropl": lambda x: stateless_dropout(x, 0.5, [1, 2], noise_shape=[size(x)[0], 1]),
        "resize": lambda x: image.resize(x[None, :, :, None], size(x) * 2),
        "resizen": lambda x: image.resize(x[None, :, :, None], [size(x)[0], 2], method="nearest"),
        "crop": lambda x: image.random_crop(x, [size(x)[0], 2]),
        "scrop": lambda x: image.stateless_random_crop(x, [size(x)[0], 2], [1, 2]),
        "car": lambda x: image.crop_and_resize(
            x[None, :, :, None], [[0.0, 0.0, 1.0, 1.0]], [0], size(x)
        ),
        "eye": lambda x: tf.eye(size(x)[0]),
        "eyeb": lambda x: tf.eye(2, batch_shape=[size(x)[0]]),
        "diag": lambda x: tf.linalg.diag(x[0], num_rows=size(x)[0] + 5),
        "seqm": lambda x: tf.sequence_mask([1, 2], size(x)[0]),
        "onehot": lambda x: tf.one_hot([0, 1], size(x)[0]),
        "range": lambda x: tf.range(size(x)[0]),
        "lin": lambda x: tf.linspace(0.0, 1.0, size(x)[0]),
        "tile": lambda x: tf.tile(x, [size(x)[0], 1]),
        "tile2": lambda x: tf.tile([[1.0]], size(x)),
        "pad": lambda x: tf.pad(x, [[0, size(x)[0]], [0, 0]]),
        "slice": lambda x: tf.slice(x, [0, 0], [size(x)[0] - 1, 2]),
        "ss": lambda x: x[size(x)[0] - 2 :],
        "idx": lambda x: x[size(x)[0] - 1],
        "roll": lambda x: tf.roll(x, size(x)[0] - 1, 0),
        "repeat": lambda x: tf.repeat(x, size(x)[0], 0),
        "repeat2": lambda x: tf.repeat([[1.0, 2.0]], size(x)[0], axis=0),
        "split": lambda x: tf.split(x, [size(x)[0] - 1, 1]),
        "scnd": lambda x: tf.scatter_nd([[0], [1]], [1.0, 2.0], [size(x)[0]]),
        "useg": lambda x: tf.math.unsorted_segment_sum(x[0], [0, 1, 1], size(x)[0]),
        "ta": lambda x: tf.TensorArray(tf.float32, size(x)[0]).unstack(x).stack(),
        "topk": lambda x: tf.math.top_k(x[:, 0], size(x)[0])[0],
        "binc": lambda x: tf.math.bincount([1, 1], minlength=size(x)[0]),
        "ct": lambda x: tf.nn.conv2d_transpose(
            x[None, :, :, None],
            tf.ones([2, 2, 1, 1]),
            [1, size(x)[0] * 2, size(x)[1] * 2, 1],
            2,
        ),
        "conf": lambda x: tf.math.confusion_matrix([0, 1], [1, 1], num_classes=size(x)[0]),
        "sp": lambda x: tf.sparse.to_dense(
            tf.SparseTensor([[0, 0]], [1.0], tf.cast(size(x), tf.int64))
        ),
        "ptb": lambda x: image.pad_to_bounding_box(
            x[:, :, None], 0, 0, size(x)[0] + 2, size(x)[1] + 1
        ),
        "ctb": lambda x: image.crop_to_bounding_box(
            x[:, :, None], 1, 0, size(x)[0] - 1, size(x)[1]
        ),
        "rwc": lambda x: image.resize_with_crop_or_pad(x[:, :, None], size(x)[0] + 1, 2),
        "map": lambda x: tf.map_fn(lambda i: i * 2, tf.range(size(x)[0])),
        "ens": lambda x: tf.ensure_shape(x, [None, 3]),
        "meshgrid": lambda x: tf.meshgrid(tf.range(size(x)[0]), tf.range(2)),
        "band": lambda x: tf.linalg.band_part(tf.ones([size(x)[0], size(x)[0]]), -1, 0),
        "tri": lambda x: 1 - tf.linalg.band_part(tf.ones((size(x)[0], size(x)[0])), -1, 0),
        "cumsum": lambda x: tf.cumsum(tf.ones(size(x)[:1])),
        "gathernd": lambda x: tf.gather_nd(
            x, tf.stack([tf.range(size(x)[0]), tf.zeros([size(x)[0]], tf.int32)], 1)
        ),
        "stack": lambda x: tf.stack([size(x)[0], 2]),
        "frame": lambda x: tf.signal.frame(x[0], 2, 1),
        "where": lambda x: tf.where(tf.range(size(x)[0]) > 1),
        "foldl": lambda x: tf.foldl(lambda a, b: a + b, x),
        "scan": lambda x: tf.scan(lambda a, b: a + b, x),
        "vec": lambda x: tf.vectorized_map(lambda a: a * 2, x),
        "zl": lambda x: tf.zeros_like(x),
        "ol": lambda x: tf.ones_like(x, dtype=tf.int32),
        "rank": lambda x: tf.zeros([tf.rank(x)]),
        "size": lambda x: tf.zeros([tf.size(x)]),
    }


def _outcome(tf: Any, function: Callable[[Any], Any]) -> Any:
    traced = tf.function(function, input_signature=[tf.TensorSpec([None, 3])])
    tf.random.set_seed(1)
    results = [traced(tf.reshape(tf.range(3.0 * n), [n, 3])) for n in (8, 5)]
    structured = traced.get_concrete_function().structured_outputs
    return results, [str(x.shape) for x in tf.nest.flatten(structured)]


def static_shapes(tf: Any) -> Any:
    outcomes = {}
    for name, function in _rows(tf, tf.shape, tf.random.Generator.from_seed(1)).items():
        results, shapes = _outcome(tf, function)
        outcomes[name] = results if name in _OTHER_SHAPES else (results, shapes)
    return outcomes


def _outcome_of_argument(tf: Any, name: str, generator: Any) -> Any:
    runs = []

    def function(x: Any, sizes: Any) -> Any:
        runs.append(0)
        return _rows(tf, lambda _: sizes, generator)[name](x)

    signature = [tf.TensorSpec([8, 3]), tf.TensorSpec([2], tf.int32)]
    traced = tf.function(function, input_signature=signature)
    tf.random.set_seed(1)
    x = tf.reshape(tf.range(24.0), [8, 3])
    results = [traced(x, tf.constant([8, 3])) for _ in range(2)]
    structured = traced.get_concrete_function().structured_outputs
    shapes = [str(x.shape) for x in tf.nest.flatten(structured)]
    return results, len(runs), None if name == "diag" else shapes  # TensorFlow's is wrong


def sizes_in_arguments(tf: Any) -> Any:
    generator = tf.random.Generator.from_seed(1)
    return {
        name: _outcome_of_argument(tf, name, generator) for name in _rows(tf, tf.shape, generator)
    }


def stated_results(tf: Any) -> Any:
    """Results whose number or shape is stated, of arrays and lists too."""
    array = np.arange(6.0, dtype=np.float32).reshape(2, 3)

    @tf.function
    def function(x: Any, n: Any) -> Any:
        return {
            "one": tf.unstack(x, axis=1),
            "parts": tf.split(x, [n], 0, name="parts"),
            "numpy": tf.experimental.numpy.nonzero(x[0]),
            "array": tf.reshape(array, [1, -1]),
            "array of a size": tf.reshape(array, [n, -1]),
            "list": tf.reshape([1, 2, 3, 4], [2, n]),
            "slice": tf.slice(array, [0, 1], [n, 2]),
            "slice of a list": tf.slice([1, 2, 3], [1], [n - 1]),
            "where": tf.where([True, False, True]),
            "where of an array": tf.where(array > 2.0),
            "unique": tf.unique([1, 1, 2])[0],
            "ensured": tf.ensure_shape(array, [None, 3]),
            "transposed": tf.nn.conv2d_transpose(
                array[None, :, :, None], tf.ones([1, 1, 1, 1]), [1, n, 3, 1], 1
            ),
        }

    signature = tf.TensorSpec([None, 1]), tf.TensorSpec([], tf.int32)
    structured = function.get_concrete_function(*signature).structured_outputs
    shapes = {key: [str(x.shape) for x in tf.nest.flatten(x)] for key, x in structured.items()}
    return function(tf.constant([[3.0], [0.0]]), tf.constant(2)), shapes


def sizes_of_calls_in_functions(tf):
    """A call whose arguments have sizes that its trace leaves open has sizes of its own."""
    matrix, anything = tf.TensorSpec([None, None]), tf.TensorSpec(None)
    x, v = tf.ones([2, 3]), tf.Variable(tf.ones([3, 4]))
    functions = [
        (matrix, lambda x: (x + 1.0, tf.reduce_sum(x, 1), tf.concat([x, x], 0), x[:1])),
        (matrix, lambda x: (tf.reshape(x, [-1]), tf.transpose(x), tf.shape(x), tf.matmul(x, v))),
        (anything, lambda x: (x + 1.0, tf.reduce_sum(x))),
        (matrix, lambda x: (tf.boolean_mask(x, x > 0), tf.where(x > 0), tf.range(tf.shape(x)[0]))),
    ]
    seen = []
    for spec, function in functions:
        called = tf.function(function, input_signature=[spec])

        @tf.function
        def outer(x, called=called):
            results = called(x)
            seen.append([result.shape for result in tf.nest.flatten(results)])
            return results

        outer(x)
    return seen
