"""Makes operations, variables and tapes tell the history what they do.

Operations tell it as observed operations (op_observer.py). Everything else is a method or function
that is replaced while the history is kept, so programs that do not ask for it pay nothing.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import torch

from .._core.gradients.custom_gradient import Decorated
from .._core.op import op_observer
from .._core.op.interception import TracedCode
from .._core.recording import execution_context
from .._core.recording.tape_set import thread
from .._core.tensor import tensor as tensor_module
from .._core.tensor import unnamed_op
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .._core.variables.variable_reads import VariableReads
from .._ops.array import conversion, identity
from .connections import connected, tapes_tracking
from .history import Event, History, Value, tapes_of
from .operands import other_types_in, tensors_in
from .places import Place, user_place


class _Scopes(threading.local):
    init_scopes = 0  # how many init_scopes this thread is in
    quiet = False  # whether what this thread does is not noted


class Hooks:
    """The replaced methods and functions, and what they do for one history."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._methods: list[tuple[type, str, Any]] = []
        self._functions: list[TracedCode] = []
        # Called after each gradient: (tape, target, sources, result, place).
        self.after_gradient: Callable[..., None] | None = None
        self._scopes = _Scopes()

    @property
    def quiet(self) -> bool:
        """Whether what this thread does is not noted, as it is no part of the program."""
        return self._scopes.quiet

    # -- events -----------------------------------------------------------------------------------

    def note(
        self,
        kind: str,
        name: str,
        arguments: Any,
        result: Any,
        place: Place | None = None,
        replace: bool = True,
    ) -> Event | None:
        """Notes that `result` was computed from the tensors in `arguments`.

        With `replace`, it takes the place of the events inside that made the same tensors.
        """
        if self.quiet:
            return None
        results = [item for item in tensors_in(result) if isinstance(item, EagerTensor)]
        operands = list(tensors_in(arguments))
        if not replace:
            results = [x for x in results if self._has_no_event(x)]
            if not results:
                return None
        results = [x for x in results if all(x is not operand for operand in operands)]
        event = self.history.event(kind, name, place or user_place(3))
        event.in_init_scope = self._scopes.init_scopes > 0
        event.inputs = [self._used(operand, event) for operand in operands]
        event.takes = frozenset(other_types_in(arguments))
        event.connected = connected(operands, results)
        for index, tensor in enumerate(results):
            self._put(tensor, event, index)
        return event

    def _has_no_event(self, tensor: Any) -> bool:
        value = self.history.find(tensor)
        return value is None or value.event is None

    def _put(self, tensor: Any, event: Event, index: int) -> None:
        value = self.history.new_value(tensor)
        value.event, value.index = event, index
        value.tracked_by = frozenset(tapes_of(tapes_tracking(tensor)))
        known = self.history.find(tensor)
        if known is not None:
            value.left = known.left
        self.history.put(tensor, value)
        event.outputs.append(value)

    def _used(self, operand: Any, event: Event) -> Value:
        if isinstance(operand, Variable):
            return self._read(operand, event.place)
        value = self.history.find(operand)
        if value is None:
            value = self.history.value(operand)
            value.variable, watched_by = self._variable_of(operand)
            for tape in watched_by:
                value.watched[tape] = 0, event.place
        return value

    def _read(self, variable: Any, place: Place | None) -> Value:
        """A value for a read of a variable."""
        handle = variable._handle
        value = self.history.new_value(variable)
        value.variable = self.history.variable(handle)
        watching = tapes_of(r for r in thread.stack if _watches(r, handle))
        for tape in watching:
            value.watched[tape] = 0, place
        value.tracked_by = frozenset(watching)
        return value

    def _variable_of(self, tensor: Any) -> tuple[Any, tuple[Any, ...]]:
        """The variable that a tensor was read from without being told, and who watches it."""
        for recorder in thread.stack:
            if id(tensor._t) in recorder.read_leaves:
                for key, leaves in recorder.variable_leaves.items():
                    if any(leaf is tensor._t for leaf in leaves):
                        variable = recorder.variables.get(key)
                        if variable is not None:
                            watching = tapes_of(r for r in thread.stack if key in r.variables)
                            return self.history.variable(variable._handle), watching
        return None, ()

    # -- the interface of observers ---------------------------------------------------------------

    def op_called(self, operation: str, args: Any, kwargs: Any, result: Any) -> None:
        """Notes a call of an operation."""
        self.note(_kind(operation), operation, (args, kwargs), result, user_place(3))

    def observes_backward(self) -> bool:
        """Gradients are not observed node by node."""
        return False

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        """Nothing is hooked."""
        return []

    # -- replacing --------------------------------------------------------------------------------

    def method(self, cls: type, name: str, make: Callable[[Any], Any]) -> None:
        """Replaces a method of a class by `make(the method)`."""
        own = cls.__dict__.get(name)
        if own is None:
            return
        self._methods.append((cls, name, own))
        setattr(cls, name, functools.wraps(own)(make(own)))

    def function(self, function: Any, make: Callable[[Callable[..., Any]], Any]) -> None:
        """Replaces a function, wherever it was imported, by `make(the function)`."""
        if isinstance(function, FunctionType):
            code = TracedCode(function, lambda _, call, __: make(call))
            self._functions.append(code)
            code.begin()

    def install(self) -> None:
        """Begins to tell the history."""
        op_observer.add(self)
        from . import tape_hooks

        tape_hooks.install(self)
        self._install_variables()
        self._install_reads()
        self._install_functions()

    def uninstall(self) -> None:
        """Puts everything back."""
        op_observer.remove(self)
        for cls, name, own in reversed(self._methods):
            setattr(cls, name, own)
        for code in reversed(self._functions):
            code.end()
        self._methods.clear()
        self._functions.clear()

    def _install_variables(self) -> None:
        def initializer(method: Any) -> Any:
            def init(variable: Any, *args: Any, **kwargs: Any) -> None:
                method(variable, *args, **kwargs)
                handle = getattr(variable, "_handle", None)
                if handle is not None:
                    self.history.variable(handle).created = user_place()
                    if any(True for _ in tensors_in((args, kwargs))):
                        self._assigned(variable, "tf.Variable", (args, kwargs))

            return init

        def reader(method: Any) -> Any:
            def read(variable: Any) -> Any:
                result = method(variable)
                self.note("op", "ReadVariableOp", (variable,), result)
                return result

            return read

        def assigner(method: Any) -> Any:
            def assign(variable: Any, *args: Any, **kwargs: Any) -> Any:
                result = method(variable, *args, **kwargs)
                self._assigned(variable, method.__name__, (args, kwargs))
                return result

            return assign

        def operand_reader(method: Any) -> Any:
            def read(variable: Any) -> Any:
                tensor = method(variable)
                if not self.quiet and self.history.find(tensor) is None:
                    self.history.put(tensor, self._read(variable, user_place()))
                return tensor

            return read

        self.method(VariableReads, "_read", operand_reader)
        self.method(Variable, "__init__", initializer)
        for cls in Variable.__mro__:
            for name in [*vars(cls)]:
                if name in ("value", "read_value", "read_value_no_copy"):
                    self.method(cls, name, reader)
                elif name.startswith(("assign", "scatter_", "batch_scatter_")):
                    self.method(cls, name, assigner)

    def _assigned(self, variable: Any, name: str, arguments: Any) -> None:
        event = self.note("assign", name, arguments, (), user_place(3))
        if event is not None:
            self.history.variable(variable._handle).assigned = event

    def _install_reads(self) -> None:
        """Values that go to NumPy, Python and other libraries."""

        def leaver(how: str) -> Callable[[Any], Any]:
            def make(method: Any) -> Any:
                def leave(tensor: Any, *args: Any, **kwargs: Any) -> Any:
                    result = method(tensor, *args, **kwargs)
                    if not self.quiet and (place := user_place()) is not None:
                        self._left(tensor, how, place)
                    return result

                return leave

            return make

        for cls in (*EagerTensor.__mro__[:2], *Variable.__mro__):
            if cls.__module__.startswith(("torch", "builtins")):
                continue
            for name in ("numpy", "__array__"):
                self.method(cls, name, leaver("numpy"))
            for name in ("__float__", "__int__", "__bool__", "__complex__", "__index__"):
                self.method(cls, name, leaver("python"))
            for name in ("__dlpack__", "torch"):
                self.method(cls, name, leaver("library"))

    def _left(self, item: Any, how: str, place: Place) -> None:
        history = self.history
        for tape in tapes_of(thread.stack):
            tape.lines.add(place)
        if isinstance(item, Variable):
            history.leave(history.variable(item._handle), place, how)
        else:
            value = history.find(item) or self._used(item, history.event("op", "", place))
            history.leave(value, place, how)

    def _install_functions(self) -> None:
        def composed(kind: str, name: str) -> Callable[[Any], Any]:
            def make(call: Any) -> Any:
                def run(*args: Any, **kwargs: Any) -> Any:
                    began = self.history.next_number()
                    result = call(*args, **kwargs)
                    event = self.note(kind, name, (args, kwargs), result)
                    if event is not None:
                        event.began = began
                    return result

                return run

            return make

        def in_init_scope(call: Any) -> Any:
            @contextmanager
            def init_scope() -> Iterator[None]:
                with call():
                    self._scopes.init_scopes += 1
                    try:
                        yield
                    finally:
                        self._scopes.init_scopes -= 1

            return init_scope

        self.function(execution_context.init_scope, in_init_scope)

        def unnamed(name: str) -> Callable[[Any], Any]:
            def make(call: Any) -> Any:
                def run(*args: Any, **kwargs: Any) -> Any:
                    result = call(*args, **kwargs)
                    self.note("op", name, (args, kwargs), result, replace=False)
                    return result

                return run

            return make

        def torch_function(call: Any) -> Any:
            def run(function: Any, args: Any, kwargs: Any) -> Any:
                result = call(function, args, kwargs)
                name = f"torch.{getattr(function, '__name__', 'function')}"
                self.note("op", name, (args, kwargs), result, replace=False)
                return result

            return run

        self.function(unnamed_op.apply_torch, unnamed("Identity"))
        self.function(unnamed_op.alias, unnamed("Identity"))
        self.function(tensor_module.run_torch_function, torch_function)
        self.function(conversion.constant, unnamed("Const"))
        self.function(conversion.convert_to_tensor, unnamed("Const"))
        self.function(identity.stop_gradient, composed("stop", "StopGradient"))
        self.function(identity.identity_n, composed("op", "IdentityN"))
        self.method(Decorated, "__call__", self._custom)
        from .._ops.control import gradient_functions, py_function, vectorized_map

        self.function(py_function.numpy_function, composed("stop", "PyFunc"))
        self.function(py_function.py_function, composed("op", "EagerPyFunc"))
        self.function(vectorized_map.vectorized_map, composed("op", "vectorized_map"))
        self.function(gradient_functions.gradients, composed("gradient", "gradients"))
        self._install_traced()

    def _custom(self, method: Any) -> Any:
        def call(decorated: Any, *args: Any, **kwargs: Any) -> Any:
            result = method(decorated, *args, **kwargs)
            name = getattr(decorated, "__name__", "custom_gradient")
            self.note("custom", name, (args, kwargs), result)
            return result

        return call

    def _install_traced(self) -> None:
        """Calls of traced functions, and the operations inside of them."""
        from .._functions.function import Function
        from .._graph.graph import Graph
        from .._graph.nodes import CallNode, ReadNode
        from .._graph.traced_function import TracedFunction

        def add_node(method: Any) -> Any:
            def add(graph: Any, node: Any, name: Any = None) -> Any:
                with self.hidden():  # it runs on examples
                    result = method(graph, node, name)
                inputs = [*node.inputs]
                if isinstance(node, ReadNode):
                    inputs.append(node.variable)
                event = self.note(_kind(node.type), node.type, inputs, node.outputs, user_place())
                if event is not None and isinstance(node, CallNode):
                    (event.graph,) = node.graphs
                return result

            return add

        def call_traced(method: Any) -> Any:
            def call(traced: Any, args: Any) -> Any:
                with self.hidden():
                    result = method(traced, args)
                graph = traced.graph
                captured = [*graph.captured_external, *graph.used_variables.values()]
                event = self.note("function", graph.name, (args, captured), result)
                if event is not None:
                    event.graph = graph
                return result

            return call

        def call_function(method: Any) -> Any:
            def call(function: Any, *args: Any, **kwargs: Any) -> Any:
                result = method(function, *args, **kwargs)
                if function._direct is not None:  # otherwise something inside has told all
                    self.note("function", function._name, (args, kwargs), result, replace=False)
                return result

            return call

        self.method(Graph, "add_node", add_node)
        self.method(TracedFunction, "__call__", call_traced)
        self.method(Function, "__call__", call_function)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """A context in which nothing is noted."""
        before, self._scopes.quiet = self._scopes.quiet, True
        try:
            yield
        finally:
            self._scopes.quiet = before


def _watches(recorder: Any, handle: Any) -> bool:
    """Whether a recorder watches a variable, or what stands for it while a function is traced."""
    return id(handle) in recorder.variables or any(
        variable._handle.uid == handle.uid for variable in recorder.variables.values()
    )


def _kind(operation: str) -> str:
    return "stop" if operation in ("StopGradient", "PreventGradient", "PyFunc") else "op"
