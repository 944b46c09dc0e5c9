"""tf.TensorArray and tf.TensorArraySpec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import exact_message


def _filled(tf: Any, **kwargs: Any) -> Any:
    array = tf.TensorArray(tf.float32, 3, **kwargs)
    for index in range(3):
        array = array.write(index, tf.constant([1.0, 2.0]) * index)
    return array


def creation(tf: Any) -> Any:
    ta = tf.TensorArray
    made = {
        "size": lambda: ta(tf.float32, 2),
        "tensor": lambda: ta("int32", tf.constant(2)),
        "numpy": lambda: ta(np.float64, np.int64(2)),
        "element shape": lambda: ta(tf.float32, 2, element_shape=[None, 2], dynamic_size=True),
        "all": lambda: ta(
            tf.string, 0, False, False, "some", None, None, False, tf.TensorShape([1]), False, "n"
        ),
        "unnamed": lambda: ta(dtype=tf.bool, size=1, infer_shape=False),
        "no size": lambda: ta(tf.float32),
        "handle": lambda: ta(tf.float32, 1, handle=tf.constant(1)),
        "flow": lambda: ta(tf.float32, 1, flow=tf.constant(1.0)),
        "float size": lambda: ta(tf.float32, 1.5),
        "negative": lambda: ta(tf.float32, -1),
        "vector": lambda: ta(tf.float32, tf.constant([1, 2])),
        "no dtype": lambda: ta(None, 1),
        "wrong dtype": lambda: ta("abc", 1),
        "wrong shape": lambda: ta(tf.float32, 1, element_shape="a"),
    }

    def described(make: Callable[[], Any]) -> Any:
        array = make()
        return (
            array.dtype,
            array.size(),
            array.element_shape,
            array.dynamic_size,
            array.flow,
            array.handle,
            type(array).__name__,
            array.identity() is array,
        )

    return outcomes({key: lambda make=make: described(make) for key, make in made.items()})


@exact_message
def creation_without_size(tf: Any) -> Any:
    return tf.TensorArray(tf.float32)


@exact_message
def creation_with_handle(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 1, handle="a")


@exact_message
def grad(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 1).grad("source")


def reading(tf: Any) -> Any:
    kept = {"clear_after_read": False}

    def twice(array: Any, index: Any = 1) -> Any:
        return [array.read(index), array.read(index)]

    fresh = lambda **kw: tf.TensorArray(tf.float32, 2, **kw)  # noqa: E731
    return outcomes(
        {
            "one": lambda: _filled(tf).read(2),
            "tensor index": lambda: _filled(tf).read(tf.constant(1)),
            "numpy index": lambda: _filled(tf).read(np.int32(1)),
            "variable index": lambda: _filled(tf).read(tf.Variable(1)),
            "named": lambda: _filled(tf).read(1, name="some"),
            "twice": lambda: twice(_filled(tf)),
            "twice kept": lambda: twice(_filled(tf, **kept)),
            "twice tensor": lambda: twice(_filled(tf), tf.constant(1)),
            "read then written": lambda: (lambda a: (a.read(0), a.write(0, [5.0, 6.0]).read(0)))(
                _filled(tf)
            ),
            "read, then stack": lambda: (lambda a: (a.read(0), a.stack()))(_filled(tf)),
            "unwritten": lambda: fresh().read(0),
            "unwritten with shape": lambda: fresh(element_shape=[2]).read(0),
            "unwritten with part": lambda: fresh(element_shape=[None]).read(0),
            "unwritten after a write": lambda: fresh().write(1, [1.0]).read(0),
            "unwritten not inferred": lambda: fresh(infer_shape=False).write(1, [1.0]).read(0),
            "negative": lambda: _filled(tf).read(-1),
            "behind": lambda: _filled(tf).read(3),
            "float": lambda: _filled(tf).read(1.0),
            "none": lambda: _filled(tf).read(None),
            "vector": lambda: _filled(tf).read(tf.constant([1, 2])),
            "strings": lambda: tf.TensorArray(tf.string, 1).write(0, "a").read(0),
            "string zeros": lambda: tf.TensorArray(tf.string, 1, element_shape=[]).read(0),
        }
    )


@exact_message
def read_twice(tf: Any) -> Any:
    array = _filled(tf)
    array.read(1)
    return array.read(1)


@exact_message
def read_behind(tf: Any) -> Any:
    return _filled(tf).read(5)


@exact_message
def read_negative(tf: Any) -> Any:
    return _filled(tf).read(-2)


@exact_message
def write_behind(tf: Any) -> Any:
    return _filled(tf).write(3, [1.0, 2.0])


@exact_message
def write_negative(tf: Any) -> Any:
    return _filled(tf).write(-1, [1.0, 2.0])


@exact_message
def write_other_type(tf: Any) -> Any:
    return _filled(tf).write(1, tf.constant([1, 2]))


@exact_message
def write_other_shape(tf: Any) -> Any:
    return _filled(tf).write(1, [1.0])


def writing(tf: Any) -> Any:
    def after(array: Any, *writes: Any) -> Any:
        for index, value in writes:
            same = array.write(index, value)
            assert same.identity() is not None
        return array.element_shape, array.size(), array.stack()

    fresh = lambda **kw: tf.TensorArray(tf.float32, 2, **kw)  # noqa: E731
    return outcomes(
        {
            "python": lambda: after(fresh(), (0, 1), (1, 2.5)),
            "numpy": lambda: after(fresh(), (0, np.float32(1)), (1, np.ones(()))),
            "tensor index": lambda: after(fresh(), (tf.constant(1), 1.0)),
            "variable": lambda: after(fresh(), (0, tf.Variable(1.5)), (1, 2)),
            "int tensor": lambda: after(fresh(), (0, tf.constant(1))),
            "int array": lambda: after(fresh(), (0, np.int64(1))),
            "string": lambda: after(fresh(), (0, "a")),
            "none": lambda: after(fresh(), (0, None)),
            "twice": lambda: after(fresh(), (0, 1.0), (0, 2.0)),
            "other shape": lambda: after(fresh(), (0, 1.0), (1, [2.0])),
            "other shape not inferred": lambda: after(
                fresh(infer_shape=False), (0, 1.0), (1, [2.0])
            ),
            "element shape": lambda: after(
                fresh(element_shape=[None]), (0, [1.0]), (1, [2.0, 3.0])
            ),
            "element shape not inferred": lambda: after(
                fresh(element_shape=[None], infer_shape=False), (0, [1.0]), (1, [2.0])
            ),
            "wrong element shape": lambda: after(fresh(element_shape=[3]), (0, [1.0])),
            "dynamic": lambda: after(fresh(dynamic_size=True), (0, [1.0]), (4, [2.0])),
            "dynamic gap unknown": lambda: after(
                fresh(dynamic_size=True, infer_shape=False), (4, [2.0])
            ),
            "nothing": lambda: after(fresh()),
            "nothing with shape": lambda: after(fresh(element_shape=[1, 2])),
            "index float": lambda: after(fresh(), (0.0, 1.0)),
        }
    )


def stacking(tf: Any) -> Any:
    ta = tf.TensorArray
    return outcomes(
        {
            "stack": lambda: _filled(tf).stack(name="some"),
            "stack empty": lambda: ta(tf.float32, 0).stack(),
            "stack empty with shape": lambda: ta(tf.float64, 0, element_shape=[2, 0]).stack(),
            "stack empty with part": lambda: ta(tf.float32, 0, element_shape=[None]).stack(),
            "stack ragged": lambda: (
                ta(tf.float32, 2, infer_shape=False).write(0, [1.0]).write(1, [1.0, 2.0]).stack()
            ),
            "gather": lambda: _filled(tf).gather([2, 0, 2]),
            "gather tensor": lambda: _filled(tf).gather(tf.constant([1]), name="some"),
            "gather numpy": lambda: _filled(tf).gather(np.array([1, 1])),
            "gather nothing": lambda: _filled(tf).gather([]),
            "gather negative": lambda: _filled(tf).gather([-1]),
            "gather behind": lambda: _filled(tf).gather([3]),
            "gather scalar": lambda: _filled(tf).gather(1),
            "gather matrix": lambda: _filled(tf).gather(tf.constant([[1, 2]])),
            "gather unwritten": lambda: ta(tf.float32, 2, element_shape=[1]).gather([1]),
            "concat": lambda: _filled(tf).concat(name="some"),
            "concat ragged": lambda: (
                ta(tf.float32, 2, infer_shape=False).write(0, [1.0]).write(1, [2.0, 3.0]).concat()
            ),
            "concat scalars": lambda: ta(tf.float32, 2).write(0, 1.0).write(1, 2.0).concat(),
            "concat other shapes": lambda: (
                ta(tf.float32, 2, infer_shape=False).write(0, [[1.0]]).write(1, [2.0, 3.0]).concat()
            ),
            "concat nothing": lambda: ta(tf.float32, 0).concat(),
            "concat unwritten": lambda: ta(tf.float32, 2, element_shape=[1]).concat(),
            "size": lambda: _filled(tf).size(name="some"),
            "close": lambda: _filled(tf).close(),
            "close, then size": lambda: (lambda a: (a.close(), a.size()))(_filled(tf)),
            "close, then read": lambda: (lambda a: (a.close(), a.read(0)))(_filled(tf)),
        }
    )


@exact_message
def concat_scalars(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 1).write(0, 1.0).concat()


def unstacking(tf: Any) -> Any:
    value = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    def after(array: Any) -> Any:
        return array.size(), array.element_shape, [array.read(i) for i in range(int(array.size()))]

    ta = tf.TensorArray
    return outcomes(
        {
            "unstack": lambda: after(ta(tf.float32, 3).unstack(value, name="some")),
            "unstack fewer": lambda: after(ta(tf.float32, 5).unstack(value)),
            "unstack more": lambda: after(ta(tf.float32, 2).unstack(value)),
            "unstack dynamic": lambda: after(ta(tf.float32, 0, dynamic_size=True).unstack(value)),
            "unstack python": lambda: after(ta(tf.float32, 2).unstack([[1.0], [2.0]])),
            "unstack ints": lambda: after(ta(tf.float32, 2).unstack([1, 2])),
            "unstack scalar": lambda: after(ta(tf.float32, 2).unstack(1.0)),
            "unstack nothing": lambda: after(ta(tf.float32, 2).unstack(tf.zeros([0, 2]))),
            "unstack variable": lambda: after(ta(tf.float32, 2).unstack(tf.Variable([1.0, 2.0]))),
            "unstack ints, stacked": lambda: ta(tf.float32, 2).unstack([1, 2]).stack(),
            "scatter": lambda: after(ta(tf.float32, 3).scatter([2, 0, 1], value, name="some")),
            "scatter tensor": lambda: after(
                ta(tf.float32, 3).scatter(tf.constant([2, 0, 1]), value)
            ),
            "scatter twice": lambda: after(ta(tf.float32, 1).scatter([0, 0, 0], value)),
            "scatter fewer": lambda: after(ta(tf.float32, 2).scatter([1, 0], value)),
            "scatter dynamic": lambda: after(
                ta(tf.float32, 0, dynamic_size=True).scatter([1, 3, 0], value)
            ),
            "scatter behind": lambda: after(ta(tf.float32, 2).scatter([0, 1, 2], value)),
            "scatter negative": lambda: after(ta(tf.float32, 2).scatter([-1], value)),
            "scatter other type": lambda: after(ta(tf.int32, 3).scatter([0, 1, 2], value)),
            "scatter scalar": lambda: after(ta(tf.float32, 3).scatter([0], 1.0)),
            "split": lambda: after(ta(tf.float32, 2).split(value, [1, 2], name="some")),
            "split tensor": lambda: after(ta(tf.float32, 2).split(value, tf.constant([3, 0]))),
            "split dynamic": lambda: after(
                ta(tf.float32, 0, dynamic_size=True).split(value, [1, 1, 1])
            ),
            "split python": lambda: after(ta(tf.float32, 2).split([1.0, 2.0, 3.0], [1, 2])),
            "split sum": lambda: after(ta(tf.float32, 2).split(value, [1, 1])),
            "split count": lambda: after(ta(tf.float32, 3).split(value, [1, 2])),
            "split lengths scalar": lambda: after(ta(tf.float32, 1).split(value, 3)),
            "split value scalar": lambda: after(ta(tf.float32, 1).split(1.0, [1])),
            "split nothing": lambda: after(ta(tf.float32, 0).split(tf.zeros([0]), [])),
        }
    )


@exact_message
def unstack_more(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 1).unstack([1.0, 2.0])


@exact_message
def split_sum(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 2).split([1.0, 2.0, 3.0], [1, 1])


@exact_message
def split_count(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 3).split([1.0, 2.0, 3.0], [1, 2])


@exact_message
def split_lengths(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 3).split([1.0, 2.0, 3.0], 3)


@exact_message
def split_scalar(tf: Any) -> Any:
    return tf.TensorArray(tf.float32, 1).split(1.0, [1])


def gradients(tf: Any) -> Any:
    """First and second gradients through each method."""
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    def written(x: Any) -> Any:
        array = tf.TensorArray(tf.float32, 3)
        return array.write(0, x[0] ** 3).write(2, x[1] * x[0]).stack()

    make = lambda: tf.TensorArray(tf.float32, 3, clear_after_read=False)  # noqa: E731
    programs = {
        "write": written,
        "read": lambda x: make().unstack(x).read(1) ** 2,
        "read twice": lambda x: (lambda a: a.read(1) * a.read(1))(make().unstack(x)),
        "gather": lambda x: make().unstack(x * x).gather([2, 2, 0]) * x,
        "concat": lambda x: make().unstack(x).concat() ** 2,
        "scatter": lambda x: make().scatter([1, 0, 2], x**2).stack() * x,
        "split": lambda x: tf.TensorArray(tf.float32, 2).split(x, [1, 2]).read(1) ** 3,
        "overwritten": lambda x: make().unstack(x).write(0, x[1] ** 2).stack(),
    }
    results = {}
    for key, program in programs.items():
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = program(x)
            first = inner.gradient(y, x)
        results[key] = [y, first, outer.gradient(first, x)]
    return results


def in_loops(tf: Any) -> Any:
    x = tf.constant([1.0, 2.0])
    v = tf.Variable([0.5, -1.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            array = tf.TensorArray(tf.float32, 0, dynamic_size=True, clear_after_read=False)
            array = array.write(0, x)

            def body(i: Any, array: Any) -> Any:
                return i + 1, array.write(i, array.read(i - 1) * x + v)

            steps, array = tf.while_loop(
                lambda i, _: i < 4, body, (tf.constant(1), array), maximum_iterations=10
            )
            y = array.stack()
        first = inner.gradient(y, [x, v])
    return steps, isinstance(array, tf.TensorArray), y, first, outer.gradient(first, [x, v])


def specs(tf: Any) -> Any:
    spec = tf.TensorArraySpec
    one = spec([None, 2], tf.float32, True, False)
    array = tf.TensorArray(tf.float32, 2, element_shape=[3, 2], dynamic_size=True)
    return outcomes(
        {
            "default": lambda: repr(spec()),
            "repr": lambda: repr(one),
            "from value": lambda: repr(spec.from_value(array)),
            "from other": lambda: spec.from_value(1),
            "value type": lambda: one.value_type.__name__,
            "equal": lambda: [
                one == spec([None, 2], "float32", True, False),
                one == spec([None, 2]),
                one != spec([None, 2]),
                one == 1,
                len({one, spec([None, 2], "float32", True, False)}),
            ],
            "subtype": lambda: [
                one.is_subtype_of(spec([1], dynamic_size=True)),
                one.is_subtype_of(spec()),
                one.is_subtype_of(1),
            ],
            "compatible": lambda: [
                one.is_compatible_with(array),
                one.is_compatible_with(spec([1, 2], dynamic_size=True)),
                one.is_compatible_with(spec([1], dynamic_size=True)),
                one.is_compatible_with(spec([None, 2])),
                one.is_compatible_with(spec([None, 2], tf.int32, True)),
            ],
            "supertype": lambda: repr(
                one.most_specific_common_supertype([spec([3, 2], dynamic_size=True)])
            ),
            "supertype none": lambda: one.most_specific_common_supertype([spec()]),
            "supertype other": lambda: one.most_specific_common_supertype([tf.TensorSpec([])]),
            "compatible type": lambda: repr(
                one.most_specific_compatible_type(spec([3, 2], dynamic_size=True))
            ),
            "no compatible type": lambda: one.most_specific_compatible_type(spec()),
        }
    )


def read_twice_in_a_function(tf):
    @tf.function
    def fibonacci(n):
        array = tf.TensorArray(tf.float32, size=0, dynamic_size=True).unstack([0.0, 1.0])
        for i in range(2, n):
            array = array.write(i, array.read(i - 1) + array.read(i - 2))
        return array.stack()

    return fibonacci(7)
