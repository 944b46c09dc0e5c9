"""Ragged tensors in tapes, in tf.map_fn and tf.function; their specs."""

import numpy as np

from tests.parity.case_helpers.tables import outcomes


def _outcomes(rows):
    """What each row returns, or the type of the exception that it raises."""
    return list(outcomes(dict(enumerate(rows))).values())


_X = [[1.0, 2.0], [], [3.0, 4.0, 5.0]]
_Z = [[[1.0, 2.0], [3.0]], [], [[4.0], [], [5.0, 6.5]]]


def _gradients(tf, function, values, ragged_rank=None):
    """The value and its gradients by the flat values and by the whole, and a second one."""
    flat = tf.constant(values.flat_values)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(flat)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(flat)
            x = values.with_flat_values(flat * 1.0)
            y = function(x)
        first = tape.gradient(y, [flat, x.flat_values])
        whole = tape.gradient(y, x)
    second = None if first[0] is None else outer.gradient(first[0], flat)
    return {"value": y, "first": first, "whole": whole, "second": second}


def gradients(tf):
    constant = tf.ragged.constant
    x, z = constant(_X), constant(_Z)
    inner = constant([[[1.0, 2.0], [3.0, 4.0]], [], [[5.0, 6.0]]], ragged_rank=1)
    column = tf.constant([[2.0], [3.0], [4.0]])
    mask = constant([[True, False], [], [False, True, True]])
    functions = {
        "square": lambda x: x * x,
        "exp": tf.exp,
        "column": lambda x: x * column,
        "both": lambda x: x * x + column * x,
        "sum": lambda x: tf.reduce_sum(x * x),
        "rows": lambda x: tf.reduce_sum(x * x, axis=1),
        "columns": lambda x: tf.reduce_sum(x * x, axis=0),
        "mean": lambda x: tf.reduce_mean(x * x, axis=1),
        "max": lambda x: tf.reduce_max(x, axis=1),
        "min": lambda x: tf.reduce_min(x, axis=0),
        "prod": lambda x: tf.reduce_prod(x, axis=1),
        "variance": lambda x: tf.math.reduce_variance(x, axis=1),
        "dense": lambda x: x.to_tensor() ** 2,
        "cut": lambda x: x.to_tensor(1.0, shape=[2, 2]) ** 2,
        "row": lambda x: x[2] ** 2,
        "slice": lambda x: x[:, 1:] ** 2,
        "backwards": lambda x: x[::-1] ** 2,
        "gather": lambda x: tf.gather(x, [2, 2, 0]) ** 2,
        "concat": lambda x: tf.concat([x, x * 2], 1) ** 2,
        "concat rows": lambda x: tf.concat([x, x * x], 0) ** 2,
        "stack": lambda x: tf.stack([x, x * x]) ** 2,
        "tile": lambda x: tf.tile(x, [2] * x.shape.rank) ** 2,
        "expand": lambda x: tf.expand_dims(x, 0) ** 2,
        "softmax": lambda x: tf.nn.softmax(x) * x,
        "merge": lambda x: x.merge_dims(0, 1) * 2.0,
        "reverse": lambda x: tf.reverse(x, [1]) ** 2,
        "cast": lambda x: tf.cast(x, tf.float64) ** 2,
        "floor": tf.floor,
        "int": lambda x: tf.cast(x, tf.int32),
        "comparison": lambda x: x > 2,
        "zeros": tf.zeros_like,
    }
    results = {}
    for name, function in functions.items():
        for key, value in (("x", x), ("z", z), ("inner", inner)):
            results[f"{name} {key}"] = _outcomes([lambda f=function, v=value: _gradients(tf, f, v)])
    results["mask"] = _gradients(tf, lambda x: tf.ragged.boolean_mask(x, mask) ** 2, x)
    results["where"] = _gradients(tf, lambda x: tf.where(mask, x * x, 0.0), x)
    results["gather_nd"] = _gradients(tf, lambda x: tf.gather_nd(x, [[2, 1], [0, 0]]) ** 2, x)
    results["map_flat"] = _gradients(tf, lambda x: tf.ragged.map_flat_values(tf.square, x), x)
    return results


def tapes(tf):
    x, z = tf.ragged.constant(_X), tf.ragged.constant(_Z)
    dense = tf.constant([[2.0], [3.0], [4.0]])
    default = tf.constant(7.0)
    values = tf.Variable([1.0, 2.0, 3.0])
    results = {}
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z, dense, default])
        y = x * x
        w = tf.reduce_sum(z * 2.0, axis=2)
        u = x * dense
        t = x.to_tensor(default)
        r = tf.RaggedTensor.from_row_lengths(values * values, [2, 1])
        v = tf.RaggedTensor.from_row_lengths(values, [2, 1])
        s = tf.reduce_sum(v * 3.0)
        g = tf.gather(dense, tf.ragged.constant([[0, 2], [2]]))
    rows = {
        "x": lambda: tape.gradient(y, x),
        "list": lambda: tape.gradient([y, w], [x, z, dense]),
        "dict": lambda: tape.gradient({"y": y}, {"x": x}),
        "flat": lambda: tape.gradient(y, x.flat_values),
        "values": lambda: tape.gradient(w, [z.values, z.flat_values]),
        "weights": lambda: tape.gradient(y, x, output_gradients=x),
        "weights flat": lambda: tape.gradient(y, x, output_gradients=x.flat_values),
        "none": lambda: tape.gradient(y, [z, dense]),
        "dense": lambda: tape.gradient(u, [x, dense]),
        "default": lambda: tape.gradient(t, [x, default]),
        "variable": lambda: tape.gradient(r, values),
        "variable 2": lambda: tape.gradient(s, values),
        "gather": lambda: tape.gradient(g, dense),
        "splits": lambda: tape.gradient(y, x.row_splits),
        "ints": lambda: tape.gradient(tf.cast(x, tf.int32), x),
        "watched": lambda: [v.name for v in tape.watched_variables()],
    }
    return {**results, **outcomes(rows)}


def map_fn(tf):
    x, z = tf.ragged.constant(_X), tf.ragged.constant(_Z)
    i = tf.ragged.constant([[1, 2], [], [3]])
    spec, dense = tf.RaggedTensorSpec, tf.constant([[1, 2], [3, 4]])
    f = tf.map_fn
    rows = [
        lambda: f(tf.reduce_sum, x, fn_output_signature=tf.float32),
        lambda: f(lambda r: r * 2, x),
        lambda: f(lambda r: r * 2, x, fn_output_signature=spec([None])),
        lambda: f(lambda r: r * 2, z),
        lambda: f(lambda r: r * 2, z, fn_output_signature=spec([None, None])),
        lambda: f(lambda r: tf.reduce_sum(r, 1), z, fn_output_signature=spec([None])),
        lambda: f(tf.range, tf.constant([1, 3, 0]), fn_output_signature=spec([None], tf.int32)),
        lambda: f(tf.range, tf.constant([2, 2]), fn_output_signature=spec([2], tf.int32)),
        lambda: f(
            lambda n: tf.ragged.range(tf.range(n)),
            tf.constant([1, 3]),
            fn_output_signature=spec([None, None], tf.int32),
        ),
        lambda: f(
            lambda n: tf.range(n),
            tf.constant([1, 3]),
            fn_output_signature=spec([None], tf.int32, row_splits_dtype=tf.int32),
        ),
        lambda: f(
            lambda n: tf.zeros([n, 2]),
            tf.constant([1, 3]),
            fn_output_signature=spec([None, 2], ragged_rank=0),
        ),
        lambda: f(lambda r: r[0] + r[1], (x, x), fn_output_signature=spec([None])),
        lambda: f(
            lambda r: {"a": r, "b": tf.size(r)},
            i,
            fn_output_signature={"a": spec([None], tf.int32), "b": tf.int32},
        ),
        lambda: f(lambda r: r["a"] * 2, {"a": i}, fn_output_signature=spec([None], tf.int32)),
        lambda: f(
            lambda r: tf.RaggedTensor.from_tensor(r),
            z.to_tensor(),
            fn_output_signature=spec([None, None]),
        ),
        lambda: f(lambda r: r, dense, fn_output_signature=spec([None], tf.int32)),
        lambda: f(lambda r: r, dense, fn_output_signature=spec([None, None], tf.int32)),
        lambda: f(lambda r: tf.reduce_sum(r), (x, dense), fn_output_signature=tf.float32),
        lambda: f(lambda r: [r, r], x, fn_output_signature=spec([None])),
        lambda: f(lambda r: r, i[:0], fn_output_signature=spec([None], tf.int32)),
        lambda: f(tf.size, i[:0], fn_output_signature=tf.int32),
        lambda: f(lambda r: tf.cast(r, tf.float64), x, fn_output_signature=spec([None])),
    ]
    results = {"rows": _outcomes(rows)}
    flat = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(flat)
        y = f(
            lambda r: r * r,
            tf.RaggedTensor.from_row_lengths(flat, [2, 1]),
            fn_output_signature=spec([None]),
        )
    results["gradient"] = tape.gradient(y, flat)
    return results


def specs(tf):
    S = tf.RaggedTensorSpec
    x = tf.ragged.constant(_X)
    z = tf.ragged.constant(_Z)
    some = [
        S([None, None]),
        S([2, None, 3], tf.int32, 1),
        S(ragged_rank=1),
        S([None], ragged_rank=0),
        S([3, None], tf.float32, 1, tf.int32),
        S(None, None, 1, flat_values_spec=tf.TensorSpec([None], tf.int64)),
    ]
    rows = [
        *[lambda s=s: repr(s) for s in some],
        *[lambda s=s: [s.shape, s.dtype, s.ragged_rank, s.row_splits_dtype] for s in some],
        *[lambda s=s: s.value_type.__name__ for s in some],
        *[lambda s=s: s.is_compatible_with(x) for s in some],
        *[lambda s=s: s.is_compatible_with(some[0]) for s in some],
        *[lambda s=s: s.is_compatible_with(tf.constant([1.0])) for s in some],
        *[lambda s=s: [s == some[0], hash(s) == hash(some[0])] for s in some],
        *[lambda s=s: repr(s.most_specific_compatible_type(some[0])) for s in some],
        *[lambda s=s: s.is_subtype_of(some[0]) for s in some],
        lambda: repr(S.from_value(x)),
        lambda: repr(S.from_value(z)),
        lambda: repr(tf.type_spec_from_value(x)),
        lambda: isinstance(some[0], tf.TypeSpec),
        lambda: S([3, None]).is_compatible_with(x),
        lambda: S([4, None]).is_compatible_with(x),
        lambda: S(),
        lambda: S([None], ragged_rank=1),
        lambda: S([None, None], ragged_rank=1.0),
        lambda: S([None, None], None),
        lambda: S([None, None], tf.int32, flat_values_spec=tf.TensorSpec([None], tf.int64)),
        lambda: S([None, None], row_splits_dtype=tf.float32).row_splits_dtype,
        lambda: tf.nest.map_structure(repr, some[1], expand_composites=False),
        lambda: repr(tf.nest.flatten(some[1], expand_composites=True)),
    ]
    return _outcomes(rows)


def functions(tf):
    x = tf.ragged.constant(_X)
    traced = []

    @tf.function
    def double(v):
        traced.append(type(v).__name__)
        return v * 2, tf.reduce_sum(v, 1)

    rows = [
        lambda: double(x),
        lambda: double(tf.ragged.constant([[1.0]])),
        lambda: tf.cond(True, lambda: x, lambda: x * 2),
        lambda: np.asarray(x[0]).tolist(),
    ]
    return {"rows": _outcomes(rows), "traced": sorted(set(traced))}
