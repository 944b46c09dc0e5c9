"""A graph's function and its gradient as two programs: the first saves what the second reads.

Both are lowered together, and then cut where the gradient begins. So a call under a tape computes
its function once.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, NamedTuple

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.devices.cpu_kernels import current_kernels
from .._core.devices.placement import current_scope
from .._core.gradients import tape_gradient
from .._core.gradients.gradient_operands import UnconnectedGradients
from .._core.recording import activation, admission
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .autograd_calls import Function
from .calls import Derivative
from .capture import Capture
from .derivative_lowering import gradient_parts
from .executors.executor import Executor, check_kernels, explain
from .graph import FuncGraph
from .lowering import Lowering, finished, graph_values, program_inputs
from .passes import remove_dead
from .program import PayloadSpec, Program
from .shadows import fake_mode

_OUTPUTS = {None: 0, "dense": 1, "slices": 2, "open slices": 2}  # of a gradient of some kind


class CallWithGradient(Function):
    """A graph's function, for inputs of some sizes, whose gradient does not compute it again.

    Its inputs are those of `Derivative`. Gradients with a graph are products of that class.
    """

    def __init__(
        self,
        graph: FuncGraph,
        variables: list[Variable],
        lowered: _Lowered,
        programs: _Programs,
    ) -> None:
        self._graph = graph
        self._variables = variables
        self._count = len(lowered.output_specs)
        self.kinds = ["dense"] * self._count
        self.output_specs = lowered.output_specs
        self._gradient_kinds = lowered.kinds
        self._forward = Executor(programs.forward)
        self._backward = programs.backward
        self._products: dict[tuple[bool, ...], tuple[Any, Executor]] = {}  # by what is needed
        self._trainable = [spec.dtype in TRAINABLE for spec in programs.specs]
        self._saved_inputs = programs.saved_inputs
        self._next: Derivative | None = None
        self._kernels = current_kernels()
        self._scope = current_scope()

    def run(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        return self._run_forward(payloads)[: self._count]

    def _run_forward(self, payloads: Sequence[torch.Tensor]) -> list[Any]:
        try:
            return self._forward.run(*payloads)
        except Exception as error:
            check_kernels(error, self._forward.program)
            raise explain(error) from None

    def call_saving(self, payloads: Sequence[torch.Tensor]) -> tuple[list[Any], Any]:
        if Capture.current() is not None:
            return super().call_saving(payloads)
        detached = [payload.detach() for payload in payloads]
        outputs = self._run_forward(detached)
        saved = [detached[i] for i in self._saved_inputs] + outputs[self._count :]
        return outputs[: self._count], saved

    def pull_back(
        self, saved: Any, cotangents: list[torch.Tensor], needed: tuple[bool, ...]
    ) -> tuple[Any, list[Any]]:
        entry = self._products.get(needed)
        if entry is None:
            entry = self._products[needed] = self._product(needed)
        kinds, executor = entry
        try:
            return kinds, executor.run(*saved, *cotangents)
        except Exception as error:
            raise explain(error) from None

    def _product(self, needed: tuple[bool, ...]) -> tuple[Any, Executor]:
        """The kinds, and the program of the gradients that are needed."""
        used = [n for n, trainable in zip(needed, self._trainable, strict=True) if trainable]
        remaining = iter(self._backward.outputs)
        kinds: list[str | None] = []
        program = copy(self._backward)
        program.outputs = []
        for kind, is_used in zip(self._gradient_kinds, used, strict=True):
            outputs = [next(remaining) for _ in range(_OUTPUTS[kind])]
            kinds.append(kind if is_used else None)
            program.outputs += outputs if is_used else []
        remove_dead(program)
        return kinds, Executor(program)

    def derivative(self, payloads: Sequence[torch.Tensor], cotangents: int) -> Derivative:
        if self._next is None:
            with self._scope(), self._kernels():
                self._next = Derivative(self._graph, self._variables, payloads, (cotangents,))
        return self._next


def lower_call(
    graph: FuncGraph, variables: list[Variable], payloads: Sequence[torch.Tensor]
) -> Function:
    """The function of a graph with its gradient, for inputs of these sizes.

    Raises LoweringUnsupported if the graph must be interpreted.
    """
    lowered = _lower(graph, variables, [PayloadSpec.of(x) for x in payloads])
    programs = _cut(lowered)
    if programs is not None:
        return CallWithGradient(graph, variables, lowered, programs)
    derivative = Derivative(graph, variables, payloads)
    derivative.lower_gradient(payloads)
    return derivative


class _Lowered(NamedTuple):
    """A program of a function and its gradient. Its outputs are those of both."""

    program: Program
    output_specs: list[PayloadSpec]  # of the function
    kinds: list[str | None]  # of the gradients
    cotangents: list[int]


def _lower(graph: FuncGraph, variables: list[Variable], specs: Sequence[PayloadSpec]) -> _Lowered:
    run = Lowering(stores=True)
    capture = run.capture
    recorder = Recorder(persistent=False, watch_accessed=False)
    with _disable_current_modes(), activation.stop_recording(), torch.enable_grad():
        inputs = [run.input(spec) for spec in specs]
        own = inputs[: len(program_inputs(graph, list(graph.inputs)))]
        for variable, value in zip(variables, inputs[len(own) :], strict=True):
            run.bind_variable(variable, value._t)
        shadows = [run.variable(variable) for variable in variables]
        sources: list[Any] = [x for x in own if x._t.dtype in TRAINABLE]
        try:
            activation.activate(recorder)
            try:
                with fake_mode, capture:
                    for tensor in sources:
                        admission.watch(recorder, tensor)
                for shadow in shadows:
                    recorder.variables[id(shadow._handle)] = shadow
                results = list(run.run_graph(graph, graph_values(graph, own, False)))
            finally:
                activation.deactivate(recorder)
            forward = len(capture.program.instructions)
            targets = [x for x in results if x._t.dtype in TRAINABLE]
            cotangents = [run.input(PayloadSpec.of(x._t)) for x in targets]
            with fake_mode, capture:
                gradients = _gradients(recorder, targets, [*sources, *shadows], cotangents)
            for instruction in capture.program.instructions[forward:]:
                instruction.in_gradient = True
            kinds, payloads = gradient_parts(gradients)
            outputs = [x._t for x in results]
        finally:
            recorder.release()
            run.close()
    output_specs = [PayloadSpec.of(x) for x in outputs]
    numbers = [capture.number(x._t) for x in cotangents]
    program = finished(run, [*outputs, *payloads])
    return _Lowered(program, output_specs, kinds, numbers)


def _gradients(
    recorder: Recorder, targets: list[Any], sources: list[Any], cotangents: list[EagerTensor]
) -> list[Any]:
    if not targets:
        return [None] * len(sources)
    return tape_gradient.gradient(recorder, targets, sources, cotangents, UnconnectedGradients.NONE)


class _Programs(NamedTuple):
    """The two programs, and which inputs of the first are the first inputs of the second.

    The further outputs of the first and the cotangents are its other inputs.
    """

    forward: Program
    backward: Program
    saved_inputs: list[int]
    specs: list[PayloadSpec]  # of the inputs


def _cut(lowered: _Lowered) -> _Programs | None:
    """The programs of the function and of its gradient; None if they cannot be told apart."""
    program = lowered.program
    first, second = Program(), Program()
    first.called_eagerly = second.called_eagerly = program.called_eagerly
    for instruction in program.instructions:
        part = second if instruction.in_gradient else first
        part.instructions.append(instruction)
    known = set(lowered.cotangents) | set(program.constants)
    needed: dict[int, None] = {}  # in order

    def need(numbers: Sequence[int | None]) -> None:
        needed.update(dict.fromkeys(n for n in numbers if n is not None and n not in known))

    for instruction in second.instructions:
        need(instruction.reads)
        known.update(n for n in instruction.results if n is not None)
    count = len(lowered.output_specs)
    need(program.outputs[count:])
    owner = program.families()
    shared = {owner.get(n, n) for n in needed}
    if any(owner.get(n, n) in shared for i in second.instructions for n in i.mutates):
        return None  # it would change what was saved, and may run again

    cotangents = set(lowered.cotangents)
    first.inputs = [n for n in program.inputs if n not in cotangents]
    first.reads = program.reads
    positions = {n: i for i, n in enumerate(first.inputs)}
    saved_inputs = [n for n in needed if n in positions]
    saved = [n for n in needed if n not in positions]
    first.outputs = [*program.outputs[:count], *saved]
    second.inputs = [*saved_inputs, *saved, *lowered.cotangents]
    second.outputs = program.outputs[count:]
    for part in (first, second):
        part.layouts = program.layouts
        part.node_inputs, part.replaced = program.node_inputs, program.replaced
        part.called_eagerly = program.called_eagerly
        used = {n for i in part.instructions for n in i.reads} | set(part.outputs)
        part.constants = {n: value for n, value in program.constants.items() if n in used}
        part.output_specs = [_spec(program, n) for n in part.outputs if n is not None]
    specs = [_spec(program, n) for n in first.inputs]
    return _Programs(first, second, [positions[n] for n in saved_inputs], specs)


def _spec(program: Program, number: int) -> Any:
    layout = program.layouts.get(number)
    if layout is None:  # strings, which no gradient needs
        return PayloadSpec(None, torch.Size(()), torch.device("cpu"))  # type: ignore[arg-type]
    return PayloadSpec(layout.dtype, torch.Size(layout.shape), layout.device)
