"""Sparse tensors serialized and back; strings in the compact form of a TensorProto."""

# A line is one expression.
# ruff: noqa: E501

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
io = tf.io
sp = tf.SparseTensor([[0, 1], [2, 0]], [1.5, 2.5], [3, 4])
sp3 = tf.SparseTensor([[0, 1], [0, 2], [2, 0]], [1, 2, 3], [3, 4])
cube = tf.SparseTensor([[0, 1, 2], [1, 0, 0], [1, 1, 1]], ["a", "", "long" * 50], [3, 2, 3])
ss, many = io.serialize_sparse(sp), io.serialize_many_sparse(sp3)
back = io.deserialize_many_sparse
def of(dtype):
    return tf.SparseTensor([[0, 1], [1, 0]], tf.cast([1, 0], dtype), [2, 2])
"""
_TYPES = "int8 uint8 int16 int32 int64 uint64 float16 bfloat16 float32 float64 complex64 bool"
_LINES = "\n".join(
    f'[io.serialize_sparse(of("{name}")), back(io.serialize_many_sparse(of("{name}")), "{name}")]'
    for name in _TYPES.split()
)

CASES = {
    "there and back": expressions(
        _LINES
        + """
        [ss, many, io.serialize_sparse(cube), io.serialize_many_sparse(cube)]
        [back(many, tf.int32), back(ss, tf.float32), back(io.serialize_many_sparse(cube), tf.string)]
        back(tf.stack([ss, ss]), tf.float32)
        back(tf.stack([[ss], [ss], [ss]]), tf.float32)
        back(tf.stack([ss, io.serialize_sparse(tf.SparseTensor([[4, 5]], [9.], [6, 7]))]), tf.float32)
        back(many, tf.int32, rank=2)
        io.serialize_sparse(tf.SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0), [2, 4]))
        io.serialize_many_sparse(tf.SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0), [2, 4]))
        tf.compat.v1.serialize_sparse(sp, "name")
        tf.compat.v1.serialize_many_sparse(sp3, "name")
        io.parse_tensor(io.serialize_sparse(cube)[1], tf.string)
        """,
        _SETUP,
    ),
    "errors": expressions(
        """
        io.serialize_sparse(sp, tf.int32)
        io.serialize_many_sparse(sp3, tf.int32)
        io.serialize_sparse(tf.constant([1]))
        io.serialize_many_sparse(tf.constant([1]))
        io.serialize_many_sparse(tf.SparseTensor([[1]], [2], [3]))
        io.serialize_many_sparse(tf.SparseTensor([[2, 0], [0, 1]], [1, 2], [3, 4]))
        io.serialize_many_sparse(tf.SparseTensor([[5, 0]], [1], [3, 4]))
        back(many, tf.int32, rank=1)
        back(many, tf.int64)
        back(tf.stack([ss, io.serialize_sparse(tf.SparseTensor([[4]], [9.], [6]))]), tf.float32)
        back([[b"a", b"b", b"c"]], tf.float32)
        back([[b"a", b"b"]], tf.float32)
        back(b"a", tf.float32)
        back(tf.zeros([0, 3], tf.string), tf.float32)
        back(tf.stack([ss[1], ss[1], ss[2]]), tf.float32)
        back(tf.stack([ss[0], ss[0], ss[2]]), tf.int64)
        back(tf.stack([ss[0], ss[1], ss[0]]), tf.float32)
        back(tf.stack([ss[0], many[0, 1], ss[2]]), tf.int32)
        back(tf.stack([many[0, 0], many[0, 1], ss[2]]), tf.int32)
        back(tf.stack([io.serialize_sparse(cube)[0], io.serialize_sparse(cube)[1], ss[2]]), tf.string)
        back(3, tf.float32)
        """,
        _SETUP,
    ),
}


def raw(tf):
    r = tf.raw_ops
    indices, values, shape = [[0, 1], [2, 0]], [1.5, 2.5], [3, 4]
    parts = {"sparse_indices": indices, "sparse_values": values, "sparse_shape": shape}
    one, many = r.SerializeSparse(**parts), r.SerializeManySparse(**parts)
    return [
        one,
        many,
        r.DeserializeManySparse(serialized_sparse=many, dtype=tf.float32),
        r.DeserializeSparse(serialized_sparse=one, dtype=tf.float32),
        r.DeserializeSparse(serialized_sparse=tf.stack([one, one]), dtype=tf.float32),
        r.DecodeJSONExample(json_examples=["{}"]),
        r.EncodeProto(
            sizes=[[1]],
            values=[tf.constant([[1]], tf.int64)],
            field_names=["value"],
            message_type="tensorflow.Int64List",
        ),
        r.DecodeProtoV2(
            bytes=[b"\n\x01\x05"],
            message_type="tensorflow.Int64List",
            field_names=["value"],
            output_types=[tf.int64],
        ),
    ]
