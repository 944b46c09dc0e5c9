"""What a Python function returns as what a `tf.function` returns: tensors, in the same nest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .. import nest
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.tensor.unnamed_op import alias
from .._core.types.tensor_spec import TensorSpec
from .trace_types import Aliases, from_value


def converted(value: Any, function: Any, arguments: Iterable[Any]) -> Any:
    """The results with a tensor for each leaf but None. Raises TypeError for what is no tensor.

    An argument that is returned, or a variable, comes out as a new tensor. What is made of tensors,
    such as `tf.IndexedSlices`, stays as it is, but for linear operators, which are made again.
    """
    known = {id(argument) for argument in arguments if isinstance(argument, EagerTensor)}
    leaves = [_tensor(leaf, function, known) for leaf in nest.flatten(value)]
    if not nest.is_nested(value):
        return leaves[0]
    packed = nest.pack_sequence_as(value, leaves)
    return dict(packed) if type(packed) is defaultdict else packed


def _tensor(leaf: Any, function: Any, known: set[int]) -> Any:
    if leaf is None:
        return leaf
    if hasattr(type(leaf), "_with_components"):
        rebuilt = getattr(leaf, "_convert_variables_to_tensors", None)
        return leaf if rebuilt is None else rebuilt()
    if isinstance(leaf, EagerTensor):
        return alias(leaf) if id(leaf) in known else leaf
    try:
        return to_tensor(leaf)
    except (TypeError, ValueError):
        raise TypeError(
            "To be compatible with tf.function, Python functions must return zero or more Tensors "
            f"or ExtensionTypes or None values; in compilation of {function}, found return value "
            f"of type {type(leaf).__name__}, which is not a Tensor or ExtensionType."
        ) from None


def tensors_in(value: Any) -> list[EagerTensor]:
    """The tensors in a converted result."""
    if isinstance(value, EagerTensor):
        return [value]
    leaves = nest.flatten(value, expand_composites=True)
    return [leaf for leaf in leaves if isinstance(leaf, EagerTensor)]


def type_of(value: Any) -> Any:
    """The trace type of a converted result."""
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    return from_value(value, Aliases())
