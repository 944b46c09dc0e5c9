"""Changes of the element type: tf.cast, tf.saturate_cast, tf.bitcast."""

from tests.parity.case_helpers.expressions import expressions

_SETUP = """
x = tf.constant([[1., 2.], [3., 4.]])
f = tf.constant(1.5)
i = tf.constant(3)
v = tf.Variable([1.5, -2.5])
g = tf.IndexedSlices(tf.constant([[1., 2.]]), tf.constant([1]), tf.constant([3, 2]))
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
"""

_TYPES = (
    "float16 bfloat16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool "
    "complex64 complex128"
).split()

_SMALL = "[0, 1, 2, 100]"
_FLOATS = "[0., -0., 1.5, -2.5, 0.4, 100.7, -100.7]"
_SPECIAL = "[np.inf, -np.inf, np.nan, 1e10, -1e10, 3e38]"

CASES = {
    "every_pair": expressions(
        "\n".join(f"tf.cast(tf.cast({_SMALL}, tf.{a}), tf.{b})" for a in _TYPES for b in _TYPES)
    ),
    "floats": expressions(
        "\n".join(
            f"tf.cast(tf.cast({_FLOATS}, tf.{a}), tf.{b})"
            for a in ("float16", "bfloat16", "float32", "float64")
            for b in _TYPES
            if "uint" not in b
        )
    ),
    "special": expressions(
        "\n".join(
            f"tf.cast(tf.constant({_SPECIAL}, tf.{a}), tf.{b})"
            for a in ("float32", "float64")
            for b in ("float16", "bfloat16", "float32", "float64", "bool", "complex64")
        )
        + """
        tf.cast([np.nan, np.inf, -np.inf, 1e10, -1e10], tf.int32)
        tf.cast([np.nan, np.inf, -np.inf, 1e30], tf.int64)
        tf.cast([300, -1, 65536 + 7], tf.uint8)
        tf.cast([300, -1, 130], tf.int8)
        tf.cast([2**40 + 5, -1], tf.int32)
        tf.cast([-1], tf.uint32)
        tf.cast([-1], tf.uint64)
        tf.cast(tf.constant([2**63, 2**64 - 1], tf.uint64), tf.float32)
        tf.cast(tf.constant([2**63, 2**64 - 1], tf.uint64), tf.int64)
        tf.cast([2**24 + 1], tf.float32)
        tf.cast([2**53 + 1], tf.float64)
        tf.cast([1.00390625 + 2.**-20], tf.bfloat16)
        tf.cast(tf.constant([1.00390625 + 2.**-40], tf.float64), tf.bfloat16)
        tf.cast(tf.constant([1.00048828125 + 2.**-40], tf.float64), tf.float16)
        tf.cast([0.5 + 1j, 0j, 1j], tf.bool)
        tf.cast([0.5 + 1j, 2.7 - 1j], tf.int32)
        tf.cast(np.nan, tf.bool)
        """
    ),
    "arguments": expressions(
        """
        tf.cast(x, tf.float64)
        tf.cast(x, "int32")
        tf.cast(x, np.float16)
        tf.cast(x, float)
        tf.cast(x, bool)
        tf.cast(x, int)
        tf.cast(x, None)
        tf.cast(x, "foo")
        tf.cast(x, tf.float32) is x
        tf.cast(x, tf.float64) is x
        tf.cast(v, tf.float32) is v
        tf.cast(v, tf.float64)
        tf.cast(v, tf.int32)
        tf.cast(g, tf.float64)
        tf.cast(g, tf.float32) is g
        tf.cast(3, tf.float32)
        tf.cast(3.7, tf.int32)
        tf.cast([1, 2], tf.float32)
        tf.cast([1.5, 2.5], tf.float32)
        tf.cast(True, tf.float32)
        tf.cast([True, False], tf.int32)
        tf.cast(np.array([1, 2]), tf.float32)
        tf.cast(np.float64(2.5), tf.int64)
        tf.cast([], tf.int32)
        tf.cast(1j, tf.complex64)
        tf.cast(x=x, dtype=tf.int32, name="a")
        tf.cast("a", tf.float32)
        tf.cast("1", tf.int32)
        tf.cast("a", tf.string)
        tf.cast(x, tf.string)
        tf.cast(i, tf.string)
        tf.cast(None, tf.float32)
        tf.cast([[1], [2, 3]], tf.float32)
        tf.cast([f, 2], tf.float64)
        tf.dtypes.cast(x, tf.int32)
        tf.dtypes.cast is tf.cast
        """,
        _SETUP,
    ),
    "gradients": expressions(
        """
        gradient(lambda x: tf.cast(x, tf.float64), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.float16), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.bfloat16), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.float32), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.complex64), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.complex128), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.float32), [1 + 1j, 2j])
        gradient(lambda x: tf.cast(x, tf.complex64), [1 + 1j, 2j])
        gradient(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32), [1., 2.])
        gradient(lambda x: tf.cast(x, tf.int32), [1., 2.])
        gradient(lambda x: tf.cast(x > 1., tf.float32), [1., 2.])
        second(lambda x: tf.cast(x * x, tf.float64), [1., 2.])
        second(lambda x: tf.cast(x * x, tf.complex64), [1., 2.])
        tracked(lambda x: tf.cast(x, tf.float64), 2.)
        tracked(lambda x: tf.cast(x, tf.float32), 2.)
        tracked(lambda x: tf.cast(x, tf.int32), 2.)
        tracked(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32), 2.)
        values(lambda: tf.cast(v, tf.float32) * 2., v)
        values(lambda: tf.cast(v, tf.float64) * 2., v)
        values(lambda: tf.cast(v, tf.int32) * 2, v)
        gradient(lambda x: tf.saturate_cast(x, tf.float16), [1., 65504., 1e6, -1e6])
        gradient(lambda x: tf.saturate_cast(x, tf.float64), [1., 2.])
        """,
        _SETUP,
    ),
    "saturate": expressions(
        """
        tf.saturate_cast([1.5, 300.7, -5., 255.], tf.uint8)
        tf.saturate_cast([1.5, 300.7, -300., 127.], tf.int8)
        tf.saturate_cast([1e20, -1e20, 5.], tf.int32)
        tf.saturate_cast([1e30, -1e30, 5.], tf.int64)
        tf.saturate_cast([1e30, -1e30, 5.], tf.uint32)
        tf.saturate_cast([1e30, -1e30, 5.], tf.uint64)
        tf.saturate_cast([np.inf, -np.inf], tf.int32)
        tf.saturate_cast([1e30, -1e30, 5., np.inf], tf.float16)
        tf.saturate_cast([1e38, -1e38, 5., np.inf], tf.bfloat16)
        tf.saturate_cast(tf.constant([1e300, -1e300, 5.], tf.float64), tf.float32)
        tf.saturate_cast(tf.constant([1e300, -1e300, 5.], tf.float64), tf.int64)
        tf.saturate_cast([300, -300, 5], tf.uint8)
        tf.saturate_cast([300, -300, 5], tf.int8)
        tf.saturate_cast([300, -300, 5], tf.int64)
        tf.saturate_cast([300, -300, 5], tf.uint64)
        tf.saturate_cast([2**40, -2**40, 5], tf.int32)
        tf.saturate_cast(tf.constant([200, 5], tf.uint8), tf.int8)
        tf.saturate_cast([300, -300, 5], tf.float16)
        tf.saturate_cast([70000, -70000, 5], tf.float16)
        tf.saturate_cast([300, -300, 5], tf.float32)
        tf.saturate_cast([1.5, 2.5], tf.float32)
        tf.saturate_cast([1.5, 2.5], "int32")
        tf.saturate_cast([1.5, 2.5], tf.complex64)
        tf.saturate_cast([True, False], tf.float32)
        tf.saturate_cast([1 + 2j], tf.complex64)
        tf.saturate_cast(v, tf.int32)
        tf.saturate_cast(value=x, dtype=tf.int32, name="a")
        tf.saturate_cast(x, "foo")
        tf.saturate_cast(None, tf.int32)
        tf.dtypes.saturate_cast([1e20], tf.int32)
        """,
        _SETUP,
        messages=False,
    ),
    "bitcast": expressions(
        """
        tf.bitcast([1., 2.], tf.int32)
        tf.bitcast([1065353216], tf.float32)
        tf.bitcast([[1., 2.]], tf.uint8)
        tf.bitcast([[1., 2.]], tf.float64)
        tf.bitcast([[0, 0, 128, 63]], tf.int32)
        tf.bitcast(tf.constant([0, 0, 128, 63], tf.uint8), tf.float32)
        tf.bitcast(tf.constant([[0, 0, 128, 63]], tf.uint8), tf.float32)
        tf.bitcast(tf.constant([0, 0, 128, 63], tf.uint8), tf.uint16)
        tf.bitcast(tf.constant(1.5, tf.bfloat16), tf.uint16)
        tf.bitcast(1j, tf.float64)
        tf.bitcast(1., tf.uint32)
        tf.bitcast(1., "int32")
        tf.bitcast(1., tf.int64)
        tf.bitcast(x, tf.float32)
        tf.bitcast(x, tf.bool)
        tf.bitcast([True], tf.int8)
        tf.bitcast("a", tf.int32)
        tf.bitcast(input=x, type=tf.int32, name="a")
        tf.bitcast(x, "foo")
        tf.bitcast([], tf.int32)
        tracked(lambda x: tf.bitcast(x, tf.int32), 2.)
        gradient(lambda x: tf.bitcast(x, tf.int32), 2.)
        gradient(lambda x: tf.bitcast(x, tf.float64), [1., 2.])
        """,
        _SETUP,
        messages=False,
    ),
    "what_assignments_return": expressions(
        """
        type(tf.cast(v.assign_add([1., 1.]), tf.float32)) is type(f)
        tf.cast(v.assign_add([1., 1.]), tf.float32)
        tf.cast(v, tf.float32) is v
        """,
        _SETUP,
    ),
}
