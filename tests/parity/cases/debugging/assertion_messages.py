"""`tf.debugging`'s assertions: what holds, and the text of the error where it does not."""

from tests.parity.case_helpers.expressions import expressions
from tests.parity.case_helpers.tables import EVERY, of_dtype, outcomes
from tests.parity.harness import attempt

_SETUP = """
d = tf.debugging
nan, inf = float("nan"), float("inf")
x = tf.constant([1.0, 2.0, 3.0, 4.0])
v = tf.Variable([1, 2])
matrix, vector, scalar = tf.ones([2, 3]), tf.ones([3]), tf.constant(1.0)
"""

_COMPARISONS = "equal none_equal less less_equal greater greater_equal".split()

CASES = {
    f"assert_{_name}": expressions(
        "\n".join(
            f"d.assert_{_name}({_arguments})"
            for _arguments in """
            x, x
            x, [1., 0., 5., 6.]
            x, [1., 0., 5., 6.], message='text', summarize=1
            x, [1., 0., 5., 6.], message='text', summarize=-1
            x, [0., 3., 3., 4.], summarize=0
            x, [0., 3., 3., 4.], summarize=2.5
            x, [1., 0., 5., nan]
            x=[1, 3], y=tf.constant([1, 2]), name='name', message=''
            [1, 2], [1, 3], message=5
            1, 2
            2, 1
            1, 1
            inf, -inf
            [[1, 2], [3, 4]], [[4, 1], [3, 5]]
            [[1, 2], [3, 4]], [[4, 1], [3, 5]], None, 2
            [[1, 2], [3, 4]], [1, 2]
            [[1], [2]], [1, 2]
            3, [[1, 2], [3, 4]]
            [], []
            [], 1.
            [1, 2], [1, 2, 3]
            v, [1, 3]
            [1, 1], v
            v, v
            np.array([1, 2]), np.array([2, 1])
            np.array([1, 2]), [2, 1]
            x, tf.constant([1, 2, 3, 4])
            1, 1.5
            x, 1
            x, None
            x, x, summarize='a'
            True, False
            [True, False], [True, True]
            'a', 'b'
            'a', 'a'
            ['a', 'c'], ['a', 'b']
            ['a', 'b'], ['a', 'b']
            tf.constant([1j, 2]), tf.constant([1j, 3])
            list(range(2000)), [5] * 2000
            tf.range(2000), tf.constant(5), summarize=-1
            """.strip().splitlines()
        ),
        _SETUP,
    )
    for _name in _COMPARISONS
}

CASES |= {
    f"assert_{_name}": expressions(
        "\n".join(
            f"d.assert_{_name}({_arguments})"
            for _arguments in """
            1
            0
            -1
            [1, 2]
            [-1, -2]
            [0, 1]
            [0, -1]
            [1, -1, 1, 1, 1]
            [1, -1, 1, 1, 1], 'text', 2
            x=[1, -1], message='text', summarize=-1, name='name'
            [1, -1], summarize=0
            [1, -1], message=5
            [1, -1], message=''
            [0., -0., nan]
            -0.
            [inf, -inf]
            []
            [[1., 2.], [-3., 4.]]
            np.array([[1., -2.], [3., 4.]])
            tf.Variable([1., -2.])
            tf.constant([-1.5, 2], tf.float16)
            tf.constant([-1.5, 2], tf.bfloat16)
            tf.constant(-1.5, tf.bfloat16)
            tf.constant([3, 200], tf.uint8)
            tf.constant(2**31 + 5, tf.uint32)
            tf.constant(2**63 + 5, tf.uint64)
            None
            True
            'a'
            1j
            """.strip().splitlines()
        ),
        _SETUP,
    )
    for _name in "positive negative non_negative non_positive".split()
}


def _types(name):
    """A comparison for every type: what is and what is not."""

    def case(tf):
        assertion = getattr(tf.debugging, f"assert_{name}")
        return {
            f"{dtype} {right}": attempt(
                assertion, of_dtype(tf, [1, 0, 1], dtype), of_dtype(tf, right, dtype)
            )
            for dtype in EVERY
            for right in ([1, 0, 1], [0, 1, 0])
        }

    return case


CASES |= {f"assert_{_name} types": _types(_name) for _name in _COMPARISONS}

CASES["assert_near"] = expressions(
    """
    d.assert_near(1., 1.)
    d.assert_near(1., 2)
    d.assert_near([1., 2.], [1., 2.1], message='text', summarize=1)
    d.assert_near([1., 2.], [1., 2.1], message=5)
    d.assert_near([1., 2., 3., 4.], 1., summarize=-1)
    d.assert_near([1., 2.], [1., 3.], summarize=0)
    d.assert_near(x, x + 1e-7)
    d.assert_near(x, x + 3e-6)
    d.assert_near(x, x * 1.0000021)
    d.assert_near(x, x * 1.0000030)
    d.assert_near(1., 1.15, rtol=.1)
    d.assert_near(1.15, 1., rtol=.1)
    d.assert_near(1., 1.1, .1, 0.)
    d.assert_near(1., 1.1, 0., .1)
    d.assert_near(1., 1.5, rtol=0, atol=.5)
    d.assert_near(x, [0., 0., 2., 2.], atol=2.)
    d.assert_near(x, [0., 0., 2., 2.], atol=2.5)
    d.assert_near([1., 2.], [1., 3.], rtol=0.1, atol=[.1, .2])
    d.assert_near([0.], [0.], 0., 0.)
    d.assert_near([0.], [0.])
    d.assert_near(np.float64(1), 1 + 2e-15)
    d.assert_near(np.float64(1), 1 + 6e-15)
    d.assert_near(tf.constant(1., tf.float64), 1.1, rtol=.05, atol=.01)
    d.assert_near(tf.constant(1., tf.float16), 1.015)
    d.assert_near(tf.constant(1., tf.float16), 1.1)
    d.assert_near(tf.constant(1., tf.bfloat16), 1.)
    d.assert_near(tf.constant(1 + 1j), 1.)
    d.assert_near(tf.constant([1 + 1j], tf.complex64), [1 + 1.000001j])
    d.assert_near(tf.constant([1 + 1j], tf.complex64), [1 + 1.1j])
    d.assert_near(x, [1., nan, 3., 4.])
    d.assert_near([inf], [inf])
    d.assert_near([], [])
    d.assert_near(1., [1., 2.])
    d.assert_near([[1.], [1.]], [1., 1.])
    d.assert_near(tf.Variable([1.]), np.array([1.1], np.float32), name='name')
    d.assert_near(tf.Variable([1.]), tf.Variable([1.]))
    d.assert_near([1., 2., 3.], [1., 2.])
    d.assert_near(x, [1, 2, 3, 4])
    d.assert_near(x, tf.constant([1., 2.], tf.float64))
    d.assert_near(1, 1)
    d.assert_near(True, True)
    d.assert_near('a', 'b')
    """,
    _SETUP,
)
CASES["assert_near refused"] = expressions(
    """
    d.assert_near(x, x, 'a')
    d.assert_near(x, ['a', 'b'])
    d.assert_near(None, 1.)
    d.assert_near(x, x, rtol=tf.constant(.1, tf.float64))
    d.assert_near(x, x, atol=1j)
    d.assert_near(tf.constant([1, 2]), [1, 2], rtol=.1)
    """,
    _SETUP,
    messages=False,
)

CASES["Assert"] = expressions(
    """
    tf.Assert(True, [1])
    tf.Assert(True, 1)
    tf.Assert(False, [1, [2, 3, 4, 5]])
    tf.Assert(tf.constant(False), [1, [2, 3, 4, 5]], summarize=2)
    tf.Assert(tf.constant(False), [[[1.5, 2.], [3., 4.]], 'abc'], -1)
    tf.Assert(False, [1.5, [1]], 0)
    tf.Assert(False, [1.5, [1, 2]], tf.constant(1))
    tf.Assert(False, [[1, 2]], 1.5)
    tf.Assert(condition=False, data=[v, x], summarize=None, name='name')
    tf.Assert(False, (1, 2))
    tf.Assert(False, range(3))
    tf.Assert(False, 'abc')
    tf.Assert(False, [['a', 'é'], 'c'])
    tf.Assert(False, [])
    tf.Assert(False, [[]])
    tf.Assert(False, [np.float32(1.5), np.arange(5)])
    tf.Assert(False, [tf.constant(1.5, tf.bfloat16), True, 1j])
    tf.Assert(False, x)
    tf.Assert(False, v)
    tf.Assert(False, {'a': 1})
    tf.Assert(False, np.array([1, 2]))
    tf.Assert(False, 5)
    tf.Assert(False, None)
    tf.Assert(False, [None])
    tf.Assert(False, [1], 'a')
    tf.Assert(None, [1])
    tf.Assert([], [1])
    tf.Assert(0, [1])
    tf.Assert(tf.Variable(False), [1])
    tf.Assert(np.array(False), [1])
    tf.Assert(tf.constant(0), [1])
    tf.Assert(tf.constant([True]), [1])
    tf.Assert(tf.constant([False]), [1])
    tf.Assert(tf.constant([False, True]), [1])
    tf.Assert(tf.constant(''), [1])
    """,
    _SETUP,
)

CASES["check_numerics"] = expressions(
    """
    d.check_numerics([1., 2.], 'text')
    d.check_numerics(3., 'text')
    d.check_numerics([], 'text')
    d.check_numerics([3e38, 3e38], 'text')
    d.check_numerics(tf.constant([6e4, 6e4], tf.float16), 'text')
    d.check_numerics(np.array([[1., 2.]]), b'text')
    d.check_numerics(tf.Variable([1., 2.]), 'text')
    d.check_numerics(tensor=tf.constant([1., 2.], tf.bfloat16), message='text', name='name')
    d.check_numerics([nan, 1.], 'text')
    d.check_numerics([1., inf], b'text')
    d.check_numerics(-inf, 'text')
    d.check_numerics([[inf, -inf]], '')
    d.check_numerics(tf.constant([nan, inf], tf.float16), 'text')
    d.check_numerics(tf.constant([nan, -inf], tf.bfloat16), 'é')
    d.check_numerics(tf.constant([inf, nan], tf.float64), 'text')
    d.check_numerics(tf.Variable([nan]), 'text')
    d.check_numerics([1, 2], 'text')
    d.check_numerics(tf.constant([1, 2]), 'text')
    d.check_numerics(tf.constant(1j), 'text')
    d.check_numerics('a', 'text')
    d.check_numerics([1.], None)
    d.check_numerics([1.], 3)
    d.check_numerics([nan], ['a'])
    d.assert_all_finite(x, 'text') is x
    d.assert_all_finite([1., 2.], message='text', name='name')
    d.assert_all_finite(v * 1.5 if False else tf.Variable([1., 2.]), 'text')
    d.assert_all_finite([nan, 2.], 'text')
    d.assert_all_finite(tf.Variable([inf, 2.]), 'text')
    d.assert_all_finite([1, 2], 'text')
    d.assert_all_finite([1.], None)
    """,
    _SETUP,
)

CASES["check_numerics gradients"] = expressions(
    """
    gradient(lambda x: d.check_numerics(x, 'text'), [1., 2.])
    gradient(lambda x: d.check_numerics(x, 'text') ** 2, tf.constant([1., 2.], tf.bfloat16))
    gradient(lambda x: tf.sqrt(d.check_numerics(x, "it's")), [0., 4.])
    gradient(lambda x: 0. * tf.sqrt(d.check_numerics(x, 'line\\n')), tf.Variable([0., 4.]))
    gradient(lambda x: inf * d.check_numerics(x, b'text'), [1., 2.])
    gradient(lambda x: d.check_numerics(tf.sqrt(x), 'text'), [0., 4.])
    gradient(lambda x: d.assert_all_finite(x, 'text') ** 2, [1., 2.])
    gradient(lambda x: tf.sqrt(d.assert_all_finite(x, 'text')), [0., 4.])
    second(lambda x: d.check_numerics(x ** 3, 'text'), [1., 2.])
    second(lambda x: d.check_numerics(x, 'text') ** 3, [1., 2.])
    """,
    _SETUP,
)


def check_numerics_of_the_upstream_gradient(tf):
    """The check of the gradient is itself an operation with a checked gradient."""
    x, upstream = tf.constant([1.0, 2.0]), tf.constant([1.0, 1.0])
    results = []
    for factor in (3.0, float("inf"), float("nan")):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([x, upstream])
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.debugging.check_numerics(x, "text")
            grad = inner.gradient(y, x, upstream) * tf.constant([factor, 1.0])
        results.append(attempt(outer.gradient, grad, upstream))
        results.append(attempt(outer.gradient, y, x, tf.constant([factor, 0.0])))
        results.append(attempt(outer.gradient, y, upstream))
    return results


CASES["types"] = expressions(
    """
    d.assert_integer(1)
    d.assert_integer(v)
    d.assert_integer(np.ones(2, np.uint8), 'text', 'name')
    d.assert_integer(1.5)
    d.assert_integer(tf.Variable(1.), 'text')
    d.assert_integer(x, message=5)
    d.assert_integer(True)
    d.assert_integer('a')
    d.assert_integer(None)
    d.assert_type(1, tf.int32)
    d.assert_type(1, 'int32')
    d.assert_type(np.ones(2), np.float64)
    d.assert_type(tensor='a', tf_type=tf.string, message='text', name='name')
    d.assert_type(1.5, tf.int32)
    d.assert_type([1, 2], float)
    d.assert_type(v, tf.int32)
    d.assert_type(v, tf.float32, 'text')
    d.assert_type(x, 'bogus')
    d.assert_type(None, tf.int32)
    d.assert_same_float_dtype()
    d.assert_same_float_dtype([])
    d.assert_same_float_dtype([None])
    d.assert_same_float_dtype([x])
    d.assert_same_float_dtype((None, x, tf.Variable(1.)))
    d.assert_same_float_dtype([x], tf.float32)
    d.assert_same_float_dtype(dtype=tf.float16)
    d.assert_same_float_dtype(tensors=[tf.constant(1., tf.bfloat16)])
    d.assert_same_float_dtype([x, tf.constant(1., tf.float64)])
    d.assert_same_float_dtype([x, tf.Variable(1., dtype=tf.float64, name='q')])
    d.assert_same_float_dtype([tf.Variable(1.), tf.constant(1., tf.float64)])
    d.assert_same_float_dtype([tf.Variable(1., name='q'), x], tf.float64)
    d.assert_same_float_dtype([scalar], tf.float64)
    d.assert_same_float_dtype([tf.constant(1)])
    d.assert_same_float_dtype([tf.constant(1j)])
    d.assert_same_float_dtype(None, tf.int32)
    d.assert_same_float_dtype(dtype='float32')
    d.assert_same_float_dtype([1.])
    [d.is_numeric_tensor(y) for y in (1, x, v, scalar, tf.Variable(1.), np.ones(2), None)]
    d.assert_proper_iterable([1])
    d.assert_proper_iterable(())
    d.assert_proper_iterable({})
    d.assert_proper_iterable(iter([1]))
    d.assert_proper_iterable(range(2))
    d.assert_proper_iterable(v)
    d.assert_proper_iterable(1)
    d.assert_proper_iterable(None)
    d.assert_proper_iterable('a')
    d.assert_proper_iterable(b'a')
    d.assert_proper_iterable(np.ones(2))
    """,
    _SETUP,
)
CASES["types refused"] = expressions(
    """
    d.assert_proper_iterable(x)
    d.assert_proper_iterable(values=scalar)
    d.assert_same_float_dtype(x)
    d.assert_same_float_dtype([np.ones(2, np.float32)])
    """,
    _SETUP,
    messages=False,
)


def is_numeric_tensor_types(tf):
    """Every type."""
    return {
        dtype: tf.debugging.is_numeric_tensor(of_dtype(tf, [1, 0], dtype)) for dtype in EVERY
    } | outcomes({"float8": lambda: tf.debugging.is_numeric_tensor(_float8(tf))})


def _float8(tf):
    return tf.cast([1.0, 2.0], tf.dtypes.experimental.float8_e5m2)


CASES["ranks"] = expressions(
    """
    tf.assert_rank(x, 1)
    tf.assert_rank('a', 0)
    tf.assert_rank([[1]], rank=tf.constant(2), message='text', name='name')
    tf.assert_rank(tf.Variable([1]), tf.Variable(1))
    tf.assert_rank(x, np.int32(1))
    tf.assert_rank(x, 2)
    tf.assert_rank(matrix, tf.constant(3), 'text')
    tf.assert_rank(tf.Variable(1.), 2, message=5)
    tf.assert_rank(x, -1)
    tf.assert_rank(x, 2**40)
    tf.assert_rank(x, 1.)
    tf.assert_rank(x, True)
    tf.assert_rank(x, [1])
    tf.assert_rank(x, [])
    tf.assert_rank(x, tf.Variable([1]))
    tf.assert_rank(x, np.int64(1))
    tf.assert_rank(x, tf.constant(1, tf.int64))
    tf.assert_rank(x, None)
    tf.assert_rank(None, 1)
    d.assert_rank_at_least(matrix, 2)
    d.assert_rank_at_least(matrix, 1, 'text', 'name')
    d.assert_rank_at_least(matrix, 3, 'text')
    d.assert_rank_at_least(scalar, rank=tf.Variable(3))
    d.assert_rank_at_least(scalar, 1.5)
    d.assert_rank_at_least(scalar, [0])
    d.assert_rank_in(x, [1, 2])
    d.assert_rank_in(x, ranks=(0, tf.constant(1)), message='text', name='name')
    d.assert_rank_in(x, np.array([1, 2], np.int32))
    d.assert_rank_in(x, (2, 3))
    d.assert_rank_in(x, [2], 'text')
    d.assert_rank_in(x, [])
    d.assert_rank_in(x, tf.constant([0, 2]))
    d.assert_rank_in(x, [tf.Variable(3), 2])
    d.assert_rank_in(x, {2, 3})
    d.assert_rank_in(x, 2)
    d.assert_rank_in(x, [[2]])
    d.assert_rank_in(x, [1., 2])
    d.assert_scalar(1.5)
    d.assert_scalar(scalar, 'text', 'name')
    d.assert_scalar('a')
    d.assert_scalar(tf.Variable(1.))
    d.assert_scalar([1.5], message='text')
    d.assert_scalar(np.ones((2, 3)))
    d.assert_scalar(tensor=[])
    d.assert_scalar(None)
    """,
    _SETUP,
)

CASES["assert_shapes"] = expressions(
    "\n".join(
        f"d.assert_shapes({_arguments})"
        for _arguments in """
        []
        {}
        [(matrix, ('N', 'Q')), (vector, ('Q',)), (scalar, ())]
        shapes=[(matrix, 'NQ'), (vector, 'Q')], data=None, summarize=3, message='text', name='name'
        [(matrix, ('N', 'Q')), (vector, ('N',))]
        [(matrix, 'NQ'), (vector, 'N')], message='text'
        [(matrix, ('A', 'A'))], data=['text', matrix], summarize=1, message='text'
        [([[1, 2]], 'AB'), ([1], 'A'), ([1, 2, 3], 'B')]
        [(tf.Variable(matrix), 'AA')]
        [(matrix, (2, 3))]
        [(matrix, (2, 4))]
        [(matrix, (2, -3))]
        [(matrix, (2,))], message='text'
        [(matrix, (2, 3, 4))]
        [(matrix, ())]
        [(matrix, None), (vector, (3,))]
        [(matrix, ('.', None)), (matrix, (None, 3))]
        [(matrix, ('2', 3))]
        [(matrix, ('2', '5'))]
        [(matrix, (2.0, 3.5))]
        [(matrix, np.array([2, 4]))]
        [(matrix, matrix.shape)]
        [(matrix, tf.TensorShape([2, 4]))]
        [(matrix, tf.TensorShape([2, None]))]
        [(matrix, tf.TensorShape(None))]
        [(matrix, (..., 'A')), (vector, ('A',))]
        [(matrix, (..., 'A', 'B')), (vector, '*A')]
        [(matrix, ('*', 'A')), (vector, '*B'), (vector, '*')]
        [(tf.ones([2, 1]), '*')]
        [(matrix, ('*', 1, 2, 3))]
        [(scalar, (..., 'A', 'B'))]
        [(scalar, (..., 2))]
        [(scalar, ('K',)), (vector[:1], 'K')]
        [(scalar, (1,)), (scalar, (2,))]
        [(scalar, 'K'), (vector, 'K')]
        [(vector, ())]
        [(vector[:1], ())]
        {1: ('A',), 2: (3,)}
        {1: (), 'a': (1,)}
        [(matrix, 5)]
        [(matrix, 5)], message='text'
        [(matrix, ('A', '...'))]
        [(matrix, ('A', ...))], message=5
        [(matrix, ('A', '*'))]
        [(matrix, ([1], 2))]
        [(matrix,)]
        [(None, (1,))]
        """.strip().splitlines()
    ),
    _SETUP,
)
CASES["assert_shapes refused"] = expressions(
    """
    d.assert_shapes([(matrix, tf.constant([2, 4]))])
    d.assert_shapes([(matrix, tf.Variable([2, 4]))])
    d.assert_shapes(matrix)
    d.assert_shapes(None)
    """,
    _SETUP,
    messages=False,
)


def names(tf):
    """What is also in `tf`, and how the functions are called."""
    d = tf.debugging
    return [
        tf.Assert is d.Assert,
        tf.assert_equal is d.assert_equal,
        tf.assert_less is d.assert_less,
        tf.assert_greater is d.assert_greater,
        tf.assert_rank is d.assert_rank,
        [hasattr(d, name) for name in ("is_strictly_increasing", "is_non_decreasing")],
        [f.__name__ for f in (d.assert_proper_iterable, d.is_numeric_tensor, d.check_numerics)],
    ]


def assertions_leave_the_tape_alone(tf):
    """Gradients of what was asserted about."""
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
        tf.debugging.assert_positive(y)
        tf.debugging.assert_near(y, y + 0.0)
        tf.assert_less(y, [5.0, 5.0])
        tf.debugging.assert_shapes([(y, "A"), (x, "A")])
        error = attempt(tf.assert_equal, y, x)
        z = tf.debugging.assert_all_finite(y, "text") * 2.0
    return error, tape.gradient(z, x)
