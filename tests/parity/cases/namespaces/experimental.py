"""`tf.experimental` itself: element types, scopes of later execution, DLPack."""

import numpy as np

from tests.parity.case_helpers.tables import of_dtype, outcomes
from tests.parity.harness import exact_message

_SHARED = "float16 bfloat16 float32 float64 complex64 int8 int64 uint8 uint32 bool".split()
_SMALL = "float8_e4m3fn float8_e5m2 float4_e2m1fn int4 uint4 int2 uint2".split()


def element_types(tf):
    """The same as in `tf.dtypes.experimental`."""
    return [getattr(tf.experimental, n) is getattr(tf.dtypes.experimental, n) for n in _SMALL]


def scopes(tf):
    """Errors and results pass through."""

    def result():
        with tf.experimental.async_scope() as scope:
            return scope, tf.constant(1) + 1

    def error():
        with tf.experimental.async_scope():
            tf.reshape([1, 2], [3])

    return outcomes({"result": result, "error": error, "clear": tf.experimental.async_clear_error})


def shared_memory(tf):
    """There and back again, for each type."""
    d = tf.experimental.dlpack
    return {t: d.from_dlpack(d.to_dlpack(of_dtype(tf, [[1, 2], [3, 0]], t))) for t in _SHARED}


def shared_shapes(tf):
    """Nothing, scalars, parts, and NumPy's own."""
    d = tf.experimental.dlpack
    x = tf.reshape(tf.range(6), [2, 3])
    return [
        d.from_dlpack(d.to_dlpack(tf.constant(1.5))),
        d.from_dlpack(d.to_dlpack(tf.zeros([0, 2]))),
        d.from_dlpack(d.to_dlpack(tf.transpose(x)[1:])),
        d.from_dlpack(np.arange(3).__dlpack__()),
        type(d.to_dlpack(x)).__name__,
    ]


def sharing_is_not_recorded(tf):
    """To a tape what comes back is a constant."""
    d, x = tf.experimental.dlpack, tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = d.from_dlpack(d.to_dlpack(x * x))
        z = y * x
    return y, tape.gradient(y, x), tape.gradient(z, x)


@exact_message
def sharing_no_tensor(tf):
    return tf.experimental.dlpack.to_dlpack(tf.Variable(1.0))


def not_shared(tf):
    """What is no tensor, no capsule, or a capsule that is spent."""
    d = tf.experimental.dlpack
    capsule = d.to_dlpack(tf.constant(1))
    d.from_dlpack(capsule)
    return outcomes(
        {
            "number": lambda: d.to_dlpack(1.5),
            "no capsule": lambda: d.from_dlpack(1),
            "spent": lambda: d.from_dlpack(capsule),
        }
    )
