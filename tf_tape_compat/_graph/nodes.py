"""The nodes of a graph: what happens, in order, when its function runs.

A node is an operation, or an event that TensorFlow has no operation for, such as the gradient of a
tape. `Node.run` does to eager tensors what the function did to symbolic ones. It is called with
three kinds of tensors: shadows while the function is traced (graph.py), tensors without values when
the graph is lowered (lowering.py), and real ones (replay.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import torch

from .. import nest
from .._core.devices.placement import Scope
from .._core.gradients import function_boundary, tape_gradient
from .._core.recording import admission
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import sequence_number, thread
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .shadows import READ_SHAPES, fitted, is_fake
from .shape_rules import composite_rules, result_types, rules
from .sizes_of_examples import shapes_beyond_examples
from .structure import SlicesPlace, TensorPlace, composites_in, fill, tensors_of
from .traced_gradients import as_traced
from .unsupported import NeedsValue

if TYPE_CHECKING:
    from .graph import FuncGraph
    from .operation import Operation
    from .symbolic_tensor import SymbolicTensor


_BOOL = as_dtype("bool")


class Run(Protocol):
    """What a node needs to know of the run that it is part of."""

    @property
    def call_path(self) -> tuple[int, ...] | None:
        """The numbers of the calls of functions that the run is inside of; None for examples."""

    def variable(self, variable: Variable) -> Variable:
        """What stands for a variable of the traced function."""

    def recorder(self, recorder: Recorder) -> Recorder:
        """What stands for a recorder that was used while tracing."""

    def new_recorders(self, recorders: Collection[Recorder]) -> AbstractContextManager[None]:
        """A context in which others stand for these recorders: their nodes run once more."""

    def assigned(self, variable: Variable) -> None:
        """Called after a variable of the traced function was assigned to."""

    def run_graph(self, graph: FuncGraph, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the nodes of another graph as a part of this run."""

    def call_graph(self, node: CallNode, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs the graph of a call."""

    def frame(self) -> Callable[[SymbolicTensor], EagerTensor]:
        """What looks up values of the graph that runs now, also later."""

    def run_branch(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs one of the graphs of a conditional (cond.py)."""

    def run_loop(self, node: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        """Runs a loop (while_loop.py)."""

    def new_array(self, size: EagerTensor, dtype: DType, shape: TensorShape, may_grow: bool) -> Any:
        """A new array for a TensorArray (array_values.py)."""


class Node:
    """One event of a traced function.

    Attributes:
      type: the name of TensorFlow's operation, also of events that TensorFlow has none for.
      inputs: the tensors that it reads.
      outputs: the tensors that it computes.
      recorders: the recorders that were active, outermost first.
      operation: the operation that users see, or None.
      scope: the scope of `tf.device` that it was added in, or None.
    """

    __slots__ = ("inputs", "operation", "outputs", "recorders", "scope", "type")

    # Whether it runs even if nothing needs its outputs, and in order with others of its kind.
    has_effect: ClassVar[bool] = False
    # Whether users see it as an operation.
    is_operation: ClassVar[bool] = True
    # Whether it runs after what comes later but does not need its outputs: TensorFlow orders such
    # operations among themselves, so if one fails, assignments that come later are still made.
    may_wait: ClassVar[bool] = False
    # Whether tapes see its stated results as connected to its inputs.
    connects: ClassVar[bool] = True
    # Whether it must be called with values, once for each call of the function.
    needs_values: bool = False
    # Whether its outputs follow from its inputs.
    computes_values: ClassVar[bool] = False
    # The attributes of the operation that name its graphs, if it is a call or control flow.
    function_attributes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, operation_type: str, inputs: list[SymbolicTensor]) -> None:
        self.type = operation_type
        self.inputs = inputs
        self.outputs: list[SymbolicTensor] = []
        self.recorders: tuple[Recorder, ...] = ()
        self.operation: Operation | None = None
        self.scope: Scope | None = None

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        """The graphs that run as a part of it."""
        return ()

    @property
    def read_recorder(self) -> Recorder | None:
        """The recorder of the tape that it asks for gradients, if it does."""
        return None

    @property
    def watching_recorder(self) -> Recorder | None:
        """The recorder of the tape that it tells to watch something, if it does."""
        return None

    @property
    def later_inputs(self) -> Sequence[SymbolicTensor]:
        """What its gradient reads of its graph besides the inputs."""
        return ()

    def prepare_gradient(self) -> None:
        """Called before the graph is differentiated, so that `later_inputs` are known."""

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        """Computes the outputs from the values of the inputs."""
        raise NotImplementedError

    def run_example(self, values: list[EagerTensor]) -> list[EagerTensor]:
        """Tensors of the sizes of the outputs, if it needs values. Has no effect."""
        raise NotImplementedError

    def result(self, outputs: list[Any]) -> Any:
        """What the traced code gets, with these outputs in it."""
        return outputs[0] if outputs else None

    def stated_results(self) -> list[tuple[DType, TensorShape]] | None:
        """The dtypes and static shapes of the outputs, if they are known without running it."""
        return None

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape] | None:
        """The static shapes of its results, if they do not follow from two example runs."""
        return None

    def traced_shapes(self) -> list[TensorShape] | None:
        """The static shapes of its results in the graph that it calls, if it calls one."""
        return None


class OpNode(Node):
    """A call of an operation, or of a function that counts as one."""

    __slots__ = ("arguments", "function", "needs_values", "structure")

    computes_values = True

    def __init__(
        self,
        operation_type: str,
        function: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        needs_values: bool = False,
    ) -> None:
        super().__init__(operation_type, inputs)
        self.function = function
        self.arguments = arguments  # positional and by keyword, with places for `inputs`
        self.needs_values = needs_values
        self.structure: Any = None

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        args, kwargs = fill(self.arguments, values, run.variable)
        self.structure, tensors = tensors_of(self.function(*args, **kwargs))
        if any(is_fake(x._t) for x in values) and self.type not in READ_SHAPES:
            for tensor in tensors:
                if isinstance(tensor._t, torch.Tensor) and not is_fake(tensor._t):
                    raise NeedsValue(f"{self.type} has values of what has none")
        return tensors

    def result(self, outputs: list[Any]) -> Any:
        if self.structure is None:  # it has not run: its results are stated
            if self.type in result_types:
                return result_types[self.type](*outputs)
            return list(outputs) if len(outputs) > 1 else super().result(outputs)
        return fill(self.structure, outputs)

    def stated_results(self) -> list[tuple[DType, TensorShape]] | None:
        rule = rules.get(self.type)
        if rule is None or (self.type not in composite_rules and composites_in(self.arguments)):
            return None
        args, kwargs = fill(self.arguments, self.inputs)
        return rule(*args, **kwargs)

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape] | None:
        return shapes_beyond_examples(self)


class EffectNode(OpNode):
    """A call of a function with an effect, or whose result differs from call to call.

    It is called with values each time. `has_results`: whether it returns tensors.
    """

    __slots__ = ("_has_results",)

    has_effect = True
    may_wait = True
    computes_values = False

    def __init__(
        self,
        operation_type: str,
        function: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        has_results: bool,
    ) -> None:
        super().__init__(operation_type, function, arguments, inputs, needs_values=True)
        self._has_results = has_results

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        results = super().run(run, values)
        return results if self._has_results else []

    def stated_results(self) -> list[tuple[DType, TensorShape]] | None:
        return super().stated_results() if self._has_results else []


class NoOpNode(Node):
    """An operation that only has control inputs."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("NoOp", [])

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        return []


class ReadNode(Node):
    """A read of a variable."""

    __slots__ = ("variable",)

    def __init__(self, variable: Variable) -> None:
        super().__init__("ReadVariableOp", [])
        self.variable = variable

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        variable = run.variable(self.variable)
        tensor = variable._read()
        payload = tensor._t
        if payload is variable._handle.data and isinstance(payload, torch.Tensor):
            # An alias, so that a later assignment does not write into this value.
            return [EagerTensor(payload.detach())]
        return [tensor]

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape] | None:
        """A variable of unknown sizes may have others at the next call."""
        shape = self.variable.shape
        return None if shape.is_fully_defined() else [shape]


class InitializedNode(Node):
    """Whether a variable has a value in the session."""

    __slots__ = ("variable",)

    def __init__(self, variable: Variable) -> None:
        super().__init__("VarIsInitializedOp", [])
        self.variable = variable

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        session = getattr(run, "session", None)  # other runs begin when their variables have values
        return [EagerTensor(torch.tensor(session is None or session.is_initialized(self.variable)))]

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return [(_BOOL, TensorShape([]))]


class AssignNode(Node):
    """A call of a method that changes a variable."""

    __slots__ = ("arguments", "method", "variable")

    has_effect = True

    def __init__(
        self,
        operation_type: str,
        variable: Variable,
        method: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
    ) -> None:
        super().__init__(operation_type, inputs)
        self.variable = variable
        self.method = method
        self.arguments = arguments

    def call(self, run: Run, values: list[EagerTensor]) -> Any:
        """Calls the method on what stands for the variable."""
        args, kwargs = fill(self.arguments, values, run.variable)
        return self.method(run.variable(self.variable), *args, **kwargs)

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        self.call(run, values)
        run.assigned(self.variable)
        return []

    def stated_results(self) -> list[tuple[DType, TensorShape]] | None:
        # An example size of an unknown dimension need not be that of the variable.
        known = all(x.shape.is_fully_defined() for x in self.inputs)
        return None if known else []


class WatchNode(Node):
    """`GradientTape.watch`."""

    __slots__ = ("recorder", "variable")

    has_effect = True
    is_operation = False

    def __init__(
        self, recorder: Recorder, inputs: list[SymbolicTensor], variable: Variable | None
    ) -> None:
        super().__init__("watch", inputs)
        self.recorder = recorder
        self.variable = variable

    @property
    def watching_recorder(self) -> Recorder:
        return self.recorder

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder = run.recorder(self.recorder)
        if self.variable is not None:
            admission.watch_variable(recorder, run.variable(self.variable))
        for value in values:
            admission.watch(recorder, value)
        return []


class GradientNode(Node):
    """`GradientTape.gradient`.

    `arguments` are target, sources, output_gradients and unconnected_gradients.
    `has_known_rows`: whether examples tell the number of rows of slices.
    """

    __slots__ = (
        "_has_known_rows",
        "_has_unknown_sizes",
        "arguments",
        "recorder",
        "source_shapes",
        "structure",
    )

    is_operation = False

    def __init__(
        self,
        recorder: Recorder,
        arguments: tuple[Any, ...],
        inputs: list[SymbolicTensor],
        source_shapes: list[TensorShape],
        has_known_rows: bool,
    ) -> None:
        super().__init__("gradient", inputs)
        self._has_known_rows = has_known_rows
        self.recorder = recorder
        self.arguments = arguments
        self.source_shapes = source_shapes
        self._has_unknown_sizes = not all(x.shape.is_fully_defined() for x in inputs)
        self.structure: Any = None

    @property
    def read_recorder(self) -> Recorder:
        return self.recorder

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        recorder = run.recorder(self.recorder)
        arguments = fill(self.arguments, values, run.variable)
        if recorder is self.recorder and self._has_unknown_sizes:
            target, sources, cotangents, *options = arguments
            arguments = target, sources, fitted(cotangents, target), *options
        gradients = tape_gradient.gradient(recorder, *arguments)
        if recorder is self.recorder:
            self.structure, tensors = tensors_of(gradients)
            return tensors
        if not recorder.persistent:
            recorder.release()  # otherwise the tape itself does it
        return tensors_of(as_traced(gradients, self.structure, arguments[1], self.outputs))[1]

    def result(self, outputs: list[Any]) -> Any:
        return fill(self.structure, outputs)

    def static_shapes(self, results: list[EagerTensor]) -> list[TensorShape]:
        shapes = [TensorShape._from_ints(tuple(tensor._t.shape)) for tensor in results]
        for source, place in zip(self.source_shapes, nest.flatten(self.structure), strict=True):
            if type(place) is TensorPlace and source.rank == shapes[place.number].rank:
                shapes[place.number] = source
            elif type(place) is SlicesPlace and not self._has_known_rows:
                for part in place.parts[:2]:
                    sizes = shapes[part.number].as_list()
                    shapes[part.number] = TensorShape([None, *sizes[1:]])
        return shapes


_call_numbers = itertools.count()


# Takes the calls that lead to a call and the values of all placeholders. None if it cannot run.
CallProgram = Callable[[tuple[int, ...], list[EagerTensor]], "list[EagerTensor] | None"]


class CallNode(Node):
    """A call of another traced function, whose nodes run as a part of this graph.

    Attributes:
      graph: the graph of that function.
      call_program: runs its program where this graph is interpreted (inner_calls.py).
      is_compiled: whether that function has `jit_compile=True`.
    """

    __slots__ = ("call_program", "graph", "is_compiled", "number")

    function_attributes = ("f",)

    def __init__(
        self,
        graph: FuncGraph,
        inputs: list[SymbolicTensor],
        call_program: CallProgram,
        is_compiled: bool = False,
    ) -> None:
        super().__init__("PartitionedCall", inputs)
        self.graph = graph
        self.call_program = call_program
        self.is_compiled = is_compiled
        self.number = next(_call_numbers)

    @property
    def graphs(self) -> tuple[FuncGraph, ...]:
        return (self.graph,)

    @property
    def has_effect(self) -> bool:  # type: ignore[override]
        """Whether one of the nodes of the function has an effect."""
        return any(node.has_effect for node in self.graph.nodes)

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        begin = sequence_number()
        outputs = run.call_graph(self, values)
        # To the tapes of this graph, the call is one operation.
        return function_boundary.seal_outputs(outputs, begin) if thread.stack else outputs

    def traced_shapes(self) -> list[TensorShape]:
        return [output.shape for output in self.graph.outputs]

    def result(self, outputs: list[Any]) -> Any:
        return list(outputs)
