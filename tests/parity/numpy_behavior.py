"""NumPy's behavior of tensors, switched on for as long as a case needs it."""

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
    """Inside, `experimental_enable_numpy_behavior(**arguments)` holds; TensorFlow has no way back.

    What it changed is changed back by hand, in TensorFlow's own modules or by ours.
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
