"""Gradients of an unexpected shape or type, which torch's engine does not carry.

The gradient function of a `tf.custom_gradient` may return a tensor of any shape, a number or an
array, and TensorFlow hands it on. Such a gradient moves down the graph on its own, by calling
torch's nodes directly, until it arrives at a source or waits at another custom gradient.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable
from typing import Any

import torch

from ...errors import InvalidArgumentError
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor
from ..types.dtype import as_dtype
from .backward_state import backward_state
from .engine import CUSTOM_GRADIENT_NODE
from .sparse_cotangents import OWN, RunEngine, Slices, add_gradients, dense


def offer_irregular(payload: torch.Tensor, gradient: Any) -> None:
    """Hands a gradient of `payload` that does not fit it to the current gradient call.

    Raises InvalidArgumentError if an operation on the path cannot take it.
    """
    if backward_state.delivered is None:
        raise _error("a Jacobian cannot use a gradient of another shape or dtype than its input")
    if payload.grad_fn is None:
        backward_state.deliver(payload, gradient)
        return
    _Descent().send_from(payload, gradient)


class _Descent:
    """One gradient as it moves down the graph.

    Nodes are called from the last to the first, so that each is called once, with everything that
    arrives at it.
    """

    def __init__(self) -> None:
        self._order = itertools.count()
        # By node and output number, the cotangents that have arrived.
        self._arrived: dict[Any, dict[int, list[Any]]] = {}
        self._queue: list[tuple[int, int, Any]] = []

    def send_from(self, payload: torch.Tensor, gradient: Any) -> None:
        """Sends the gradient of `payload` to everything that it was computed from."""
        self._send(payload.grad_fn, payload.output_nr, gradient)
        while self._queue:
            node = heapq.heappop(self._queue)[2]
            arrived = self._arrived.pop(node)
            if node.name() == "AliasBackward0":
                (cotangents,) = arrived.values()
                next_node, number = node.next_functions[0]
                for cotangent in cotangents:
                    self._send(next_node, number, cotangent)
                continue
            inputs: list[Any] = [None] * len(node._input_metadata)
            for number, cotangents in arrived.items():
                inputs[number] = _node_input(node, number, cotangents)
            for (next_node, number), result in _call_node(node, inputs):
                if next_node is not None and result is not None:
                    self._send(next_node, number, result)

    def _send(self, node: Any, number: int, cotangent: Any) -> None:
        leaf = getattr(node, "variable", None)
        if leaf is not None:
            backward_state.deliver(leaf, cotangent)
            return
        for source in backward_state.inputs_at(node, number):
            backward_state.deliver(source, cotangent)
        if node in backward_state.cut_nodes:
            return
        if node.name() == CUSTOM_GRADIENT_NODE:
            backward_state.pending_at(node, number).append(cotangent)
            return
        if node not in self._arrived:
            self._arrived[node] = {}
            heapq.heappush(self._queue, (-node._sequence_nr(), next(self._order), node))
        self._arrived[node].setdefault(number, []).append(cotangent)


def run_pending(run: RunEngine, gradients: list[torch.Tensor | None]) -> None:
    """Calls the custom gradients at which cotangents wait that the engine did not reach."""
    while True:
        waiting = [
            node for node, outputs in backward_state.pending.items() if any(outputs.values())
        ]
        if not waiting:
            return
        node = max(waiting, key=lambda node: node._sequence_nr())
        for (next_node, number), result in _call_node(node, [None] * len(node._input_metadata)):
            if result is None or next_node is None:
                continue
            leaf = getattr(next_node, "variable", None)
            if leaf is not None:
                backward_state.deliver(leaf, result)
                continue
            inputs = backward_state.inputs
            edge = torch.autograd.graph.GradientEdge(next_node, number)
            add_gradients(gradients, inputs, run(edge, result, inputs))


def _node_input(node: Any, number: int, cotangents: list[Any]) -> torch.Tensor:
    """The sum of cotangents, as the gradient that a torch node takes."""
    meta = node._input_metadata[number]
    total: Any = sum_cotangents([], cotangents, meta.shape)
    if type(total) is Slices:
        total = dense(total, meta.shape)
    elif not isinstance(total, torch.Tensor):
        total = to_tensor(total, as_dtype(meta.dtype))._t
    if total.dtype != meta.dtype:
        raise _error(f"a gradient of dtype {total.dtype} where {meta.dtype} is expected")
    payload: torch.Tensor = total
    return payload


def _call_node(node: Any, inputs: list[Any]) -> Iterable[tuple[tuple[Any, int], Any]]:
    """Calls a torch node. Returns its edges, each with the gradient that goes there."""
    written_in_python = not callable(node)
    try:
        results = node.apply(*inputs) if written_in_python else node(*inputs)
    except RuntimeError as error:
        raise _error(str(error)) from None
    if not isinstance(results, tuple):
        results = (results,)
    edges = node.next_functions
    if node.name() == CUSTOM_GRADIENT_NODE:
        # Its arguments that are no tensors, which have no edges, come first. Elsewhere, last.
        results = results[len(results) - len(edges) :]
    return zip(edges, results, strict=False)


def sum_cotangents(parts: list[torch.Tensor], sparse: list[Any], shape: torch.Size) -> Any:
    """The sum of dense gradients and sparse cotangents: a torch tensor, or a sparse cotangent.

    Raises:
      AssertionError: if something else than tensors is to be added.
      InvalidArgumentError: if the shapes or dtypes differ.
    """
    if not parts and len(sparse) == 1:
        return sparse[0]
    if not parts and all(type(cotangent) is Slices for cotangent in sparse):
        has_own_shape = any(slices.shape is OWN for slices in sparse)
        return Slices(
            torch.cat([slices.indices for slices in sparse]),
            torch.cat([slices.values for slices in sparse]),
            OWN if has_own_shape else sparse[0].shape,
        )
    parts = list(parts)
    for cotangent in sparse:
        if type(cotangent) is Slices:
            part: Any = dense(cotangent, shape)
        else:
            part = cotangent._t if isinstance(cotangent, EagerTensor) else cotangent
        if not isinstance(part, torch.Tensor):
            raise AssertionError(f"cannot add a gradient that is not a tensor: {part!r}")
        parts.append(part)
    total = parts[0]
    for part in parts[1:]:
        if part.shape != total.shape or part.dtype != total.dtype:
            raise _error(
                f"cannot add gradients of shapes {tuple(total.shape)} and {tuple(part.shape)}, "
                f"dtypes {total.dtype} and {part.dtype}"
            )
        total = total + part
    return total


def _error(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"custom_gradient: {message}")
