"""`tf.print` and `tf.strings.format`: the text, to the byte."""

import collections
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.parity.harness import attempt, exact_message

_FLOATS = [
    *(0.0, -0.0, 1.0, 0.1, 1 / 3, 2 / 3, 1e-10, 1e10, 123456.0, 1234567.0, 12345678.0, 1e6, 1e5),
    *(1.5e-5, 1e-4, 1e-5, 0.001, 9999999.0, 16777216.0, 1e15, 1e16, 1e17, 123456789.0, 3.14159265),
    *(float("inf"), float("-inf"), float("nan"), 1e-45, -1e-45, 1.17549435e-38, -2.5, 100.0),
]
_INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_Pair = collections.namedtuple("_Pair", "first second")


def _range(tf, *shape):
    return tf.constant(np.arange(int(np.prod(shape)), dtype=np.int32).reshape(shape))


# What is printed, made from `tf`, and with which keywords.
_PRINTED = {
    "float32": lambda tf: [tf.constant(_FLOATS)],
    "float64": lambda tf: [tf.constant([*_FLOATS, 1e300, -1e-310, 3e-308], tf.float64)],
    "float16": lambda tf: [tf.constant([0.1, 1 / 3, 65504.0, 1e-7, float("nan")], tf.float16)],
    "bfloat16": lambda tf: [tf.constant([0.1, 1 / 3, 65504.0, 1e-7, 1e-39], tf.bfloat16)],
    "integers": lambda tf: [tf.constant([0, 1, 100], name) for name in _INTEGERS],
    "large_integers": lambda tf: [
        tf.constant([2**63 + 5, 2**64 - 1], tf.uint64),
        tf.constant([-(2**63), 2**63 - 1], tf.int64),
    ],
    "booleans": lambda tf: [tf.constant([True, False]), tf.constant(True)],
    "complex": lambda tf: [tf.constant([1 + 2j, 0j], tf.complex64), tf.constant(1j)],
    "scalars": lambda tf: [tf.constant(1), tf.constant(1.5), tf.constant("b"), tf.constant(False)],
    "one_string": lambda tf: [tf.constant("a\nb'\"\\ é")],
    "string_variable": lambda tf: [tf.Variable("s\n")],
    "strings": lambda tf: [tf.constant(["a", "b\n\r\t'\"\\ é\x00\x7f\x1bz"]), tf.constant([["x"]])],
    "list_of_one_string": lambda tf: [[tf.constant("b")]],
    "python": lambda tf: [1, 2.5, None, True, "s", b"s", [1, 2], (1,), {"a": 1}, {1}, 1j, float],
    "numpy": lambda tf: [np.float32(1), np.arange(3), np.zeros([2, 2]), [np.float64(0.5)]],
    "one_numpy_array": lambda tf: [np.arange(2000)],
    "quoted_text": lambda tf: ["x'y", ["x'y\t\\"], 'a\tb\\n"'],
    "list": lambda tf: [[tf.constant(1), tf.constant([1.0, 2.0])], (tf.constant(1),), []],
    "dict": lambda tf: [{"b": tf.constant(1), "a": "s", "c": [_range(tf, 2, 2)]}],
    "ordered_dict": lambda tf: [collections.OrderedDict([("b", tf.constant(1)), ("a", 2)])],
    "namedtuple": lambda tf: [_Pair(tf.constant(1), "q")],
    "long_list": lambda tf: [[list(range(30)), tf.constant(1)]],
    "long_list_of_tensors": lambda tf: [[tf.constant(i) for i in range(25)]],
    "long_dict": lambda tf: [{i: ["x" * 14, tf.constant(i)] for i in range(5)}],
    "braces": lambda tf: ["x{}y{}9", tf.constant(1), "{}", ["{}", tf.constant(2)]],
    "one_pair_of_braces": lambda tf: ["{}"],
    "vectors": lambda tf: [_range(tf, n) for n in (0, 1, 5, 6, 7, 10)],
    "matrix": lambda tf: [_range(tf, 10, 10)],
    "matrix_between": lambda tf: ["a", _range(tf, 2, 2), "b", [_range(tf, 2, 2)]],
    "cube": lambda tf: [_range(tf, 2, 2, 2)],
    "large_cube": lambda tf: [_range(tf, 8, 8, 8)],
    "rank_4": lambda tf: [_range(tf, 1, 2, 1, 9)],
    "empty": lambda tf: [tf.zeros([0]), tf.zeros([0, 3]), tf.zeros([3, 0]), tf.zeros([2, 0, 3])],
    "variables": lambda tf: [tf.Variable([1.0, 2.0]), [tf.Variable(3)]],
    "types": lambda tf: [tf.float32, tf.TensorShape([1, None]), tf.constant([1.0]).shape],
    "nothing": lambda tf: [],
    "sliced_gradient": lambda tf: [
        tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), tf.constant([3, 1]))
    ],
}
_KEYWORDS = [
    {},
    {"summarize": -1},
    {"summarize": 0},
    {"summarize": 1},
    {"summarize": 2, "sep": ", ", "end": " END\n"},
    {"summarize": None, "end": ""},
]


def _printed(make, keywords):
    def case(tf):
        return tf.print(*make(tf), output_stream=sys.stdout, **keywords)

    return case


_BAD_KEYWORDS = {
    "unknown": {"foo": 1},
    "stream": {"output_stream": "x"},
    "summarize": {"summarize": "a"},
    "sep": {"sep": None},
    "sep_with_braces": {"sep": "{}"},
    "end": {"end": 1},
}


def _raises(keywords):
    @exact_message
    def case(tf):
        tf.print(tf.constant([1, 2]), "a", **{"output_stream": sys.stdout, **keywords})

    return case


_FORMATS = {
    "tuple": lambda tf: ("a {} b {}", (_range(tf, 4), tf.constant("s"))),
    "tensor": lambda tf: ("a {}", _range(tf, 8)),
    "no_inputs": lambda tf: ("a", ()),
    "too_few": lambda tf: ("a {} {}", _range(tf, 3)),
    "too_many": lambda tf: ("a {}", [1, 2]),
    "placeholder": lambda tf: ("a % {}", _range(tf, 10), "%", 1),
    "numbers": lambda tf: ("{} {}", [1, 2.5]),
    "number": lambda tf: ("{}", 1),
    "string": lambda tf: ("{}", "s"),
    "list_of_string": lambda tf: ("{}", ["é"]),
    "bytes": lambda tf: (b"{}", 1),
    "none": lambda tf: ("{}", None),
    "array": lambda tf: ("{}", np.arange(3)),
    "nested": lambda tf: ("{}", [[1, 2]]),
    "variable": lambda tf: ("{}", tf.Variable(1.0)),
    "text_after": lambda tf: ("\n{}\n'{}'", [_range(tf, 2, 2), True]),
}


def _formatted(make):
    @exact_message
    def case(tf):
        return tf.strings.format(*make(tf))

    return case


CASES = {
    **{
        f"{name}_{'_'.join(f'{k}_{v!r}' for k, v in keywords.items())}": _printed(make, keywords)
        for name, make in _PRINTED.items()
        for keywords in _KEYWORDS
        if not keywords or name in ("matrix", "cube", "rank_4", "vectors", "empty", "list")
    },
    **{f"all_of_{name}": _printed(_PRINTED[name], {"summarize": -1}) for name in _PRINTED},
    **{f"raises_for_{name}": _raises(keywords) for name, keywords in _BAD_KEYWORDS.items()},
    **{f"format_{name}": _formatted(make) for name, make in _FORMATS.items()},
}


def to_stderr(tf):
    return tf.print("a", tf.constant([1.0, 2.0])), tf.print(
        tf.constant("b"), output_stream=sys.stderr
    )


def to_a_file(tf):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "printed.txt")
        tf.print(tf.constant([1, 2]), output_stream=f"file://{path}")
        tf.print("second é", output_stream=f"file://{path}", end="")
        return path.read_bytes()


def to_a_folder_that_is_not_there(tf):
    return attempt(tf.print, "a", output_stream="file:///not/there/printed.txt")


def sliced_gradient_of_unknown_shape(tf):
    return attempt(tf.print, tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])))


def a_read_under_a_tape_is_watched(tf):
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tf.print(v, output_stream=sys.stdout)
    return [w.name for w in tape.watched_variables()]


def shapes_of_every_kind(tf):
    """Each kind of element has its own text of many, of few, and of none."""
    shapes = ([], [0], [1], [3], [2, 0], [0, 2], [2, 2], [3, 3], [2, 2, 2], [1, 0, 2])
    return {
        f"{dtype} {shape}": [
            tf.strings.format("{}", tf.cast(tf.ones(shape), dtype), summarize=summarize)
            for summarize in (-1, 0, 1, 2, 3)
        ]
        for dtype in ("complex64", "complex128", "bool", "int8", "float16")
        for shape in shapes
    }
