"""TFRecord files: written, read, damaged."""

from tests.parity.case_helpers.expressions import expressions
from tests.parity.case_helpers.folders import restoring_folder

_SETUP = """
import gzip, os, struct, tempfile, zlib
O, W = tf.io.TFRecordOptions, tf.io.TFRecordWriter
C = tf.compat.v1.io.TFRecordCompressionType
folder = tempfile.mkdtemp()
os.chdir(folder)
records = [b"one", b"", b"three" * 10, bytes(range(256)) * 40]
def write(path, values, options=None):
    with W(path, options) as writer:
        for value in values:
            writer.write(value)
def put(data):
    with open("damaged", "wb") as file:
        file.write(data)
    return "damaged"
def got(path):
    with open(path, "rb") as file:
        return file.read()
def read(path, options=None):
    found = []
    try:
        for record in tf.compat.v1.io.tf_record_iterator(path, options):
            found.append(record if len(record) < 60 else len(record))
    except tf.errors.OpError as error:
        return found, type(error).__name__, str(error)
    return found
def round_trip(options, read_as=None):
    write("file", records, options)
    return read("file", read_as or options)
def inflated(path):
    data = got(path)
    return zlib.decompress(data, 47)
write("a", records), write("g", records, "GZIP"), write("z", records, "ZLIB"), os.mkdir("d")
data, zipped, deflated = got("a"), got("g"), got("z")
head = data[:12]
"""

_DAMAGED = """
data
data[:-1]
data[:-4]
data[:-5]
data[:25]
data[:30]
data[:31]
b""
data[:8] + b"xxxx" + data[12:]
data[:12] + b"X" + data[13:]
data[:15] + b"xxxx" + data[19:]
b"abcdefghijklmnopqrstuvwxyz"
struct.pack("<Q", 2**62) + data[8:]
b"@B\\x0f\\x00\\x00\\x00\\x00\\x00" + b"abcd" + data[12:]
data[:19] + data[:12] + b"two" + data[15:]
"""
_COMPRESSED = """
{0}
{0}[:-3]
{0}[: len({0}) // 2]
{0} + {0}
{0} + b"junk"
{0}[:12] + bytes([255]) * 3 + {0}[15:]
b""
data
"""
_OPTIONS = """
compression_level=9
compression_level=0
compression_level=-1
window_bits=9
compression_strategy=1
flush_mode=2
flush_mode=0
input_buffer_size=1
output_buffer_size=1000
mem_level=1
"""


def _each(template, lines):
    return "\n".join(template.format(line) for line in lines.strip().splitlines())


CASES = {
    "bytes": expressions(
        """
        got("a")
        [inflated("g") == data, inflated("z") == data, zipped[:2], deflated[:1]]
        [write("e", []), got("e"), write("e", [], "GZIP"), read("e", "GZIP"), write("e", [], "ZLIB"), got("e")]
        [write("e", ["text é", bytearray(b"ab")]), read("e")]
        """,
        _SETUP,
    ),
    "reading": expressions(_each("read(put({}))", _DAMAGED), _SETUP),
    "gzip": expressions(
        _each('read(put({}), "GZIP")', _COMPRESSED.format("zipped"))
        + '\nread("g")\nread("z", "GZIP")',
        _SETUP,
    ),
    "zlib": expressions(
        _each('read(put({}), "ZLIB")', _COMPRESSED.format("deflated")) + '\nread("g", "ZLIB")',
        _SETUP,
    ),
    "options": expressions(
        _each('round_trip(O("ZLIB", {}))', _OPTIONS)
        + "\n"
        + _each('round_trip(O("GZIP", {}), "GZIP")', _OPTIONS)
        + """
        round_trip(O("ZLIB", window_bits=31), "GZIP")
        [round_trip(1), round_trip(2), round_trip(C.GZIP), round_trip(0), round_trip(""), round_trip(None)]
        round_trip(O(O("ZLIB")))
        [O(x).compression_type for x in (None, "", 0, 1, 2, C.GZIP, "GZIP")]
        [O.get_compression_type_string(x) for x in (None, "", 0, 1, 2, "GZIP", O("ZLIB"))]
        O(3)
        O("gzip")
        O.get_compression_type_string("LZ4")
        sorted(vars(O("GZIP", compression_level=3)).items())
        O.compression_type_map
        """,
        _SETUP,
    ),
    "files": expressions(
        """
        read("nope")
        read("d")
        read(b"a")
        read("file://" + folder + "/a")
        read("xyz://a")
        tf.compat.v1.io.tf_record_iterator("a", "LZ4")
        list(tf.compat.v1.python_io.tf_record_iterator("a"))[:2]
        W("q/b")
        W("d")
        W("b", "LZ4")
        W(3)
        """,
        _SETUP,
    ),
}

CASES["bad types"] = expressions(
    """
    W("b").write(3)
    W("b").write(None)
    W("b").write(memoryview(b"x"))
    """,
    _SETUP,
    messages=False,
)
CASES = {name: restoring_folder(case) for name, case in CASES.items()}


def closing(tf):
    """What a closed writer does, and when the records are in the file."""
    import os
    import tempfile

    path = os.path.join(tempfile.mkdtemp(), "file")
    results = []
    writer = tf.io.TFRecordWriter(path)
    writer.write(b"abc")
    results.append(writer.flush())
    results.append(os.path.getsize(path))
    results += [writer.close(), writer.close()]
    for call in (lambda: writer.write(b"x"), writer.flush):
        try:
            results.append(call())
        except tf.errors.OpError as error:
            results.append((type(error).__name__, str(error)))
    return results
