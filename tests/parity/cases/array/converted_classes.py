"""Values that convert to tensors in their own way: arrays by `__array__`, wrappers of variables."""

import collections

import numpy as np

from ...harness import attempt


def _array(self, dtype=None, copy=None):
    return np.array([7.0, 8.0, 9.0])


def _scalar(self, dtype=None, copy=None):
    return np.array(3.5)


def _no_length(self):
    raise TypeError("Attempt to take len() of scalar dataset")


def _no_item(self, index):
    raise ValueError("Illegal slicing argument for scalar dataspace")


_Scalar = type("Scalar", (), {"__array__": _scalar, "__len__": _no_length, "__getitem__": _no_item})
_BASES = [list, tuple, dict, str, float, int, collections.UserList, collections.deque]


def scalar_dataset(tf):
    """A sequence without a length that is an array, as a scalar dataset of h5py."""
    value = _Scalar()
    return [
        tf.convert_to_tensor(value),
        tf.constant(value),
        tf.convert_to_tensor(value, tf.float32),
        tf.add(value, value),
        tf.reduce_sum(value),
        tf.stack([value, value]),
        tf.Variable(value),
    ]


def _of_class(base):
    def case(tf):
        value = type("Derived", (base,), {"__array__": _array})()
        return [
            tf.convert_to_tensor(value),
            tf.constant(value),
            tf.convert_to_tensor(value, tf.int32),
            attempt(lambda: tf.add(value, 1)),
            attempt(lambda: tf.reduce_sum(value)),
        ]

    return case


CASES = {f"array_in_{base.__name__}": _of_class(base) for base in _BASES}


def wrapped_variable(tf):
    """A class derived from `tf.Variable` that has no state, but a conversion."""

    class Wrapper(tf.Variable):
        def __init__(self, value):
            self._value = value

        @property
        def shape(self):
            return self._value.shape

        @property
        def dtype(self):
            return self._value.dtype

    def convert(wrapper, dtype=None, name=None, as_ref=False):
        return tf.convert_to_tensor(wrapper._value, dtype)

    tf.register_tensor_conversion_function(Wrapper, convert)

    class Derived(Wrapper):
        pass

    results = []
    for cls in (Wrapper, Derived):
        x = cls(tf.Variable([1.5, 2.5]))
        results += [
            tf.convert_to_tensor(x),
            tf.zeros_like(x),
            tf.ones_like(x),
            tf.shape(x),
            tf.rank(x),
            tf.square(x),
            tf.reduce_sum(x),
            tf.concat([x, x], 0),
            tf.stack([x, x]),
            tf.add_n([x, x]),
            tf.cast(x, tf.float64),
            tf.gather(x, 0),
            tf.reshape(x, [2, 1]),
            tf.einsum("i,i", x, x),
            tf.transpose(x),
            tf.expand_dims(x, 0),
            tf.unstack(x),
            tf.nn.softmax(x),
            tf.clip_by_value(x, 0.0, 2.0),
            tf.Variable(x),
        ]
    return results


def gradient_through_wrapper(tf):
    class Wrapper(tf.Variable):
        def __init__(self, value):
            self._value = value

        shape = property(lambda self: self._value.shape)
        dtype = property(lambda self: self._value.dtype)

    tf.register_tensor_conversion_function(
        Wrapper, lambda x, dtype=None, name=None, as_ref=False: 2 * x._value
    )
    variable = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.square(Wrapper(variable))
    return y, tape.gradient(y, variable)
