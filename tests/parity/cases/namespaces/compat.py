"""`tf.compat`: conversions of strings and of sizes."""

import pathlib

import numpy as np

from tests.parity.harness import attempt, exact_message

VALUES = ["é", b"\xc3\xa9", bytearray(b"a"), 3, None, np.str_("é"), np.bytes_(b"a")]


def _converted(function, tensor):
    encoded = [("é", "latin-1"), (b"\xe9", "latin-1"), (b"\xe9",), ("a", "nope"), (b"a", "nope")]
    return [attempt(function, *arguments) for arguments in [*([v] for v in VALUES), *encoded]] + [
        attempt(function, tensor),
        attempt(function, b"\xe9", encoding="latin-1"),
    ]


@exact_message
def as_bytes(tf):
    return _converted(tf.compat.as_bytes, tf.constant("a"))


@exact_message
def as_text(tf):
    return _converted(tf.compat.as_text, tf.constant("a"))


@exact_message
def as_str(tf):
    return _converted(tf.compat.as_str, tf.constant("a"))


@exact_message
def as_str_any(tf):
    return _converted(tf.compat.as_str_any, tf.constant("a"))


def path_to_str(tf):
    paths = [pathlib.PurePosixPath("a/b"), "x", b"x", 3]
    return [tf.compat.path_to_str(path) for path in paths]


def types(tf):
    c = tf.compat
    kinds = c.bytes_or_text_types, c.complex_types, c.integral_types, c.real_types
    return [[kind.__name__ for kind in group] for group in kinds]


@exact_message
def dimensions(tf):
    shape = tf.TensorShape([1, None])
    at = tf.compat.dimension_at_index
    results = [at(shape, 0), at(shape, 1), at(tf.TensorShape(None), 1)]
    sizes = [tf.compat.dimension_value(size) for size in [*results, 3, None]]
    return [repr(dimension) for dimension in results], sizes, attempt(at, shape, 2)


def second_name(tf):
    return tf.compat.v2.constant(3.0), tf.compat.v2.math.square(2.0)
