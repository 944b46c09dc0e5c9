"""Static shapes and values in functions where sizes are numbers that are not known."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def _shapes(tf: Any, function: Any, *specs: Any) -> Any:
    graph = tf.function(function, input_signature=specs).get_concrete_function()
    return tf.nest.map_structure(lambda x: str(x.shape), graph.structured_outputs)


def transposed_convolutions(tf: Any) -> Any:
    rows = {}
    for rank in (1, 2, 3):
        kernel = tf.ones([2] * rank + [5, 4])
        sizes, images = [16] * rank, [8] * rank
        batch = tf.TensorSpec([None, *images, 4])
        any_shape = tf.TensorSpec([rank + 2], tf.int32)

        def convolve(x, shape, kernel=kernel):
            return tf.nn.conv_transpose(x, kernel, shape, 2, padding="VALID")

        def of_batch(x, sizes=sizes, convolve=convolve):
            return convolve(x, [tf.shape(x)[0], *sizes, 5])

        def doubled(x, rank=rank, convolve=convolve):
            spatial = [tf.shape(x)[i + 1] * 2 for i in range(rank)]
            return convolve(x, [tf.shape(x)[0], *spatial, 5])

        def joined(x, sizes=sizes, convolve=convolve):
            return convolve(x, tf.concat([tf.shape(x)[:1], [*sizes, 5]], 0))

        rows[f"batch {rank}"] = lambda f=of_batch, s=batch: _shapes(tf, f, s)
        rows[f"doubled {rank}"] = lambda f=doubled, r=rank: _shapes(
            tf, f, tf.TensorSpec([None] * (r + 1) + [4])
        )
        rows[f"joined {rank}"] = lambda f=joined, s=batch: _shapes(tf, f, s)
        rows[f"unknown {rank}"] = lambda f=convolve, s=(batch, any_shape): _shapes(tf, f, *s)
        rows[f"value {rank}"] = lambda f=of_batch, n=images: tf.reduce_sum(
            tf.function(f)(tf.ones([2, *n, 4])), [0, -1]
        )
    return outcomes(rows)


def numbers_as_sizes(tf: Any) -> Any:
    number = tf.TensorSpec([], tf.int32)
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    functions = {
        "zeros": lambda n: tf.zeros([n, 4]),
        "zeros of a number": lambda n: tf.zeros(n),
        "ones": lambda n: tf.ones((n, 4), tf.int32),
        "fill": lambda n: tf.fill([n, 4], 1.0),
        "reshape": lambda n: tf.reshape(x, [n, -1]),
        "split": lambda n: tf.split(tf.constant([1, 2, 3]), [n, 3 - n]),
        "slice of a list": lambda n: tf.slice([1, 2, 3], [n], [2]),
        "where of a list": lambda n: tf.where([True, False]) + tf.cast(n, tf.int64),
        "unique of a list": lambda n: tf.unique([1, 2, 2])[0] + n,
        "unstack to one": lambda n: tf.unstack(tf.where(tf.range(n) > 0), axis=1),
        "split to one": lambda n: tf.split(tf.reshape(tf.range(n), [-1, 1]), [1], axis=1),
    }
    rows: dict[str, Any] = {
        f"{name} shape": lambda f=f: _shapes(tf, f, number) for name, f in functions.items()
    }
    rows |= {name: lambda f=f: tf.function(f)(tf.constant(2)) for name, f in functions.items()}
    return outcomes(rows)


def real_numbers_as_sizes(tf: Any) -> Any:
    x = tf.range(6.0)
    functions = {
        "reshape": lambda k: tf.reshape(x, (k[0], k[1], 1)),
        "reshape to a vector": lambda k: tf.reshape(x, k),
        "zeros": lambda k: tf.zeros((k[0], 2)),
        "fill": lambda k: tf.fill((k[0], 2), 1),
        "broadcast": lambda k: tf.broadcast_to(1.0, (k[0], 2)),
        "tile": lambda k: tf.tile([1.0], (k[0],)),
        "slice": lambda k: tf.slice(x, (k[0],), (k[1],)),
        "stack": lambda k: tf.stack([1, k[0]]),
    }
    sizes = tf.constant([2.0, 3.0])
    rows = {name: lambda f=f: tf.function(f)(sizes) for name, f in functions.items()}
    return outcomes(rows)


def static_values(tf: Any) -> Any:
    known: dict[str, Any] = {}
    outside = tf.constant([5, 6])

    @tf.function
    def function(x, k):
        matrix, one = tf.constant([[1, 2], [3, 4]]), tf.constant(1)
        tensors = {
            "constant": matrix,
            "outside": outside,
            "cast": tf.cast(outside, tf.float32),
            "sum": matrix + matrix,
            "where": tf.where(True, one, 0),
            "rank": tf.rank(x),
            "shape": tf.shape(x),
            "known shape": tf.shape(k),
            "size": tf.size(k),
            "range": tf.range(tf.rank(k)),
            "concat": tf.concat([matrix, matrix], 0),
            "pack": tf.stack([one, 2]),
            "pack of a slice": tf.stack([tf.shape(k)[0], 2]),
            "unpack": tf.unstack(tf.shape(k))[0],
            "split": tf.split(matrix, 2)[1],
            "equal": tf.equal(tf.rank(x), 2),
            "less": tf.rank(x) < 3,
            "identity": tf.identity(tf.stop_gradient(matrix)),
            "negative": -matrix,
            "item": tf.shape(k)[0],
            "reshape": tf.reshape(matrix, [4]),
            "ones": tf.ones_like(k),
            "gather": tf.gather(matrix, 0),
        }
        for name, tensor in tensors.items():
            value = tf.get_static_value(tensor)
            known[name] = None if value is None else np.asarray(value).tolist()
        return one

    function.get_concrete_function(tf.TensorSpec([None, 2]), tf.TensorSpec([3, 4]))
    return known


def predicates_of_smart_cond(tf: Any) -> Any:
    """It knows more of a predicate than `tf.get_static_value`."""
    taken: dict[str, list[str]] = {}
    smart_cond = tf.__internal__.smart_cond.smart_cond

    @tf.function
    def function(x, k):
        predicates = {
            "item": tf.shape(k)[1] > 1,
            "rank": tf.rank(x) < 3,
            "constant": tf.constant(False),
            "size": tf.shape(x)[0] > 1,
        }
        for name, predicate in predicates.items():
            branches = taken[name] = []

            def branch(value, branches=branches):
                branches.append(value)
                return tf.constant(value)

            smart_cond(predicate, lambda b=branch: b("yes"), lambda b=branch: b("no"))
        return k

    function.get_concrete_function(tf.TensorSpec([None, 2]), tf.TensorSpec([3, 4]))
    return taken


def rows_of_ragged_arguments(tf: Any) -> Any:
    deep = tf.ragged.constant([[[1.0, 2.0]], []], ragged_rank=1, inner_shape=(2,))
    flat = tf.ragged.constant([[1.0, 2.0], [3.0]])
    specs = {
        "any": (tf.RaggedTensorSpec([None, None], tf.float32), flat),
        "two rows": (tf.RaggedTensorSpec([2, None], tf.float32), flat),
        "inner": (tf.RaggedTensorSpec([None, None, 2], tf.float32, 1), deep),
    }

    def rows(spec, value):
        return tf.function(lambda x: tf.shape(x)[0], input_signature=[spec])(value)

    return outcomes({name: lambda a=a: rows(*a) for name, a in specs.items()})


def smaller_of_two_sizes(tf: Any) -> Any:
    """Slices and values that depend on a size only where it is small."""
    matrix = tf.TensorSpec([None, 3])

    def sizes(tensor):
        return tensor, tf.shape(tensor), tf.size(tensor)

    def rows(a):
        return tf.shape(a)[0]

    def padded(a):
        return tf.pad(a, [[0, tf.maximum(0, 4 - rows(a))], [0, 0]])[:4]

    def looped(a):
        count = tf.constant(0)
        for _ in a[:3]:
            count += 1
        return count

    table = {
        "first": lambda a: sizes(a[:2]),
        "last": lambda a: sizes(a[-4:]),
        "inner": lambda a: sizes(a[1:4, :2]),
        "by steps": lambda a: sizes(a[:10:2, tf.newaxis]),
        "reversed": lambda a: sizes(a[3::-1]),
        "strided_slice": lambda a: sizes(tf.strided_slice(a, [0], [2])),
        "map": lambda a: tf.map_fn(lambda row: row[:2], tf.transpose(a)),
        "loop": looped,
        "singular values": lambda a: sizes(tf.linalg.svd(a, compute_uv=False)),
        "qr": lambda a: tf.linalg.qr(a).r,
        "diagonal": lambda a: sizes(tf.linalg.diag_part(a)),
        "minimum": lambda a: sizes(tf.gather(a, tf.range(tf.minimum(rows(a), 2)))),
        "bound": lambda a: sizes(a[: tf.minimum(2, rows(a))]),
        "maximum": lambda a: sizes(tf.zeros([tf.maximum(rows(a), 5)])),
        "padded": lambda a: sizes(padded(a)),
        "remainder": lambda a: sizes(tf.zeros([rows(a) % 8])),
        "comparison": lambda a: sizes(tf.zeros([tf.cast(rows(a) > 2, tf.int32)])),
        "choice": lambda a: sizes(tf.zeros(tf.where(rows(a) > 2, 4, 5))),
        "least": lambda a: sizes(tf.zeros([tf.reduce_min(tf.shape(a))])),
        "one_hot": lambda a: sizes(tf.one_hot([0], tf.minimum(2, rows(a)))),
        "repeat": lambda a: sizes(tf.repeat(a, tf.minimum(2, rows(a)), 0)),
    }
    results = {}
    for name, function in table.items():
        traced = tf.function(function, input_signature=[matrix])
        outputs = traced.get_concrete_function().structured_outputs
        shapes = tf.nest.map_structure(lambda x: str(x.shape), outputs)
        results[name] = shapes, traced(tf.ones([1, 3])), traced(tf.ones([5, 3]))
    return results
