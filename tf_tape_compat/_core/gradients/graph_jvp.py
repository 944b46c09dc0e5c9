"""Forward mode through a recorded graph.

A gradient call, the gradient function of a `tf.custom_gradient` and a vectorized function are one
operation each. While they run, accumulators only record, like tapes. Afterwards the tangents of the
results are computed through the recorded graph, back to the tensors whose tangents are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.autograd.graph import GradientEdge

from ..recording.admission import tracked_payloads
from ..recording.recorder import Recorder
from ..recording.tape_set import TRAINABLE, sequence_number, thread
from ..tensor.tensor import EagerTensor
from .accumulator import Accumulator, accumulators_in, recording_by, settle, skip_from, tapes_among
from .backward_state import backward_state
from .engine import run_engine, single_thread
from .gradient_tracking import trackers
from .jvp import (
    Outputs,
    as_leaves,
    differentiable_inputs,
    direction,
    transposed_backward,
    wrap_tangent,
)


def push_graph(outputs: Outputs, stack: tuple[Recorder, ...]) -> None:
    """Computes the tangents of `outputs`, whatever graph they have, for those in `stack`."""
    for accumulator, outside in accumulators_in(stack):
        frontier = _Frontier(accumulator, [payload for _, payload in outputs])
        if frontier.edges:
            with frontier.closed():
                _push_through(
                    accumulator,
                    outputs,
                    frontier.edges,
                    frontier.tangents,
                    outside,
                    connect_constants=True,
                )


def _push_through(
    accumulator: Accumulator,
    outputs: Outputs,
    edges: Sequence[Any],
    tangents: Sequence[EagerTensor | None],
    outside: tuple[Recorder, ...],
    connect_constants: bool,
) -> None:
    """Computes the tangents for one accumulator, through a graph with operations of ours.

    With `connect_constants`, an output whose derivative is constant gets zeros instead of None.
    """
    begin = sequence_number()
    directions = [None if t is None else direction(t, outside) for t in tangents]
    # A user's gradient function records for the active recorders: here, only for this one.
    recorder = Recorder(persistent=True, watch_accessed=False)
    recorder.begin_range()
    payloads = [payload for _, payload in outputs]
    with (
        recording_by((*outside, recorder)),
        single_thread(payloads[0]),
        backward_state.within(first_node=None),
    ):
        values = transposed_backward(payloads, edges, directions, bool(outside))
        if connect_constants:
            for number, value in enumerate(values):
                if value is None and _has_constant_gradient(payloads[number], edges):
                    values[number] = torch.zeros_like(payloads[number].detach())
    recorder.end_range()
    recorder.release()
    pushed = []
    with recording_by(outside):
        for (output, _), value in zip(outputs, values, strict=True):
            if value is None:
                continue
            tracking = tapes_among(trackers(value, begin).recorders)
            tangent = wrap_tangent(value, tracking)
            pushed.append((tangent, value, tracking))
            if accumulator.tangent_of(output) is None:
                accumulator.set_tangent(output, tangent)
    skip_from(thread.active.recorders.difference(outside), begin)
    if outside:
        connected = [(tangent, value) for tangent, value, _ in pushed if value.requires_grad]
        if connected:
            push_graph(connected, outside)
        for tangent, _, tracking in pushed:
            settle(tangent, tracking)


def _has_constant_gradient(output: torch.Tensor, edges: Sequence[Any]) -> bool:
    """Whether the gradient of `output` by one of `edges` exists, but is constant.

    The gradient of relu is one: TensorFlow has zeros for its derivative. The gradient of abs is
    not: it contains a sign, through which no gradient flows.
    """
    with backward_state.within(separate_constants=True):
        gradients = run_engine(
            [output], [torch.ones_like(output.detach())], edges, create_graph=True
        )
    return any(gradient is not None and not gradient.requires_grad for gradient in gradients)


class _Frontier:
    """Where the part of a graph begins that an accumulator recorded: at known tangents."""

    def __init__(self, accumulator: Accumulator, outputs: list[torch.Tensor]) -> None:
        self.edges: list[Any] = []  # leaves, and edges of other tensors
        self.tangents: list[EagerTensor] = []  # one for each edge
        # The nodes beyond: by node, the numbers of its outputs that gradients stop at; None for
        # all, if the node was not recorded.
        self._stops: dict[Any, set[int] | None] = {}
        known = accumulator.known_tangents()
        if not known:
            return
        seen = set()
        stack: list[tuple[Any, int]] = [
            (y.grad_fn, y.output_nr) for y in outputs if y.grad_fn is not None
        ]
        while stack:
            edge = stack.pop()
            if edge in seen:
                continue
            seen.add(edge)
            node, number = edge
            leaf = getattr(node, "variable", None)
            if leaf is not None:
                if (tangent := known.get(id(leaf))) is not None:
                    self.edges.append(leaf)
                    self.tangents.append(tangent)
            elif (tangent := known.get(edge)) is not None:
                self.edges.append(GradientEdge(node, number))
                self.tangents.append(tangent)
                stops = self._stops.setdefault(node, set())
                if stops is not None:
                    stops.add(number)
            elif accumulator.recorded(node):
                stack.extend((n, i) for n, i in node.next_functions if n is not None)
            else:
                self._stops[node] = None

    @contextmanager
    def closed(self) -> Iterator[None]:
        """A context in which gradients do not flow beyond the frontier."""
        handles = [node.register_prehook(_stop(numbers)) for node, numbers in self._stops.items()]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _stop(numbers: set[int] | None) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A hook that removes the gradients by these outputs of a node; by all outputs for None."""

    def hook(gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            None if numbers is None or number in numbers else gradient
            for number, gradient in enumerate(gradients)
        )

    return hook


def push_custom_gradient(
    results: list[Any],
    inputs: list[Any],
    record_results: Callable[[], list[Any]],
    apply: Callable[[list[Any]], Sequence[torch.Tensor]],
) -> list[Any]:
    """The results of a `tf.custom_gradient` function, with their tangents.

    Where an accumulator followed the operations of the function itself, those tangents are kept,
    as in TensorFlow.

    Args:
      results: what the function computed.
      inputs: its arguments, and the variables it read.
      record_results: returns the results as the tapes know them.
      apply: runs the function's operation on the torch tensors of the inputs.
    """
    active, stack = thread.active, thread.stack
    with recording_by(tuple(recorder for recorder in stack if not recorder.forward_mode)):
        recorded = record_results()
    for accumulator, _ in accumulators_in(stack):
        for old, new in zip(results, recorded, strict=True):
            if new is not old and (tangent := accumulator.tangent_of(old)) is not None:
                accumulator.set_tangent(new, tangent)
    tracking = frozenset().union(*(x._tapes.recorders for x in inputs)) & active.recorders
    numeric = all(isinstance(x._t, torch.Tensor) for x in (*inputs, *results))
    if numeric and any(recorder.forward_mode for recorder in tracking):
        _push_custom_operation(inputs, recorded, apply)
    for tensor in recorded:
        if isinstance(tensor._t, torch.Tensor) and tensor._t.dtype in TRAINABLE:
            settle(tensor, tapes_among(tensor._tapes.recorders))
    return recorded


def _push_custom_operation(
    inputs: list[Any], results: list[Any], apply: Callable[[list[Any]], Sequence[torch.Tensor]]
) -> None:
    """Computes the tangents that the results lack through the custom gradient."""
    active, stack = thread.active, thread.stack
    begin = sequence_number()
    leaves = as_leaves(tracked_payloads(inputs, active.recorders), True)
    pairs = zip(results, apply(leaves), strict=True)
    outputs = [(tensor, payload) for tensor, payload in pairs if payload.requires_grad]
    skip_from(active.recorders, begin)
    if not outputs:
        return
    differentiable = differentiable_inputs(leaves, inputs)
    for accumulator, outside in accumulators_in(stack):
        tangents = [accumulator.tangent_of(tensor) for _, tensor in differentiable]
        if any(tangent is not None for tangent in tangents) and any(
            accumulator.tangent_of(tensor) is None for tensor, _ in outputs
        ):
            _push_through(
                accumulator,
                outputs,
                [leaf for leaf, _ in differentiable],
                tangents,
                outside,
                connect_constants=False,
            )
