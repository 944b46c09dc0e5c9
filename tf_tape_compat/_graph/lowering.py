"""Lowering: from a graph to a program for inputs of certain shapes.

The graph is replayed on tensors without values, of exactly these sizes, with its tapes and
gradients, and the torch calls below are captured. Results that follow from the shapes alone are
computed here. No Python of the traced function runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.devices import placement
from .._core.recording import activation, admission
from .._core.recording.tape_set import TRAINABLE
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from . import autograd_calls
from .array_values import ArrayList, as_int, dense
from .capture import Capture
from .effects_around import effects_around
from .graph import FuncGraph
from .host_calls import HostFunction, eager_call
from .loop_steps import pair_loops
from .nodes import AssignNode, Node, OpNode
from .passes import optimize
from .program import PayloadSpec, Program
from .replay import Replay
from .shadow_variables import shadow_variable
from .shadows import (
    Shadow,
    evaluate,
    fake_mode,
    is_data_dependent,
    is_fake,
    payload_type,
    running,
    untracked,
    valued_examples,
)
from .shape_rules import Result, rules
from .structure import fill
from .ties import tied
from .unsupported import DrawsNumbers, LoweringUnsupported, ValuesUnknown


class Lowering(Replay):
    """A replay that captures a program."""

    runs_programs = False

    def __init__(self, stores: bool) -> None:
        super().__init__()
        self.capture = Capture()
        self.stores = stores  # whether assignments are effects of the program
        self._shadows: dict[int, Variable] = {}
        self.called_eagerly: list[str] = []  # operations that the program calls with values

    # -- inputs -----------------------------------------------------------------------------------

    def input(self, spec: PayloadSpec) -> EagerTensor:
        """A new input of the program."""
        with fake_mode:
            payload = spec.empty()
        self.capture.add_input(payload)
        return EagerTensor(payload)

    def bind_variable(self, variable: Variable, payload: Any) -> Variable:
        """Makes `payload` the value of a variable at the start."""
        shadow = shadow_variable(variable, payload)
        self._shadows[id(variable._handle)] = shadow
        return shadow

    # -- the run ----------------------------------------------------------------------------------

    def run_graph(self, graph: FuncGraph, values: list[EagerTensor]) -> list[EagerTensor]:
        for variable in graph.used_variables.values():
            self.variable(variable)  # while nothing is captured
        return super().run_graph(graph, values)

    def evaluate(self, node: Node, values: list[EagerTensor]) -> list[EagerTensor]:
        self.capture.begin(node, [value._t for value in values])
        if node.needs_values:
            return self._call_with_values(node, values)
        instructions = self.capture.program.instructions
        count = len(instructions)
        try:
            if not isinstance(node, OpNode):  # what it does is never known before
                with running():
                    return list(self.captured(lambda: node.run(self, values)))
            return evaluate(node.type, values, lambda: node.run(self, values), self.capture)
        except Exception as error:
            if not is_data_dependent(error):
                raise
            if not isinstance(node, OpNode) or isinstance(error, DrawsNumbers):
                raise ValuesUnknown(f"{node.type} needs values") from error
        del instructions[count:]
        return self._call_eagerly(node, values)

    def _call_eagerly(self, node: OpNode, values: list[EagerTensor]) -> list[EagerTensor]:
        """Captures a call of an operation that needs values, with a gradient like others."""
        eager, computed = eager_call(node, values, _eager)
        specs = []
        for dtype, shape in self._exact_results(node, values):
            if dtype.torch is None:
                raise LoweringUnsupported(f"strings of {node.type}")
            if not shape.is_fully_defined():
                raise ValuesUnknown(f"the shapes of the results of {node.type}")
            specs.append(_new_payload(dtype.torch, shape))
        function = HostFunction(node.type, eager, specs)
        function.checks_sizes = not all(x.shape.is_fully_defined() for x in node.outputs)
        self.called_eagerly.append(node.type)
        with fake_mode, self.capture:
            recording, payloads = admission.admit(computed)
            outputs = autograd_calls.apply(function, payloads)
            return list(finish(recording, list(outputs)))

    def _exact_results(self, node: OpNode, values: list[EagerTensor]) -> list[Result]:
        """The dtypes and shapes of an operation's results for inputs of these sizes."""
        if node.type in rules:
            args, kwargs = fill(node.arguments, values)
            results = rules[node.type](*args, **kwargs)
            if results is not None and all(shape.is_fully_defined() for _, shape in results):
                return results
        if all(x.shape.is_fully_defined() for x in node.outputs):
            return [(x.dtype, x.shape) for x in node.outputs]
        if effects_around.present:  # if sizes turn out to vary, it is too late to start again
            raise ValuesUnknown(f"the shapes of the results of {node.type}")
        try:
            with placement.host_scope():
                return valued_examples(
                    node.type,
                    [Shadow(x) for x in values],
                    lambda tensors: node.run(_eager, tensors),
                    optimistic=True,  # the call checks the sizes
                )
        except Exception as error:
            raise ValuesUnknown(f"the shapes of the results of {node.type}") from error

    def variable(self, variable: Variable) -> Variable:
        key = id(variable._handle)
        shadow = self._shadows.get(key)
        if shadow is None:
            data = variable._handle.data
            if not isinstance(data, torch.Tensor):
                raise LoweringUnsupported("a variable of strings")
            with _disable_current_modes(), fake_mode:
                payload = PayloadSpec.of(data).empty()
                shadow = self.bind_variable(variable, payload)
            self.capture.add_read(variable._handle, payload)
        return shadow

    def assigned(self, variable: Variable) -> None:
        if self.stores:
            self.capture.store(variable._handle, self.variable(variable)._handle.data)

    def run_branch(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        if not is_fake(values[0]._t):
            with _disable_current_modes():
                graph, inputs = node.branch(bool(values[0]._t), values)
            return self.captured(lambda: tied(values, self._inline(graph, inputs)))
        outputs: list[EagerTensor] = node.call_lowered(values, self)
        return outputs

    def run_loop(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        count = node.static_iterations(values)
        if count is not None:
            state, _, captures = node.split(values)
            for _ in range(count):
                state = self._inline(node.body, [*state, *captures])
            return self.captured(lambda: tied(values, state))
        outputs: list[EagerTensor] = node.call_lowered(values, self)
        return outputs

    def _inline(self, graph: FuncGraph, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs a graph of a node as a part of this run, with tapes of its own."""
        recorders, self._recorders = self._recorders, {}
        with _disable_current_modes():
            try:
                return self.run_graph(graph, values)
            finally:
                self.close()
                self._recorders = recorders

    def captured(self, function: Callable[[], Any]) -> Any:
        """Calls a function inside of the capture, also if all inputs of the node are known."""
        if Capture.current() is self.capture:
            return function()
        with fake_mode, self.capture:
            return function()

    def new_array(self, size: EagerTensor, dtype: DType, shape: TensorShape, may_grow: bool) -> Any:
        if is_fake(size._t) or dtype.torch is None:
            raise ValuesUnknown("a tf.TensorArray of a size that is not known")
        return ArrayList([None] * as_int(size), dtype, shape, may_grow)

    def reload(self, variable: Variable) -> None:
        """Reads a variable again, that a part of the program assigned to."""
        handle = variable._handle
        shadow = self.variable(variable)
        with _disable_current_modes(), fake_mode:
            payload = PayloadSpec.of(handle.data).empty()
        self.capture.record(lambda: handle.data.clone(), (), {}, payload, effect=True)
        shadow._handle.data = payload

    def _call_with_values(self, node: Node, values: list[EagerTensor]) -> list[EagerTensor]:
        """Captures a call of the eager function, made each time the program runs."""
        if node.outputs and any(value._tapes.recorders for value in values):
            raise LoweringUnsupported(f"the gradient of {node.type}")
        if not self.stores:  # a gradient runs its function again, but not what has an effect
            raise LoweringUnsupported(f"a gradient through {node.type}")
        outputs = self._results_with_values(node, values)
        path = self.call_path

        changed = node.variable._handle if isinstance(node, AssignNode) else None
        scope = placement.current_scope()
        devices = [output.device for output in outputs if isinstance(output, torch.Tensor)]

        def call(*payloads: torch.Tensor) -> list[Any]:
            if changed is not None:  # so that it is not changed in place: the value was read
                changed.data = changed.data.clone()
            run = Replay()
            run.call_path = path
            with scope():
                results = node.run(run, [EagerTensor(payload) for payload in payloads])
            if not devices:
                return [result._t for result in results]
            return [x._t.to(device) for x, device in zip(results, devices, strict=True)]

        payloads = [value._t for value in values]
        self.capture.record(call, payloads, {}, outputs, effect=True)
        if isinstance(node, AssignNode):
            self.reload(node.variable)
        return [EagerTensor(output) for output in outputs]

    def _results_with_values(self, node: Node, values: list[EagerTensor]) -> list[Any]:
        """Payloads of the sizes of the results of a node that is called with values."""
        types = [(payload_type(x.dtype), x.shape) for x in node.outputs]
        with running(), _disable_current_modes(), fake_mode:
            if not all(shape.is_fully_defined() for _, shape in types):
                try:
                    types = [(x._t.dtype, x.shape) for x in node.run_example(values)]
                except Exception as error:
                    message = f"the shapes of the results of {node.type}"
                    raise ValuesUnknown(message) from error
            return [_new_payload(dtype, shape).empty() for dtype, shape in types]


# Runs single nodes on real tensors, for operations that a program calls eagerly.
_eager = Replay()


def program_inputs(graph: FuncGraph, args: list[Any]) -> list[Any]:
    """The inputs of a graph's programs: its arguments, and what it captures, if it is trainable.

    Other captured tensors are constants of the programs.
    """
    captured = graph.captured_external
    return [*args, *(x for x in captured if x._t.dtype in TRAINABLE)] if captured else args


def graph_values(
    graph: FuncGraph, inputs: list[EagerTensor], all_inputs: bool
) -> list[EagerTensor]:
    """A value for each placeholder of a graph, from the inputs of its program."""
    if all_inputs:
        return inputs
    count = len(graph.inputs)
    captured = iter(inputs[count:])
    return [
        *inputs[:count],
        *(
            next(captured) if x._t.dtype in TRAINABLE else untracked(x)
            for x in graph.captured_external
        ),
    ]


def dense_outputs(run: Lowering, outputs: list[Any]) -> list[Any]:
    """The outputs of a graph, with a tensor for each array."""
    if not any(type(x) is ArrayList for x in outputs):
        return outputs
    with running():
        return run.captured(lambda: [dense(x) for x in outputs])


@contextmanager
def closing(run: Lowering) -> Iterator[None]:
    """A context that ends a run. An error for want of a value becomes LoweringUnsupported."""
    try:
        yield
    except Exception as error:
        if is_data_dependent(error):  # outside of a node: in the gradient of one
            raise ValuesUnknown("a gradient that needs values") from error
        raise
    finally:
        run.close()


def lower(
    graph: FuncGraph,
    specs: Sequence[PayloadSpec],
    all_inputs: bool = False,
    call_path: tuple[int, ...] = (),
) -> Program:
    """The program that computes a graph's outputs from inputs of these sizes.

    `all_inputs`: its inputs are values for all placeholders, and not those of `program_inputs`.
    `call_path`: the calls in other graphs that lead to it.

    Raises LoweringUnsupported if the graph must be interpreted.
    """
    run = Lowering(stores=True)
    run.call_path = call_path
    has_effects = any(node.has_effect or node.needs_values for node in graph.all_nodes())
    with (
        effects_around.noted(has_effects),
        _disable_current_modes(),
        activation.stop_recording(),
        torch.enable_grad(),
    ):
        inputs = [run.input(spec) for spec in specs]
        with closing(run):
            outputs = dense_outputs(
                run, run.run_graph(graph, graph_values(graph, inputs, all_inputs))
            )
            payloads = [x._t for x in outputs]  # ending a tape replaces those that it tracks
    program = finished(run, payloads)
    pair_loops(program)
    return program


def finished(run: Lowering, payloads: Sequence[Any]) -> Program:
    """The optimized program of a run."""
    program = run.capture.program
    program.called_eagerly = list(dict.fromkeys(run.called_eagerly))
    if not all(isinstance(payload, torch.Tensor) for payload in payloads):
        raise LoweringUnsupported("a result of strings")
    program.outputs = [run.capture.number(payload) for payload in payloads]
    program.output_specs = [PayloadSpec.of(payload) for payload in payloads]
    with _disable_current_modes():  # constants have values, also if another graph is being lowered
        program.constants = {n: value.detach() for n, value in program.constants.items()}
        optimize(program)
    return program


def _new_payload(dtype: torch.dtype, shape: TensorShape) -> PayloadSpec:
    """The type of a new payload of a fully defined shape, on the current device."""
    sizes = torch.Size([size for size in shape.as_list() if size is not None])
    return PayloadSpec(dtype, sizes, placement.device_for(dtype))
