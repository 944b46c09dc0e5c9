"""The results of a `tf.function`: what the Python function returned, converted to tensors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from .. import nest
from .._core.gradients import function_boundary
from .._core.recording.tape_set import EMPTY
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.tensor.unnamed_op import alias
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from .trace_types import Aliases
from .type_of_value import from_value


def converted(
    value: Any,
    function: Any,
    arguments: Iterable[Any],
    constant: Callable[[Any], Any] = to_tensor,
    output: Callable[[Any], Any] | None = None,
) -> Any:
    """Converts each leaf of a result to a tensor, except None and composite tensors.

    An argument that is returned becomes a new tensor, and so does a variable. Linear operators are
    rebuilt without variables. `constant` makes tensors of Python values, and `output` is applied
    to each leaf. Raises TypeError if a leaf cannot be converted.
    """
    argument_ids = {id(argument) for argument in arguments if isinstance(argument, EagerTensor)}
    leaves = []
    for leaf in nest.flatten(value):
        leaf = _tensor(leaf, function, argument_ids, constant)
        leaves.append(leaf if output is None else output(leaf))
    if not nest.is_nested(value):
        return leaves[0]
    packed = nest.pack_sequence_as(value, leaves)
    return dict(packed) if type(packed) is defaultdict else packed


def _tensor(
    leaf: Any, function: Any, argument_ids: set[int], constant: Callable[[Any], Any]
) -> Any:
    if leaf is None:
        return None
    if hasattr(type(leaf), "_with_components"):
        rebuild = getattr(leaf, "_convert_variables_to_tensors", None)
        return leaf if rebuild is None else rebuild()
    if isinstance(leaf, EagerTensor):
        return alias(leaf) if id(leaf) in argument_ids else leaf
    if is_opaque(leaf):
        return leaf
    try:
        if hasattr(leaf, "control_inputs"):
            raise TypeError("an operation without a result")
        return constant(leaf)
    except (TypeError, ValueError):
        raise TypeError(
            "To be compatible with tf.function, Python functions must return zero or more Tensors "
            f"or ExtensionTypes or None values; in compilation of {function}, found return value "
            f"of type {type(leaf).__name__}, which is not a Tensor or ExtensionType."
        ) from None


def is_opaque(value: Any) -> bool:
    """Whether a value has a spec, but is not made of tensors: such as a dataset."""
    cls = type(value)
    if issubclass(cls, EagerTensor) or hasattr(cls, "_with_components"):
        return False
    return isinstance(getattr(value, "_type_spec", None), TypeSpec)


def type_of(value: Any) -> Any:
    """The trace type of a converted result."""
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    return from_value(value, Aliases())


def as_outputs(result: Any, tape_count: int, begin: int) -> Any:
    """Makes the results the outputs of one operation, as seen by the tapes that are recording.

    `tape_count` is their number, and `begin` the sequence number of the first autograd node of the
    call.
    """
    if isinstance(result, EagerTensor):
        if result._tapes is EMPTY:
            function_boundary.forget_nontrainable([result])
        elif tape_count > 1:
            (result,) = function_boundary.seal_outputs([result], begin)
        return result
    leaves = nest.flatten(result)
    indices = [i for i, leaf in enumerate(leaves) if isinstance(leaf, EagerTensor)]
    outputs = function_boundary.seal_outputs([leaves[i] for i in indices], begin)
    for index, output in zip(indices, outputs, strict=True):
        leaves[index] = output
    return nest.pack_sequence_as(result, leaves)
