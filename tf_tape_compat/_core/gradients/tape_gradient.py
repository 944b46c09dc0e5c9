"""`GradientTape.gradient`: from targets and sources to torch tensors, and back to tensors.

`gradient` first tries the fast path that training takes at each step (`_simple_gradients`): the
targets are tracked tensors, and the sources are variables that were read once, or watched tensors.
Everything else takes the general path (`_gradients`).
"""

from __future__ import annotations

from typing import Any

import torch

from ... import nest
from ..recording.execution_context import active_graph
from ..recording.payloads import in_graph, without_graph
from ..recording.recorder import Recorder
from ..recording.tape_set import EMPTY, sequence_number, thread
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor, TrackedTensor
from ..variables.indexed_slices import make_indexed_slices
from ..variables.variable import Variable, key_of
from .backward import backward, engine_suffices
from .engine import run_engine
from .function_boundary import connect_zeros
from .gradient_operands import (
    UnconnectedGradients,
    assemble_gradients,
    check_differentiable,
    check_has_dtype,
    gradient_parts,
    payload_of,
    source_parts,
    variables_behind,
    wants_zeros,
    zeros,
)
from .gradient_tracking import note_gradients, trackers
from .graph_operands import Targets, Wrapped, add_inputs, is_foreign, is_nontrainable, ones_like
from .irregular_cotangents import sum_cotangents
from .sparse_cotangents import OWN, Slices
from .torch_operands import with_torch_operands


def gradient(
    recorder: Recorder,
    target: Any,
    sources: Any,
    output_gradients: Any,
    unconnected_gradients: Any,
) -> Any:
    """The result of `GradientTape.gradient`, for what `recorder` recorded."""
    if unconnected_gradients is UnconnectedGradients.NONE:
        results = _simple_gradients(recorder, target, sources, output_gradients)
        if results is not None:
            return results if type(sources) is list else results[0]
    behind = variables_behind(sources)
    if behind is not sources:
        return gradient(recorder, target, behind, output_gradients, unconnected_gradients)
    target = variables_behind(target)
    target, sources = with_torch_operands(recorder, target, sources)
    graph = active_graph()
    if graph is not None:
        return graph.add_gradient(
            recorder, target, sources, output_gradients, unconnected_gradients
        )
    targets = _flat_targets(target)
    single = isinstance(sources, (EagerTensor, Variable))
    source_items = [sources] if single else nest.flatten(sources)
    flat_sources = _flat_sources(source_items)
    weights = _flat_weights(output_gradients)
    for item in (*targets, *flat_sources):
        if not isinstance(item, (Variable, EagerTensor)):
            check_differentiable(item)
    zero = unconnected_gradients is not UnconnectedGradients.NONE and wants_zeros(
        unconnected_gradients
    )
    results = _gradients(recorder, targets, flat_sources, weights)
    if recorder.function_boundaries:
        results = connect_zeros(recorder, targets, flat_sources, results)
    if zero:
        results = [
            zeros(source) if result is None else result
            for source, result in zip(flat_sources, results, strict=True)
        ]
    results = assemble_gradients(source_items, results)
    return results[0] if single else nest.pack_sequence_as(sources, results)


def _flat_targets(target: Any) -> list[Any]:
    if isinstance(target, EagerTensor):
        return [target]
    targets = [part for item in nest.flatten(target) for part in gradient_parts(item)]
    for item in targets:
        check_has_dtype(item)
    return targets


def _flat_sources(source_items: list[Any]) -> list[Any]:
    sources = [part for item in source_items for part in source_parts(item)]
    for item in sources:
        if not isinstance(item, (Variable, EagerTensor)):
            check_has_dtype(item)
    return sources


def _flat_weights(output_gradients: Any) -> list[EagerTensor | None]:
    if output_gradients is None:
        return []
    return [
        None if part is None else to_tensor(part)
        for item in nest.flatten(output_gradients)
        for part in gradient_parts(item)
    ]


# -- the short way --------------------------------------------------------------------------------


def _simple_gradients(
    recorder: Recorder, target: Any, sources: Any, output_gradients: Any
) -> list[Any] | None:
    """The gradient by each source; None if the fast path does not apply."""
    targets = [target] if type(target) is TrackedTensor else target
    if type(targets) is not list:
        return None
    roots = []
    for item in targets:
        if type(item) is not TrackedTensor or recorder not in item._tapes.recorders:
            return None
        roots.append(item._t)
    source_list = sources if type(sources) is list else [sources]
    inputs = _simple_inputs(recorder, source_list)
    if inputs is None or not roots:
        return None
    wrapped: Wrapped = {}
    cotangents: list[torch.Tensor] | None
    if output_gradients is None:
        several = len(roots) > 1
        cotangents = [ones_like(root, several) for root in roots]
    else:
        weights = output_gradients if targets is target else [output_gradients]
        cotangents = _simple_cotangents(roots, weights, wrapped)
        if cotangents is None:
            return None
    keep_graph = recorder.persistent or recorder.shares_graph or bool(recorder.function_boundaries)
    if thread.active is EMPTY and engine_suffices(recorder) and roots[0].is_cpu:
        results: list[Any] = run_engine(roots, cotangents, inputs, False, keep_graph)
        for position, gradient in enumerate(results):
            if gradient is not None:
                tensor = wrapped.get(id(gradient)) if wrapped else None
                results[position] = EagerTensor(gradient) if tensor is None else tensor
        return results
    gradients, sparse, first_node = backward(recorder, roots, cotangents, inputs, keep_graph)
    results = []
    for source, leaf, gradient in zip(source_list, inputs, gradients, strict=True):
        cotangent_list = sparse.get(id(leaf)) if sparse else None
        if cotangent_list:
            parts = [] if gradient is None else [gradient]
            results.append(_total(parts, cotangent_list, source, wrapped, first_node))
        else:
            results.append(None if gradient is None else _wrap(gradient, wrapped, first_node))
    if thread.active is not EMPTY:
        note_gradients(wrapped, first_node)
    if recorder.function_boundaries:
        results = connect_zeros(recorder, targets, source_list, results)
    return results


def _simple_inputs(recorder: Recorder, sources: list[Any]) -> list[torch.Tensor] | None:
    """The one torch tensor of each source; None if some source has none or several."""
    variable_leaves = recorder.variable_leaves
    inputs = []
    for source in sources:
        cls = type(source)
        if cls is Variable:
            leaves = variable_leaves.get(id(source._handle))
            if leaves is None or len(leaves) != 1:
                return None
            inputs.append(leaves[0])
        elif cls is TrackedTensor and recorder in source._tapes.recorders:
            payload = source._t
            if source._leaf is not payload:
                return None
            inputs.append(payload)
        else:
            return None
    if not inputs or (len(inputs) > 1 and len(set(map(id, inputs))) != len(inputs)):
        return None
    return inputs


def _simple_cotangents(
    roots: list[torch.Tensor], weights: Any, wrapped: Wrapped
) -> list[torch.Tensor] | None:
    """The payloads of untracked output gradients that fit; None if some do not."""
    if type(weights) is not list or len(weights) != len(roots):
        return None
    cotangents = []
    for root, weight in zip(roots, weights, strict=True):
        if type(weight) is not EagerTensor:
            return None
        cotangent = weight._t
        if cotangent.dtype is not root.dtype or cotangent.shape != root.shape:
            return None
        if cotangent.device != root.device:
            return None
        wrapped[id(cotangent)] = weight
        cotangents.append(cotangent)
    return cotangents


# -- the general way ------------------------------------------------------------------------------


def _gradients(
    recorder: Recorder,
    target_items: list[Any],
    sources: list[Any],
    weights: list[EagerTensor | None],
) -> list[Any]:
    """The gradient by each source: a tensor, slices, or None."""
    targets = Targets()
    several = len(target_items) > 1
    for position, target in enumerate(target_items):
        has_weight = position < len(weights)
        weight = weights[position] if has_weight else None
        targets.add(recorder, target, has_weight, weight, several)
    inputs: list[torch.Tensor] = []
    counts: list[int] = []
    nontrainable: dict[int, list[Any]] = {}
    connected = bool(targets.roots or targets.pending)
    if connected:
        counts = add_inputs(recorder, sources, inputs)
        if recorder.has_custom_gradients:
            nontrainable = {
                key_of(source): [] for source in sources if is_nontrainable(recorder, source)
            }
    if not inputs and not (connected and recorder.has_custom_gradients):
        return _gradients_of_untracked(targets, sources)
    keep_graph = recorder.persistent or recorder.shares_graph or bool(recorder.function_boundaries)
    result = backward(
        recorder,
        targets.roots,
        targets.cotangents,
        inputs,
        keep_graph,
        targets.pending,
        nontrainable,
    )
    totals: dict[int, Any] = {}  # by key, so that a repeated source gets the same object
    results: list[Any] = []
    start = 0
    for source, count in zip(sources, counts, strict=True):
        key = key_of(source)
        positions = range(start, start + count)
        start += count
        parts = [g for i in positions if (g := result.gradients[i]) is not None]
        sparse = [
            cotangent for i in positions for cotangent in result.sparse.get(id(inputs[i]), ())
        ]
        sparse += nontrainable.get(key, ())
        if (parts or sparse) and key not in nontrainable and is_foreign(recorder, source):
            results.append(None)  # this includes the 1 of a target that is itself the source
            continue
        if key not in totals:
            parts += targets.untracked.get(key, [])
            totals[key] = _total(parts, sparse, source, targets.wrapped, result.first_node)
        results.append(totals[key])
    if thread.active is not EMPTY:
        note_gradients(targets.wrapped, result.first_node)
    return results


def _gradients_of_untracked(targets: Targets, sources: list[Any]) -> list[Any]:
    """The gradients if no operation lies between targets and sources."""
    if not targets.untracked:
        return [None] * len(sources)
    first_node = sequence_number()
    totals: dict[int, Any] = {}
    for source in sources:
        key = key_of(source)
        if key not in totals:
            parts = targets.untracked.get(key, [])
            totals[key] = _total(parts, [], source, targets.wrapped, first_node)
    if thread.active is not EMPTY:
        note_gradients(targets.wrapped, first_node)
    return [totals[key_of(source)] for source in sources]


# -- results --------------------------------------------------------------------------------------


def _total(
    parts: list[torch.Tensor],
    sparse: list[Any],
    source: Any,
    wrapped: Wrapped,
    first_node: int,
) -> Any:
    """The gradient by a source, from all its parts; None if there are none."""
    if not parts and not sparse:
        return None
    shape = payload_of(source).shape
    total = sum_cotangents(parts, sparse, shape)
    if type(total) is Slices:
        values = _wrap(total.values, wrapped, first_node)
        return make_indexed_slices(
            values, total.indices, shape if total.shape is OWN else total.shape
        )
    return _wrap(total, wrapped, first_node) if isinstance(total, torch.Tensor) else total


def _wrap(gradient: torch.Tensor, wrapped: Wrapped, first_node: int) -> EagerTensor:
    """A gradient as a tensor, tracked by those of the recording tapes that track it."""
    existing = wrapped.get(id(gradient))
    if existing is not None:
        return existing
    tracked = in_graph(gradient)
    recording = trackers(gradient, first_node) if tracked else EMPTY
    tensor: EagerTensor
    if recording is EMPTY:
        tensor = EagerTensor(without_graph(gradient) if tracked else gradient)
    else:
        tensor = TrackedTensor(gradient, recording)
        recording.add(tensor)
    wrapped[id(gradient)] = tensor
    return tensor
