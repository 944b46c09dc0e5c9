"""Operations that return what they are given: identity, stop_gradient, ensure_shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.gradients.custom_gradient import as_custom
from ..._core.op.dispatch import composites, handled
from ..._core.op.op import op
from ..._core.recording.admission import admit
from ..._core.recording.payloads import untracked_payload
from ..._core.recording.recorder import stop_recording
from ..._core.recording.tape_set import TapeSet, thread
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, finish
from ..._core.types.shape import TensorShape, as_shape
from ..._core.variables.indexed_slices import IndexedSlices
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient


def alias(payload: Any) -> Any:
    """A new payload with the same memory."""
    return payload.view() if isinstance(payload, np.ndarray) else payload[...]


@op("Identity", "input")
def _identity(input: Any) -> Any:
    return alias(input)


def identity(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`. Implements `tf.identity`."""
    if isinstance(input, IndexedSlices):
        return _mapped(identity, input)
    return _identity(input)


def _mapped(function: Any, slices: IndexedSlices) -> IndexedSlices:
    """Slices of which each part went through `function`."""
    parts = (slices.values, slices.indices, slices.dense_shape)
    return IndexedSlices(*(part if part is None else function(part) for part in parts))


def identity_n(input: Any, name: str | None = None) -> list[Any]:
    """New tensors with the values of a list of tensors, of any types (`tf.identity_n`).

    They count as results of one operation: each is tracked if one of the tensors is.
    """
    tensors = [to_tensor(item) for item in input]
    if not tensors:
        raise invalid(
            "Length for attr 'T' of 0 must be at least minimum 1\n\t; NodeDef: {{node IdentityN}} "
            "[Op:IdentityN] name: "
        )
    if type(thread.active) is not TapeSet:  # for accumulators, it is torch's graph that counts
        recording, payloads = admit(tensors)
        return finish(recording, [alias(payload) for payload in payloads])
    values = [EagerTensor(alias(untracked_payload(tensor))) for tensor in tensors]
    return as_custom(values, tensors, lambda gradients: gradients)


@op("GuaranteeConst", "input")
def guarantee_const(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`, which has no gradient (`tf.guarantee_const`)."""
    return refuse_gradient("GuaranteeConst", input, alias(input))


def stop_gradient(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`, a constant to every tape.

    A variable read here is not watched by it. Implements `tf.stop_gradient`.
    """
    if isinstance(input, IndexedSlices):
        return _mapped(stop_gradient, input)
    if type(input) in composites:
        result = handled(stop_gradient, {"input": input, "name": name})
        if result is not NotImplemented:
            return result
    if not isinstance(input, EagerTensor):
        with stop_recording():
            input = to_tensor(input)
    payload = input._t
    return EagerTensor(payload.view() if isinstance(payload, np.ndarray) else payload.detach())


@op("EnsureShape", "x")
def _ensured(x: Any, shape: TensorShape) -> Any:
    if not shape.is_compatible_with(tuple(x.shape)):
        expected = brackets("?" if size is None else size for size in shape)
        raise invalid(
            f"Shape of tensor input {brackets(x.shape)} is not compatible with expected shape "
            f"{expected}."
        )
    return alias(x)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """`x` as a new tensor, if it has a shape compatible with `shape` (`tf.ensure_shape`).

    Raises InvalidArgumentError if it has not.
    """
    return _ensured(x, as_shape(shape))
