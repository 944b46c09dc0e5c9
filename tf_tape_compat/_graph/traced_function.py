"""A traced function: its graph, and the programs for the sizes it was called with."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from .._core.devices import placement
from .._core.devices.cpu_kernels import other_kernels
from .._core.recording.admission import admit
from .._core.recording.execution_context import FunctionCall, active_graph, current_context, in_call
from .._core.recording.tape_set import EMPTY, TRAINABLE, thread
from .._core.recording.variable_watcher import tell_watchers
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import variant
from .._core.variables.variable import Variable
from ..errors import OpError
from .autograd_calls import Function, apply
from .captured_reads import with_captured_reads
from .execution_errors import execution_error
from .executors.executor import Executor, explain, reason_to_interpret
from .forward_backward import lower_call
from .graph import FuncGraph
from .inferred_shapes import specialize_results
from .inner_calls import InnerCalls
from .known_arguments import KnownArguments
from .lowering import lower, program_inputs
from .nodes import CallNode
from .program import PayloadSpec
from .replay import interpret
from .shadows import is_data_dependent
from .symbolic_tensor import SymbolicTensor, inaccessible
from .unsupported import LoweringUnsupported, ValuesUnknown, say_once

Key = tuple[Any, ...]
_NO_CONTEXT: AbstractContextManager[None] = nullcontext()


class TracedFunction:
    """A graph that can be called.

    Attributes:
      graph: the graph.
      captured: the outside tensors that programs get, after the arguments.
      not_lowered: the reasons why its operations are called one by one; empty if they are not.
      specializes: whether it is lowered for the values of small integers where that is needed.
      is_specialized: whether it is such a function for certain values.
    """

    def __init__(self, graph: FuncGraph, function: Any, trace: Any) -> None:
        self.graph = graph
        self._function = function
        self._trace = trace  # the trace that random operations take their seeds from
        self._calls_back = any(node.needs_values for node in graph.all_nodes())
        self._jit_compile = bool(getattr(function, "_options", {}).get("jit_compile"))
        self._takes_handles = any(x.dtype is variant for x in graph.placeholders)
        # The gradients of a compiled call inside are computed by other kernels, too.
        calls_compiled = any(isinstance(n, CallNode) and n.is_compiled for n in graph.all_nodes())
        self._kernels = other_kernels if self._jit_compile or calls_compiled else nullcontext
        self.not_lowered: list[str] = []
        self.specializes = True
        self.is_specialized = False
        self._known_arguments: KnownArguments | None = None  # if it cannot be lowered without
        self._part: tuple[FuncGraph, list[Variable]] | None = None  # for calls in parts of graphs
        self._has_gradient = False  # whether the nodes were told that they need a gradient
        self._executors: dict[Key, Executor] = {}
        self._calls_inside: dict[int, InnerCalls] = {}
        self._derivatives: dict[Key, Function | None] = {}
        self._symbolic_captures = [x for x in graph.captured_external if type(x) is SymbolicTensor]
        self.captured = [
            x
            for x in graph.captured_external
            if type(x) is not SymbolicTensor and x._t.dtype in TRAINABLE
        ]
        self._variables = [v for v in graph.used_variables.values() if v.dtype.torch in TRAINABLE]
        # Variables may take values of other sizes only if they were declared so.
        self._resizable = [
            v._handle for v in graph.used_variables.values() if not v.shape.is_fully_defined()
        ]

    def with_graph(self, graph: FuncGraph) -> TracedFunction:
        """A function that differs in its graph alone."""
        return TracedFunction(graph, self._function, self._trace)

    def __call__(self, args: list[EagerTensor]) -> list[EagerTensor]:
        """The outputs of the graph. Tapes that record see one operation."""
        graph = active_graph()
        if graph is not None:
            return self._add_call(graph, args)
        for x in (*args, *self._symbolic_captures):
            if type(x) is SymbolicTensor:
                raise inaccessible(x)
        if thread.active is not EMPTY:
            try:
                return self._call_recorded(args)
            except OpError as error:
                raise execution_error(error, f"__forward_{self._name}") from None
        try:
            return self._call(args)
        except Exception as error:
            raise self.explain(error) from None

    def _add_call(self, graph: FuncGraph, args: list[EagerTensor]) -> list[EagerTensor]:
        inputs = [graph.symbol(x) for x in self._placeholder_values(args)]
        called = self.graph
        for variable in called.used_variables.values():
            if variable.dtype.torch in TRAINABLE:
                tell_watchers(variable)
        read: list[Variable] = []
        if graph.is_part and called.used_variables:
            if self._part is None:
                self._part = with_captured_reads(called)
            called, read = self._part
            inputs += [graph.read_variable(variable) for variable in read]
        for variable in called.used_variables.values():
            if not any(variable is other for other in read):
                graph.note_variable(variable)
        outputs: list[EagerTensor] = graph.add_node(
            CallNode(called, inputs, self._inner_calls(called), self._jit_compile)
        )
        specialize_results(called, inputs, outputs)  # type: ignore[arg-type]
        return outputs

    def _inner_calls(self, called: FuncGraph) -> InnerCalls:
        """The programs for calls of this graph, or of the one with captured reads, in graphs."""
        calls = self._calls_inside.get(id(called))
        if calls is None:
            calls = self._calls_inside[id(called)] = InnerCalls(called, self._kernels)
        return calls

    @property
    def _name(self) -> str:
        """The end of the name that TensorFlow gives to the graphs that run."""
        return f"{self.graph.name}_{getattr(self._trace, 'number', 0)}"

    def explain(self, error: Exception) -> BaseException:
        """TensorFlow's error for one that an operation raised in a call without tapes."""
        return execution_error(explain(error), f"__inference_{self._name}")

    def _call(self, args: list[EagerTensor]) -> list[EagerTensor]:
        executor = self.executor(args)
        if executor is None:
            found = self._specialized(args)
            return self._interpret(args) if found is None else found[0]._call(found[1])
        try:
            with self._context() if self._calls_back else _NO_CONTEXT:
                payloads = executor.run(*[x._t for x in (*args, *self.captured)])
        except Exception as error:
            reason = reason_to_interpret(error, executor)
            if reason is None:
                raise
            self._note_not_lowered(reason)
            return self._interpret(args)
        return [EagerTensor(payload) for payload in payloads]

    def _context(self) -> AbstractContextManager[None]:
        """A context in which eager functions run as a part of the call."""
        caller = current_context.call
        return in_call(FunctionCall(self._function, thread.stack, self._trace, caller))

    def _interpret(self, args: list[EagerTensor]) -> list[EagerTensor]:
        with self._context(), self._kernels():
            return interpret(self.graph, self._placeholder_values(args))

    def executor(self, args: list[EagerTensor]) -> Executor | None:
        """The executor for arguments of these sizes; None if the graph must be interpreted."""
        if self._is_interpreted:
            return None
        inputs = program_inputs(self.graph, args)
        key = self._key(inputs)
        executor = self._executors.get(key)
        if executor is None:
            try:
                with self._kernels():
                    program = lower(self.graph, [PayloadSpec.of(x._t) for x in inputs])
            except LoweringUnsupported as reason:
                self._note_not_lowered(reason, args)
                return None
            except OpError:
                return None  # an operation fails for these sizes: interpreted, with its effects
            executor = self._executors[key] = Executor(program, self._jit_compile)
            if self._jit_compile:
                from .executors.background import compile_later

                compile_later(executor, self.graph.name)
        return executor

    def sole_executor(self, args: list[EagerTensor]) -> Executor | None:
        """The executor that all calls with arguments of these sizes may use, or None."""
        if self._calls_back or self._resizable:
            return None
        executor = self.executor(args)
        return None if executor is None or executor.program.called_eagerly else executor

    def _key(self, inputs: list[Any]) -> Key:
        key: list[Any] = [(x._t.dtype, x._t.shape) for x in inputs]
        if placement.thread.device is not None:
            key += [placement.thread.index, *(getattr(x._t, "device", None) for x in inputs)]
        return (*key, *(handle.data.shape for handle in self._resizable))

    @property
    def _is_interpreted(self) -> bool:
        """Whether no program of it runs, but for certain values."""
        return bool(self.not_lowered) or self._known_arguments is not None or self._takes_handles

    def _note_not_lowered(self, reason: Exception, args: list[EagerTensor] | None = None) -> None:
        """Notes why it cannot be lowered for these arguments, if their values do not help."""
        may_help = self.specializes and isinstance(reason, ValuesUnknown)
        if may_help and args is not None and KnownArguments.can_help(args):
            self._known_arguments = KnownArguments(reason)
            return
        self.not_lowered.append(str(reason))
        if not self.is_specialized:
            say_once(f"{self.graph.name}: operations are called one by one, because of {reason}")

    def _specialized(self, args: list[EagerTensor]) -> tuple[TracedFunction, Any] | None:
        """The function for the values of these arguments, and its own; None if there is none."""
        known = self._known_arguments
        if known is None:
            return None
        found = known.function(self, args)
        if known.is_over:
            self._known_arguments = None
            self._note_not_lowered(known.reason)
        return found

    def _placeholder_values(self, args: list[EagerTensor]) -> list[EagerTensor]:
        return [*args, *self.graph.captured_external]

    # -- with tapes outside -----------------------------------------------------------------------

    def _call_recorded(self, args: list[EagerTensor]) -> list[EagerTensor]:
        if not self._has_gradient:
            for node in self.graph.all_nodes():
                node.prepare_gradient()
            self._has_gradient = True
        derivative = self._derivative(args)
        if derivative is None:
            found = self._specialized(args)
            return self._interpret(args) if found is None else found[0]._call_recorded(found[1])
        reads = [variable._read() for variable in self._variables]
        recording, payloads = admit([*program_inputs(self.graph, args), *reads])
        try:
            if recording is EMPTY:
                return [EagerTensor(payload) for payload in derivative.run(payloads)]
            outputs = apply(derivative, payloads)
        except BaseException as error:
            if recording is not thread.active:
                recording.close()
            if isinstance(error, LoweringUnsupported):  # only now did sizes turn out to vary
                self._note_not_lowered(error)
                return self._interpret(args)
            raise
        return list(finish(recording, list(outputs)))

    def _derivative(self, args: list[EagerTensor]) -> Function | None:
        """The function as an operation with a gradient; None if it must be interpreted."""
        if self._calls_back or self._is_interpreted:
            return None
        inputs = program_inputs(self.graph, args)
        key = self._key(inputs)
        if key not in self._derivatives:
            payloads = [x._t for x in inputs] + [v._handle.data for v in self._variables]
            self._derivatives[key] = None
            try:
                with self._kernels():
                    self._derivatives[key] = lower_call(self.graph, self._variables, payloads)
            except Exception as reason:
                if isinstance(reason, OpError):
                    del self._derivatives[key]
                    return None
                if is_data_dependent(reason):
                    reason = ValuesUnknown("a gradient that needs values")
                if not isinstance(reason, LoweringUnsupported):
                    raise
                self._note_not_lowered(reason, args)
        return self._derivatives[key]
