"""Comparisons, logic, bits, and questions about numbers."""

import numpy as np

from tests.parity.case_helpers.elements import (
    INTEGERS,
    arguments_of_one,
    arguments_of_two,
    brief,
    constant,
    named,
    values_of_one,
    values_of_two,
)
from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt

_COMPARISONS = "equal not_equal less less_equal greater greater_equal".split()
_LOGIC = "logical_and logical_or math.logical_xor".split()
_BITS = "bitwise_and bitwise_or bitwise_xor left_shift right_shift".split()

CASES = {}
for _name in _COMPARISONS:
    CASES[f"{_name} values"] = values_of_two(_name)
    CASES[f"{_name} arguments"] = arguments_of_two(_name)
for _name in "is_nan is_inf is_finite".split():
    CASES[f"{_name} values"] = values_of_one(f"math.{_name}")
    CASES[f"{_name} arguments"] = arguments_of_one(f"math.{_name}")
for _name in _BITS:
    CASES[f"{_name} values"] = values_of_two(f"bitwise.{_name}")
    CASES[f"{_name} arguments"] = arguments_of_two(f"bitwise.{_name}", 3)
CASES["invert values"] = values_of_one("bitwise.invert")
CASES["invert arguments"] = arguments_of_one("bitwise.invert", 3)


def logic(tf):
    results = {}
    pairs = (
        constant(tf, [True, True, False, False], "bool"),
        constant(tf, [True, False, True, False], "bool"),
    )
    rows = [
        pairs,
        (True, False),
        ([True], [[True], [False]]),
        (pairs[0], True),
        (True, pairs[0]),
        (tf.Variable(True), True),
        (np.array([True]), np.array([False])),
        ([], []),
        (pairs[0], [True, False, True]),
        (pairs[0], 1),
        (1, pairs[0]),
        (1, 0),
        (1.0, True),
        (tf.constant(1), True),
        (pairs[0], tf.constant(1.0)),
        (tf.constant("a"), tf.constant("a")),
        (pairs[0], None),
    ]
    for name in _LOGIC:
        results[name] = [brief(attempt(named(tf, name), *row)) for row in rows]
    results["named"] = [named(tf, name)(x=True, y=False, name="a") for name in _LOGIC]
    return results


def logical_not(tf):
    rows = [[True, False], True, np.array(False), tf.Variable(True), [], 1, 0.0, None, "a"]
    rows += [tf.constant(1), tf.constant(1.0), [True, 1]]
    return [brief(attempt(tf.logical_not, row)) for row in rows], tf.logical_not(x=True, name="a")


def shifts(tf):
    """By more bits than there are, and by negative numbers of bits."""
    results = []
    for dtype in INTEGERS:
        unsigned = dtype.startswith("u")
        bits = int(dtype.lstrip("uint"))
        x = [1, 5, 2 ** (bits - 1) - 1] + ([2 ** (bits - 1), 2**bits - 1] if unsigned else [-1, -5])
        by = [0, 1, 3, bits - 1, bits, bits + 3] + ([2 ** (bits - 1) + 1] if unsigned else [-1, -9])
        pair = [
            constant(tf, [a for a in x for _ in by], dtype),
            constant(tf, [b for _ in x for b in by], dtype),
        ]
        results += [tf.bitwise.left_shift(*pair), tf.bitwise.right_shift(*pair)]
    return results


def no_gradient(tf):
    """Results carry no gradient, not even as an intermediate that is cast back."""
    x = tf.constant([1.0, -2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.cast(x > 0, tf.float32) * x
        flags = x > 0
    return tape.gradient(y, x), tape.gradient(flags, x)


CASES["order"] = expressions(
    """
    tf.math.is_non_decreasing([1, 2, 2])
    tf.math.is_non_decreasing([1., 0.])
    tf.math.is_non_decreasing([[1, 3], [2, 4]])
    tf.math.is_non_decreasing([])
    tf.math.is_non_decreasing(3)
    tf.math.is_non_decreasing([1., float('nan'), 2.])
    tf.math.is_non_decreasing(tf.constant([1, 2], tf.uint64))
    tf.math.is_non_decreasing(tf.Variable([2, 1]))
    tf.math.is_non_decreasing([True, False])
    tf.math.is_non_decreasing(['a', 'b'])
    tf.math.is_non_decreasing(tf.constant([1j, 2j]))
    tf.math.is_non_decreasing(None)
    tf.math.is_non_decreasing(x=[1, 2], name='a')
    tf.math.is_strictly_increasing([1, 2, 2])
    tf.math.is_strictly_increasing([1, 2, 3])
    tf.math.is_strictly_increasing([[1, 2], [3, 4]])
    tf.math.is_strictly_increasing([])
    tf.math.is_strictly_increasing(3.)
    tf.math.is_strictly_increasing(tf.constant([5, 9], tf.uint16))
    tf.math.is_strictly_increasing(['a', 'b'])
    """,
    messages=False,
)

CASES["strings"] = expressions(
    """
    tf.equal(['a', 'b'], ['a', 'c'])
    tf.equal('a', ['a', 'c'])
    tf.not_equal(tf.constant('a'), tf.constant(['a', 'b']))
    tf.equal(['a', 'b'], ['a', 'b', 'c'])
    tf.equal(tf.constant('a'), 1)
    tf.less('a', 'b')
    tf.equal('é', 'é')
    tf.equal(b'a', 'a')
    tf.equal([['a'], ['b']], ['a', 'b'])
    tf.add(['a', 'b'], 'c')
    tf.add('a', ['b', 'c'])
    tf.add([['a'], ['b']], ['c', 'd'])
    tf.add('a', 1)
    tf.add(tf.constant(['a', 'b']), tf.constant(['a', 'b', 'c']))
    tf.add(tf.constant(['a', 'b']), tf.constant(1))
    tf.add(1, 'a')
    tf.subtract('a', 'b')
    tf.Variable('a') + 'b'
    tf.Variable(['a']) == 'a'
    """
)
