"""Targets and sources of one gradient call, as torch tensors of the graph."""

from __future__ import annotations

from typing import Any

import torch
from torch._C import _functorch

from ...errors import InvalidArgumentError
from ..recording import payloads
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, TRAINABLE, thread
from ..tensor.tensor import EagerTensor
from ..variables.variable import key_of
from .backward import PendingTarget
from .gradient_operands import payload_of

# Tensors by id of their payload. A result whose payload is the one of an argument is that argument,
# as in TensorFlow, and equal results are the same object.
Wrapped = dict[int, EagerTensor]


# -- targets --------------------------------------------------------------------------------------


class Targets:
    """The targets of a gradient call, by how the recorder knows them."""

    __slots__ = ("roots", "cotangents", "pending", "untracked", "wrapped")

    def __init__(self) -> None:
        self.roots: list[torch.Tensor] = []  # tracked targets
        self.cotangents: list[torch.Tensor] = []  # one for each root
        self.pending: list[PendingTarget] = []
        # By key, the cotangents of targets that the recorder does not track. Such a target only
        # counts if it is also a source.
        self.untracked: dict[int, list[torch.Tensor]] = {}
        self.wrapped: Wrapped = {}

    def add(
        self, recorder: Recorder, target: Any, has_weight: bool, weight: Any, several: bool
    ) -> None:
        """Adds a target, with its output gradient if it has one."""
        payload = payload_of(target)
        if not isinstance(payload, torch.Tensor):
            return
        if recorder.nontrainable_results:
            result = recorder.nontrainable_results.get(id(target))
            if result is not None and result[0]() is target:
                self._add_nontrainable(target, result[1], weight, several)
                return
        tracked = isinstance(target, EagerTensor) and recorder in target._tapes.recorders
        if not has_weight:
            cotangent = ones_like(payload, several)
        elif weight is None:
            if tracked and payload.grad_fn is not None:
                raise ValueError(
                    "Attempt to convert a value (None) with an unsupported type "
                    "(<class 'NoneType'>) to a Tensor. (output_gradients has None for a target: "
                    "leave that target out)"
                )
            return
        else:
            cotangent = _weight_payload(weight)
            self.wrapped[id(cotangent)] = weight
        if tracked:
            _check_cotangent(payload, cotangent)
            self.roots.append(payload)
            self.cotangents.append(cotangent.to(payload.device))
        else:
            self.untracked.setdefault(key_of(target), []).append(cotangent)

    def _add_nontrainable(self, target: Any, stand_in: Any, weight: Any, several: bool) -> None:
        """Adds a target whose dtype has no gradient in torch's graph, by what stands in for it."""
        if isinstance(stand_in, str):
            raise LookupError(f"gradient registry has no entry for: {stand_in}")
        if isinstance(stand_in, torch.Tensor):
            # The gradient function of the operation runs, with zeros for all its real outputs.
            self.roots.append(stand_in)
            self.cotangents.append(torch.zeros_like(stand_in.detach()))
            cotangent = ones_like(target._t, several) if weight is None else weight._t
            self.untracked.setdefault(key_of(target), []).append(cotangent)
            return
        cotangent = EagerTensor(torch.ones_like(target._t)) if weight is None else weight
        node, number = stand_in
        self.pending.append(PendingTarget(node, number, cotangent))


_SCALAR_ONES: dict[torch.dtype, torch.Tensor] = {}


def ones_like(payload: torch.Tensor, new_object: bool) -> torch.Tensor:
    """Ones like `payload`. Scalars share one object unless `new_object` is true."""
    if payload.is_cpu and not payload.shape and type(payload) is torch.Tensor:
        ones = _SCALAR_ONES.get(payload.dtype)
        if ones is None:
            ones = torch.ones((), dtype=payload.dtype)
            if type(ones) is torch.Tensor:
                _SCALAR_ONES[payload.dtype] = ones
        return ones.detach() if new_object else ones
    return torch.ones_like(payload.detach())


def _weight_payload(weight: EagerTensor) -> torch.Tensor:
    """The payload of an output gradient, with its graph if an active tape tracks it."""
    active = thread.active
    tracking = weight._tapes.recorders & active.recorders
    payload: torch.Tensor
    if not tracking:
        payload = payloads.untracked_payload(weight)
        return payload
    for tape in active.recorders - tracking:
        tape.may_reach_foreign_nodes = True
    payload = weight._t
    return payload


def _check_cotangent(payload: torch.Tensor, cotangent: torch.Tensor) -> None:
    if cotangent.shape != payload.shape or cotangent.dtype != payload.dtype:
        raise InvalidArgumentError(
            None,
            None,
            f"output_gradients: got a tensor of shape {list(cotangent.shape)} and type "
            f"{cotangent.dtype} for a target of shape {list(payload.shape)} and type "
            f"{payload.dtype}.",
        )


# -- sources --------------------------------------------------------------------------------------


def is_foreign(recorder: Recorder, source: Any) -> bool:
    """Whether `source` is a tensor that the recorder does not track: it then has no gradient."""
    return isinstance(source, EagerTensor) and recorder not in source._tapes.recorders


def add_inputs(recorder: Recorder, sources: list[Any], inputs: list[torch.Tensor]) -> list[int]:
    """Adds the torch tensors of `sources` in the graph to `inputs`; returns how many each has."""
    counts = []
    for source in sources:
        before = len(inputs)
        if isinstance(source, EagerTensor):
            _add_tensor_inputs(source, inputs)
        else:
            inputs += recorder.variable_leaves.get(key_of(source), ())
        counts.append(len(inputs) - before)
    return counts


def _add_tensor_inputs(source: EagerTensor, inputs: list[torch.Tensor]) -> None:
    payload = source._t
    if not isinstance(payload, torch.Tensor):
        return
    if payload.requires_grad:
        inputs.append(payload)
    elif (
        source._tapes is not EMPTY
        and thread.vmap_scope is None
        and _functorch.is_batchedtensor(payload)
    ):
        # The caller falls back to one gradient at a time.
        raise NotImplementedError("a gradient by the gradients of a batch")
    leaf = source._leaf
    if leaf is not None and leaf is not payload:
        inputs.append(leaf)


def is_nontrainable(recorder: Recorder, source: Any) -> bool:
    """Whether `source` is watched, but of a dtype that only custom gradients have gradients by."""
    payload = payload_of(source)
    if not isinstance(payload, torch.Tensor) or payload.dtype in TRAINABLE:
        return False
    if isinstance(source, EagerTensor):
        return recorder.watches_leaf(payload)
    return key_of(source) in recorder.variables
