"""Operations that return their input: identity, stop_gradient, ensure_shape and others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.gradients.custom_gradient import as_custom_gradient
from ..._core.op.dispatch import call_handler, composite_handlers
from ..._core.op.op import op
from ..._core.recording.activation import stop_recording
from ..._core.recording.admission import admit
from ..._core.recording.payloads import untracked_payload
from ..._core.recording.tape_set import thread
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, finish
from ..._core.types.shape import TensorShape, as_shape
from ..._core.variables.indexed_slices import IndexedSlices
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import refuse_gradient


def alias(payload: Any) -> Any:
    """A new payload that shares the memory."""
    return payload.view() if isinstance(payload, np.ndarray) else payload[...]


@op("Identity", "input")
def _identity(input: Any, name: str | None = None) -> Any:
    return alias(input)


def identity(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`. Implements `tf.identity`."""
    if isinstance(input, IndexedSlices):
        return _map_slices(identity, input)
    return _identity(input, name)


def _map_slices(function: Any, slices: IndexedSlices) -> IndexedSlices:
    """IndexedSlices with `function` applied to each component."""
    parts = (slices.values, slices.indices, slices.dense_shape)
    return IndexedSlices(*(part if part is None else function(part) for part in parts))


def identity_n(input: Any, name: str | None = None) -> list[Any]:
    """New tensors with the values of a list of tensors, of any dtypes (`tf.identity_n`).

    They count as results of one operation: each is tracked if any of the tensors is.
    """
    tensors = [to_tensor(item) for item in input]
    if not tensors:
        raise invalid_argument(
            "Length for attr 'T' of 0 must be at least minimum 1\n\t; NodeDef: {{node IdentityN}} "
            "[Op:IdentityN] name: "
        )
    if thread.active.forward_mode:  # forward accumulators follow torch's graph
        recording, payloads = admit(tensors)
        return finish(recording, [alias(payload) for payload in payloads])
    values = [EagerTensor(alias(untracked_payload(tensor))) for tensor in tensors]
    return as_custom_gradient(values, tensors, lambda gradients: gradients)


@op("GuaranteeConst", "input")
def guarantee_const(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`, without a gradient (`tf.guarantee_const`)."""
    return refuse_gradient("GuaranteeConst", input, alias(input))


def stop_gradient(input: Any, name: str | None = None) -> Any:
    """A new tensor with the value of `input`, which every tape takes for a constant.

    A variable that is read here is not watched. Implements `tf.stop_gradient`.
    """
    if isinstance(input, IndexedSlices):
        return _map_slices(stop_gradient, input)
    if type(input) in composite_handlers:
        result = call_handler(stop_gradient, {"input": input, "name": name})
        if result is not NotImplemented:
            return result
    if not isinstance(input, EagerTensor):
        with stop_recording():
            input = to_tensor(input)
    payload = input._t
    return EagerTensor(payload.view() if isinstance(payload, np.ndarray) else payload.detach())


@op("EnsureShape", "x")
def _ensure_shape(x: Any, shape: TensorShape) -> Any:
    if not shape.is_compatible_with(tuple(x.shape)):
        expected = brackets("?" if size is None else size for size in shape)
        raise invalid_argument(
            f"Shape of tensor input {brackets(x.shape)} is not compatible with expected shape "
            f"{expected}."
        )
    return alias(x)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """`x` as a new tensor, after a check of its shape. Implements `tf.ensure_shape`.

    Raises InvalidArgumentError if the shape is not compatible with `shape`.
    """
    return _ensure_shape(x, as_shape(shape))
