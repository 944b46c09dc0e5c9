"""Cutting off the parts of torch's graph that a recorder did not record."""

from __future__ import annotations

from typing import Any

import torch

from ..._logging import warn_first_n
from ..recording.recorder import Recorder
from ..recording.tape_set import thread

_SEVERAL_THREADS = (
    "A tape that was entered on several threads reaches operations that it did not record. torch "
    "does not say on which thread an operation ran, so the gradient may include some of them."
)


def cut(recorder: Recorder, roots: list[torch.Tensor]) -> tuple[list[Any], frozenset[Any]]:
    """Stops gradients at the nodes below `roots` that `recorder` did not record.

    Returns the handles to remove afterwards, and the nodes at which gradients stop.
    """
    if recorder.other_threads:
        warn_first_n(_SEVERAL_THREADS, 1)
    handles = []
    cut_nodes = set()
    seen = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node: Any = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        edges = node.next_functions
        if not edges:
            continue  # a leaf: it gets a gradient only if it is a source
        if recorder.differentiates(node):
            stack.extend(next_node for next_node, _ in edges if next_node is not None)
        else:
            cut_nodes.add(node)
            handles.append(node.register_prehook(_no_gradients))
    return handles, frozenset(cut_nodes)


def _no_gradients(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
    return (None,) * len(gradients)


def mark_foreign_threads(recorder: Recorder, roots: list[torch.Tensor]) -> None:
    """Tells the active recorders which nodes below `roots` are of other threads.

    torch numbers the nodes of each thread from 0, so the numbers do not tell them apart.
    """
    for tape in thread.active.recorders:
        if tape is recorder or tape.shares_threads(recorder):
            continue
        if tape.threads() & recorder.threads():
            warn_first_n(_SEVERAL_THREADS, 1)
            continue
        foreign = set(tape.foreign_nodes)
        recorded = recorder.watched_nodes_of(tape)
        stack: list[Any] = [root.grad_fn for root in roots if root.grad_fn is not None]
        while stack:
            node = stack.pop()
            if node not in foreign and node not in recorded:
                foreign.add(node)
                stack.extend(next_node for next_node, _ in node.next_functions if next_node)
        tape.foreign_nodes = frozenset(foreign)
