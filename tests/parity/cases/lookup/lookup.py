"""Lookup tables: static ones, those of a vocabulary, mutable ones, and their initializers."""

import itertools
import os
import tempfile

import numpy as np

from tests.parity.case_helpers.checkpointing import in_folder
from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes


def _pairs(tf, table):
    """A sorted export: TensorFlow's order is that of its hashes."""
    keys, values = table.export()
    return sorted(zip(keys.numpy().tolist(), values.numpy().tolist(), strict=True))


def _example(tf, dtype, number=1):
    return tf.constant(["a"]) if dtype == "string" else of_dtype(tf, [number], dtype)


def types(tf):
    fill, static = tf.lookup.KeyValueTensorInitializer, tf.lookup.StaticHashTable
    mutable = tf.lookup.experimental.MutableHashTable
    dense = tf.lookup.experimental.DenseHashTable

    def make_static(k, v):
        return static(fill(_example(tf, k), _example(tf, v)), _example(tf, v)[0])

    def make_dense(k, v):
        empty = _example(tf, k)[0]
        deleted = tf.constant("b") if k == "string" else _example(tf, k, 0)[0]
        return dense(k, v, _example(tf, v)[0], empty, deleted)

    def made(make):
        rows = {
            f"{k} {v}": lambda k=k, v=v: make(k, v).lookup(_example(tf, k, 2))
            for k in EVERY
            for v in EVERY
        }
        result = outcomes(rows)
        return {key: value for key, value in result.items() if not _is_refusal(value)}

    return {
        "static": made(make_static),
        "mutable": made(lambda k, v: mutable(k, v, _example(tf, v)[0])),
        "of vectors": made(lambda k, v: mutable(k, v, _example(tf, v))),
        "dense": {
            key: value if isinstance(value, str) else "value"
            for key, value in made(lambda k, v: _Dense(make_dense(k, v), tf)).items()
        },
    }


def _is_refusal(value):
    return isinstance(value, str) and value == "raises NotFoundError"


class _Dense:
    """A dense table asked for a key that is not reserved."""

    def __init__(self, table, tf):
        self.table, self.tf = table, tf

    def lookup(self, keys):
        other = ["x"] if keys.dtype == self.tf.string else [7]
        return self.table.lookup(self.tf.constant(other, keys.dtype))


def static(tf):
    fill, make = tf.lookup.KeyValueTensorInitializer, tf.lookup.StaticHashTable
    t = make(fill(["a", "b"], [1, 2]), -1)
    texts = make(fill(tf.constant([3, 4], tf.int64), ["x", "é"]), "?", name="some")
    floats = make(fill(["a"], [1.5]), default_value=np.float32(0.5), experimental_is_anonymous=True)
    mutable = tf.lookup.experimental.MutableHashTable
    one = fill(["a"], [1])

    def refilled(table):
        one.initialize(table)
        return _pairs(tf, table)

    rows = {
        "lookup": lambda: [t.lookup(tf.constant(["a", "z"])), t[tf.constant([["b"]])]],
        "scalar": lambda: [t.lookup(tf.constant("a")), t.lookup(tf.zeros([0, 2], tf.string))],
        "of strings": lambda: texts.lookup(tf.constant([3, 5], tf.int64)),
        "of floats": lambda: floats.lookup(tf.constant(["a", "b"]), name="some"),
        "properties": lambda: [t.size(), t.key_dtype, t.value_dtype, t.default_value, t.name],
        "export": lambda: [_pairs(tf, t), _pairs(tf, texts)],
        "list": lambda: t.lookup(["a"]),
        "array": lambda: t.lookup(np.array(["a"])),
        "other keys": lambda: t.lookup(tf.constant([1])),
        "ragged": lambda: t.lookup(tf.ragged.constant([["a"], [], ["z", "b"]])),
        "ragged twice": lambda: t.lookup(tf.ragged.constant([[["a"], []], [["z", "b"]]])),
        "sparse": lambda: t.lookup(tf.sparse.from_dense([["a", ""], ["", "q"]])),
        "variable": lambda: texts.lookup(tf.Variable(np.int64([3]))),
        "function": lambda: tf.function(lambda keys: t.lookup(keys))(tf.constant(["b"])),
        "vector default": lambda: make(one, [1]),
        "float default": lambda: make(one, 1.5),
        "string default": lambda: make(one, "a"),
        "two values": lambda: make(fill(["a", "a"], [1, 2]), 0),
        "same values": lambda: make(fill(["a", "a"], [1, 1]), 0).size(),
        "fewer values": lambda: make(fill(["a", "b"], [1]), 0),
        "matrix": lambda: make(fill([["a", "b"]], [[1, 2]]), 0).size(),
        "scalars": lambda: make(fill("a", 1), 0).size(),
        "nothing": lambda: make(fill([], [], tf.string, tf.int64), 0),
        "types": lambda: [fill(["a"], [1], value_dtype=tf.int64).value_dtype, one.key_dtype],
        "type by name": lambda: fill([1], [1], "int64", "float32").value_dtype,
        "wrong type": lambda: fill(["a"], [1], tf.int32),
        "filled again": lambda: refilled(make(fill(["b"], [1]), 0)),
        "filling a mutable table": lambda: refilled(mutable(tf.string, tf.int32, 0)),
        "filling another type": lambda: refilled(mutable(tf.string, tf.int64, 0)),
    }
    return outcomes(rows)


def vocabulary(tf):
    fill, make = tf.lookup.KeyValueTensorInitializer, tf.lookup.StaticVocabularyTable
    zero = tf.constant([0, 1], tf.int64)
    texts = fill(["a", "b"], zero)
    numbers = fill(tf.constant([5, 6], tf.int64), zero)
    words = tf.constant(["a", "b", "c", "dd", "é", ""])
    s, n = make(texts, 3), make(numbers, 4, lookup_key_dtype=tf.int32, name="some")
    rows = {
        "strings": lambda: [s.lookup(words), s[words[:1]], s.size()],
        "types": lambda: [s.key_dtype, s.value_dtype, s.name, n.key_dtype],
        "integers": lambda: [n.lookup(tf.constant([[5, 7, -8, 2**31 - 1]])), n.size()],
        "ragged": lambda: s.lookup(tf.ragged.constant([["a", "q"], []])),
        "ragged integers": lambda: n.lookup(tf.ragged.constant([[5, 1], []])),
        "sparse": lambda: s.lookup(tf.sparse.from_dense([["a", ""], ["", "q"]])),
        "buckets only": lambda: [make(None, 5).lookup(words), make(None, 5).size()],
        "no buckets": lambda: make(texts, 0),
        "int32 values": lambda: make(fill(["a"], [1]), 1),
        "float keys": lambda: make(fill([1.0], tf.constant([0], tf.int64)), 1),
        "text for integers": lambda: make(numbers, 3, lookup_key_dtype=tf.string),
        "integers for text": lambda: make(texts, 3, lookup_key_dtype=tf.int64),
        "float lookup": lambda: make(texts, 3, lookup_key_dtype=tf.float32),
        "other keys": lambda: s.lookup(tf.constant(1)),
        "list": lambda: s.lookup(["a"]),
    }
    return outcomes(rows)


def mutable(tf):
    make = tf.lookup.experimental.MutableHashTable
    m = make(tf.string, tf.int64, -1)
    v = make("int64", "float32", [0.0, -1.0], name="some", checkpoint=False)
    rows = {
        "empty": lambda: [m.size(), m.lookup(["a"]), m.key_dtype, m.value_dtype, m.name],
        "no keys": lambda: m.export(),
        "insert": lambda: [m.insert(["a", "b"], [1, 2]), m.lookup(["a", "c"]), m.size()],
        "again": lambda: [m.insert(["a"], [5]), m.lookup("a"), m.size()],
        "export": lambda: _pairs(tf, m),
        "remove": lambda: [m.remove(tf.constant(["a", "zz"])), m.size()],
        "remove list": lambda: m.remove(["a"]),
        "remove others": lambda: m.remove(tf.constant([1])),
        "defaults": lambda: m.lookup(["x", "b"], tf.constant([7, 8], tf.int64)),
        "one default": lambda: m.lookup(["x", "b"], tf.constant(7, tf.int64)),
        "int32 default": lambda: m.lookup(["x"], [7]),
        "default shape": lambda: m.lookup(["x", "b"], tf.constant([7], tf.int64)),
        "fewer": lambda: m.insert(["q", "r"], [1]),
        "float value": lambda: m.insert(["q"], [1.5]),
        "number key": lambda: m.insert([1], [1]),
        "nothing added": lambda: m.size(),
        "other key": lambda: m.lookup([1]),
        "item": lambda: m[tf.constant(["b"])],
        "twice": lambda: [m.insert(["c", "c"], [1, 2]), m.lookup("c")],
        "matrix": lambda: [m.insert([["d", "e"]], [[1, 2]]), m.lookup([["e", "d"]], name="n")],
        "scalar": lambda: [m.insert("f", 9), m.lookup("f")],
        "none": lambda: [m.insert(tf.zeros([0], tf.string), tf.zeros([0], tf.int64)), m.size()],
        "vectors": lambda: [v.insert([1, 2], [[1.0, 2.0], [3.0, 4.0]]), v.lookup([[1], [5]])],
        "vector": lambda: [v.lookup(2), v.size()],
        "vector shape": lambda: v.insert([1], [1.0]),
        "vector export": lambda: _pairs(tf, v),
        "vector default": lambda: v.lookup([9], [[5.0, 6.0]]),
        "vector one default": lambda: v.lookup([9, 8], [5.0, 6.0]),
        "vector bad default": lambda: v.lookup([9], [5.0]),
        "bad type": lambda: make(tf.float32, tf.int32, 0),
        "bad default": lambda: make(tf.string, tf.int32, 1.5),
        "gradient": lambda: _gradient(tf, make(tf.string, tf.float32, 0.0)),
    }
    return outcomes(rows)


def _gradient(tf, table):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        table.insert(["a", "b"], x * 2)
        y = table.lookup(["b", "a"]) * 3
    return y, tape.gradient(y, x)


def dense(tf):
    make = tf.lookup.experimental.DenseHashTable
    d = make(tf.int64, tf.int64, -1, 0, -2, initial_num_buckets=4)
    v = make(tf.int64, tf.float32, [0.0, 1.0], [0, 0], [-1, -1])
    s = make("string", "int64", -1, "", "$")
    key = tf.constant([1], tf.int64)
    rows = {
        "insert": lambda: [d.insert([1, 2], [10, 20]), d.lookup([1, 5]), d.size()],
        "empty key": lambda: d.lookup([0]),
        "deleted key": lambda: d.lookup([5, -2]),
        "insert empty key": lambda: d.insert([0], [1]),
        "insert deleted key": lambda: d.insert([-2], [1]),
        "not inserted": lambda: d.size(),
        "erase": lambda: [d.erase(key), d.lookup([1]), d.size()],
        "erase another": lambda: [d.remove(tf.constant([9], tf.int64)), d.size()],
        "erase empty key": lambda: d.erase(tf.constant([0], tf.int64)),
        "erase int32": lambda: d.erase(tf.constant([1])),
        "assign": lambda: [d.insert_or_assign([2], [7]), d[tf.constant([2], tf.int64)]],
        "fewer": lambda: d.insert([1, 2], [1]),
        "shape of export": lambda: [part.shape for part in d.export()],
        "grown": lambda: [
            d.insert(tf.range(1, 9, dtype=tf.int64), tf.range(8, dtype=tf.int64)),
            d.lookup([8, 3]),
            d.size(),
            d.export()[0].shape[1],
        ],
        "equal keys": lambda: make(tf.int64, tf.int64, -1, 0, 0),
        "buckets": lambda: make(tf.int64, tf.int64, -1, 0, -1, 3),
        "few buckets": lambda: make(tf.int64, tf.int64, -1, 0, -1, 2),
        "shapes": lambda: make(tf.int64, tf.int64, -1, 0, [1]),
        "vectors": lambda: [
            v.insert([[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]]),
            v.lookup([[1, 2], [9, 9]]),
        ],
        "a vector": lambda: v.lookup([1, 2]),
        "insert a vector": lambda: v.insert([1, 2], [1.0, 2.0]),
        "empty vector": lambda: v.lookup([[0, 0]]),
        "vectors export": lambda: [part.shape for part in v.export()],
        "strings": lambda: [s.insert(["a"], [3]), s.lookup(["a", "b"]), s.size(), s.name],
        "scalar": lambda: s.lookup("a"),
        "empty string": lambda: s.lookup([""]),
        "matrix": lambda: s.lookup([["a", "b"]]),
        "column": lambda: s.lookup([["a"], ["b"]]),
    }
    return outcomes(rows)


def text_files(tf):
    folder = tempfile.mkdtemp()
    make, fill = tf.lookup.StaticHashTable, tf.lookup.TextFileInitializer
    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    s, i = tf.string, tf.int64
    count = itertools.count()

    def written(text):  # another file each time: tables of one file are one in TensorFlow
        path = os.path.join(folder, str(next(count)))
        with open(path, "w", newline="") as file:
            file.write(text)
        return path

    def table(text, *columns, **options):
        path = written(text)
        filled = fill(path, *columns, **options)
        return _pairs(tf, make(filled, "?" if filled.value_dtype == s else -1))

    rows = {
        "indices": lambda: [line, number],
        "numbers": lambda: [table(t, s, line, i, number) for t in ("a\nb", "a\nb\n", "a\r\nb\r\n")],
        "empty line": lambda: table("a\n\nb", s, line, i, number),
        "columns": lambda: table("a,1\nb,2", s, 0, i, 1, delimiter=","),
        "tabs": lambda: table("a\tx\t3\nb\ty\t4", s, 1, tf.int32, 2),
        "other order": lambda: table("a 1 x\nb 2 y", s, 2, s, 0, delimiter=" "),
        "lines": lambda: table("a\nb", i, number, s, line),
        "whole": lambda: table("a\nb", s, line, s, line),
        "both numbers": lambda: table("a\nb", i, number, i, number),
        "size": lambda: table("a\nb\nc", s, line, i, number, vocab_size=2),
        "size too large": lambda: table("a\nb", s, line, i, number, vocab_size=5),
        "no size": lambda: table("a", s, line, i, number, vocab_size=0),
        "offset": lambda: table("a\nb", s, line, i, number, value_index_offset=10),
        "offset of columns": lambda: table("a\t5", s, 0, i, 1, value_index_offset=10),
        "twice": lambda: table("a\na", s, line, i, number),
        "no number": lambda: table("a\tx", s, 0, i, 1),
        "floats": lambda: [table("a\t1.5", s, 0, d, 1) for d in (tf.float32, tf.float64)],
        "few columns": lambda: table("a", s, 0, i, 1),
        "more columns": lambda: table("a\t1\t2", s, 0, i, 1),
        "nothing": lambda: table("", s, line, i, number),
        "integers": lambda: table("1\n-2", i, line, i, number),
        "no integers": lambda: table("a\n-2", i, line, i, number),
        "int32": lambda: table("5\t1", tf.int32, 0, tf.int32, 1),
        "delimiter": lambda: table("a\t1", s, 0, i, 1, delimiter="\t\t"),
        "no delimiter": lambda: table("a\t1", s, 0, i, 1, delimiter=""),
        "spaces": lambda: table(" a \n b", s, line, i, number, name="some"),
        "int32 numbers": lambda: table("a", s, line, tf.int32, number),
        "int32 number keys": lambda: table("a", tf.int32, number, i, number),
        "float lines": lambda: table("a", tf.float32, line, i, number),
        "key index": lambda: table("a", s, -3, i, number),
        "value index": lambda: table("a", s, line, i, -3),
        "no name": lambda: fill("", s, line, i, number),
        "no file": lambda: make(fill(os.path.join(folder, "no"), s, line, i, number), -1),
        "a tensor": lambda: make(fill(tf.constant(written("a")), s, line, s, line), "").size(),
        "vocabulary": lambda: tf.lookup.StaticVocabularyTable(
            fill(written("a\n b"), s, line, i, number), 2
        ).lookup(tf.constant([" b", "q"])),
    }
    return outcomes(rows)


@in_folder
def checkpoints(tf, folder):
    """Tables that change are saved, whatever `checkpoint` says, and those that do not are not."""
    experimental = tf.lookup.experimental

    def made():
        changing = experimental.MutableHashTable(tf.string, tf.int64, -1, checkpoint=False)
        dense = experimental.DenseHashTable(
            tf.int64, tf.float32, -1.0, empty_key=-1, deleted_key=-2, initial_num_buckets=8
        )
        initializer = tf.lookup.KeyValueTensorInitializer(["x"], [7])
        static = tf.lookup.StaticHashTable(initializer, -1)
        return tf.train.Checkpoint(changing=changing, dense=dense, static=static)

    saved = made()
    saved.changing.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64))
    saved.dense.insert(tf.constant([5, 6], tf.int64), [0.5, 0.6])
    path = saved.save(os.path.join(folder, "x"))
    to = made()
    to.changing.insert(tf.constant(["z"]), tf.constant([9], tf.int64))
    to.restore(path).assert_consumed()
    return [
        tf.train.list_variables(path),
        _pairs(tf, to.changing),
        to.dense.size(),
        to.dense.lookup(tf.constant([5, 6, 7], tf.int64)),
    ]
