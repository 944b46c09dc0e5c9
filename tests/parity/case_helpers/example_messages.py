"""Serialized Examples, and the setup of cases that parse them."""

# Features of integers are given as tuples, floats as arrays, strings as lists.
MESSAGES = """
io = tf.io
V, Fx, Q, R, Sp = (
    io.VarLenFeature, io.FixedLenFeature, io.FixedLenSequenceFeature, io.RaggedFeature,
    io.SparseFeature,
)
i64, f32, text = tf.int64, tf.float32, tf.string
f = np.array
P, P1, S, S1 = (
    io.parse_example, io.parse_single_example, io.parse_sequence_example,
    io.parse_single_sequence_example,
)
def feature(values):
    if isinstance(values, tuple):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    if isinstance(values, np.ndarray):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
def features(values):
    return tf.train.Features(feature={key: feature(value) for key, value in values.items()})
def E(**values):
    return tf.train.Example(features=features(values)).SerializeToString()
def SE(context, lists):
    lists = {
        key: tf.train.FeatureList(feature=map(feature, values)) for key, values in lists.items()
    }
    return tf.train.SequenceExample(
        context=features(context), feature_lists=tf.train.FeatureLists(feature_list=lists)
    ).SerializeToString()
def parts(value):
    if isinstance(value, dict):
        return {key: parts(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [parts(item) for item in value]
    return [value, str(value.shape)]
"""

# Messages that are written field by field.
FIELDS = f"""{MESSAGES}
import struct
def fld(number, data):
    length, prefix = len(data), b""
    while length > 127:
        prefix += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + prefix + bytes([length]) + data
def en(key, value):
    return fld(1, key) + fld(2, value)
def ex(*entries):
    return fld(1, b"".join(fld(1, entry) for entry in entries))
def ctx(*entries):
    return fld(1, b"".join(fld(1, entry) for entry in entries))
def lists(*entries):
    return fld(2, b"".join(fld(1, entry) for entry in entries))
def ints(data):
    return fld(3, data)
def floats(data):
    return fld(2, data)
def strings(data):
    return fld(1, data)
one, two = ints(fld(1, b"\\x05")), ints(fld(1, b"\\x05\\x06"))
f1 = struct.pack("<f", 1.5)
def all_ways(key, dtype, count, data):
    # Batches of one, a single message, and a batch that is large enough to be vectorized.
    ways = {{
        "varlen": lambda: P([data], {{key: V(dtype)}}),
        "ragged": lambda: P([data], {{key: R(dtype)}}),
        "fixed": lambda: P([data], {{key: Fx([count], dtype)}}),
        "one": lambda: P(data, {{key: V(dtype)}}),
        "one fixed": lambda: P(data, {{key: Fx([count], dtype)}}),
        "one sequence": lambda: P(data, {{key: Q([count], dtype, True)}}),
        "sequence": lambda: P([data], {{key: Q([count], dtype, True)}}),
        "many": lambda: P([data] * 6, {{key: V(dtype)}}),
        "many fixed": lambda: P([data] * 6, {{key: Fx([count], dtype)}}),
    }}
    return {{name: attempt(way) for name, way in ways.items()}}
def attempt(way):
    from tests.parity.case_helpers.expressions import plain_message
    try:
        return parts(way())
    except tf.errors.OpError as error:
        return type(error).__name__, plain_message(str(error))
"""
