"""`tf.__internal__.types.Tensor`: the base of what counts as a tensor though it is not one.

Keras derives its `Variable` from it. Tensors and variables of this package are instances, too, but
do not inherit from it.
"""

from __future__ import annotations

from abc import ABCMeta
from typing import Any


class CoreTensor(metaclass=ABCMeta):
    """A value with a `dtype` and a `shape` that `__tf_tensor__` converts to a tensor."""

    _is_tensor_like = True  # for tf.is_tensor, and for items of lists

    dtype: Any
    shape: Any


CoreTensor.__name__ = CoreTensor.__qualname__ = "Tensor"
CoreTensor.__module__ = "tensorflow.python.types.core"
