"""The torch tensors that operations run on, with or without the graph of the active tapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch._C import _functorch

from .tape_set import EMPTY, TRAINABLE, thread

detach_other: Callable[[Any], Any] = torch.Tensor.detach
"""What detaches payloads of other classes: `_graph` replaces it for tensors without values."""


def without_graph(payload: Any) -> Any:
    """The same value as a constant to the tapes that are recording."""
    if thread.vmap_scope is not None:
        return thread.vmap_scope.detach(payload)
    return payload.detach() if type(payload) is torch.Tensor else detach_other(payload)


def new_leaf(payload: Any) -> Any:
    """A new leaf with the same value, in the graph of the tapes that are recording."""
    if thread.vmap_scope is None:
        return leaf_of(payload)
    return thread.vmap_scope.new_leaf(payload)


def constant_payload(tensor: Any) -> Any:
    """The torch tensor with which an untracked tensor enters a recorded operation.

    It is a leaf. If the tensor is watched later, the operations that already used it count, as in
    TensorFlow, where a tape stores all inputs of what it records.
    """
    payload = tensor._t
    if payload.dtype not in TRAINABLE:
        return payload
    if thread.vmap_scope is not None:
        # A leaf made inside is useless outside, where the tensor may live on.
        return thread.vmap_scope.untracked_payload(tensor)
    if tensor._leaf is not None:
        return tensor._leaf
    if payload.requires_grad and tensor._tapes is EMPTY:
        return payload  # a torch tensor of the caller, with a graph of the caller
    leaf = tensor._leaf = leaf_of(payload)
    return leaf


def leaf_of(payload: torch.Tensor) -> torch.Tensor:
    """A new leaf of torch's graph with the same value."""
    leaf = payload.detach()
    try:
        return leaf.requires_grad_()
    except RuntimeError:
        if _functorch.is_batchedtensor(leaf):
            return leaf  # only the tensor that it wraps can be in a graph
    # While gradients are batched (batched_backward.py), torch wants explicit permission.
    before = _functorch.get_inplace_requires_grad_allowed()
    _functorch.set_inplace_requires_grad_allowed(True)
    try:
        return leaf.requires_grad_()
    finally:
        _functorch.set_inplace_requires_grad_allowed(before)


def unwrapped_payload(payload: torch.Tensor) -> torch.Tensor:
    """The ordinary tensor inside of functorch's wrappers, whose values can be read."""
    while _functorch.is_functorch_wrapped_tensor(payload):
        payload = _functorch.get_unwrapped(payload)
    return payload


def has_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor is part of a graph, looking inside functorch's wrappers.

    A batched tensor (batched_backward.py, vmap_scope.py) does not say so itself.
    """
    while not payload.requires_grad:
        if not _functorch.is_functorch_wrapped_tensor(payload):
            return False
        payload = _functorch.get_unwrapped(payload)
    return True


def in_graph(payload: torch.Tensor) -> bool:
    """Whether a torch tensor is part of the graph of the tapes that are recording."""
    return has_graph(payload) if thread.vmap_scope is None else payload.requires_grad


def untracked_payload(tensor: Any) -> Any:
    """The torch tensor without any graph of a tape."""
    if tensor._tapes is EMPTY:
        return tensor._t
    if thread.vmap_scope is None:
        return tensor._t.detach()
    return thread.vmap_scope.untracked_payload(tensor)
