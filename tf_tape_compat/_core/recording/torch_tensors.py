"""The program's own torch tensors under tapes: parameters, and results of torch operations.

A torch tensor that requires gradients has torch's graph, whether or not a tape records. A leaf of
it, such as a parameter, counts as a trainable variable: a tape watches it when it is used. What
torch computes from it counts as recorded by the tapes that were active on the thread meanwhile,
which the numbers of torch's nodes tell.
"""

from __future__ import annotations

from typing import Any

import torch

from .recorder import Recorder
from .tape_set import EMPTY, TRAINABLE, TapeSet, tape_set_of, thread


def tracks(recorder: Recorder, payload: torch.Tensor) -> bool:
    """Whether a recorder tracks a torch tensor of the program."""
    if not payload.requires_grad or payload.dtype not in TRAINABLE or recorder.forward_mode:
        return False
    node = payload.grad_fn
    if node is None:
        return recorder.watch_accessed or recorder.watches_leaf(payload)
    if not recorder.recorded(node):
        return False
    return recorder.watch_accessed or _reaches_watched(recorder, node)


def _reaches_watched(recorder: Recorder, root: Any) -> bool:
    seen = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None:
            if recorder.watches_leaf(variable):
                return True
        elif recorder.recorded(node):
            stack.extend(next_node for next_node, _ in node.next_functions)
    return False


def trackers(payload: torch.Tensor) -> TapeSet:
    """The active recorders that track a torch tensor of the program, which is used now."""
    active = thread.active
    if active is EMPTY or not payload.requires_grad or thread.vmap_scope is not None:
        return EMPTY
    tracking = []
    for recorder in active.recorders:
        if tracks(recorder, payload):
            tracking.append(recorder)
            # The graph is the program's as well, so it is kept after a gradient.
            recorder.shares_graph = True
        elif payload.grad_fn is not None:
            recorder.may_reach_foreign_nodes = True
    return tape_set_of(frozenset(tracking))


def watch(recorder: Recorder, payload: torch.Tensor) -> None:
    """Makes a recorder track a leaf of torch's graph from now on.

    Raises ValueError for a result of torch operations that it did not record.
    """
    if payload.grad_fn is not None:
        if tracks(recorder, payload):
            return
        raise ValueError(
            "tape.watch of a torch.Tensor that torch computed outside of the tape: convert it once "
            "with tf.convert_to_tensor, and use and watch the result."
        )
    if not payload.requires_grad:
        payload.requires_grad_()
    recorder.shares_graph = True
    recorder.start_tracking_leaf(payload)
