"""Lowering vector-Jacobian products of a graph, of every order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.gradients import tape_gradient
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.recording import activation, admission
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable
from .graph import FuncGraph
from .loop_steps import pair_loops
from .lowering import Lowering, closing, dense_outputs, finished, graph_values, program_inputs
from .passes import depends_on_more
from .program import PayloadSpec, Program
from .shadows import fake_mode


def lower_derivative(
    graph: FuncGraph,
    variables: list[Variable],
    cotangent_counts: Sequence[int],
    specs: Sequence[PayloadSpec],
    all_inputs: bool = False,
) -> tuple[Program, list[str | None], bool]:
    """The program of a graph's vector-Jacobian product, of the order `len(cotangent_counts)`.

    Its inputs are those of the graph, the values of `variables`, and then, for each order, the
    cotangents of the trainable results of the order below. Its results are the gradients by the
    trainable ones of the inputs of the order below, in the same order.

    Returns:
      The program, and for each result "dense", "slices" (two outputs: values and indices), "open
      slices" (the same, without a dense shape), or None for a result without a gradient (no
      output); and whether the results depend on more than cotangents.
    """
    run = Lowering(stores=False)
    # torch disables gradients in the gradient that this may be lowered for.
    with _disable_current_modes(), activation.stop_recording(), torch.enable_grad():
        remaining = iter([run.input(spec) for spec in specs])
        placeholders = graph.placeholders
        if not all_inputs:
            placeholders = program_inputs(graph, list(graph.inputs))
        own = [next(remaining) for _ in placeholders]
        for variable in variables:
            run.bind_variable(variable, next(remaining)._t)
        cotangents = [[next(remaining) for _ in range(n)] for n in cotangent_counts]
        with closing(run):
            results = _derivative(run, graph, own, variables, cotangents, all_inputs)
            kinds, payloads = gradient_parts(results)
    last = [run.capture.number(x._t) for x in cotangents[-1]]
    depends = depends_on_more(run.capture.program, last, map(run.capture.number, payloads))
    program = finished(run, payloads)
    pair_loops(program)
    return program, kinds, depends


def gradient_parts(results: list[Any]) -> tuple[list[str | None], list[Any]]:
    """The kind of each gradient, and the payloads of their parts."""
    kinds: list[str | None] = []
    payloads: list[Any] = []
    for result in results:
        if result is None:
            kinds.append(None)
        elif isinstance(result, IndexedSlices):
            kinds.append("slices" if result.dense_shape is not None else "open slices")
            payloads += [result.values._t, result.indices._t]
        else:
            kinds.append("dense")
            payloads.append(result._t)
    return kinds, payloads


def _derivative(
    run: Lowering,
    graph: FuncGraph,
    inputs: list[EagerTensor],
    variables: list[Variable],
    cotangents: list[list[EagerTensor]],
    all_inputs: bool,
) -> list[Any]:
    if not cotangents:
        outputs = run.run_graph(graph, graph_values(graph, inputs, all_inputs))
        return dense_outputs(run, outputs)
    *inner, own = cotangents
    recorder = Recorder(persistent=False, watch_accessed=False)
    shadows = [run.variable(variable) for variable in variables]
    sources: list[Any] = [x for x in inputs if x._t.dtype in TRAINABLE]
    weights = [x for items in inner for x in items]
    activation.activate(recorder)
    try:
        with fake_mode, run.capture:
            for tensor in (*sources, *weights):
                admission.watch(recorder, tensor)
        for shadow in shadows:
            recorder.variables[id(shadow._handle)] = shadow
        results = _derivative(run, graph, inputs, variables, inner, all_inputs)
        with fake_mode, run.capture:
            # The values of slices are outputs of the program of the order below.
            targets = [
                x.values if isinstance(x, IndexedSlices) else to_tensor(x)
                for x in results
                if x is not None
            ]
    finally:
        activation.deactivate(recorder)
    targets = [x for x in targets if x._t.dtype in TRAINABLE]
    with fake_mode, run.capture:
        gradients: list[Any] = tape_gradient.gradient(
            recorder, targets, [*sources, *shadows, *weights], own, UnconnectedGradients.NONE
        )
        if all_inputs:  # a conditional has dense gradients
            gradients = [None if x is None else to_tensor(x) for x in gradients]
    recorder.release()
    return gradients
