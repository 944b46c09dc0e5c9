"""The operation of `tf.custom_gradient` in torch's graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..recording.payloads import has_graph
from ..recording.tape_set import EMPTY, thread
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..variables.indexed_slices import IndexedSlices, make_indexed_slices
from ..variables.variable import key_of
from .backward_state import backward_state
from .engine import anchor
from .gradient_tracking import trackers
from .irregular_cotangents import offer_irregular, sum_cotangents
from .sparse_cotangents import OWN, Slices, offer_slices

# A user's gradient function: from the gradients by the results to those by the inputs.
Backward = Callable[[list[Any]], list[Any]]


class _CustomGradient(torch.autograd.Function):  # its name is engine.CUSTOM_GRADIENT_NODE
    """The operation from the inputs to the results."""

    @staticmethod
    def forward(
        ctx: Any,
        backward: Backward,
        nontrainable: list[Any],
        results: list[torch.Tensor],
        anchor: torch.Tensor,
        *inputs: torch.Tensor,
    ) -> Any:
        ctx.set_materialize_grads(False)
        ctx.user_backward = backward
        ctx.nontrainable = nontrainable
        ctx.inputs = inputs
        ctx.meta = [(r.shape, r.dtype, r.device) for r in results]
        outputs = tuple(r.detach() for r in results)
        ctx.mark_non_differentiable(
            *(o for o in outputs if not (o.is_floating_point() or o.is_complex()))
        )
        return outputs

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> Any:
        takes_sparse = backward_state.delivered is not None
        sparse = backward_state.pending.pop(ctx, {}) if takes_sparse else {}
        if all(cotangent is None for cotangent in cotangents) and not any(sparse.values()):
            return (None,) * (4 + len(ctx.inputs))
        user_cotangents = [
            _user_cotangent(cotangent, sparse.get(number, []), *meta)
            for number, (cotangent, meta) in enumerate(zip(cotangents, ctx.meta, strict=True))
        ]
        # torch disables gradients here unless it is asked for a graph, but a tape may be opened.
        try:
            with torch.enable_grad():
                gradients = ctx.user_backward(user_cotangents)
        except Exception as error:
            name = getattr(ctx.user_backward, "__name__", "tf.custom_gradient")
            error.failing_operation = name  # type: ignore[attr-defined]
            raise
        if takes_sparse:
            for gradient, source in zip(gradients, ctx.nontrainable, strict=True):
                if gradient is not None and source is not None:
                    backward_state.nontrainable.get(key_of(source), []).append(gradient)
        by_inputs = [
            _engine_gradient(gradient, payload)
            for gradient, payload in zip(gradients, ctx.inputs, strict=True)
        ]
        return None, None, None, None, *by_inputs


class _Merge(torch.autograd.Function):
    """One value that two parts of the graph computed. The gradient goes to both."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        ctx.set_materialize_grads(False)
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor | None) -> Any:
        return gradient, gradient


_apply_custom: Callable[..., Any] = _CustomGradient.apply
_apply_merge: Callable[..., Any] = _Merge.apply


def apply_custom_gradient(
    backward: Backward,
    nontrainable: list[Any],
    results: list[torch.Tensor],
    inputs: list[torch.Tensor],
) -> tuple[torch.Tensor, ...]:
    """`results` as outputs of one node from `inputs`, whose gradient function is `backward`.

    `nontrainable` has an entry for each input: the source to give the gradient to if torch has no
    gradients for its dtype, or else None.
    """
    outputs: tuple[torch.Tensor, ...] = _apply_custom(
        backward, nontrainable, results, anchor, *inputs
    )
    return outputs


def merge(value: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """`value`, which `same` is equal to, as a result that depends on both."""
    merged: torch.Tensor = _apply_merge(value, same)
    return merged


# -- from the engine to the user ------------------------------------------------------------------


def _user_cotangent(
    cotangent: torch.Tensor | None,
    sparse: list[Any],
    shape: torch.Size,
    dtype: torch.dtype,
    device: torch.device,
) -> Any:
    """The gradient by a result, for a user's gradient function; zeros if there is none."""
    if not sparse:
        if cotangent is None:
            return EagerTensor(torch.zeros(shape, dtype=dtype, device=device))
        return incoming_gradient(cotangent)
    total = sum_cotangents([] if cotangent is None else [cotangent], sparse, shape)
    if type(total) is Slices:
        values = incoming_gradient(total.values)
        return make_indexed_slices(
            values, total.indices, shape if total.shape is OWN else total.shape
        )
    return incoming_gradient(total) if isinstance(total, torch.Tensor) else total


def incoming_gradient(gradient: torch.Tensor) -> EagerTensor:
    """A gradient from torch's engine as a tensor, tracked like the tensors it comes from."""
    if not has_graph(gradient):
        return EagerTensor(gradient)
    recording = thread.active
    if recording is not EMPTY and backward_state.first_node is not None:
        recording = trackers(gradient, backward_state.first_node)
    if recording is EMPTY:
        return EagerTensor(gradient.detach())
    tensor = TrackedTensor(gradient, recording)
    recording.add(tensor)
    return tensor


# -- from the user to the engine ------------------------------------------------------------------


def _engine_gradient(gradient: Any, payload: torch.Tensor) -> torch.Tensor | None:
    """The gradient that a user's function returned for an input, for torch's engine.

    If the engine cannot take it, the current gradient call gets it instead.
    """
    if gradient is None or not payload.requires_grad:
        return None
    if isinstance(gradient, IndexedSlices):
        slices = Slices(
            to_tensor(gradient.indices)._t,
            _recorded_payload(to_tensor(gradient.values)),
            gradient.dense_shape,
        )
        if offer_slices(payload, slices):
            return None
        gradient = to_tensor(gradient)
    if isinstance(gradient, torch.Tensor):
        gradient = to_tensor(gradient)
    if isinstance(gradient, EagerTensor):
        gradient = _recorded_payload(gradient)
        if (
            isinstance(gradient, torch.Tensor)
            and gradient.shape == payload.shape
            and gradient.dtype == payload.dtype
        ):
            return gradient
    offer_irregular(payload, gradient)
    return None


def _recorded_payload(tensor: EagerTensor) -> Any:
    """The payload, with its graph if an active recorder tracks it."""
    payload = tensor._t
    if tensor._tapes.recorders & thread.active.recorders or not isinstance(payload, torch.Tensor):
        return payload
    return payload.detach()
