"""`tf.io.decode_proto` and `encode_proto`, Examples in JSON, `match_filenames_once`."""

# A line is one expression.
# ruff: noqa: E501

import os
import tempfile

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
io = tf.io
def message_class():
    file = descriptor_pb2.FileDescriptorProto(name="x.proto", package="pk", syntax="proto2")
    message = file.message_type.add(name="M")
    types = (
        "double float int64 uint64 int32 fixed64 fixed32 bool string bytes uint32 sfixed32 sfixed64 "
        "sint32 sint64"
    ).split()
    number = 1
    for name in types:
        kind = getattr(descriptor_pb2.FieldDescriptorProto, "TYPE_" + name.upper())
        message.field.add(name="o_" + name, number=number, type=kind, label=1)
        message.field.add(name="r_" + name, number=number + 1, type=kind, label=3)
        number += 2
    packed = message.field.add(name="packed", number=100, type=17, label=3)
    packed.options.packed = True
    enum = message.enum_type.add(name="En")
    enum.value.add(name="A", number=0), enum.value.add(name="B", number=5)
    message.field.add(name="o_enum", number=101, type=14, label=1, type_name=".pk.M.En")
    message.field.add(name="r_msg", number=102, type=11, label=3, type_name=".pk.M")
    message.field.add(name="o_def", number=103, type=5, label=1, default_value="7")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    files = descriptor_pb2.FileDescriptorSet(file=[file])
    cls = message_factory.GetMessageClass(pool.FindMessageTypeByName("pk.M"))
    return cls, b"bytes://" + files.SerializeToString(), types
M, source, types = message_class()
def full():
    message = M(o_enum=5, packed=[1, -2, 300])
    message.r_msg.add(o_int32=3)
    for name in types:
        values = {"string": ["a", "b"], "bytes": [b"a", b"b"], "bool": [True, False]}.get(name, [1, 2])
        setattr(message, "o_" + name, values[1])
        getattr(message, "r_" + name).extend(values)
    return message.SerializeToString()
both = [full(), M().SerializeToString()]
def D(data, names, dtypes, **options):
    return io.decode_proto(data, "pk.M", names, dtypes, **{"descriptor_source": source, **options})
def encode(sizes, values, names):
    return io.encode_proto(sizes, values, names, "pk.M", descriptor_source=source)
def i64(*values):
    return tf.train.Int64List(value=values).SerializeToString()
def one(dtype, value):
    return tf.constant([[value]], dtype)
"""
_FIELDS = (
    "double float int64 uint64 int32 fixed64 fixed32 bool string bytes uint32 sfixed32 sfixed64 "
    "sint32 sint64"
).split()
_DTYPES = "float32 float64 int32 int64 uint32 uint64 bool string int8".split()
_NUMBERS = {"double": "float64", "float": "float32", "int64": "int64", "uint64": "uint64"}
_NUMBERS |= {"int32": "int32", "fixed64": "uint64", "fixed32": "uint32", "uint32": "uint32"}
_NUMBERS |= {"sfixed32": "int32", "sfixed64": "int64", "sint32": "int32", "sint64": "int64"}

_JSON = """
io = tf.io
features = {
    "a": io.VarLenFeature(tf.int64), "b": io.VarLenFeature(tf.string), "f": io.VarLenFeature(tf.float32)
}
def J(text):
    return io.parse_single_example(io.decode_json_example(text), features)
"""

CASES = {
    "types": expressions(
        "\n".join(
            f'D(both, ["o_{field}", "r_{field}"], ["{dtype}"] * 2)'
            for field in _FIELDS
            for dtype in _DTYPES
        ),
        _SETUP,
    ),
    "decoding": expressions(
        """
        D(both, ["o_enum"], [tf.int32])
        D(both, ["r_msg"], [tf.string])
        D(both, ["o_def"], [tf.int32])
        D(both, ["packed", "o_string"], [tf.int32, tf.string])
        D([M(o_float=0.1).SerializeToString()], ["o_float"], [tf.float64])
        D(both[0], ["r_int32"], [tf.int32])
        D([both, both], ["r_int32"], [tf.int32])
        D(both, [], [])
        D([b"\\xf8\\x07\\x01"], ["o_int32"], [tf.int32])
        D(["o_int32: 3 r_string: 'a' r_string: 'b'"], ["o_int32", "r_string"], [tf.int32, tf.string], message_format="text")
        io.decode_proto([i64(1, 2), i64(3), i64()], "tensorflow.Int64List", ["value"], [tf.int64])
        io.decode_proto([b"\\x0a\\x01a"], "tensorflow.BytesList", ["value"], [tf.string], sanitize=True)
        io.decode_proto([b"\\x1a\\x03\\x0a\\x01\\x05"], "tensorflow.Feature", ["int64_list"], [tf.string])
        """,
        _SETUP,
    ),
    "decoding errors": expressions(
        """
        io.decode_proto([b""], "nope.X", ["value"], [tf.int64])
        io.decode_proto([b""], "tensorflow.Int64List", ["nope"], [tf.int64])
        io.decode_proto([b""], "tensorflow.Int64List", ["value"], [tf.string])
        io.decode_proto([b""], "tensorflow.Int64List", ["value"], [])
        io.decode_proto([b""], "tensorflow.Int64List", ["value"], [tf.int64], message_format="json")
        D([b"\\xff\\xff"], ["o_int32"], [tf.int32])
        D(["nope: 3"], ["o_int32"], [tf.int32], message_format="text")
        D(tf.constant([], tf.string), ["o_int32"], [tf.int32])
        D([b""], ["o_int32"], [tf.int32], descriptor_source="/nope")
        D([b""], ["o_int32"], [tf.int32], descriptor_source="bytes://abc")
        """,
        _SETUP,
    ),
    "encoding": expressions(
        "\n".join(
            f'encode([[1]], [one("{dtype}", 3)], ["o_{field}"])'
            for field, dtype in _NUMBERS.items()
        )
        + """
        encode([[1, 2], [0, 1]], [tf.constant([[1], [2]]), tf.constant([["a", "b"], ["c", "d"]])], ["o_int32", "r_string"])
        encode([[2]], [tf.constant([[1, 2]])], ["o_int32"])
        encode([[1, 1]], [one("int64", 1), one("float64", 1.)], ["o_int64", "o_double"])
        encode([[1]], [one("int32", -1)], ["o_sint32"])
        encode([[1]], [one("int32", -1)], ["o_int32"])
        encode([[1]], [one("int64", -1)], ["o_int32"])
        encode([[1]], [one("float64", 1.5)], ["o_float"])
        encode([[3]], [tf.constant([[1, -2, 300]])], ["packed"])
        encode([[1, 1]], [one("bool", True), one("int32", 5)], ["o_bool", "o_enum"])
        encode([[2]], [tf.constant([[b"", M(o_int32=3).SerializeToString()]])], ["r_msg"])
        encode([[-1]], [one("int32", 1)], ["o_int32"])
        io.encode_proto([[2], [1]], [tf.constant([[1, 2], [3, 0]], tf.int64)], ["value"], "tensorflow.Int64List")
        encode([[3]], [one("int32", 1)], ["o_int32"])
        encode([[1]], [one("string", "a")], ["o_int32"])
        encode([[1], [1]], [one("int32", 1)], ["o_int32"])
        encode([[1, 1]], [one("int32", 1)], ["o_int32"])
        encode([[1]], [one("int32", 1)], ["nope"])
        encode([1], [tf.constant([5])], ["o_int32"])
        """,
        _SETUP,
    ),
    "json": expressions(
        """
        J('{"features": {"feature": {"a": {"int64List": {"value": ["1", "2", -3]}}}}}')
        J('{"features": {"feature": {"b": {"bytesList": {"value": ["YQ==", "_-8="]}}}}}')
        J('{"features": {"feature": {"f": {"floatList": {"value": [1.5, "NaN", 2]}}}}}')
        J('{"features": {"feature": {"a": {"int64_list": {"value": [1]}}}}}')
        J("{}")
        tf.strings.length(io.decode_json_example([["{}"], ["{}"]]))
        J("{")
        J("")
        J("[]")
        J("3")
        J('{"x": 3}')
        J('{"features": 3}')
        J('{"features": {"feature": {"a": {"int64List": {"value": ["x"]}}}}}')
        io.decode_json_example(3)
        """,
        _JSON,
        messages=False,
    ),
}


def match_filenames_once(tf):
    folder = tempfile.mkdtemp()
    for name in ("b", "a", "c"):
        tf.io.write_file(os.path.join(folder, name), name)
    found = tf.io.match_filenames_once(os.path.join(folder, "[ab]"), name="found")
    names = [name.removeprefix(folder.encode()) for name in found.numpy()]
    return names, found.trainable, found.dtype, found.shape, isinstance(found, tf.Variable)
