"""New tensors: zeros, ones, fill, range, linspace, eye, one_hot; identity and copies."""

import numpy as np

from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt

_SETUP = """
x = tf.constant([[1., 2.], [3., 4.]])
n = tf.constant(2)
v = tf.Variable([1., 2.])
g = tf.IndexedSlices(tf.constant([[1., 2.]]), tf.constant([1]), tf.constant([3, 2]))
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
"""

_DTYPES = (
    "float16 bfloat16 float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool "
    "complex64 complex128 string"
).split()

_OF_TYPE = {"bool": [True], "string": [b"a"]}

_FILLED = """
tf.{name}([])
tf.{name}([2, 3])
tf.{name}((2, 3))
tf.{name}(3)
tf.{name}([0])
tf.{name}([2, 0, 1])
tf.{name}(tf.TensorShape([2, 1]))
tf.{name}(tf.TensorShape([]))
tf.{name}(tf.TensorShape([2, None]))
tf.{name}(tf.TensorShape(None))
tf.{name}(tf.constant([2, 1]))
tf.{name}(tf.constant([2, 1], tf.int64))
tf.{name}(tf.constant(2))
tf.{name}(np.array([2, 1]))
tf.{name}(np.int64(2))
tf.{name}([n, 1])
tf.{name}([n, n + 1])
tf.{name}([tf.constant(2, tf.int64), 1])
tf.{name}([tf.TensorShape([2])[0], 1])
tf.{name}(x.shape)
tf.{name}(tf.shape(x))
tf.{name}(range(3))
tf.{name}([2], tf.int32)
tf.{name}([2], "float64")
tf.{name}([2], np.float16)
tf.{name}([2], bool)
tf.{name}([2], float)
tf.{name}([2], name="a")
tf.{name}([2], tf.float32, "a")
tf.{name}(shape=[2], dtype=tf.int64)
tf.{name}([-1])
tf.{name}([2, -3])
tf.{name}(-1)
tf.{name}(2.5)
tf.{name}([2.5])
tf.{name}("a")
tf.{name}(None)
tf.{name}([None])
tf.{name}([[2]])
tf.{name}([[2, 3]])
tf.{name}(tf.constant([[2]]))
tf.{name}(tf.constant([2.]))
tf.{name}([True])
tf.{name}([2], "foo")
tf.{name}([2], int)
tf.{name}([2], None)
"""

_LIKE = """
tf.{name}(x)
tf.{name}([1, 2])
tf.{name}([1., 2.])
tf.{name}(3)
tf.{name}(3.5)
tf.{name}("a")
tf.{name}(["a", "b"])
tf.{name}(True)
tf.{name}(1j)
tf.{name}(np.array([1, 2]))
tf.{name}(np.zeros((2, 0), np.float32))
tf.{name}(v)
tf.{name}(x, tf.int32)
tf.{name}(x, dtype="float64")
tf.{name}(x, tf.float32)
tf.{name}(x, tf.bool)
tf.{name}(x, tf.string)
tf.{name}([1, 2], tf.complex64)
tf.{name}(v, tf.int64)
tf.{name}(input=x, name="a")
tf.{name}(g)
tf.{name}(None)
tf.{name}(object())
tf.{name}([[1], [2, 3]])
tf.{name}(x, "foo")
tracked(lambda x: tf.{name}(x), 2.)
tracked(lambda x: tf.{name}(x, tf.float64), 2.)
tracked(lambda x: tf.{name}(x, tf.float32), 2.)
gradient(lambda x: tf.{name}(x) * 2., [1., 2.])
gradient(lambda x: tf.{name}(x, tf.float64), [1., 2.])
gradient(lambda x: tf.{name}(x) + x, [1., 2.])
second(lambda x: tf.{name}(x) * x, [1., 2.])
values(lambda: tf.{name}(v) * v, v)
"""


def _in(names, lines):
    return "\n".join(line.format(name=name) for name in names for line in lines.splitlines())


CASES = {
    "filled": expressions(_in(["zeros", "ones"], _FILLED), _SETUP),
    "zeros_dtypes": expressions("\n".join(f"tf.zeros([2], tf.{d})" for d in _DTYPES)),
    "ones_dtypes": expressions("\n".join(f"tf.ones([2, 1], tf.{d})" for d in _DTYPES)),
    "like": expressions(_in(["zeros_like", "ones_like"], _LIKE), _SETUP),
    "like_dtypes": expressions(
        "\n".join(
            f"tf.{name}(tf.constant({_OF_TYPE.get(d, [3])}, tf.{d}))"
            for d in _DTYPES
            for name in ("zeros_like", "ones_like")
        )
    ),
    "fill": expressions(
        """
        tf.fill([2, 3], 5)
        tf.fill([2], 1.5)
        tf.fill([], 1.5)
        tf.fill([0], 1.5)
        tf.fill([2], "a")
        tf.fill([2], True)
        tf.fill([2], 1j)
        tf.fill([2], np.float64(2))
        tf.fill([2], np.array(2))
        tf.fill([2], tf.constant(2, tf.int8))
        tf.fill([2], tf.constant(2, tf.uint16))
        tf.fill([2], tf.constant(2, tf.uint64))
        tf.fill([2], tf.constant(2, tf.bfloat16))
        tf.fill([2], x[0, 1])
        tf.fill(tf.constant([2], tf.int64), 3)
        tf.fill((1, 2), 3)
        tf.fill(3, 3)
        tf.fill(tf.constant(3), 3)
        tf.fill([n], 3)
        tf.fill([n, 1], 3)
        tf.fill(x.shape, 3)
        tf.fill(dims=[2], value=7, name="a")
        tf.fill([2], [1])
        tf.fill([2], [1, 2])
        tf.fill([2], x)
        tf.fill([-2], 1)
        tf.fill([2.5], 1)
        tf.fill([[2]], 1)
        tf.fill(["a"], 1)
        tf.fill(None, 1)
        tf.fill([2], None)
        tf.fill([2], v)
        tf.fill([2], tf.Variable(3.))
        gradient(lambda x: tf.fill([2, 2], x), 3.)
        gradient(lambda x: tf.fill([0], x), 3.)
        gradient(lambda x: tf.fill([], x), 3.)
        gradient(lambda x: tf.fill([3], x * x), 3.)
        second(lambda x: tf.fill([2, 2], x), 3.)
        second(lambda x: tf.fill([3], x * x), 3.)
        tracked(lambda x: tf.fill([2], x), 3.)
        """,
        _SETUP,
    ),
    "range": expressions(
        """
        tf.range(5)
        tf.range(0)
        tf.range(-3)
        tf.range(1, 5)
        tf.range(5, 1)
        tf.range(1, 10, 3)
        tf.range(10, 1, -3)
        tf.range(1, 10, -3)
        tf.range(2.5)
        tf.range(0.5, 3)
        tf.range(0, 3, 0.5)
        tf.range(0., 1., 0.1)
        tf.range(1, 0, -0.25)
        tf.range(3.0, 3.0)
        tf.range(5, delta=2)
        tf.range(5, dtype=tf.float32)
        tf.range(5, dtype=tf.int64)
        tf.range(5, dtype="float64")
        tf.range(5, dtype=tf.float16)
        tf.range(5, dtype=tf.bfloat16)
        tf.range(0, 1, 0.25, tf.float64)
        tf.range(0., 5., dtype=tf.int32)
        tf.range(5.5, dtype=tf.int64)
        tf.range(3, dtype=tf.int8)
        tf.range(3, dtype=tf.int16)
        tf.range(3, dtype=tf.uint16)
        tf.range(3, dtype=tf.uint32)
        tf.range(3, dtype=tf.uint8)
        tf.range(3, dtype=tf.complex64)
        tf.range(3, dtype=tf.bool)
        tf.range(2**40, 2**40 + 2)
        tf.range(tf.constant(3, tf.int64))
        tf.range(tf.constant(3, tf.int64), 5)
        tf.range(0, tf.constant(3, tf.int64))
        tf.range(tf.constant(1.), 3)
        tf.range(1, tf.constant(3.))
        tf.range(1, tf.constant(3., tf.float64), tf.constant(1.))
        tf.range(n)
        tf.range(n, 5)
        tf.range(n, 5, n)
        tf.range(n, 5., 1)
        tf.range(np.int64(3))
        tf.range(np.float64(3))
        tf.range(np.array(3))
        tf.range(np.int8(3))
        tf.range(tf.constant(3., tf.float16))
        tf.range(tf.constant(3, tf.int16))
        tf.range(start=1, limit=3, delta=1, name="a")
        tf.range(tf.Variable(3))
        tf.range(0, 1, 0)
        tf.range(0., 1., 0.)
        tf.range(0, float("inf"))
        tf.range(0., float("nan"))
        tf.range([1, 2])
        tf.range([3])
        tf.range("a")
        tf.range(None)
        tf.range(1j)
        tf.range(True)
        tf.range(tf.constant("a"))
        tracked(lambda x: tf.range(x), 3.)
        tracked(lambda x: tf.range(0., x, 1.), 3.)
        gradient(lambda x: tf.range(x, 5.), 3.)
        """,
        _SETUP,
        messages=False,
    ),
    "linspace": expressions(
        """
        tf.linspace(0., 1., 5)
        tf.linspace(0, 1, 5)
        tf.linspace(1., 0., 3)
        tf.linspace(0., 1., 1)
        tf.linspace(0., 1., 2)
        tf.linspace(3., 3., 4)
        tf.linspace(0., 10., 7)
        tf.linspace(-1., 1., 11)
        tf.linspace(0.1, 0.7, 13)
        tf.linspace(0., 1., tf.constant(3))
        tf.linspace(0., 1., tf.constant(3, tf.int64))
        tf.linspace(0., 1., np.int64(3))
        tf.linspace(tf.constant(0., tf.float64), 1., 3)
        tf.linspace(np.float64(0), np.float64(1), 4)
        tf.linspace(tf.constant(0., tf.float16), 1., 3)
        tf.linspace(tf.constant(0., tf.bfloat16), 1., 3)
        tf.linspace(0., tf.constant(1., tf.float64), 3)
        tf.linspace([0., 10.], [1., 20.], 3)
        tf.linspace([0., 10.], [1., 20.], 3, axis=-1)
        tf.linspace([0., 10.], [1., 20.], 3, axis=1)
        tf.linspace([[0., 10.]], [[1., 20.]], 3, axis=1)
        tf.linspace([[0., 10.]], [[1., 20.]], 3, axis=-2)
        tf.linspace([0., 10.], 1., 3)
        tf.linspace(0., [1., 2.], 1)
        tf.linspace([0., 10.], [1., 20.], 2)
        tf.linspace(0, 10, 3)
        tf.linspace(tf.constant(0), tf.constant(10), 3)
        tf.linspace(0., 1., 3, name="a")
        tf.linspace(0., 1., 3, "a", 0)
        tf.linspace(1j, 2j, 3)
        tf.linspace(0., 1., 0)
        tf.linspace(0., 1., -1)
        tf.linspace(0., 1., 2.5)
        tf.linspace(0., 1., [3])
        tf.linspace("a", 1., 3)
        tf.linspace([0., 10.], [1., 20., 3.], 3)
        tf.linspace([0., 10.], [1., 20.], 3, axis=2)
        gradient(lambda a, b: tf.linspace(a, b, 5), 0., 1.)
        gradient(lambda a, b: tf.linspace(a, b, 1), 0., 1.)
        gradient(lambda a, b: tf.linspace(a, b, 4), [0., 1.], [2., 3.])
        gradient(lambda a, b: tf.linspace(a, b, 4, axis=-1), [0., 1.], [2., 3.])
        second(lambda a, b: tf.linspace(a * a, b, 3), 2., 1.)
        """,
        _SETUP,
        messages=False,
    ),
    "eye": expressions(
        """
        tf.eye(3)
        tf.eye(2, 3)
        tf.eye(3, 2)
        tf.eye(0)
        tf.eye(2, 0)
        tf.eye(2, dtype=tf.int32)
        tf.eye(2, dtype=tf.bool)
        tf.eye(2, dtype=tf.complex64)
        tf.eye(2, dtype=tf.float16)
        tf.eye(2, dtype="float64")
        tf.eye(2, batch_shape=[3])
        tf.eye(2, batch_shape=[2, 1])
        tf.eye(2, batch_shape=[])
        tf.eye(2, 3, [2], tf.float64)
        tf.eye(2, batch_shape=tf.constant([2]))
        tf.eye(2, batch_shape=[0])
        tf.eye(tf.constant(2))
        tf.eye(tf.constant(2), tf.constant(3))
        tf.eye(np.int64(2))
        tf.eye(num_rows=2, num_columns=2, name="a")
        tf.eye(-1)
        tf.eye(2, -1)
        tf.eye(2.5)
        tf.eye("a")
        tf.eye([2])
        tf.linalg.eye(2)
        tf.linalg.eye is tf.eye
        """,
        _SETUP,
        messages=False,
    ),
    "one_hot": expressions(
        """
        tf.one_hot([0, 2, 1], 3)
        tf.one_hot(1, 3)
        tf.one_hot([], 3)
        tf.one_hot([0, -1, 3, 1], 3)
        tf.one_hot([0, 1], 0)
        tf.one_hot([[0, 1], [2, 0]], 3)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=0)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=1)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=2)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=-1)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=3)
        tf.one_hot([[0, 1], [2, 0]], 3, axis=-2)
        tf.one_hot([0, 2], 3, on_value=5., off_value=-1.)
        tf.one_hot([0, 2], 3, 5., -1., 0)
        tf.one_hot([0, 2], 3, on_value=5)
        tf.one_hot([0, 2], 3, off_value=-1.5)
        tf.one_hot([0, 2], 3, on_value=True, off_value=False)
        tf.one_hot([0, 2], 3, on_value=True)
        tf.one_hot([0, 2], 3, on_value=True, dtype=tf.bool)
        tf.one_hot([0, 2], 3, on_value="a", off_value="b")
        tf.one_hot([0, 2], 3, "a")
        tf.one_hot([0, 2], 3, dtype=tf.int32)
        tf.one_hot([0, 2], 3, dtype=tf.bool)
        tf.one_hot([0, 2], 3, dtype=tf.uint8)
        tf.one_hot([0, 2], 3, dtype=tf.uint16)
        tf.one_hot([0, 2], 3, dtype=tf.complex64)
        tf.one_hot([0, 2], 3, dtype=tf.float16)
        tf.one_hot([0, 2], 3, dtype="int64")
        tf.one_hot([0, 2], 3, 5, dtype=tf.float32)
        tf.one_hot([0, 2], 3, 5., dtype=tf.int32)
        tf.one_hot([0, 2], 3, 5., 1)
        tf.one_hot([0, 2], 3, 5, 1.)
        tf.one_hot([0, 2], 3, tf.constant(5), 1.)
        tf.one_hot([0, 2], 3, tf.constant(5), tf.constant(1.))
        tf.one_hot([0, 2], 3, tf.constant(5, tf.int64))
        tf.one_hot([0, 2], 3, np.float64(5))
        tf.one_hot([0, 2], 3, [5.])
        tf.one_hot(np.array([0, 2]), 3)
        tf.one_hot(np.array([0, 2], np.uint8), 3)
        tf.one_hot(np.array([0, 2], np.int8), 3)
        tf.one_hot(np.array([0, 2], np.int16), 3)
        tf.one_hot(tf.constant([0, 2]), tf.constant(3))
        tf.one_hot(tf.constant([0, 2]), np.int64(3))
        tf.one_hot(tf.Variable([0, 2]), 3)
        tf.one_hot(indices=[0], depth=2, name="a")
        tf.one_hot([0., 1.], 2)
        tf.one_hot("a", 2)
        tf.one_hot([0, 1], -1)
        tf.one_hot([0, 1], [2])
        tf.one_hot([0, 1], 2.5)
        tf.one_hot([0, 1], None)
        tracked(lambda x: tf.one_hot([0, 1], 2, on_value=x), 3.)
        gradient(lambda x: tf.one_hot([0, 1], 2, on_value=x), 3.)
        gradient(lambda x: tf.one_hot([0, 1], 2, off_value=x), 3.)
        """,
        _SETUP,
        messages=False,
    ),
    "identity": expressions(
        """
        tf.identity(x)
        tf.identity(x) is x
        tf.identity([1, 2])
        tf.identity(3.5)
        tf.identity("a")
        tf.identity(["a", "b"])
        tf.identity(np.float64(2))
        tf.identity(v)
        tf.identity(g)
        tf.identity(tf.constant(3, tf.uint16))
        tf.identity(input=x, name="a")
        tf.identity(None)
        tf.identity({"a": 1})
        tf.identity_n([1, 2.5, x])
        tf.identity_n([x])[0] is x
        tf.identity_n([v, "a"])
        tf.identity_n([])
        tf.identity_n(x)
        tf.identity_n(input=[x], name="a")
        tf.stop_gradient(x)
        tf.stop_gradient(x) is x
        tf.stop_gradient([1, 2])
        tf.stop_gradient("a")
        tf.stop_gradient(v)
        tf.stop_gradient(input=x, name="a")
        tf.stop_gradient(None)
        gradient(lambda x: tf.identity(x) * x, [1., 2.])
        second(lambda x: tf.identity(x * x) * x, [1., 2.])
        gradient(lambda x: tf.stop_gradient(x) * x, [1., 2.])
        gradient(lambda x: tf.stop_gradient(x), [1., 2.])
        gradient(lambda x: tf.identity_n([x, x * x]), [1., 2.])
        second(lambda x: tf.identity_n([x, x * x]), [1., 2.])
        tracked(lambda x: tf.identity(x), 2.)
        tracked(lambda x: tf.stop_gradient(x), 2.)
        tracked(lambda x: tf.identity_n([x, tf.constant(1.)]), 2.)
        tracked(lambda x: tf.convert_to_tensor(x), 2.)
        values(lambda: tf.identity(v) * 2., v)
        values(lambda: tf.stop_gradient(v) * 2., v)
        values(lambda: tf.convert_to_tensor(v) * 2., v)
        """,
        _SETUP,
    ),
}


def ranges_of_rounded_steps(tf):
    """The number of steps is computed in the dtype of the range."""
    bounds = [
        (0.1, 1.1, 0.1),
        (5, -0.2, -2.6),
        (1.9, -1.5, -0.2),
        (2.1, -0.5, -0.1),
        (16.03, -0.9, -1.3),
        (19, 12.4, -2.2),
        (0.6, 9.0, 1.4),
        (3.5, -0.7, -1.4),
        (-2.0, 0.1, 0.7),
        (1.95, 17.98, 0.1),
        (0.2, -2.6, -0.4),
        (1.7, 1e-8, -0.1),
        (2.0, 2.9, 0.045),
        (75610, -11.91, -1608.9768085106384),
        (0.5, 0.5, 1.0),
        (0, 1, 1 / 3),
        (0, 1, 1 / 49),
    ]
    dtypes = ["float16", "bfloat16", "float32", "float64"]
    outcomes = {}
    for bound in bounds:
        outcomes[str(bound)] = [
            attempt(tf.range, *bound),
            attempt(tf.range, *map(np.float64, bound)),
            *(attempt(tf.range, *bound, dtype=d) for d in dtypes),
        ]
    return outcomes
