"""The torch tensors that operations run on, with the graph that the active tapes record."""

from __future__ import annotations

from typing import Any

import torch
from torch._C import _functorch

from .tape_set import EMPTY, TRAINABLE, thread

# -- the rule -----------------------------------------------------------------------------------


def without_graph(payload: Any) -> Any:
    """The payload of the same value that is a constant to those who record here."""
    return payload.detach() if thread.vmap_scope is None else thread.vmap_scope.cut(payload)


def new_leaf(payload: Any) -> Any:
    """A leaf of its own, with the payload's value, in the graph that is recorded here."""
    if thread.vmap_scope is None:
        return leaf_of(payload)
    return thread.vmap_scope.leaf(payload)


def constant_payload(tensor: Any) -> torch.Tensor:
    """The torch tensor by which a tensor that nobody active tracks enters a recorded operation.

    It is a leaf of its own: should the tensor be watched later, the operations that already used
    it count, as they do in TensorFlow, which writes down all inputs of what it records.
    """
    payload = tensor._t
    if payload.dtype not in TRAINABLE:
        return payload
    if (
        thread.vmap_scope is not None
    ):  # its leaves are of no use outside, where the tensor may live on
        return thread.vmap_scope.payload_of(tensor)
    if tensor._leaf is not None:
        return tensor._leaf
    if payload.requires_grad and tensor._tapes is EMPTY:
        return payload  # a torch tensor of the caller's, with a graph of the caller's own
    leaf = tensor._leaf = leaf_of(payload)
    return leaf


def leaf_of(payload: torch.Tensor) -> torch.Tensor:
    """A leaf of torch's graph with this value."""
    leaf = payload.detach()
    try:
        return leaf.requires_grad_()
    except RuntimeError:
        if _functorch.is_batchedtensor(leaf):
            return leaf  # only what it stands for is in a graph
    # Among gradients taken at once (batched_backward.py), torch must be told that this is meant.
    before = _functorch.get_inplace_requires_grad_allowed()
    _functorch.set_inplace_requires_grad_allowed(True)
    try:
        return leaf.requires_grad_()
    finally:
        _functorch.set_inplace_requires_grad_allowed(before)


def physical(payload: torch.Tensor) -> torch.Tensor:
    """The values behind a tensor that stands for a batch, which can be read."""
    while _functorch.is_functorch_wrapped_tensor(payload):
        payload = _functorch.get_unwrapped(payload)
    return payload


def has_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor comes from something that is differentiated.

    One that stands for a batch (batched_backward.py, vmap_scope.py) does not say so itself.
    """
    while not payload.requires_grad:
        if not _functorch.is_functorch_wrapped_tensor(payload):
            return False
        payload = _functorch.get_unwrapped(payload)
    return True


def in_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor comes from something that those differentiate who record here."""
    return has_graph(payload) if thread.vmap_scope is None else payload.requires_grad


def untracked_payload(tensor: Any) -> torch.Tensor:
    """The torch tensor without any graph of ours."""
    if tensor._tapes is EMPTY:
        return tensor._t
    return tensor._t.detach() if thread.vmap_scope is None else thread.vmap_scope.payload_of(tensor)
