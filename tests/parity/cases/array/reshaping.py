"""The same elements in another shape: reshape, transpose, squeeze, broadcast_to, meshgrid, ..."""

from tests.parity.case_helpers.expressions import WHOLE_TENSORS, expressions

_TYPES = (
    "float16 bfloat16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool "
    "complex64 complex128 string"
).split()


def _typed(dtype):
    if dtype == "string":
        return "tf.constant([list('abc'), list('def')])"
    values = "[[1, 2, 3], [4, 5, 6]]"
    if dtype == "bool":
        values = "[[True, False, True], [False, False, True]]"
    return f"tf.constant({values}, tf.{dtype})"


_EVERY = """
tf.reshape({}, [3, 2])
tf.transpose({})
tf.concat([{}, {}], 0)
tf.stack([{}, {}], 1)
tf.unstack({}, axis=1)
tf.split({}, 3, axis=1)
tf.tile({}, [2, 1])
tf.repeat({}, 2, axis=1)
tf.pad({}, [[1, 0], [0, 1]])
tf.pad({}, [[1, 0], [0, 1]], "REFLECT")
tf.reverse({}, [1])
tf.roll({}, 1, 1)
tf.broadcast_to({}, [2, 2, 3])
tf.expand_dims({}, 0)
tf.where({} == {}, {}, {})
"""


def _in_every_type():
    lines = []
    for dtype in _TYPES:
        if dtype == "uint16":
            continue  # TensorFlow lacks a kernel for tf.tile and tf.repeat
        value = _typed(dtype)
        for line in _EVERY.splitlines():
            lines.append(line.replace("{}", value))
    return "\n".join(lines)


CASES = {
    "every_type": expressions(_in_every_type(), messages=False),
    "reshape": expressions(
        """
        tf.reshape(x, [3, 2])
        tf.reshape(x, [6])
        tf.reshape(x, [-1])
        tf.reshape(x, -1)
        tf.reshape(x, 6)
        tf.reshape(x, [2, -1])
        tf.reshape(x, [-1, 1, 3])
        tf.reshape(x, (3, 2))
        tf.reshape(x, np.array([3, 2]))
        tf.reshape(x, tf.constant([3, 2]))
        tf.reshape(x, tf.constant([3, 2], tf.int64))
        tf.reshape(x, tf.TensorShape([3, 2]))
        tf.reshape(x, tf.shape(y))
        tf.reshape(x, [n, 3])
        tf.reshape(x, [n, -1])
        tf.reshape(x, x.shape)
        tf.reshape(x, [2, 3]) is x
        tf.reshape(3., [])
        tf.reshape([3.], [])
        tf.reshape(3., [1, 1])
        tf.reshape([1, 2, 3, 4], [2, 2])
        tf.reshape(np.arange(4), [2, 2])
        tf.reshape(s, [3, 2])
        tf.reshape(e, [0])
        tf.reshape(e, [-1, 3])
        tf.reshape(e, [0, -1])
        tf.reshape(e, [5, 0, 7])
        tf.reshape(tf.transpose(x), [6])
        tf.reshape(v, [6])
        tf.reshape(tensor=x, shape=[6], name="a")
        tf.reshape(x, [4])
        tf.reshape(x, [4, -1])
        tf.reshape(x, [-1, -1])
        tf.reshape(x, [])
        tf.reshape(x, [-2, -3])
        tf.reshape(x, [2, 3.])
        tf.reshape(x, 6.)
        tf.reshape(x, [[6]])
        tf.reshape(x, "a")
        tf.reshape(x, None)
        tf.reshape(x, tf.TensorShape([None, 3]))
        tf.reshape(x, tf.constant([6.]))
        tf.reshape(None, [1])
        tf.reshape([[1], [2, 3]], [3])
        tf.reshape(g, [6])
        gradient(lambda x: tf.reshape(x, [3, 2]), [[1., 2., 3.], [4., 5., 6.]])
        gradient(lambda x: tf.reshape(x, [2, 3]), [[1., 2., 3.], [4., 5., 6.]])
        second(lambda x: tf.reshape(x * x, [6]), [[1., 2., 3.], [4., 5., 6.]])
        tracked(lambda x: tf.reshape(x, [1]), 3.)
        """,
        WHOLE_TENSORS,
    ),
    "transpose": expressions(
        """
        tf.transpose(x)
        tf.transpose(r)
        tf.transpose(r, [2, 0, 1])
        tf.transpose(r, (0, 2, 1))
        tf.transpose(r, np.array([0, 2, 1]))
        tf.transpose(r, tf.constant([0, 2, 1]))
        tf.transpose(r, tf.constant([0, 2, 1], tf.int64))
        tf.transpose(r, perm=[1, 0, 2])
        tf.transpose(r, [-1, 0, 1])
        tf.transpose(r, [0, -1, -2])
        tf.transpose(x, [0, 1])
        tf.transpose(x, [0, 1]) is x
        tf.transpose(3.)
        tf.transpose(3., [])
        tf.transpose([1, 2, 3])
        tf.transpose([[1, 2], [3, 4]])
        tf.transpose(s)
        tf.transpose(z)
        tf.transpose(z, conjugate=True)
        tf.transpose(z, [0, 1], True)
        tf.transpose(x, conjugate=True)
        tf.transpose(u)
        tf.transpose(b)
        tf.transpose(v)
        tf.transpose(e)
        tf.transpose(a=x, perm=[1, 0], conjugate=False, name="a")
        tf.transpose(r, [0, 1])
        tf.transpose(r, [0, 0, 1])
        tf.transpose(r, [0, 1, 3])
        tf.transpose(r, [0, 1, -4])
        tf.transpose(r, [0., 1., 2.])
        tf.transpose(r, "a")
        tf.transpose(r, 1)
        tf.transpose(None)
        tf.linalg.matrix_transpose(x)
        tf.linalg.matrix_transpose(r)
        tf.linalg.matrix_transpose(z, conjugate=True)
        tf.linalg.matrix_transpose(z)
        tf.linalg.matrix_transpose([[1, 2]])
        tf.linalg.matrix_transpose([1, 2])
        tf.linalg.matrix_transpose(3.)
        gradient(lambda x: tf.transpose(x), [[1., 2., 3.], [4., 5., 6.]])
        gradient(lambda x: tf.transpose(x, [1, 2, 0]), np.arange(12.).reshape(2, 3, 2))
        gradient(lambda z: tf.transpose(z, conjugate=True), [[1 + 1j, 2 - 1j], [3j, 4]])
        gradient(lambda z: tf.transpose(z), [[1 + 1j, 2 - 1j], [3j, 4]])
        second(lambda x: tf.transpose(x * x), [[1., 2., 3.], [4., 5., 6.]])
        """,
        WHOLE_TENSORS,
        messages=False,
    ),
    "transpose_messages": expressions(
        """
        tf.transpose(r, [0, 1])
        tf.transpose(r, [0, 0, 1])
        tf.transpose(r, [0, 1, 3])
        """,
        WHOLE_TENSORS,
    ),
    "dims": expressions(
        """
        tf.expand_dims(x, 0)
        tf.expand_dims(x, 1)
        tf.expand_dims(x, -1)
        tf.expand_dims(x, -3)
        tf.expand_dims(x, 2)
        tf.expand_dims(3., 0)
        tf.expand_dims([1, 2], axis=1)
        tf.expand_dims("a", 0)
        tf.expand_dims(s, 1)
        tf.expand_dims(x, tf.constant(1))
        tf.expand_dims(x, tf.constant([1]))
        tf.expand_dims(x, [1])
        tf.expand_dims(x, np.int64(1))
        tf.expand_dims(v, 0)
        tf.expand_dims(input=x, axis=0, name="a")
        tf.expand_dims(x, 3)
        tf.expand_dims(x, -4)
        tf.expand_dims(x, 1.5)
        tf.expand_dims(x, [0, 1])
        tf.expand_dims(x, None)
        tf.expand_dims(None, 0)
        tf.squeeze([[[1.], [2.]]])
        tf.squeeze([[1.]])
        tf.squeeze(x)
        tf.squeeze(x) is x
        tf.squeeze([[[1.], [2.]]], 0)
        tf.squeeze([[[1.], [2.]]], [0])
        tf.squeeze([[[1.], [2.]]], [0, 2])
        tf.squeeze([[[1.], [2.]]], axis=-1)
        tf.squeeze([[[1.], [2.]]], axis=[-1, 0])
        tf.squeeze([[[1.], [2.]]], axis=[])
        tf.squeeze([[[1.], [2.]]], axis=(2,))
        tf.squeeze([["a"]])
        tf.squeeze(3.)
        tf.squeeze(3)
        tf.squeeze(tf.zeros([1, 0]))
        tf.squeeze(tf.Variable([[1.]]))
        tf.squeeze(input=[[1.]], axis=0, name="a")
        tf.squeeze(x, 0)
        tf.squeeze(x, 5)
        tf.squeeze(x, -3)
        tf.squeeze(x, [0, 1])
        tf.squeeze([[1.]], tf.constant(0))
        tf.squeeze([[1.]], np.int64(0))
        tf.squeeze([[1.]], "a")
        tf.squeeze(None)
        gradient(lambda x: tf.expand_dims(x, 1), [1., 2.])
        gradient(lambda x: tf.squeeze(x), [[1., 2.]])
        second(lambda x: tf.squeeze(tf.expand_dims(x * x, 0)), [1., 2.])
        """,
        WHOLE_TENSORS,
        messages=False,
    ),
    "dims_messages": expressions(
        """
        tf.expand_dims(x, 3)
        tf.expand_dims(x, -4)
        tf.expand_dims(x, [0, 1])
        tf.squeeze(x, 0)
        tf.squeeze(x, 5)
        tf.squeeze(x, -3)
        """,
        WHOLE_TENSORS,
    ),
    "broadcast": expressions(
        """
        tf.broadcast_to(3., [2, 2])
        tf.broadcast_to([1., 2.], [2, 2])
        tf.broadcast_to([[1.], [2.]], [2, 3])
        tf.broadcast_to(x, [2, 2, 3])
        tf.broadcast_to(x, [2, 3])
        tf.broadcast_to(x, (1, 2, 3))
        tf.broadcast_to(x, tf.constant([1, 2, 3], tf.int64))
        tf.broadcast_to(x, tf.TensorShape([1, 2, 3]))
        tf.broadcast_to("a", [2])
        tf.broadcast_to([1, 2], [0, 2])
        tf.broadcast_to([1], [0])
        tf.broadcast_to(u, [2, 2, 2])
        tf.broadcast_to(v, [1, 2, 3])
        tf.broadcast_to(input=1, shape=[2], name="a")
        tf.broadcast_to(x, [3])
        tf.broadcast_to(x, [3, 2])
        tf.broadcast_to(x, [2, -1])
        tf.broadcast_to(x, [2., 3.])
        tf.broadcast_to(x, [])
        tf.broadcast_static_shape(tf.TensorShape([2, 1]), tf.TensorShape([3]))
        tf.broadcast_static_shape(tf.TensorShape([None, 1]), tf.TensorShape([3]))
        tf.broadcast_static_shape(tf.TensorShape([None, 2]), tf.TensorShape([1, 2]))
        tf.broadcast_static_shape(tf.TensorShape(None), tf.TensorShape([3]))
        tf.broadcast_static_shape(tf.TensorShape([]), tf.TensorShape([3]))
        tf.broadcast_static_shape(tf.TensorShape([2]), tf.TensorShape([3]))
        tf.broadcast_static_shape([2], [3])
        tf.broadcast_dynamic_shape([2, 1], [3])
        tf.broadcast_dynamic_shape(tf.constant([2, 1]), tf.constant([3]))
        tf.broadcast_dynamic_shape(tf.constant([2, 1], tf.int64), tf.constant([3], tf.int64))
        tf.broadcast_dynamic_shape([], [3])
        tf.broadcast_dynamic_shape([2], [3])
        gradient(lambda x: tf.broadcast_to(x, [2, 2]), [1., 2.])
        gradient(lambda x: tf.broadcast_to(x, [2, 2]), 1.)
        gradient(lambda x: tf.broadcast_to(x, [2, 3]), [[1.], [2.]])
        gradient(lambda x: tf.broadcast_to(x, [2]), [1., 2.])
        second(lambda x: tf.broadcast_to(x * x, [2, 2]), [1., 2.])
        tf.meshgrid([1, 2, 3], [4, 5])
        tf.meshgrid([1, 2, 3], [4, 5], indexing="ij")
        tf.meshgrid([1., 2.], [3., 4.], [5., 6.])
        tf.meshgrid([1., 2.], [3., 4.], [5., 6.], indexing="ij")
        tf.meshgrid([1, 2])
        tf.meshgrid()
        tf.meshgrid([1, 2], 3)
        tf.meshgrid([1, 2], [3.])
        tf.meshgrid([[1, 2], [3, 4]], [5, 6])
        tf.meshgrid([1, 2], [3, 4], indexing="foo")
        tf.meshgrid([1, 2], [3, 4], name="a")
        tf.meshgrid([1, 2], [3, 4], foo=1)
        gradient(lambda a, b: tf.meshgrid(a, b), [1., 2.], [3., 4., 5.])
        """,
        WHOLE_TENSORS,
        messages=False,
    ),
    "shapes": expressions(
        """
        tf.shape(x)
        tf.shape(3.)
        tf.shape(e)
        tf.shape(s)
        tf.shape([[1, 2]])
        tf.shape(x, tf.int64)
        tf.shape(x, out_type=tf.int64)
        tf.shape(x, "int64")
        tf.shape(np.ones((2, 5)))
        tf.shape(v)
        tf.shape(g)
        tf.shape(input=x, out_type=tf.int32, name="a")
        tf.shape(x, tf.float32)
        tf.shape(None)
        tf.shape([[1], [2, 3]])
        tf.shape_n([x, 3., [1, 2]])
        tf.shape_n([x], tf.int64)
        tf.size(x)
        tf.size(3.)
        tf.size(e)
        tf.size(s)
        tf.size([1, 2])
        tf.size(x, tf.int64)
        tf.size(v)
        tf.size(g)
        tf.size(input=x, out_type=tf.int64, name="a")
        tf.size(x, tf.float32)
        tf.rank(x)
        tf.rank(3.)
        tf.rank(s)
        tf.rank([1, 2])
        tf.rank(v)
        tf.rank(g)
        tf.rank(input=x, name="a")
        tf.rank(None)
        tf.ensure_shape(x, [2, 3])
        tf.ensure_shape(x, [None, 3])
        tf.ensure_shape(x, [2, None])
        tf.ensure_shape(x, None)
        tf.ensure_shape(x, tf.TensorShape(None))
        tf.ensure_shape(x, [2, 3]) is x
        tf.ensure_shape([1, 2], [2])
        tf.ensure_shape("a", [])
        tf.ensure_shape(x=x, shape=[2, 3], name="a")
        tf.ensure_shape(x, [2, 2])
        tf.ensure_shape(x, [None])
        tf.ensure_shape(x, [3])
        tf.ensure_shape(x, tf.constant([2, 3]))
        gradient(lambda x: tf.ensure_shape(x, [None]), [1., 2.])
        second(lambda x: tf.ensure_shape(x * x, [None]), [1., 2.])
        tf.sequence_mask([1, 3, 2])
        tf.sequence_mask([1, 3, 2], 5)
        tf.sequence_mask([1, 3, 2], 2)
        tf.sequence_mask([[1, 3], [2, 0]])
        tf.sequence_mask([1, 3, 2], maxlen=4, dtype=tf.float32)
        tf.sequence_mask([1, 3, 2], tf.constant(4))
        tf.sequence_mask(tf.constant([1, 3], tf.int64), 4)
        tf.sequence_mask(tf.constant([1., 2.5]), 4)
        tf.sequence_mask(2, 4)
        tf.sequence_mask([1, 3], dtype="int32", name="a")
        tf.sequence_mask([])
        tf.sequence_mask(tf.zeros([0], tf.int32))
        tf.sequence_mask([1, 2], [3])
        tracked(lambda x: tf.ensure_shape(x, []), 3.)
        """,
        WHOLE_TENSORS,
        messages=False,
    ),
}
