"""Switches NumPy behavior of tensors on for the length of a case."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

_METHODS = (
    "T data size tolist __pos__ astype clip flatten max mean min ravel reshape transpose".split()
)


@contextlib.contextmanager
def numpy_behavior(tf: Any, **arguments: Any) -> Iterator[None]:
    """Calls `experimental_enable_numpy_behavior(**arguments)`, and undoes it afterwards.

    TensorFlow has no function that undoes it, so its modules are changed back by hand.
    """
    numpy = tf.experimental.numpy
    rounded = tf.Tensor.__round__ if hasattr(tf.Tensor, "__round__") else None
    try:
        numpy.experimental_enable_numpy_behavior(**arguments)
        yield
    finally:
        if "tf_tape_compat._numpy.behavior" in sys.modules:
            sys.modules["tf_tape_compat._numpy.behavior"].reset()
        else:
            sys.modules["tensorflow.python.framework.ops"]._numpy_style_slicing = False
            numpy.experimental_enable_numpy_behavior(dtype_conversion_mode="off")
            sys.modules["tensorflow.python.framework.ops"]._numpy_style_slicing = False
            for name in _METHODS:
                if name in vars(tf.Tensor):
                    delattr(tf.Tensor, name)
            tf.Tensor.__round__ = rounded
