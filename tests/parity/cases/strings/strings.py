"""Strings: texts, joins, cuts, patterns, hashes and splits."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes
from tests.parity.silence import silent

_WIDE = "añ€😀"


def as_string(tf):
    function = tf.strings.as_string
    numbers = [-1.5, 0.0, 3.14159, 1e10, np.nan, np.inf, -np.inf, 1e-7, 123456.789, -0.0]
    values = {
        "float": tf.constant(numbers),
        "double": tf.constant(numbers, tf.float64),
        "int": tf.constant([-5, 0, 123]),
        "uint8": tf.constant([0, 200], tf.uint8),
        "complex": tf.constant([1.5 - 2j, 1e10 + 0j]),
        "bool": tf.constant([True, False]),
        "string": tf.constant(["ab", ""]),
    }
    options = [
        {},
        {"precision": 2},
        {"precision": 0},
        {"scientific": True},
        {"shortest": True},
        {"width": 12},
        *({"width": 12, "fill": fill} for fill in "0- +"),
        *({"fill": fill} for fill in ("0", "+", "-", " ", "x", "ab")),
        {"scientific": True, "shortest": True},
        {"precision": 2, "shortest": True},
        {"precision": 3, "scientific": True, "width": 15, "fill": "0"},
        {"precision": 3, "shortest": True, "width": 9, "fill": "-"},
    ]
    rows = {
        f"{kind} {option}": partial(function, value, **option)
        for kind, value in values.items()
        for option in options
    }
    rows |= {d: partial(lambda d: function(of_dtype(tf, [1, 3], d)), d) for d in EVERY}
    rows |= {
        "scalar": lambda: function(1.5),
        "empty": lambda: function(tf.zeros([0, 2])),
        "matrix": lambda: tf.as_string([[1, 2], [3, 4]], name="a"),
        "uint64": lambda: function(tf.constant([2**64 - 1], tf.uint64)),
    }
    return outcomes(rows)


def to_number(tf):
    function = tf.strings.to_number
    words = (
        "1|1.5| 2 ||a|1e3|inf|-Infinity|NaN|nan|0x10|0X1p3|1_0|+5|-7|1e400|9999999999|1.|.5|.|1 2|"
        "\t3\n|-0|1e|infx|1d|4294967295|18446744073709551615|-2147483648|-2147483649|1e-3|--1"
    ).split("|")
    types = [tf.float32, tf.float64, tf.int32, tf.int64, tf.uint32, tf.uint64]
    rows = {f"{w!r} {t.name}": partial(function, w, t) for w in words for t in types}
    rows |= {
        "default": lambda: function(["1.25", "-2"]),
        "empty": lambda: function(tf.zeros([0], tf.string)),
        "uint8": lambda: function("1", tf.uint8),
        "to string": lambda: function("1", tf.string),
        "a number": lambda: function(1),
        "matrix": lambda: function([["1"], ["2"]], out_type=tf.int32, name="a"),
    }
    return outcomes(rows)


def of_each(tf):
    s = tf.strings
    texts = ["aBc", "", _WIDE, b"\xff\xfeA", " \tx y\n ", "Straße İΣ", "\x0b\x0cz", "\u00a0b"]
    rows = {}
    for name in ("lower", "upper"):
        function = getattr(s, name)
        for encoding in ("", "utf-8", "latin-1"):
            rows[f"{name} {encoding}"] = partial(function, texts, encoding=encoding)
    rows |= {
        "strip": lambda: s.strip(texts),
        "length": lambda: s.length(texts),
        "length of characters": lambda: s.length(texts, unit="UTF8_CHAR"),
        "bad unit": lambda: s.length(texts, "X"),
        "scalar": lambda: [s.length("ab"), s.lower("AB"), s.strip(" a")],
        "empty": lambda: [f(tf.zeros([0, 1], tf.string)) for f in (s.length, s.lower, s.strip)],
        "numbers": lambda: s.lower([1]),
        "length of numbers": lambda: s.length(tf.constant(1)),
    }
    return outcomes(rows)


def substr(tf):
    function = tf.strings.substr
    places = [0, 1, -3, 4, 3, -10, 10, -4, -2]
    rows = {}
    for at in places:
        for size in (0, 1, 2, 10, -1):
            rows[f"{at} {size}"] = partial(function, "abcd", at, size)
            rows[f"{at} {size} wide"] = partial(function, _WIDE, at, size, unit="UTF8_CHAR")
    rows |= {
        "each": lambda: function(["abcd", "efgh"], [0, 1], [1, 2]),
        "all": lambda: function(["abcd", "efgh"], 1, 2),
        "of one": lambda: function("abcd", [1, 2], [1, 2]),
        "broadcast": lambda: function([["abcd"], ["efgh"]], [[0, 1]], [[1, 1]]),
        "int64": lambda: function(["abcd"], tf.constant(1, tf.int64), tf.constant(2, tf.int64)),
        "two types": lambda: function(["abcd"], tf.constant(1, tf.int64), 2),
        "other shapes": lambda: function(["abcd", "efgh"], 1, [1, 2]),
        "sizes": lambda: function(["abcd", "efgh"], [0, 1, 2], [1, 2, 3]),
        "float": lambda: function("abcd", 1.0, 2.0),
        "bad unit": lambda: function("abcd", 1, 2, unit="X"),
        "empty": lambda: function(tf.zeros([0], tf.string), 0, 1),
        "outside later": lambda: function(["abcd", "e"], 3, 1),
    }
    return outcomes(rows)


def join(tf):
    s = tf.strings
    matrix = [["a", "b", "c"], ["d", "e", "f"]]
    rows = {
        "two": lambda: s.join([["a", "b"], ["c", "d"]]),
        "separated": lambda: s.join(["a", "b", "c"], separator="--", name="a"),
        "scalar and vector": lambda: s.join([["a", "b"], "c"], ","),
        "tensors": lambda: s.join([tf.constant(matrix), tf.constant("x")], ","),
        "one": lambda: s.join([["a", "b"]]),
        "none": lambda: s.join([]),
        "sizes": lambda: s.join([["a", "b"], ["c"]]),
        "string": lambda: s.join("ab"),
        "number": lambda: s.join(["a", 1]),
        "tensor": lambda: s.join(tf.constant(["a", "b"])),
        "empty": lambda: s.join([tf.zeros([0], tf.string), "a"]),
        "wide": lambda: s.join([_WIDE, b"\xff"], "é"),
    }
    for axis in (None, 0, 1, -1, [0, 1], [1, 0], [-1], [], 2, [0, 0], -3):
        rows[f"reduce {axis}"] = partial(s.reduce_join, matrix, axis)
        rows[f"reduce {axis} kept"] = partial(s.reduce_join, matrix, axis, True, "-")
    cube = np.array([["a", "b"], ["c", "d"], ["e", "f"]] * 2).reshape(2, 3, 2).tolist()
    rows |= {
        "cube": lambda: s.reduce_join(cube, [2, 0], separator="."),
        "cube all": lambda: s.reduce_join(cube),
        "reduce tensor axis": lambda: s.reduce_join(matrix, tf.constant(1)),
        "reduce scalar": lambda: s.reduce_join("a"),
        "reduce nothing": lambda: s.reduce_join([]),
        "reduce empty": lambda: s.reduce_join(tf.zeros([0, 2], tf.string), 0),
        "reduce empty rows": lambda: s.reduce_join(tf.zeros([2, 0], tf.string), 1),
        "reduce numbers": lambda: s.reduce_join([1, 2]),
    }
    segments = s.unsorted_segment_join
    rows |= {
        "segments": lambda: segments(["a", "b", "c"], [1, 0, 1], 3, separator="-"),
        "segments of rows": lambda: segments(matrix, [1, 1], 2, "-"),
        "segments of elements": lambda: segments(matrix, [[0, 1, 0], [1, 1, 0]], 2, "-"),
        "segments outside": lambda: segments(["a"], [2], 2),
        "segments negative": lambda: segments(["a"], [-1], 2),
        "segments sizes": lambda: segments(["a", "b"], [0], 2),
        "segments empty": lambda: segments(tf.zeros([0], tf.string), tf.zeros([0], tf.int32), 2),
    }
    return outcomes(rows)


def patterns(tf):
    texts = ["abab", "", "a\nb", "xay", _WIDE, "3 cats, 14 dogs", "A_b-C"]
    results = [
        "a", "(a)(b)", "a|ab", ".", "", "b*", "a??", "^a", "b$", "[^a]", r"\d+", r"\w+", r"\s",
        "(?i)a", "(?P<n>a)", "(?:ab)+", "[[:alpha:]]", "[[:digit:]]+", "[]a]", "a{2}", "a{,2}",
        r"\bcats\b", r"\x{61}", r"\z", r"\A", "(?s)a.b", "[a-z]+", r"\.", "ab.b", "(a)?", "€",
    ]  # fmt: skip
    bad = [
        "(",
        ")",
        "[",
        "*",
        "a**",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        r"(a)\1",
        "a++",
        "(?>a)",
        "a{2,1}",
    ]
    s = tf.strings
    rows = {}
    for pattern in [*results, *bad]:
        rows[f"match {pattern}"] = partial(s.regex_full_match, texts, pattern)
        rows[f"replace {pattern}"] = partial(s.regex_replace, texts, pattern, r"<\0>")
        rows[f"first {pattern}"] = partial(s.regex_replace, texts, pattern, "-", False)
    for rewrite in (r"\1\2", r"\2", r"\\", "$1", r"\x", r"a\x", r"\9", ""):
        rows[f"rewrite {rewrite}"] = partial(s.regex_replace, texts, "(a)(b)?", rewrite)
        rows[f"rewrite first {rewrite}"] = partial(
            s.regex_replace, texts, "(a)(b)?", rewrite, replace_global=False
        )
    rows |= {
        "tensor": lambda: s.regex_replace("a", tf.constant("a"), tf.constant("b")),
        "tensor match": lambda: s.regex_full_match(["a"], tf.constant("a")),
        "vector": lambda: s.regex_replace("a", ["a", "b"], "x"),
        "vector match": lambda: s.regex_full_match("a", ["a"]),
        "vector rewrite": lambda: s.regex_replace("a", "a", ["x"]),
        "end of line": lambda: s.regex_full_match("a\n", "a$"),
        "empty": lambda: s.regex_full_match(tf.zeros([0, 2], tf.string), "a"),
        "empty replaced": lambda: s.regex_replace(tf.zeros([0], tf.string), "a", "b"),
        "numbers": lambda: s.regex_full_match([1], "a"),
        "digits": lambda: s.regex_replace("٣ é", r"\d|\w", "x"),
    }
    with silent():
        return outcomes(rows)


def hashes(tf):
    s = tf.strings
    texts = [
        "",
        "Hello",
        "TensorFlow",
        _WIDE,
        *("xyz0123456789"[i % 13] * i for i in range(1, 140)),
    ]
    large = 2**63 - 1
    rows = {
        "fast": lambda: s.to_hash_bucket_fast(texts, large),
        "plain": lambda: s.to_hash_bucket(texts, large),
        "strong": lambda: s.to_hash_bucket_strong(texts, large, [1, 2]),
        "strong negative": lambda: s.to_hash_bucket_strong(texts[:4], 1000, [-1, 2**62]),
        "few": lambda: s.to_hash_bucket_fast([["a"], ["b"]], num_buckets=10, name="a"),
        "scalar": lambda: s.to_hash_bucket("a", 10),
        "empty": lambda: s.to_hash_bucket_fast(tf.zeros([0], tf.string), 10),
        "none": lambda: s.to_hash_bucket_fast("a", 0),
        "short key": lambda: s.to_hash_bucket_strong("a", 3, [1]),
        "numbers": lambda: s.to_hash_bucket_fast(1, 3),
    }
    rows |= {
        f"fingerprint {d}": partial(
            lambda d: tf.fingerprint(of_dtype(tf, np.arange(6).reshape(3, 2), d)), d
        )
        for d in EVERY
    }
    rows |= {
        "fingerprint of strings": lambda: tf.fingerprint(texts[:5]),
        "fingerprint scalar": lambda: tf.fingerprint("a"),
        "fingerprint method": lambda: tf.fingerprint(["a"], "md5"),
        "fingerprint empty": lambda: tf.fingerprint(tf.zeros([0, 2])),
    }
    return outcomes(rows)


def split(tf):
    s = tf.strings

    def parts(function, *arguments, **options):
        result = function(*arguments, **options)
        return result if isinstance(result, tf.Tensor) else [repr(result), result.shape]

    texts = ["a b  c", "", " d ", "e,f,,g"]
    rows = {}
    for sep in (None, "", " ", ",", ", ", "xx"):
        for limit in (-1, 0, 1, 2):
            rows[f"{sep} {limit}"] = partial(parts, s.split, texts, sep, limit)
            rows[f"{sep} {limit} scalar"] = partial(parts, s.split, " a b  c ", sep, limit)
    rows |= {
        "matrix": lambda: parts(s.split, [["a b"], ["c"]]),
        "ragged": lambda: parts(s.split, tf.ragged.constant([["a b", "c"], []])),
        "empty": lambda: parts(s.split, tf.zeros([0], tf.string)),
        "tabs": lambda: parts(s.split, "a\tb\nc\x0bd\u00a0e"),
        "numbers": lambda: parts(s.split, [1]),
        "bytes": lambda: parts(s.bytes_split, ["abc", "", _WIDE]),
        "bytes of scalar": lambda: parts(s.bytes_split, "abc"),
        "bytes of matrix": lambda: parts(s.bytes_split, [["ab"], ["c"]]),
        "bytes of ragged": lambda: parts(s.bytes_split, tf.ragged.constant([["ab"], []])),
        "bytes of nothing": lambda: parts(s.bytes_split, tf.zeros([0], tf.string)),
    }
    return outcomes(rows)
