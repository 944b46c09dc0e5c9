"""Modules that are saved as SavedModels: each builder returns one, and calls of its functions."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "saved_models"
"""Has the SavedModels of the builders: those that TensorFlow wrote, and those written here."""

BUILDERS: dict[str, Callable[[Any], Any]] = {}


def _builder(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BUILDERS[function.__name__] = function
    return function


@_builder
def objects(tf: Any) -> Any:
    """Nested modules, lists, dicts and tuples, and variables of several types."""

    class Layer(tf.Module):
        def __init__(self, start: float) -> None:
            super().__init__()
            self.w = tf.Variable(tf.range(start, start + 6.0), name="w")

        @tf.function
        def __call__(self, x: Any) -> Any:
            return tf.nn.relu(x @ tf.reshape(self.w, [3, 2]) - 2.0)

    module = tf.Module()
    module.layer = Layer(0.0)
    module.layers = [Layer(1.0), {"key": Layer(2.0)}]
    module.pair = (tf.Variable([True, False]), 2)
    module.numbers = {"one": tf.Variable(1, trainable=False), "text": tf.Variable(["a", "b"])}
    scale = tf.constant([2.0, 3.0])

    @tf.function(input_signature=[tf.TensorSpec([None, 3], name="x")])
    def f(x: Any) -> Any:
        y = module.layer(x) + module.layers[0](x) * scale + module.layers[1]["key"](x)
        return {"y": y, "parts": (y[0], module.numbers["one"] + 1)}

    module.f = f
    return module, {"f": [[tf.ones([2, 3])]], "layer": [[tf.ones([1, 3])]]}


@_builder
def control_flow(tf: Any) -> Any:
    """Conditionals, loops, arrays, and assignments in them."""
    module = tf.Module()
    module.v, module.counter = tf.Variable(1.5), tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([])])
    def loop(n: Any, x: Any) -> Any:
        y = x
        for i in tf.range(n):
            y = y * module.v + tf.cast(i, tf.float32)
        return y

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def count(n: Any) -> Any:
        i = 0
        while i < n:
            if i == 1:
                module.counter.assign(10)
            module.counter.assign_add(1)
            i += 1
        return module.counter.read_value()

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def rows(x: Any) -> Any:
        n = tf.shape(x)[0]
        array = tf.TensorArray(tf.float32, size=n, element_shape=[2])
        for i in tf.range(n):
            array = array.write(i, x[i] * module.v)
        return array.stack(), tf.scan(lambda a, b: a + b, x)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([])])
    def choose(i: Any, x: Any) -> Any:
        return tf.switch_case(i, [lambda: x, lambda: x * module.v, lambda: -x])

    module.loop, module.rows, module.choose, module.count = loop, rows, choose, count
    two, three = tf.constant(2.0), tf.constant(3)
    return module, {
        "loop": [[three, two]],
        "count": [[three], [tf.constant(1)]],
        "rows": [[tf.reshape(tf.range(6.0), [3, 2])]],
        "choose": [[tf.constant(i), two] for i in range(3)],
    }


@_builder
def signatures(tf: Any) -> Any:
    """A function with several traces, Python values among its arguments, and structures."""
    module = tf.Module()

    @tf.function
    def f(x: Any, scale: Any = 2, *, negate: bool = False) -> Any:
        result = [x["a"] * scale, (x["b"], None)]
        return [-result[0], result[1]] if negate else result

    a, b = tf.constant([1.0, 2.0]), tf.constant(3)
    f({"a": a, "b": b})
    f({"a": a, "b": b}, 3.0)
    f({"a": a, "b": b}, tf.constant(4.0), negate=True)
    module.f = f
    return module, {"f": [[{"a": a, "b": b}], [{"a": a, "b": b}, 3.0]]}


@_builder
def operations(tf: Any) -> Any:
    """Operations of many kinds, with an unknown number of rows."""
    module = tf.Module()
    module.kernel = tf.Variable(tf.reshape(tf.range(18.0), [3, 3, 1, 2]) / 10.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def arrays(x: Any) -> Any:
        return (
            (
                x[0],
                x[:, 1:3],
                x[..., -1],
                x[::-1],
                x[:-1, tf.newaxis],
                tf.gather(x, [0, 1], axis=1),
            ),
            (
                tf.concat([x, x], 0),
                tf.stack([x, x], 1),
                tf.split(x, [1, 3], 1),
                tf.unstack(x, axis=1),
            ),
            (
                tf.transpose(x),
                tf.reshape(x, [-1, 2]),
                tf.tile(x, [1, 2]),
                tf.pad(x, [[1, 0], [0, 1]]),
            ),
            (
                tf.sort(x, 0),
                tf.argsort(x, 1),
                tf.math.top_k(x, 2),
                tf.argmax(x, 1),
                tf.cumsum(x, 1),
            ),
            (tf.boolean_mask(x, x[:, 0] > 1.0), tf.where(x > 2.0, x, -x), tf.one_hot([0, 2], 3)),
            (
                tf.searchsorted(tf.stop_gradient(x), [[1.0], [5.0], [9.0]]),
                tf.repeat(tf.constant([1, 2]), tf.shape(x)[0]),
                tf.zeros(tf.shape(x)),
                tf.cast(x, tf.int32),
            ),
            (
                tf.linalg.matvec(x, x[0]),
                tf.tensordot(x, x, [[1], [1]]),
                tf.einsum("ij,kj->ik", x, x),
            ),
        )

    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def numbers(x: Any) -> Any:
        return (
            (tf.nn.softmax(x, 0), tf.nn.log_softmax(x), tf.nn.gelu(x), tf.nn.silu(x)),
            (
                tf.math.log_sigmoid(x),
                tf.reduce_logsumexp(x, 1),
                tf.math.reduce_std(x, 0),
                tf.norm(x),
            ),
            (tf.reduce_sum(x), tf.reduce_max(x, [0], keepdims=True), tf.math.count_nonzero(x)),
            (tf.math.l2_normalize(x, 1), tf.clip_by_norm(x, 2.0), tf.clip_by_value(x, 1.0, 4.0)),
            (tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(x), x), tf.nn.moments(x, [0])),
            (
                tf.nn.sigmoid_cross_entropy_with_logits(x, x),
                tf.math.bincount(tf.cast(x[0], tf.int32)),
            ),
        )

    @tf.function(input_signature=[tf.TensorSpec([None, 6, 6, 1])])
    def images(x: Any) -> Any:
        size = [tf.shape(x)[0], 12, 12, 1]
        return (
            tf.nn.conv2d(x, module.kernel, 2, "SAME"),
            tf.nn.conv2d_transpose(
                tf.nn.conv2d(x, module.kernel, 1, "SAME"), module.kernel, size, 2
            ),
            tf.nn.depthwise_conv2d(x, module.kernel, [1, 1, 1, 1], "VALID"),
            tf.nn.max_pool2d(x, 2, 2, "VALID"),
            tf.image.resize(x, [3, 3]),
            tf.nn.space_to_depth(x, 2),
        )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def strings(s: Any) -> Any:
        return (
            (tf.strings.lower(s), tf.strings.length(s), tf.strings.substr(s, 0, 2)),
            (tf.strings.regex_replace(s, "a", "b"), tf.strings.join([s, s], "-"), s + "x"),
        )

    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def random(seed: Any) -> Any:
        return tf.random.stateless_normal([3], seed), tf.random.stateless_uniform(
            [3], seed, 1.0, 2.0
        )

    module.arrays, module.numbers, module.images = arrays, numbers, images
    module.strings, module.random = strings, random
    x = tf.reshape(tf.range(12.0), [3, 4])
    return module, {
        "arrays": [[x]],
        "numbers": [[x]],
        "images": [[tf.reshape(tf.range(72.0) / 72.0, [2, 6, 6, 1])]],
        "strings": [[tf.constant(["abc", "Da"])]],
        "random": [[tf.constant([1, 2])]],
    }


@_builder
def masks(tf: Any) -> Any:
    """Logical operators of booleans, tensors like others of another type, and seeded numbers."""
    module = tf.Module()
    module.scale = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.bool), tf.TensorSpec([None], tf.bool)])
    def logical(x: Any, y: Any) -> Any:
        return x & y, x | y, x ^ y, ~x, tf.math.logical_xor(x, y)

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def alike(x: Any) -> Any:
        causal = tf.ones_like(x, tf.bool)
        seen = tf.where(causal & (x > 0), x, tf.zeros_like(x)) * module.scale
        return causal, seen, tf.zeros_like(x, tf.int32), tf.ones_like(x, tf.int64)

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def drawn(x: Any) -> Any:
        numbers = tf.random.stateless_uniform(tf.shape(x), [1, 2])
        return numbers, tf.shape(tf.random.normal(tf.shape(x), seed=1))

    module.logical, module.alike, module.drawn = logical, alike, drawn
    x = tf.constant([[1.0, -2.0, 3.0], [0.0, 5.0, -6.0]])
    a, b = tf.constant([True, True, False, False]), tf.constant([True, False, True, False])
    return module, {"logical": [[a, b]], "alike": [[x]], "drawn": [[x]]}


@_builder
def effects(tf: Any) -> Any:
    """Assignments of all kinds, in order, and assertions."""
    module = tf.Module()
    module.v = tf.Variable([1.0, 2.0, 3.0])

    @tf.function(input_signature=[tf.TensorSpec([])])
    def f(x: Any) -> Any:
        tf.debugging.assert_positive(x, message="not positive")
        module.v.assign(module.v * x)
        before = module.v.read_value()
        module.v.assign_sub([1.0, 1.0, 1.0])
        module.v[0].assign(7.0)
        module.v.scatter_nd_update([[1]], [9.0])
        module.v.scatter_add(tf.IndexedSlices(tf.constant([5.0]), tf.constant([2])))
        return before, module.v.value()

    module.f = f
    return module, {"f": [[tf.constant(2.0)], [tf.constant(3.0)]]}


@_builder
def tables(tf: Any) -> Any:
    """Lookup tables."""
    module = tf.Module()
    pairs = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    module.static = tf.lookup.StaticHashTable(pairs, -1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(keys: Any) -> Any:
        return module.static.lookup(keys), module.static.size()

    module.f = f
    return module, {"f": [[tf.constant(["b", "none"])]]}


def custom_gradients(tf: Any) -> Any:
    """A function with a gradient of its own, which only TensorFlow writes."""

    @tf.custom_gradient
    def scaled(x: Any) -> Any:
        y = x * 2.0
        return y, lambda upstream: upstream * 100.0 * x + y

    module = tf.Module()
    module.f = tf.function(scaled, input_signature=[tf.TensorSpec([])])
    return module, {"f": [[tf.constant(3.0)]]}


OF_TENSORFLOW = {**BUILDERS, "custom_gradients": custom_gradients}
"""The builders of the SavedModels that TensorFlow writes."""


def save(tf: Any, name: str, folder: Path) -> None:
    """Builds a module and saves it."""
    module, _ = OF_TENSORFLOW[name](tf)
    tf.saved_model.save(module, os.fspath(folder / name))


def outcome(tf: Any, name: str, folder: Path) -> Any:
    """What the functions of a SavedModel return, and the gradients by its variables."""
    _, calls = OF_TENSORFLOW[name](tf)
    loaded = tf.saved_model.load(os.fspath(folder / name))
    results: dict[str, Any] = {}
    for function, arguments in calls.items():
        results[function] = [_call(tf, getattr(loaded, function), given) for given in arguments]
    for key, signature in sorted(loaded.signatures.items()):
        outputs = dict(sorted(signature.structured_outputs.items()))
        results[key] = [signature.structured_input_signature, outputs]
    return results


def _ordered(value: Any) -> Any:
    """A result with the keys of dicts in order: a loaded function returns them in any order."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if type(value) in (list, tuple):
        return type(value)(map(_ordered, value))
    return value


def _call(tf: Any, function: Any, arguments: list[Any]) -> Any:
    sources = [x for x in tf.nest.flatten(arguments) if tf.is_tensor(x) and x.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        result = _ordered(function(*arguments))
        real = [y for y in tf.nest.flatten(result) if tf.is_tensor(y) and y.dtype.is_floating]
        total = tf.add_n([tf.reduce_sum(tf.math.sin(y)) for y in real]) if real else None
    if total is None:
        return result
    variables = sorted(tape.watched_variables(), key=lambda v: (v.name, str(v.numpy().tolist())))
    return result, tape.gradient(total, [*sources, *variables])
