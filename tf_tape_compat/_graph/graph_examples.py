"""How a graph runs its nodes on examples, to learn the dtypes and shapes of their results."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from .._core.devices import placement
from .._core.recording.recorder import Recorder
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from ..errors import OpError
from . import shadows
from .composite_examples import composite_results
from .nodes import CallNode, Node, OpNode
from .replay import ShadowReplay
from .shadow_variables import shadow_variable
from .shadows import SECOND_SIZE, is_data_dependent
from .shape_rules import Result, fallback
from .size_search import fitting_results
from .structure import composites_in
from .symbolic_tensor import SymbolicTensor
from .trace_errors import as_trace_error, is_refused_type
from .unsupported import NeedsValue, TraceUnsupported
from .value_examples import results_for_values


def _is_torch_index_error(error: Exception) -> bool:
    """Whether torch refused an axis; other IndexErrors are the program's."""
    return isinstance(error, IndexError) and str(error).startswith("Dimension out of range")


class GraphExamples:
    """The part of a graph that is a run over shadows (`nodes.Run`)."""

    call_path: tuple[int, ...] | None = None  # as a run, it is one of examples

    def __init__(self) -> None:
        super().__init__()
        self._shadow_variables: dict[int, Variable] = {}

    # -- examples of results ----------------------------------------------------------------------

    def example_results(
        self, node: Node, stated: list[Result] | None
    ) -> tuple[list[EagerTensor], list[EagerTensor] | None]:
        """The results of a node on its inputs' shadows, of first and, if any, second sizes.

        `stated` are the dtypes and shapes of the results if they are known without a run.
        """
        inputs = [x.shadow for x in node.inputs]
        firsts = [shadow.first for shadow in inputs]
        reads_values = node.type not in shadows.READ_SHAPES
        if stated is None and reads_values and shadows.holds_strings(firsts):
            try:
                stated = shadows.string_examples(inputs, lambda tensors: node.run(self, tensors))
            except NeedsValue as error:
                if is_refused_type(cause := error.__cause__):  # type: ignore[arg-type]
                    raise as_trace_error(cause, node.type) from None  # type: ignore[arg-type]
                raise
        if stated is not None:
            return self._stated_examples(firsts if node.connects else [], stated)
        try:
            results = self._first_run(node, firsts)
            seconds = None
            if node.static_shapes(results) is None:
                seconds = shadows.second_run(
                    node.type, inputs, lambda tensors: node.run(self, tensors)
                )
        except Exception as error:
            if isinstance(error, RecursionError) or (
                isinstance(error, TraceUnsupported) and not isinstance(error, NeedsValue)
            ):
                raise
            if isinstance(node, OpNode) and composites_in(node.arguments):
                stated = composite_results(
                    node.arguments, node.inputs, lambda tensors: node.run(self, tensors)
                )
                return self._stated_examples(firsts, stated)
            if any(shadow.second is not None for shadow in inputs):
                stated = self._fitting_results(node)
                if stated is not None:
                    return self._stated_examples(firsts, stated)
            if not is_data_dependent(error):
                if isinstance(error, (OpError, RuntimeError)) or _is_torch_index_error(error):
                    raise as_trace_error(error, node.type) from None
                raise
            try:
                stated = self._results_for_values(node, inputs)
            except Exception:
                refusal = self._refusal(node, firsts)
                if refusal is not None:
                    raise refusal from None
                message = f"{node.type} needs values: it has no shape rule yet"
                raise NeedsValue(message) from error
            return self._stated_examples(firsts, stated)
        shapes = node.static_shapes(results)
        if node.needs_values or (shapes and not all(x.is_fully_defined() for x in shapes)):
            # What the examples know is not known of other calls.
            with shadows.fake_mode:
                results = [
                    x
                    if shadows.is_fake(x._t)
                    else EagerTensor(shadows.example(x.dtype.torch, x.shape, 0))
                    for x in results
                ]
        return results, seconds

    def _first_run(self, node: Node, firsts: list[EagerTensor]) -> list[EagerTensor]:
        try:
            return shadows.evaluate(node.type, firsts, lambda: node.run(self, firsts))
        except OpError as error:
            if not firsts or any(shadows.is_unknown(x._t) for x in firsts):
                raise
            if is_refused_type(error):
                raise
            # It fails on these values when it runs, and it may not run.
            unknown = [EagerTensor(shadows.fake_like(x._t)) for x in firsts]
            return shadows.evaluate(node.type, unknown, lambda: node.run(self, unknown))

    def _refusal(self, node: Node, firsts: list[EagerTensor]) -> Exception | None:
        """The error of a node all of whose inputs are known, and that refuses their values."""
        if node.needs_values or any(shadows.is_fake(x._t) for x in firsts):
            return None
        try:
            shadows.evaluate(node.type, firsts, lambda: node.run(self, firsts))
        except OpError as error:
            return as_trace_error(error, node.type)
        except Exception:
            return None
        return None

    def _results_for_values(self, node: Node, inputs: list[shadows.Shadow]) -> list[Result]:
        if node.computes_values and node.type not in shadows.SIZED_BY_VALUES:
            stated = results_for_values(node, self)
            if stated is not None:
                return stated
        return shadows.valued_examples(node.type, inputs, lambda x: node.run(self, x))

    def _fitting_results(self, node: Node) -> list[Result] | None:
        stated = fallback(node.type, node.inputs)
        if stated is None and isinstance(node, OpNode):
            stated = fitting_results(
                node.type, node.inputs, node.arguments, lambda tensors: node.run(self, tensors)
            )
        return stated

    def _stated_examples(
        self, inputs: list[EagerTensor], stated: list[Result]
    ) -> tuple[list[EagerTensor], list[EagerTensor] | None]:
        types = [(shadows.payload_type(dtype), shape) for dtype, shape in stated]
        examples = [shadows.example(d, shape, shadows.FIRST_SIZE) for d, shape in types]
        results = shadows.connected(inputs, examples)
        seconds = [EagerTensor(shadows.example(d, shape, SECOND_SIZE)) for d, shape in types]
        return results, seconds

    def example_payload(self, tensor: SymbolicTensor) -> torch.Tensor:
        """A payload for a variable whose initial value is not known yet."""
        sizes = [shadows.FIRST_SIZE if n is None else n for n in tensor.shape.as_list()]
        if tensor.dtype.torch is None:
            raise TraceUnsupported("a variable of strings that is created in a function")
        dtype = tensor.dtype.torch
        return torch.zeros(sizes, dtype=dtype, device=placement.device_for(dtype))

    # -- the run: `nodes.Run` ---------------------------------------------------------------------

    def variable(self, variable: Variable) -> Variable:
        """The shadow of a variable."""
        shadow = self._shadow_variables.get(id(variable._handle))
        if shadow is None:
            shadow = self._shadow_variables[id(variable._handle)] = shadow_variable(variable)
        return shadow

    def recorder(self, recorder: Recorder) -> Recorder:
        """The recorder itself: the function's own tapes record shadows."""
        return recorder

    def new_recorders(self, recorders: Collection[Recorder]) -> AbstractContextManager[None]:
        """Nothing is done: graphs inside of this one are run apart (`run_graph`)."""
        return nullcontext()

    def assigned(self, variable: Variable) -> None:
        """Nothing is done: the shadow of the variable was assigned to."""

    def run_graph(self, graph: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the nodes of another graph on shadows."""
        return ShadowReplay(self.variable).run_graph(graph, values)

    def call_graph(self, node: CallNode, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the graph of a call on shadows."""
        return self.run_graph(node.graph, values)

    def frame(self) -> Callable[[SymbolicTensor], EagerTensor]:
        """What looks up the values of this graph's tensors: the shadows."""
        return lambda tensor: tensor.shadow.first

    def run_branch(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Never called: conditionals state their results."""
        raise NotImplementedError

    def run_loop(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Never called: loops state their results."""
        raise NotImplementedError

    def new_array(self, size: EagerTensor, dtype: DType, shape: TensorShape, may_grow: bool) -> Any:
        """Never called: operations of arrays state their results."""
        raise NotImplementedError
