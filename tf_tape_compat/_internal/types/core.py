"""`tensorflow.python.types.core`: the types that annotations name."""

from ..._core.tensor.tensor import Tensor as Tensor
