"""One gradient call: torch's engine, run for one recorder.

`backward` cuts off what the recorder did not record (graph_cuts.py), runs the engine (engine.py),
and collects the gradients that the engine does not carry (sparse_cotangents.py). Which of the
recording tapes track the results is decided afterwards (gradient_tracking.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from ..op import op_observer
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, sequence_number, thread
from .backward_state import backward_state
from .engine import anchor, run_engine, single_thread
from .graph_cuts import cut, mark_foreign_threads
from .irregular_cotangents import run_pending
from .sparse_cotangents import expects_slices, forward_slices


class PendingTarget(NamedTuple):
    """A target without a gradient in torch's graph: an output of a custom gradient's node."""

    node: Any
    output_number: int
    cotangent: Any


class BackwardResult(NamedTuple):
    """The outcome of a gradient call."""

    gradients: list[torch.Tensor | None]  # the dense gradient by each input
    sparse: dict[int, list[Any]]  # by id of an input, its sparse cotangents
    first_node: int  # the number of the first node that the call made


# Takes the arguments of `run_engine`: roots, cotangents, inputs, create_graph, keep_graph.
Engine = Callable[[Any, Any, Any, bool, bool], list[torch.Tensor | None]]


def engine_suffices(recorder: Recorder) -> bool:
    """Whether a gradient of `recorder`, taken while no tape records, needs only the engine."""
    return not (
        recorder.may_reach_foreign_nodes
        or recorder.has_custom_gradients
        or recorder.function_boundaries
        or expects_slices()
        or op_observer.observes_backward()
    )


def backward(
    recorder: Recorder,
    roots: list[torch.Tensor],
    cotangents: list[torch.Tensor],
    inputs: list[torch.Tensor],
    keep_graph: bool,
    pending: list[PendingTarget] | None = None,
    nontrainable: dict[int, list[Any]] | None = None,
    batched_engine: Engine | None = None,
) -> BackwardResult:
    """The gradient of the sum of `roots`, weighted with `cotangents`, by each of `inputs`.

    Args:
      recorder: the gradient flows only through what this one recorded.
      roots: tensors that the recorder tracks.
      cotangents: a tensor of the same shape and dtype for each root.
      inputs: leaves or other tensors of the graph.
      keep_graph: whether the graph is needed again.
      pending: further targets, which only custom gradients differentiate.
      nontrainable: collects what custom gradients return for sources whose dtype has no gradients
        in torch's graph, by the key of the source.
      batched_engine: replaces the engine. It takes a batch of each cotangent, and stacks the
        results. There are no sparse cotangents then.
    """
    with thread.active.recording_only():
        first_node = sequence_number()
        active = thread.active
        create_graph = active is not EMPTY
        if create_graph:
            mark_foreign_threads(recorder, roots)
        handles, cut_nodes = cut(recorder, roots) if recorder.may_reach_foreign_nodes else _NO_CUTS
        if op_observer.observes_backward():
            handles = [*handles, *op_observer.watch_backward(roots)]
        engine = batched_engine or (run_engine if roots else _no_gradients)
        keep_graph = keep_graph or create_graph
        engine_inputs = [*inputs, anchor] if recorder.has_custom_gradients else inputs
        sparse: dict[int, list[Any]] = {}
        try:
            with single_thread(roots[0] if roots else None):
                if not (expects_slices() or recorder.has_custom_gradients):
                    gradients = engine(roots, cotangents, engine_inputs, create_graph, keep_graph)
                else:
                    sparse = {id(payload): [] for payload in inputs}
                    keep_graph = (
                        keep_graph
                        or bool(pending)
                        or any(payload.grad_fn is not None for payload in inputs)
                    )
                    with backward_state.within(
                        delivered=sparse if batched_engine is None else None,
                        inputs=inputs,
                        cut_nodes=cut_nodes,
                        first_node=first_node,
                        watches_leaf=recorder.watches_leaf,
                        pending=_by_node(pending) if pending else {},
                        nontrainable={} if nontrainable is None else nontrainable,
                    ):
                        gradients = engine(
                            roots, cotangents, engine_inputs, create_graph, keep_graph
                        )
                        if batched_engine is None:
                            _run_sparse(gradients, create_graph)
        finally:
            for handle in handles:
                handle.remove()
        if create_graph:
            for tape in active.recorders:
                if tape is not recorder and not tape.recorded_all_of(recorder):
                    tape.inherit_internals(recorder)
    return BackwardResult(gradients[: len(inputs)], sparse, first_node)


_NO_CUTS: tuple[list[Any], frozenset[Any]] = ([], frozenset())  # never filled


def _no_gradients(
    roots: Any, cotangents: Any, inputs: Any, create_graph: bool, keep_graph: bool
) -> list[torch.Tensor | None]:
    """The engine for a call that has pending targets only."""
    return [None] * len(inputs)


def _by_node(pending: list[PendingTarget]) -> dict[Any, dict[int, list[Any]]]:
    """The cotangents of pending targets by node and output number."""
    by_node: dict[Any, dict[int, list[Any]]] = {}
    for target in pending:
        cotangents = by_node.setdefault(target.node, {}).setdefault(target.output_number, [])
        cotangents.append(target.cotangent)
    return by_node


def _run_sparse(gradients: list[torch.Tensor | None], create_graph: bool) -> None:
    """Runs the engine again from where sparse cotangents wait or must become dense."""

    def run(
        root: Any, cotangent: torch.Tensor, inputs: list[torch.Tensor]
    ) -> list[torch.Tensor | None]:
        return run_engine([root], [cotangent], inputs, create_graph)

    run_pending(run, gradients)
    forward_slices(run, gradients)
