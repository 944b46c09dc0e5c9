"""The object that `tf.function` returns: runs its Python function under TensorFlow's tracing rules.

The Python function is traced once for each set of trace types of its arguments, and its graph runs
from then on. A function that cannot be traced runs its Python at every call. Its traces are only
recorded: they decide how arguments are converted, when variables may be created, and what
`get_concrete_function` returns.

A call first looks up a quick key of its arguments (see call_key.py). New keys, and arguments
without one, take the slow path: binding, `input_signature`, trace types.
"""

from __future__ import annotations

import functools
import inspect
import threading
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any

from .._api.shown_modules import shown_in
from .._core.recording.execution_context import (
    FunctionCall,
    active_graph,
    current_context,
    refuse_in_graph,
)
from .._core.recording.tape_set import EMPTY, sequence_number, thread
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.tensor.unnamed_op import alias
from .._core.tracking.trackable import Trackable, function_types
from .._core.types.composite_tensor import CompositeTensor
from .._core.variables.variable import Variable
from .arguments import check_unmodified, containers, convert_arguments, flat_arguments
from .call_key import CachedTrace, call_key
from .concrete import ConcreteFunction
from .created_variables import SINGLETON, CreatedVariables
from .function_queries import FunctionQueries
from .function_type import (
    FunctionType,
    check_signature,
    constrained,
    default_values,
    specific,
)
from .python_functions import method_of, trace_python
from .results import as_outputs, converted, type_of
from .retracing import detector_of
from .settings import Settings

_NOT_FIRST = "Creating variables on a non-first call to a function decorated with tf.function."
_ATTRIBUTES = frozenset(
    "api_implements api_preferred_device _disable_acd disable_summaries_at_runtime go_backwards "
    "_implements experimental_ints_on_device _noinline function_runs_at_most_once "
    "runtime_constant_optimization _tf_data_function time_major _OutputsOnOpDevice".split()
)
_MAX_CACHED_KEYS = 2048
_NO_KWARGS: dict[str, Any] = {}

# The states of a Function, which decide whether it may create variables: not called yet; running
# its first call; called without creating variables; called and owner of variables.
_NEW, _FIRST_CALL, _WITHOUT_VARIABLES, _WITH_VARIABLES = range(4)


class Function(FunctionQueries, Trackable):
    """A Python function with traces. Accessed through an instance of a class, it is a method."""

    _traced_as_python_function = True  # as an argument of another Function, see call_key.py

    def __init__(
        self,
        python_function: Callable[..., Any],
        name: str,
        input_signature: Any = None,
        autograph: bool = True,
        jit_compile: bool | None = None,
        reduce_retracing: bool = False,
        implements: Any = None,
        autograph_options: Any = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        check_signature(input_signature)
        self._python_function = python_function
        self._function_type = FunctionType.from_callable(python_function)
        self._defaults = default_values(python_function)
        if input_signature is not None:
            self._function_type = constrained(
                self._function_type, tuple(input_signature), self._defaults
            )
        self._attributes = dict(attributes or {})
        for attribute in self._attributes:
            if attribute not in _ATTRIBUTES:
                raise ValueError(f"`{attribute} is not supported by tf.function as an attribute.")
        self._implements = implements
        self._name = name
        self._options = {
            "autograph": autograph,
            "jit_compile": jit_compile,
            "reduce_retracing": reduce_retracing,
            "autograph_options": autograph_options,
        }
        self._methods: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()
        self._reset()
        functools.update_wrapper(self, python_function, updated=())
        for attribute, value in getattr(python_function, "__dict__", {}).items():
            self.__dict__.setdefault(attribute, value)  # such as `_lock` of a Keras model

    def _reset(self) -> None:
        self._detector = detector_of(self._python_function)
        self._traces: dict[tuple[bool, FunctionType], ConcreteFunction] = {}
        self._cache: dict[tuple[Any, ...], CachedTrace] = {}
        self._direct: Callable[[tuple[Any, ...]], Any] | None = None  # of the last cached call
        self._state = _NEW
        self._created = CreatedVariables()
        self._lock = threading.RLock()  # held while a trace is made

    # -- calls ----------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if Settings.run_eagerly:
            return self._python_function(*args, **kwargs)
        direct = self._direct
        if (
            direct is not None
            and thread.active is EMPTY
            and current_context.call is None
            and not kwargs
        ):
            result = direct(args)
            if result is not NotImplemented:
                detector = self._detector
                detector.calls += 1
                detector.calls_per_trace[-1] += 1
                return result
        return self._call(args, kwargs)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call that `_direct` does not serve."""
        key = None
        if not self._implements:
            try:
                key = call_key(args, kwargs)
                cached = self._cache.get(key)  # type: ignore[arg-type]
            except TypeError:  # an argument has no hash
                key = cached = None
        else:
            cached = None
        if cached is not None and cached.takes_arguments_unchanged:
            if current_context.call is None:
                self._detector.reused()
                result = self._call_directly(cached, args, kwargs)
                if result is not NotImplemented:
                    return result
            return self._run(cached.trace, args, kwargs)
        trace_count = len(self._traces)
        trace, bound = self._find_trace(key, args, kwargs)
        before = None if trace.traced is not None else containers(bound.arguments)
        result = self._run(trace, bound.args, bound.kwargs)
        if before and trace.traced is None:  # otherwise it was checked while it was traced
            check_unmodified(self._python_function, self._name, before, bound.arguments)
        if current_context.call is None:
            if len(self._traces) == trace_count:
                self._detector.reused()
            else:
                self._detector.traced(self._python_function)
        return result

    def _call_directly(
        self, cached: CachedTrace, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The result of `cached.direct`; NotImplemented if it cannot serve this call."""
        if cached.trace.traced is None or thread.active is not EMPTY:
            return NotImplemented
        if cached.direct is None:
            cached.direct = cached.trace.traced.direct(args, kwargs)
            if cached.direct is None:
                return NotImplemented
        self._direct = cached.direct
        return cached.direct(args)

    def _find_trace(
        self, key: tuple[Any, ...] | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[ConcreteFunction, inspect.BoundArguments]:
        """The trace for these arguments, and what to call the Python function with."""
        if self._implements:  # variables are passed by value
            args = tuple(v.value() if isinstance(v, Variable) else v for v in args)
            kwargs = {k: v.value() if isinstance(v, Variable) else v for k, v in kwargs.items()}
        bound = self._function_type.bind_all(args, kwargs, self._defaults)
        trace = self._trace(specific(self._function_type, bound))
        passed_arguments = flat_arguments(self._function_type.bind(*args, **kwargs).arguments)
        convert_arguments(bound, trace.input_type)
        if key is not None:
            passed = flat_arguments(bound.arguments)
            if len(self._cache) >= _MAX_CACHED_KEYS:
                self._cache.clear()
            unchanged = all(passed[name] is value for name, value in passed_arguments.items())
            self._cache[key] = CachedTrace(trace, unchanged)
        return trace, bound

    def _trace(self, input_type: FunctionType) -> ConcreteFunction:
        """The narrowest existing trace that takes arguments of these types, or else a new one."""
        exact = self._traces.get((self._state != _WITH_VARIABLES, input_type))
        if exact is not None:
            return exact
        with self._lock:
            return self._find_or_add_trace(input_type)

    def _find_or_add_trace(self, input_type: FunctionType) -> ConcreteFunction:
        context = self._state != _WITH_VARIABLES
        exact = self._traces.get((context, input_type))
        if exact is not None:
            return exact
        best: ConcreteFunction | None = None
        for (trace_context, trace_type), trace in self._traces.items():
            if (
                trace_context == context
                and input_type.is_subtype_of(trace_type)
                and (best is None or trace_type.is_subtype_of(best.input_type))
            ):
                best = trace
        if best is not None:
            return best
        if self._options["reduce_retracing"] and self.input_signature is None:
            for trace_context, trace_type in tuple(self._traces):
                if trace_context == context:
                    input_type = input_type.widened(trace_type) or input_type
        trace = ConcreteFunction(self, input_type)
        self._traces[context, input_type] = trace
        return trace

    def _run(self, trace: ConcreteFunction, args: Any, kwargs: Any) -> Any:
        """Calls the trace, or else the Python function, with converted arguments."""
        if Settings.trace and trace.not_traced is None:
            traced = trace.traced or self._traced_once(trace, args, kwargs)
            if traced is not None:
                return traced(args, kwargs)
        refuse_in_graph(f"the function {self._name}, which runs its Python at every call")
        caller, stack = current_context.call, thread.stack
        scope = current_context.scope
        state = self._state
        if state == _NEW:
            self._state = _FIRST_CALL
        begin = sequence_number() if stack else 0
        current_context.call = FunctionCall(self, stack, trace, caller)
        if scope:
            current_context.scope = ""
        try:
            result = self._python_function(*args, **kwargs)
            cls = type(result)
            if cls is EagerTensor or cls is TrackedTensor:
                for value in args:
                    if value is result:
                        result = alias(result)
                        break
            elif result is not None:
                arguments = (*args, *kwargs.values())
                result = converted(result, self._python_function, arguments)
        except BaseException:
            if state == _NEW:
                self._state = _NEW
                self._created = CreatedVariables()
            raise
        finally:
            current_context.call = caller
            current_context.scope = scope
        if state == _NEW:
            self._end_first_call(trace)
        if trace.output is None:
            trace.note(type_of(result))
        return as_outputs(result, len(stack), begin) if stack and result is not None else result

    def _traced_once(
        self, trace: ConcreteFunction, args: Any = (), kwargs: Any = _NO_KWARGS
    ) -> Any:
        """Traces the Python function, unless another thread has done it."""
        with self._lock:
            if self._state == _WITH_VARIABLES:  # there is another trace, which creates none
                trace = self._trace(trace.input_type)
            if trace.not_traced is not None:
                return None
            return trace.traced or self._traced(trace, args, kwargs)

    def _traced(self, trace: ConcreteFunction, args: Any = (), kwargs: Any = _NO_KWARGS) -> Any:
        """Traces the Python function; None if it has to be run at every call instead.

        The first call may create variables. Then the function is traced again, without creating
        any, and the values of the arguments count only for initial values.
        """
        if self._state != _NEW:
            self._created = CreatedVariables()
            traced = self._trace_python(trace)
            if self._state == _WITHOUT_VARIABLES and self._created:
                raise ValueError(_NOT_FIRST)
            return traced
        self._state = _FIRST_CALL
        self._created = created = CreatedVariables()
        try:
            traced = self._trace_python(trace)
            if created:
                created.initialize(trace, trace.argument_values(args, kwargs))
        except BaseException:
            self._state = _NEW
            raise
        if not created or traced is None:
            self._state = _NEW if traced is None else _WITHOUT_VARIABLES
            return traced
        self._state = _WITH_VARIABLES
        self._cache.clear()
        trace.traced = None  # it is not called again
        second = self._trace(trace.input_type)
        if second.traced is None and second.not_traced is None:
            self._trace_python(second)
        return second.traced

    def _trace_python(self, trace: ConcreteFunction) -> Any:
        autograph = bool(self._options["autograph"])
        features = self._options["autograph_options"]
        return trace_python(self, self._python_function, trace, autograph, features)

    def _was_used(self) -> bool:
        """Whether the function was called, or a trace of it was asked for."""
        return self._state != _NEW or bool(self._traces)

    # -- variables ------------------------------------------------------------------------------

    def note_variable(self, variable: Variable, initial_value: Any = None) -> None:
        """Called for each variable created by the Python function, before it has a symbolic value.

        Raises ValueError unless this is the first call.
        """
        if self._state != _FIRST_CALL and not (
            self._state == _WITHOUT_VARIABLES and active_graph() is not None
        ):
            raise ValueError(SINGLETON if self._state == _WITH_VARIABLES else _NOT_FIRST)
        self._created.add(variable, initial_value)

    def _end_first_call(self, trace: ConcreteFunction) -> None:
        if not self._created:
            self._state = _WITHOUT_VARIABLES
            return
        self._state = _WITH_VARIABLES
        if not self._created.all_alive():
            # The program did not keep the variable, so the next call would create it again. In
            # TensorFlow, the second trace of the first call does.
            raise ValueError(SINGLETON)
        self._cache.clear()
        self._direct = None
        self._trace(trace.input_type).note(trace.output)

    # -- inspecting the traces ------------------------------------------------------------------

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The trace for these arguments; a `tf.TensorSpec` may be passed in place of a tensor.

        Raises TypeError if they do not match the function or its `input_signature`.
        """
        if self.input_signature is not None and not args and not kwargs:
            args = self.input_signature
        bound = self._function_type.bind_all(args, kwargs, self._defaults)
        trace = self._trace(specific(self._function_type, bound))
        if Settings.trace and trace.traced is None and trace.not_traced is None:
            self._traced_once(trace)
            if self._state == _WITH_VARIABLES:
                trace = self._trace(trace.input_type)  # the one that creates no variables
        return trace

    # -- methods and pickling -------------------------------------------------------------------

    def _decorate(self, decorator: Callable[[Any], Any]) -> None:
        """Applies a decorator to the Python function. Raises ValueError after the first call."""
        if self._was_used():
            raise ValueError("Functions cannot be decorated after they have been traced.")
        self._python_function = decorator(self._python_function)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        if isinstance(instance, CompositeTensor):
            return types.MethodType(self, instance)  # a value, and an argument like others
        method = self._methods.get(instance)
        if method is None:
            method = self._methods[instance] = self._bind(instance)
        return method

    def _bind(self, instance: Any) -> Function:
        """The method of an instance: a Function of its own, which does not keep it alive."""
        return Function(
            method_of(instance, self._python_function),
            self._name,
            self.input_signature,
            implements=self._implements,
            attributes=self._attributes,
            **self._options,
        )

    def __getstate__(self) -> dict[str, Any]:
        excluded = (
            "_methods",
            "_detector",
            "_traces",
            "_cache",
            "_direct",
            "_created",
            "_state",
            "_lock",
        )
        return {k: v for k, v in self.__dict__.items() if k not in excluded}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._methods = weakref.WeakKeyDictionary()
        self._reset()


function_types += [Function, ConcreteFunction]


shown_in("tensorflow.python.eager.polymorphic_function.polymorphic_function", Function)
