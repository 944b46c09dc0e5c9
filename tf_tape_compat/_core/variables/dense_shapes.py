"""The static shape of a tensor whose shape is itself a tensor."""

from __future__ import annotations

from ..tensor.host_values import to_numpy
from ..tensor.tensor import EagerTensor
from ..types.shape import TensorShape


def static_shape(dense_shape: EagerTensor) -> TensorShape:
    """The shape that a tensor gives. Raises TypeError if it is not a vector."""
    if dense_shape.shape.rank not in (1, None):
        raise TypeError(f"dense_shape must be a vector, got shape {dense_shape.shape}")
    if hasattr(type(dense_shape), "_static_value"):  # symbolic
        sizes = dense_shape._static_value()
        if sizes is None:
            rank = dense_shape.shape.with_rank(1)[0]
            return TensorShape(None if rank is None else [None] * rank)
    else:
        sizes = to_numpy(dense_shape._t)
    return TensorShape([None if n == -1 else n for n in sizes.tolist()])
