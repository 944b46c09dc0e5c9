"""The state of the current thread: the running `tf.function` call and the name scope."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from . import activation
from .recorder import Recorder


class FunctionCall:
    """One running call of a `tf.function`."""

    __slots__ = ("caller", "function", "outer_tapes", "random_state", "trace")

    # The graph that operations are added to while the function is traced, or None if they run.
    graph: ClassVar[Any] = None

    def __init__(
        self, function: Any, outer_tapes: Any, trace: Any, caller: FunctionCall | None
    ) -> None:
        self.function = function  # told of each variable that is created during the call
        self.outer_tapes = outer_tapes  # the tapes that were already recording when it began
        self.trace = trace  # the ConcreteFunction that is called
        self.caller = caller  # the call that made this one, or None
        self.random_state: Any = None  # set by the first random operation, see _ops/random/seeds.py


class TracingCall(FunctionCall):
    """A call whose operations are added to a graph instead of being run (see `_graph/`)."""

    __slots__ = ("graph",)

    def __init__(self, function: Any, trace: Any, caller: FunctionCall | None, graph: Any) -> None:
        super().__init__(function, (), trace, caller)
        self.graph = graph  # type: ignore[misc]


class ExampleRunError(RuntimeError):
    """Raised by effects in a function that only runs to find out what it returns."""


def check_real_run() -> None:
    """Raises ExampleRunError if the running function was only called with example arguments."""
    call = current_context.call
    if call is not None and getattr(call.trace, "is_example", False):
        raise ExampleRunError


class _ThreadState(threading.local):
    call: FunctionCall | None = None
    in_init_scope: bool = False  # whether an init_scope has left a running call
    scope: str = ""  # the name scope; ends with a slash unless it is empty


current_context = _ThreadState()


def executing_eagerly() -> bool:
    """Implements `tf.executing_eagerly`.

    Returns False inside a `tf.function`, as programs expect, also if its Python runs eagerly.
    """
    return current_context.call is None


def active_graph() -> Any:
    """The graph that the current thread adds operations to, or None."""
    call = current_context.call
    return None if call is None else call.graph


def session_graph() -> Any:
    """The `tf.Graph` outside of functions that operations are added to, for a session; or None."""
    graph = active_graph()
    return None if graph is None or graph.building_function else graph


def session_graph_around() -> Any:
    """The `tf.Graph` around all functions and branches, for a session; or None."""
    graph = active_graph()
    while graph is not None and graph.building_function:
        graph = graph.outer_graph
    return graph


def executing_eagerly_outside_functions() -> bool:
    """Whether the code around all functions runs eagerly: False in a `tf.Graph`."""
    return session_graph_around() is None


def refuse_in_graph(what: str) -> None:
    """Raises the error of what cannot be traced, if a graph is active."""
    graph = active_graph()
    if graph is not None:
        graph.refuse(what)


def inside_function() -> bool:
    """Implements `tf.inside_function`: whether a `tf.function` is running.

    An `init_scope` inside a function counts as inside, a `tf.Graph` as outside.
    """
    call = current_context.call
    return current_context.in_init_scope if call is None else _is_function(call)


def _is_function(call: Any) -> bool:
    """Whether this is the call of a function, not a `tf.Graph` that is active."""
    graph = call.graph
    return graph is None or graph.building_function


def call_depth() -> int:
    """The number of `tf.function` calls that are running, one inside the other."""
    depth, call = 0, current_context.call
    while call is not None:
        depth, call = depth + 1, call.caller
    return depth


def is_outer(recorder: Recorder) -> bool:
    """Whether a recorder was already recording when the innermost `tf.function` was called."""
    return current_context.call is not None and recorder in current_context.call.outer_tapes


class name_scope:  # noqa: N801
    """A context that prefixes the names of variables. Implements `tf.name_scope`.

    Entering it returns the full prefix. A name that ends with "/" replaces the whole prefix, and ""
    clears it.

    Raises:
      ValueError: if `name` is not a string.
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise ValueError("name for name_scope must be a string.")
        self._name = name
        self._previous: list[str] = []

    @property
    def name(self) -> str:
        """The name this scope was created with."""
        return self._name

    def __enter__(self) -> str:
        previous = current_context.scope
        name = self._name
        if not name or name.endswith("/"):
            current_context.scope = name
        else:
            graph = active_graph()
            if graph is None:
                current_context.scope = f"{previous}{name}/"
            else:
                current_context.scope = f"{graph.unique_name(name)}/"
        self._previous.append(previous)
        return current_context.scope

    def __exit__(self, *exception: Any) -> None:
        current_context.scope = self._previous.pop()


def get_current_name_scope() -> str:
    """Implements `tf.get_current_name_scope`: the current prefix without its final slash."""
    return current_context.scope.removesuffix("/")


@contextmanager
def in_call(call: FunctionCall | None) -> Iterator[None]:
    """A context in which a call is running, or none, with no name scope yet."""
    outer, scope = current_context.call, current_context.scope
    current_context.call, current_context.scope = call, ""
    try:
        yield
    finally:
        current_context.call, current_context.scope = outer, scope


@contextmanager
def init_scope() -> Iterator[None]:
    """A context outside every `tf.function` and every tape. Implements `tf.init_scope`.

    A `tf.Graph` around the functions stays active.
    """
    call, in_init_scope = current_context.call, current_context.in_init_scope
    around = call
    while around is not None and _is_function(around):
        around = around.caller
    current_context.call = around
    current_context.in_init_scope = in_init_scope or call is not around
    try:
        with activation.stop_recording():
            yield
    finally:
        current_context.call, current_context.in_init_scope = call, in_init_scope


class control_dependencies:  # noqa: N801
    """A context whose operations run after others. Implements `tf.control_dependencies`.

    It matters in graphs that are run in parts; functions run in program order. Outside a
    `tf.function`, callables among `control_inputs` are called.
    """

    def __init__(self, control_inputs: Any) -> None:
        graph = active_graph()
        self._context = None if graph is None else graph.control_dependencies(control_inputs)
        if control_inputs is not None and not current_context.call:
            for item in control_inputs:
                if callable(item):
                    item()

    def __enter__(self) -> None:
        if self._context is not None:
            self._context.__enter__()

    def __exit__(self, *exception: Any) -> None:
        if self._context is not None:
            self._context.__exit__(*exception)


@contextmanager
def async_scope() -> Iterator[None]:
    """A context for operations that may run later. Implements `tf.experimental.async_scope`.

    Operations inside it run, and raise their errors, when they are called.
    """
    yield


def async_clear_error() -> None:
    """Does nothing. Implements `tf.experimental.async_clear_error`.

    Errors are raised at once, so none are left to clear.
    """
