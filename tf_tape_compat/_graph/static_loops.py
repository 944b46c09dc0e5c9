"""Loops whose number of iterations is known when a graph is lowered: they are unrolled.

What the condition depends on is computed ahead, from known values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from torch.utils._python_dispatch import _disable_current_modes

from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .array_values import ArrayList
from .graph import FuncGraph
from .nodes import Node, OpNode
from .replay import Replay
from .shadows import is_fake, running

if TYPE_CHECKING:
    from .while_loop import WhileNode

# An unrolled loop has at most so many nodes.
_MAX_NODES = 300


def static_iterations(node: WhileNode, values: list[EagerTensor]) -> int | None:
    """The number of iterations; None if it is not known, or too large to unroll."""
    state, condition_captures, body_captures = node.split(values)
    needed, slice_nodes = _needed_state(node)
    if slice_nodes is None:
        return None
    inputs = zip(node.condition.placeholders, [*state, *condition_captures], strict=True)
    known = {id(x): value for x, value in inputs}
    condition_nodes = node.condition.live_nodes()
    if not _are_pure(condition_nodes) or not _are_known(
        node.condition, condition_nodes, lambda x: known[id(x)]
    ):
        return None
    size = max(1, sum(1 for _ in node.body.all_nodes()))
    with _disable_current_modes(), stop_recording(), running():
        return _count(node, state, condition_captures, body_captures, needed, size)


def _count(
    node: WhileNode,
    state: Sequence[Any],
    condition_captures: Sequence[Any],
    body_captures: Sequence[Any],
    needed: list[int],
    size: int,
) -> int | None:
    """Runs the condition, and the part of the body that it depends on, on known values."""
    current: list[Any] = list(state)
    outputs = [node.body.outputs[number] for number in needed]
    condition, step = node.condition.live_nodes(), _slice(node.body, outputs)
    count = 0
    while count * size <= _MAX_NODES:
        if not bool(
            _evaluate(
                node.condition, condition, [*current, *condition_captures], node.condition.outputs
            )[0]
        ):
            return count
        try:
            results = _evaluate(node.body, step, [*current, *body_captures], outputs)
        except _UnknownError:
            return None
        for number, result in zip(needed, results, strict=True):
            current[number] = result
        count += 1
    return None


class _UnknownError(Exception):
    """A value is not known."""


def _evaluate(
    graph: FuncGraph, nodes: list[Node], values: list[Any], outputs: Sequence[Any]
) -> list[Any]:
    known = {id(x): value for x, value in zip(graph.placeholders, values, strict=True)}

    def lookup(symbol: Any) -> Any:
        value = known[id(symbol)]
        if _is_unknown(value):
            raise _UnknownError
        return value

    for node in nodes:
        results = node.run(_RUN, [lookup(x) for x in node.inputs])
        for output, result in zip(node.outputs, results, strict=True):
            known[id(output)] = result
    return [lookup(x) for x in outputs]


_RUN = Replay()


def _is_unknown(value: Any) -> bool:
    return type(value) is ArrayList or is_fake(value._t)


def _are_pure(nodes: list[Node]) -> bool:
    return all(
        isinstance(node, OpNode) and not node.has_effect and not node.recorders for node in nodes
    )


def _are_known(graph: FuncGraph, nodes: list[Node], value: Callable[[Any], Any]) -> bool:
    """Whether all placeholders that nodes or outputs use have known values."""
    used = {id(x) for node in nodes for x in node.inputs} | {id(x) for x in graph.outputs}
    return not any(id(x) in used and _is_unknown(value(x)) for x in graph.placeholders)


def _slice(graph: FuncGraph, outputs: Sequence[Any]) -> list[Node]:
    """The nodes that compute these outputs, in order."""
    needed = {id(x) for x in outputs}
    nodes = []
    for node in reversed(graph.nodes):
        if any(id(x) in needed for x in node.outputs):
            nodes.append(node)
            needed.update(id(x) for x in node.inputs)
    return nodes[::-1]


def _used_state(graph: FuncGraph, nodes: list[Node], outputs: Sequence[Any]) -> set[int]:
    used = {id(x) for node in nodes for x in node.inputs} | {id(x) for x in outputs}
    return {number for number, x in enumerate(graph.inputs) if id(x) in used}


def _needed_state(node: WhileNode) -> tuple[list[int], list[Node] | None]:
    """The parts of the state that the condition depends on, and the nodes that compute them.

    The nodes are None if one of them is more than a function of its inputs.
    """
    condition = node.condition
    needed = _used_state(condition, condition.live_nodes(), condition.outputs)
    while True:
        numbers = sorted(needed)
        outputs = [node.body.outputs[number] for number in numbers]
        nodes = _slice(node.body, outputs)
        more = _used_state(node.body, nodes, outputs)
        if more <= needed:
            return numbers, nodes if _are_pure(nodes) else None
        needed |= more
