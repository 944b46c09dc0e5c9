"""Bytes as numbers, base64, compression, records, messages and files."""

import gzip
import os
import tempfile
import zlib

import numpy as np

from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes


def decode_raw(tf):
    f = tf.io.decode_raw
    text = bytes(range(60, 76))
    names = [*EVERY, "qint8"]
    rows = {d: lambda d=d: f(text, d) for d in names}
    rows |= {f"{d} big": lambda d=d: f([text, text[::-1]], d, little_endian=False) for d in EVERY}
    rows |= {f"{d} padded": lambda d=d: f([text, "ab"], d, fixed_length=32) for d in EVERY}
    rows |= {
        "matrix": lambda: f([["ab"], ["cd"]], tf.uint16, name="some"),
        "lengths": lambda: f(["ab", "efgh"], tf.int16),
        "odd": lambda: f(["abc"], tf.int16),
        "zeros": lambda: f(["\x01\x00\x02"], tf.bool),
        "cut": lambda: f(["abcd", "ab", ""], tf.uint8, fixed_length=3),
        "cut big": lambda: f(["abcd"], tf.int16, False, 2),
        "odd length": lambda: f(["abcd"], tf.int16, fixed_length=3),
        "no length": lambda: f(["abcd"], tf.int16, fixed_length=0),
        "negative length": lambda: f(["abcd"], tf.int16, fixed_length=-2),
        "length of a tensor": lambda: f("abcd", tf.int16, fixed_length=tf.constant(4)),
        "nothing": lambda: [f([], tf.uint8), f(tf.zeros([2, 0], tf.string), tf.int16)],
        "of nothing": lambda: [f([""], tf.uint8), f("", tf.float32)],
        "a number": lambda: f(1, tf.uint8),
    }
    return outcomes(rows)


def base64(tf):
    e, d = tf.io.encode_base64, tf.io.decode_base64
    texts = ["a", "ab", "abc", "", b"\xff\xfe\xfd", "é" * 9]
    coded = "YQ YWI YWJj YQ== YWI= YQ= Y Y-_a Y+/a YQ\n ==== YR YW=J Y=== YQ=Q = YQ==YQ== YWJjYQ"
    coded = ["", *coded.split(" ")]
    rows = {text: lambda t=text: d(t) for text in coded}
    rows |= {
        "plain": lambda: e(texts, name="some"),
        "padded": lambda: e([texts[:3], texts[3:]], pad=True),
        "scalar": lambda: [e("a"), d("YQ"), e(tf.zeros([0, 2], tf.string))],
        "back": lambda: d(e(texts)),
        "several": lambda: d([["YQ"], ["YWI"]]),
        "one of two": lambda: d(["YQ", "+"]),
        "a number": lambda: e(1),
        "ragged": lambda: [
            e(tf.ragged.constant([["a", "b"], []])),
            d(tf.ragged.constant([["YQ"], []])),
        ],
    }
    return outcomes(rows)


def decode_compressed(tf):
    f = tf.io.decode_compressed
    plain, zipped = zlib.compress(b"hello" * 9), gzip.compress(b"hello", mtime=0)
    return outcomes(
        {
            "zlib": lambda: f(plain, "ZLIB"),
            "gzip": lambda: f([[zipped]], compression_type="GZIP", name="some"),
            "none": lambda: f(["x", "y"]),
            "twice": lambda: f(zipped + zipped, "GZIP"),
            "trailing": lambda: f(plain + b"zz", "ZLIB"),
            "no zlib": lambda: f(["x"], "ZLIB"),
            "no gzip": lambda: f(plain, "GZIP"),
            "other": lambda: f(["x"], "BAD"),
            "nothing": lambda: f("", "ZLIB"),
            "trailing gzip": lambda: f(zipped + b"zz", "GZIP"),
            "zlib twice": lambda: f(plain + plain, "ZLIB"),
            "cut": lambda: f(plain[:-6], "ZLIB"),
            "bad sum": lambda: f(plain[:-1] + b"x", "ZLIB"),
            "a number": lambda: f(1, "ZLIB"),
            "ragged": lambda: f(tf.ragged.constant([["a", "b"], []])),
        }
    )


def decode_csv(tf):
    f = tf.io.decode_csv
    none = tf.constant([], tf.int32)
    big, small = np.float64(1), np.int64(2)
    rows = {
        "types": lambda: f(["1,2.5,a,3,4", "3,4,b,-5,1e3"], [[0], [0.0], [""], [small], [big]]),
        "scalar": lambda: f("1,2", [[0], [0]]),
        "matrix": lambda: f([["1,2"], ["3,4"]], [[0], [0.0]], name="some"),
        "nothing": lambda: [f([], [[0]]), f(tf.zeros([0, 2], tf.string), [[0], [""]])],
        "defaults": lambda: f(["1,", ",2", ","], [[5], [7.0]]),
        "scalar default": lambda: f([",1"], [0, "a"]),
        "required": lambda: f([",1"], [none, [1]]),
        "two defaults": lambda: f(["1"], [[0, 1]]),
        "no defaults": lambda: f(["1"], []),
        "bool": lambda: f(["1"], [[True]]),
        "select": lambda: f(["1,2,3"], [[0], [0.0]], select_cols=[0, 2]),
        "select falling": lambda: f(["1,2,3"], [[0], [0]], select_cols=[2, 0]),
        "select twice": lambda: f(["1,2,3"], [[0], [0]], select_cols=[1, 1]),
        "select negative": lambda: f(["1,2,3"], [[0], [0]], select_cols=[-1, 0]),
        "select less": lambda: f(["1,2,3"], [[0], [0]], select_cols=[1]),
        "select beyond": lambda: f(["1,2,3"], [[0]], select_cols=[5]),
        "select bad": lambda: f(['1,2,"a'], [[0]], select_cols=[0]),
        "delimiter": lambda: f(["1\t2"], [[0], [0]], field_delim="\t"),
        "delimiter of two": lambda: f(["1,2"], [[0], [0]], ";;"),
        "no delimiter": lambda: f(["1,2"], [[0], [0]], ""),
        "na": lambda: f(["NA,1", '"NA",'], [[""], [5]], na_value="NA"),
        "not quoted": lambda: f(['"a,b",c'], [[""]] * 3, use_quote_delim=False),
        "not quoted line": lambda: f(["a\nb"], [[""]], use_quote_delim=False),
    }
    texts = (
        '"a,b",c|"a""b",c|a"b,c|"a,b|"a"b,c|a\nb,c|"a\nb",c|a,b\n|a,b\r\n||,|,,|a|"a","b"|"",'
        '|"a" ,b|é,b|"""",a|"a,"",b",c| a , b |,"a|"|""'
    ).split("|")
    rows |= {repr(text): lambda t=text: f([t], [["x"], ["y"]]) for text in texts}
    words = "1| 2 |x|1.5|9999999999|0x10|1e400|nan|inf|-7|+7|1_0|--1".split("|")
    for default in ([0], [0.0], [small], [big]):
        rows |= {f"{w!r} {default}": lambda w=w, d=default: f([w], [d]) for w in words}
    return outcomes(rows)


_MESSAGES = {
    "float_val": (
        b"\x08\x01\x12\x04\x12\x02\x08\x05*\x0c\x00\x00\x00@\x00\x00\x80@\x00\x00\x00A",
        1,
    ),
    "single float_val": (b"\x08\x01\x12\x00-\x00\x00\x00@", 1),
    "int_val": (b"\x08\x06\x12\x04\x12\x02\x08\x01:\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 6),
    "int_val of one byte": (b"\x08\x03\x12\x00:\x01\x03", 3),
    "single int_val": (b"\x08\x03\x12\x00\x38\x03", 3),
    "bool_val": (b"\x08\n\x12\x04\x12\x02\x08\x02Z\x02\x01\x00", 10),
    "dcomplex_val": (
        b"\x08\x12\x12\x04\x12\x02\x08\x01b\x10\x00\x00\x00\x00\x00\x00\xf0?\x00\x00\x00\x00\x00\x00"
        b"\x00@",
        18,
    ),
    "half_val": (b"\x08\x13\x12\x04\x12\x02\x08\x02j\x05\x80x\x80\x80\x01", 19),
    "uint64_val": (b"\x08\x17\x12\x04\x12\x02\x08\x01\x8a\x01\x06\x80\x80\x80\x80\x80 ", 23),
    "string_val": (b"\x08\x07\x12\x04\x12\x02\x08\x03B\x01aB\x02bc", 7),
    "no values": (b"\x08\x01\x12\x04\x12\x02\x08\x03", 1),
    "too many": (b"\x08\x01\x12\x00*\x08\x00\x00\x00@\x00\x00\x80@", 1),
    "content too short": (b'\x08\x01\x12\x04\x12\x02\x08\x02"\x04\x00\x00\x80?', 1),
    "unknown field": (b"\x08\x03\x12\x00:\x01\x03\xf8\x07\x01", 3),
    "negative size": (
        b"\x08\x01\x12\x0b\x12\t\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"[:16],
        1,
    ),
    "cut": (b"\x08\x01\x12\x04\x12\x02\x08", 1),
    "text": (b"abc", 1),
    "nothing": (b"", 1),
    "no type": (b"\x12\x00", 1),
    "bad type": (b"\x08\x7f\x12\x00", 1),
}


def messages(tf):
    s, p = tf.io.serialize_tensor, tf.io.parse_tensor
    rows = {}
    for d in EVERY:
        x = of_dtype(tf, [[1, 0], [3, 5]], d)
        rows[d] = lambda x=x: [s(x), p(s(x), x.dtype)]
    rows |= {
        name: lambda m=message, t=number: p(m, tf.as_dtype(t))
        for name, (message, number) in _MESSAGES.items()
    }
    rows |= {
        "scalar": lambda: [s(1.5), s("a"), p(s(True), "bool"), s(2, name="some")],
        "empty": lambda: [s(tf.zeros([0, 300])), p(s(tf.zeros([0, 300])), tf.float32)],
        "no strings": lambda: p(s(tf.zeros([2, 0], tf.string)), tf.string),
        "long": lambda: tf.reduce_sum(p(s(tf.range(1000)), tf.int32)),
        "other type": lambda: p(s(1.0), tf.int32),
        "vector": lambda: p([s(1.0)], tf.float32),
        "a number": lambda: p(1, tf.float32),
        "variable": lambda: s(tf.Variable([1, 2])),
    }
    return outcomes(rows)


def files(tf):
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "a.txt")

    def results(*patterns):
        names = tf.io.matching_files([folder + pattern for pattern in patterns])
        return [name.replace(folder.encode(), b"") for name in names.numpy()]

    def written(contents, name="a.txt"):
        result = tf.io.write_file(os.path.join(folder, name), contents)
        return result, tf.io.read_file(os.path.join(folder, name))

    return outcomes(
        {
            "write": lambda: written("hello é"),
            "bytes": lambda: written(b"\xff\x00", "d/e/f.bin"),
            "hidden": lambda: written("", ".b.txt"),
            "again": lambda: written("shorter"),
            "star": lambda: results("/*"),
            "several": lambda: results("/*.txt", "/d/*/*", "/nothing*", "/a*"),
            "two stars": lambda: results("/**"),
            "letters": lambda: results("/[a-c].t?t", "/[^b].txt", "/[^a].txt"),
            "braces": lambda: results("/{a,b}.txt"),
            "no pattern": lambda: results("/a.txt", "/b.txt"),
            "folders": lambda: results("/*/*/f.bin", "/a.txt/*"),
            "nothing": lambda: [tf.io.matching_files([]), tf.io.matching_files("/nowhere/*")],
            "matrix": lambda: tf.io.matching_files([[path]]),
            "missing": lambda: tf.io.read_file(os.path.join(folder, "no")),
            "folder": lambda: tf.io.read_file(folder),
            "in a file": lambda: tf.io.write_file(os.path.join(path, "x"), "a"),
            "to a folder": lambda: tf.io.write_file(folder, "a"),
            "vector": lambda: tf.io.read_file([path]),
            "vector of names": lambda: tf.io.write_file([path], "a"),
            "vector of contents": lambda: tf.io.write_file(path, ["a"]),
            "number": lambda: tf.io.write_file(path, 1),
        }
    )


def raw(tf):
    r = tf.raw_ops
    return [
        r.DecodeBase64(input=["YQ"]),
        r.DecodeCSV(records=["1,a"], record_defaults=[[0], [""]]),
        r.DecodeCSV(records=["1,a"], record_defaults=[[""]], select_cols=[1]),
        r.DecodeCompressed(bytes=["a"]),
        r.DecodePaddedRaw(input_bytes=["a"], fixed_length=2, out_type=tf.uint8),
        r.DecodeRaw(bytes=["ab"], out_type=tf.int16, little_endian=False),
        r.EncodeBase64(input=["a"], pad=True),
        r.MatchingFiles(pattern=[]),
        r.ParseTensor(serialized=r.SerializeTensor(tensor=[1, 2]), out_type=tf.int32),
        r.UnicodeScript(input=[65, 32]),
    ]
