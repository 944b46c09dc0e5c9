"""Builds cases from lines of TensorFlow code, each of which is evaluated separately.

    CASES = {"reshape": expressions('''
        tf.reshape([1, 2], [2, 1])
        gradient(lambda x: tf.reshape(x, [-1]), [[1., 2.]])
    ''')}

The outcome of a line is its value or its exception. A line may use `tf`, `np`, the functions of
`_helpers` and the names that the statements in `setup` define. `setup` is run again for each line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tests.parity.encoding import clean_message

Case = Callable[[Any], Any]


def expressions(lines: str, setup: str = "", messages: bool = True) -> Case:
    """A case that evaluates each of the lines; `messages` records exceptions' texts as well."""
    listed = [line.strip() for line in lines.splitlines() if line.strip()]
    doubled = {line for line in listed if listed.count(line) > 1}
    if doubled:
        raise ValueError(f"lines given twice: {sorted(doubled)}")
    prepared = compile(setup, "<setup>", "exec")

    def case(tf: ModuleType) -> Any:
        outcomes = {}
        for line in listed:
            namespace = {"tf": tf, "np": np, **_helpers(tf)}
            exec(prepared, namespace)
            outcomes[line] = _outcome(line, namespace, messages)
        return outcomes

    return case


def _outcome(line: str, namespace: dict[str, Any], messages: bool) -> Any:
    try:
        return eval(line, namespace)
    except Exception as error:
        raised = f"raises {type(error).__name__}"
        return (raised, plain_message(str(error))) if messages else raised


def plain_message(message: str) -> str:
    """Removes from a message what depends on how TensorFlow called the operation.

    That is the ` name: ` at the end, which only one of TensorFlow's two ways of running an
    operation adds, the count of list items in the function's name, and the NodeDef.
    """
    message = re.sub(r" name: ?\S*$", "", clean_message(message))
    message = re.sub(r"(_device)?_/job:localhost/[^}]*(?=\}\})", "", message)
    message = re.sub(r"(_N|_num_split)?(_\d+)?(?=\}\})", "", message)
    return re.sub(r"(?s)\n\t; NodeDef: .*(?= \[Op:)", "", message)


def _helpers(tf: ModuleType) -> dict[str, Callable[..., Any]]:
    def weights(y: Any) -> Any:
        count = int(np.prod(y.shape.as_list()))
        values = np.arange(1, count + 1).reshape(y.shape.as_list())
        return tf.constant(values.astype(y.dtype.as_numpy_dtype))

    def differentiable(result: Any) -> list[Any]:
        flat = [y for y in tf.nest.flatten(result) if hasattr(y, "dtype")]
        return [y for y in flat if y.dtype.is_floating or y.dtype.is_complex]

    def tensors(values: Any) -> list[Any]:
        def tensor(value: Any) -> Any:
            known = isinstance(value, (tf.Tensor, tf.Variable))
            return value if known else tf.constant(value)

        return [tensor(value) for value in values]

    def gradient(function: Callable[..., Any], *values: Any) -> Any:
        """The gradients of `function` by each of its arguments, with unequal upstream gradients."""
        inputs = tensors(values)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            results = differentiable(function(*inputs))
        return tape.gradient(results, inputs, [weights(y) for y in results])

    def second(function: Callable[..., Any], *values: Any) -> Any:
        """The gradients of the gradients, by the upstream gradients and by the arguments."""
        inputs = tensors(values)
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(inputs)
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                results = differentiable(function(*inputs))
            cotangents = [weights(y) for y in results]
            outer.watch(cotangents)
            gradients = inner.gradient(results, inputs, cotangents)
            dense = [g.values if isinstance(g, tf.IndexedSlices) else g for g in gradients]
            dense = [g for g in dense if g is not None]
        upstream = [weights(g) for g in dense]
        return (
            outer.gradient(dense, cotangents, upstream),
            outer.gradient(dense, inputs, upstream),
        )

    def tracked(function: Callable[[Any], Any], value: Any) -> Any:
        """Whether a tape tracks what `function` returns: its gradient as an intermediate."""
        (x,) = tensors([value])
        with tf.GradientTape() as tape:
            tape.watch(x)
            results = tf.nest.flatten(function(x))
            later = [y + y for y in results]
        return [g is not None for g in tape.gradient(later, results)]

    return {"gradient": gradient, "second": second, "tracked": tracked}


# The setup of cases about whole tensors.
WHOLE_TENSORS = """
x = tf.constant([[1., 2., 3.], [4., 5., 6.]])
y = tf.constant([[7., 8., 9.], [10., 11., 12.]])
r = tf.constant(np.arange(24.).reshape(2, 3, 4))
i = tf.constant([[1, 2, 3], [4, 5, 6]])
z = tf.constant([[1 + 1j, 2 - 1j], [3j, 4]])
s = tf.constant([["a", "b", "c"], ["d", "e", "f"]])
b = tf.constant([[True, False], [False, True]])
u = tf.constant([[1, 2], [3, 4]], tf.uint16)
e = tf.zeros([2, 0])
n = tf.constant(2)
v = tf.Variable([[1., 2., 3.], [4., 5., 6.]])
g = tf.IndexedSlices(tf.constant([[1., 2.]]), tf.constant([1]), tf.constant([3, 2]))
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
"""

# The setup of cases about parts of tensors.
PARTS_OF_TENSORS = """
x = tf.constant([[1., 2., 3.], [4., 5., 6.]])
r = tf.constant(np.arange(24.).reshape(2, 3, 4))
l = tf.constant([10, 20, 30, 40, 50])
i = tf.constant([[1, 2, 3], [4, 5, 6]])
s = tf.constant([["a", "b", "c"], ["d", "e", "f"]])
u = tf.constant([10, 20, 30], tf.uint32)
b = tf.constant([True, False, True])
f = tf.constant(5.)
e = tf.zeros([2, 0])
one = tf.constant(1)
two = tf.constant(2, tf.int64)
v = tf.Variable([[1., 2., 3.], [4., 5., 6.]])
w = tf.Variable([10, 20, 30, 40])
y = tf.Variable([1., 2., 3., 4.])
def values(function, *variables):
    with tf.GradientTape() as tape:
        y = function()
    return tape.gradient(y, list(variables))
def after(function, variable):
    result = function()
    return result, variable.numpy()
def setitem(tensor, key, value):
    tensor[key] = value
def loop(tensor):
    return [item for item in tensor]
"""
