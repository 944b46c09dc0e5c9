"""Whether torch's graph leads from the results of an operation to its operands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from .._core.recording.tape_set import EMPTY, thread

_LIMIT = 5000  # nodes to look at: an operation has a few, a gradient many


def payload_of(tensor: Any) -> Any:
    """The torch tensor of a tensor; for a symbolic one, that of its shadow."""
    shadow = getattr(tensor, "shadow", None)
    return tensor._t if shadow is None else shadow.first._t


def tapes_tracking(tensor: Any) -> Iterable[Any]:
    """The recorders that track a tensor."""
    shadow = getattr(tensor, "shadow", None)
    tapes = tensor._tapes if shadow is None else shadow.first._tapes
    return () if tapes is EMPTY else tapes.recorders


def _node(payload: Any) -> Any:
    if not isinstance(payload, torch.Tensor) or not payload.requires_grad:
        return None
    try:
        return torch.autograd.graph.get_gradient_edge(payload).node
    except RuntimeError:  # a wrapper of functorch
        return None


def operand_nodes(operand: Any) -> list[Any]:
    """The nodes of torch's graph by which a tensor or variable enters an operation."""
    handle = getattr(operand, "_handle", None)
    if handle is None:
        leaf = getattr(operand, "_leaf", None)
        nodes = [_node(payload_of(operand)), None if leaf is None else _node(leaf)]
    else:
        nodes = [
            _node(leaf)
            for recorder in thread.stack
            for leaf in recorder.variable_leaves.get(id(handle), ())
        ]
    return [node for node in nodes if node is not None]


def connected(operands: Sequence[Any], results: Sequence[Any]) -> list[bool | None]:
    """For each operand, whether a gradient of the results reaches it; None if that is unknown."""
    roots = [node for tensor in results if (node := _node(payload_of(tensor))) is not None]
    if not roots:
        return [None] * len(operands)
    nodes = [operand_nodes(operand) for operand in operands]
    ends = {node for of_operand in nodes for node in of_operand}
    seen: set[Any] = set()
    stack = list(roots)
    while stack:
        if len(seen) > _LIMIT:
            return [None] * len(operands)
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node not in ends or node in roots:
            stack.extend(next_node for next_node, _ in node.next_functions)
    return [
        any(node in seen for node in of_operand) if of_operand else None for of_operand in nodes
    ]
