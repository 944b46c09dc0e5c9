"""Files of Keras models: those that TensorFlow wrote, and those that this package wrote."""

import tempfile
from pathlib import Path

from tests.parity.case_helpers.keras_files import (
    BUILDERS,
    FOLDER,
    FORMATS,
    contents,
    restored,
    save,
)
from tests.parity.harness import attempt, tolerance


def _restored(writer, name, form):
    return tolerance(rtol=1e-3, atol=1e-4)(lambda tf: restored(tf, name, form, FOLDER / writer))


def _contents(name):
    def case(tf):
        with tempfile.TemporaryDirectory() as folder:
            save(tf, name, Path(folder))
            return contents(tf, name, Path(folder))

    return case


CASES = {
    f"{name} as {form} of {writer}": _restored(writer, name, form)
    for writer in ("tensorflow", "here")
    for name in BUILDERS
    for form in FORMATS[name]
} | {f"contents of {name}": _contents(name) for name in BUILDERS}


def tables_that_nothing_filled(tf):
    class Nothing(tf.lookup.KeyValueTensorInitializer):
        def __init__(self):
            self._key_dtype, self._value_dtype = tf.string, tf.int64

        def initialize(self, table):
            pass

    table = tf.lookup.StaticHashTable(Nothing(), -1)
    key = tf.constant(["a"])
    finding = attempt(table.lookup, key), attempt(tf.function(table.lookup), key)
    return [type(error).__name__ for error in finding], table.size(), attempt(table.export)


def checkpoints_by_name(tf):
    """Keras's variables and objects without a name are not found by name."""
    layer = tf.keras.layers.Dense(3, name="d", kernel_initializer="ones")
    layer.build((None, 2))
    table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    prefix = str(FOLDER.parent / "checkpoints" / "named" / "model")
    results = []
    for child in (layer, table, tf.Variable(0.0, name="none")):
        error = attempt(tf.train.Checkpoint(child=child).read(prefix).assert_consumed)
        results.append(str(error).count("['']") if isinstance(error, AssertionError) else None)
    return results


def graphs_in_functions(tf):
    """A graph of its own takes tensors of the function around it."""
    graph_class = tf.__internal__.FuncGraph
    found = []

    @tf.function
    def function(x):
        with graph_class("one").as_default() as one:
            y = x + 1.0
            with graph_class("two").as_default() as two:
                found.extend([two.outer_graph is one, one.outer_graph is x.graph])
                found.extend([(y * 2.0).shape, (x * 2.0).shape])
        return x * 3.0

    return function(tf.ones([2])), found
