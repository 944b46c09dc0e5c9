"""`tf.custom_gradient` in a graph.

The operations of the function are nodes like any others. One more node, TensorFlow's `IdentityN`,
takes its results, arguments and variables, and has the user's gradient. The user's gradient
function is traced when a gradient goes through the node for the first time, and once: from then
on its graph is run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .. import nest
from .._core.gradients import custom_gradient
from .._core.gradients.accumulator import Accumulator
from .._core.gradients.custom_function import Backward
from .._core.gradients.gradient_operands import assemble_gradients
from .._core.recording import activation
from .._core.recording.execution_context import current_context
from .._core.recording.tape_set import TRAINABLE, thread
from .._core.recording.variable_watcher import VariableWatcher, tell_watchers
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.tensor.unnamed_op import alias
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._ops.array.conversion import convert_to_tensor
from .graph import FuncGraph, Graph
from .nodes import Node, ReadNode, Run
from .shadows import untracked
from .structure import fill
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_method
from .unsupported import TraceUnsupported


class _BackwardGraph(FuncGraph):
    """The graph of a user's gradient function. It runs as a part of gradients of `outer_graph`.

    It reads variables when it runs, and may capture every tensor of `outer_graph`, also of those
    nodes that were added after the node that it is the gradient of.
    """

    outer_graph: FuncGraph

    def symbol(self, tensor: EagerTensor) -> SymbolicTensor:
        outer = self.outer_graph
        if type(tensor) is not SymbolicTensor:
            if outer.is_open and id(tensor) not in self.captures:
                payload = tensor._t
                if isinstance(payload, torch.Tensor) and payload.dtype in TRAINABLE:
                    tensor = outer.symbol(tensor)
        elif (
            tensor.graph is not self
            and tensor.graph is not outer
            and not outer.is_open
            and id(tensor) not in outer.captures
        ):
            raise TraceUnsupported(
                "the gradient function of a tf.custom_gradient in a branch or loop uses a tensor "
                "of the function around it that the branch does not use"
            )
        return super().symbol(tensor)

    def read_variable(self, variable: Variable) -> SymbolicTensor:
        tell_watchers(variable)
        graph: Graph | None = self
        while graph is not None:
            graph.note_variable(variable)
            graph = graph.outer_graph if graph.is_open else None
        tensor: SymbolicTensor = self.add_node(ReadNode(variable))
        return tensor


class CustomGradientNode(Node):
    """The operation with the user's gradient.

    Its inputs are the results of the user's function, then the arguments. `variables` are those
    that the function read; `gradient` is the user's gradient function on flat lists.
    """

    __slots__ = ("_backward", "_context", "_graph", "_structure", "count", "gradient", "variables")

    def __init__(
        self,
        graph: FuncGraph,
        inputs: list[SymbolicTensor],
        count: int,
        variables: list[Variable],
        gradient: Backward,
    ) -> None:
        super().__init__("IdentityN", inputs)
        self.count = count
        self.variables = variables
        self.gradient = gradient
        self._graph = graph
        call = current_context.call
        self._context = getattr(call, "function", None), getattr(call, "trace", None)
        self._backward: _BackwardGraph | None = None
        self._structure: Any = None

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape]:
        return [x.shape for x in self.inputs[: self.count]]

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        value_of = run.frame()

        def backward(cotangents: list[Any]) -> list[Any]:
            graph = self.backward_graph()
            captured = [
                value_of(x) if type(x) is SymbolicTensor else untracked(x)
                for x in graph.captured_external
            ]
            outputs = run.run_graph(graph, [*map(to_tensor, cotangents), *captured])
            return [None] * self.count + fill(self._structure, outputs, run.variable)

        backward.__name__ = self.gradient.__name__
        results = [alias(untracked(value)) for value in values[: self.count]]
        reads = [to_tensor(run.variable(variable)) for variable in self.variables]
        outputs = custom_gradient.as_custom_gradient(results, [*values, *reads], backward)
        _pass_tangents(values, outputs)
        return outputs

    def result(self, outputs: list[Any]) -> Any:
        return outputs

    @property
    def later_inputs(self) -> Sequence[SymbolicTensor]:
        if self._backward is None:
            return ()
        captured = self._backward.captured_external
        return [x for x in captured if type(x) is SymbolicTensor]

    def prepare_gradient(self) -> None:
        self.backward_graph()

    def backward_graph(self) -> _BackwardGraph:
        """The graph of the gradient function, which is traced if it was not yet."""
        if self._backward is not None:
            return self._backward
        outer = self._graph
        graph = _BackwardGraph(f"{self.gradient.__name__}_grad", outer, outer.uses_autograph)
        with (
            _disable_current_modes(),
            activation.stop_recording(),
            torch.enable_grad(),
            graph.as_default(*self._context),
        ):
            for result in self.inputs[: self.count]:
                graph.inputs.append(graph.add_placeholder("grad_ys", result.dtype, result.shape))
            gradients = self.gradient(list(graph.inputs))
            if not outer.is_open:  # TensorFlow checks the gradients of calls only
                sources: list[Any] = [*self.inputs[self.count :], *self.variables]
                shapes = [x.shape for x in sources]
                custom_gradient.check_gradient_shapes(gradients, shapes, self.count)
            self._structure, graph.outputs = graph.lift(gradients)
        self._backward = graph
        return graph


def _pass_tangents(values: list[EagerTensor], outputs: list[EagerTensor]) -> None:
    """Gives the outputs the tangents of the user's results: in a graph, forward mode sees those."""
    for recorder in thread.stack:
        if isinstance(recorder, Accumulator):
            for value, output in zip(values, outputs, strict=False):
                tangent = recorder.tangent_of(value)
                if tangent is not None:
                    recorder.set_tangent(output, tangent)


def install() -> None:
    """Gives functions with their own gradient a rule for graphs."""
    trace_method(custom_gradient.Decorated, "__call__", _call)


def _call(
    graph: FuncGraph,
    method: Callable[..., Any],
    decorated: custom_gradient.Decorated,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    if kwargs:
        raise ValueError(
            "The custom_gradient decorator currently supports keywords arguments only when eager "
            "execution is enabled."
        )
    args = nest.map_structure(convert_to_tensor, args, expand_composites=True)
    with VariableWatcher() as watcher:
        result, grad_fn = decorated.function(*args)
    variables = sorted(watcher.watched, key=lambda variable: variable.name)
    custom_gradient.check_takes_variables(grad_fn, variables)
    for variable in variables:
        graph.note_variable(variable)
    arguments = custom_gradient.flat_parts(args)
    result_items = nest.flatten(result)
    parts = custom_gradient.flat_parts(result)
    inputs = [graph.symbol(convert_to_tensor(x)) for x in (*parts, *arguments)]
    backward = custom_gradient.backward_function(grad_fn, len(arguments), variables, result_items)
    backward.__name__ = decorated.function.__name__
    node = CustomGradientNode(graph, inputs, len(parts), variables, backward)
    outputs = graph.add_node(node)
    return nest.pack_sequence_as(result, assemble_gradients(result_items, outputs))
