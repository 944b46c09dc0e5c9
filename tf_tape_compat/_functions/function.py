"""`tf.function`: runs the Python function at each call, under TensorFlow's rules for its traces.

TensorFlow runs the Python function once for each kind of arguments, its trace, and a graph from
then on. Here the traces are only kept account of: they say what the arguments are converted to,
when variables may be made, and what `get_concrete_function` returns.

A call looks its arguments up by a key that is quickly made. A key that is met for the first time,
or arguments that have no such key, go the long way: binding, `input_signature`, trace types.
"""

from __future__ import annotations

import functools
import inspect
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .. import nest
from .._core.devices import placement as _device
from .._core.gradients import function_boundary
from .._core.recording.execution_context import here
from .._core.recording.tape_set import EMPTY, sequence_number, thread
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.tensor.unnamed_op import alias
from .._core.tracking.trackable import Trackable
from .._core.variables.variable import Variable
from .._logging import get_logger
from .concrete import ConcreteFunction
from .function_type import (
    FunctionSpec,
    FunctionType,
    check_signature,
    constrained,
    default_values,
    input_signature_of,
    specific,
)
from .results import converted, type_of
from .retracing import detector_of
from .settings import Settings
from .trace_types import argument

_SINGLETON = (
    "tf.function only supports singleton tf.Variables created on the first call. Make sure the "
    "tf.Variable is only created once or created outside tf.function. See "
    "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
)
_NOT_FIRST = "Creating variables on a non-first call to a function decorated with tf.function."
_ATTRIBUTES = frozenset(
    "api_implements api_preferred_device _disable_acd disable_summaries_at_runtime go_backwards "
    "_implements experimental_ints_on_device _noinline function_runs_at_most_once "
    "runtime_constant_optimization _tf_data_function time_major _OutputsOnOpDevice".split()
)
_VALUES = frozenset((int, float, bool, complex, str, bytes, type(None)))
_MOST_KEYS = 2048

# What a Function may do with variables: not called yet, in its first call, called.
_NEW, _FIRST, _PLAIN, _OWNER = range(4)


class _Known(NamedTuple):
    """What a quick key leads to."""

    trace: ConcreteFunction
    ready: bool  # whether the Python function takes the arguments as they are


@functools.lru_cache(maxsize=1024)
def _counts_by_identity(kind: Any) -> bool:
    """Whether objects of a class are told apart by weak references, and by nothing else."""
    return (
        not issubclass(kind, (list, tuple, Mapping, types.FunctionType, types.MethodType, Variable))
        and not issubclass(kind, (EagerTensor, Function))
        and not any(
            hasattr(kind, name)
            for name in (
                "__tf_tracing_type__",
                "__attrs_attrs__",
                "__array__",
                "__wrapped__",
                "_with_components",
                "__tf_flatten__",
            )
        )
        and bool(getattr(kind, "__weakrefoffset__", 0))
        and kind.__module__ != "builtins"
    )


def _key(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """A key that is equal for arguments of one trace type, or None if that takes a closer look."""
    parts: list[Any] = []
    variables = 0
    for value in (*args, *kwargs.values()) if kwargs else args:
        kind = type(value)
        if kind is EagerTensor or kind is TrackedTensor:
            payload = value._t
            parts.append(payload.dtype)
            parts.append(payload.shape)
        elif kind in _VALUES:
            parts.append(kind)
            parts.append(value)
        elif kind is Variable:
            variables += 1
            handle = value._handle
            parts += (kind, handle.dtype, handle.data.shape, handle.shape.rank, handle.trainable)
            if variables > 1 or not handle.shape.is_fully_defined():
                return None
        elif _counts_by_identity(kind):  # type: ignore[arg-type]
            parts.append(weakref.ref(value))
        else:
            return None
    if kwargs:
        parts.append(tuple(kwargs))
    if _device._thread.current is not None:
        parts.append(_device._thread.current)
    return tuple(parts)


class Function(Trackable):
    """What `tf.function` returns: a function, and a method if it is found in a class."""

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
        self._bound: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()
        self._reset()
        functools.update_wrapper(self, python_function)

    def _reset(self) -> None:
        self._detector = detector_of(self._python_function)
        self._traces: dict[tuple[Any, FunctionType], ConcreteFunction] = {}
        self._known: dict[tuple[Any, ...], _Known] = {}
        self._state = _NEW
        self._made: list[weakref.ref] = []

    # -- calls ----------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if Settings.run_eagerly:
            return self._python_function(*args, **kwargs)
        key = None
        if not self._implements:
            try:
                key = _key(args, kwargs)
                known = self._known.get(key)  # type: ignore[arg-type]
            except TypeError:  # no hash
                key = known = None
        else:
            known = None
        if known is not None and known.ready:
            if here.call is None:
                self._detector.reused()
            return self._run(known.trace, args, kwargs)
        before = len(self._traces)
        trace, bound = self._find(key, args, kwargs)
        held = _contents(bound)
        result = self._run(trace, bound.args, bound.kwargs)
        if held:
            self._check_contents(bound, held)
        if here.call is None:
            if len(self._traces) == before:
                self._detector.reused()
            else:
                self._detector.traced(self._python_function)
        return result

    def _find(
        self, key: tuple[Any, ...] | None, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[ConcreteFunction, inspect.BoundArguments]:
        """The trace for these arguments, and what the Python function is to be called with."""
        if self._implements:  # then variables go by their values
            args = tuple(v.value() if isinstance(v, Variable) else v for v in args)
            kwargs = {k: v.value() if isinstance(v, Variable) else v for k, v in kwargs.items()}
        bound = self._function_type.bind_all(args, kwargs, self._defaults)
        called = specific(self._function_type, bound)
        trace = self._trace(called)
        given = _flat(self._function_type.bind(*args, **kwargs).arguments)
        _make_arguments(bound, called, trace.input_type)
        if key is not None:
            passed = _flat(bound.arguments)
            if len(self._known) >= _MOST_KEYS:
                self._known.clear()
            ready = all(passed[name] is value for name, value in given.items())
            self._known[key] = _Known(trace, ready)
        return trace, bound

    def _trace(self, called: FunctionType) -> ConcreteFunction:
        """The trace for arguments of these types, the widest that takes them; a new one if none."""
        context = (self._state != _OWNER, _device._thread.current)
        found = self._traces.get((context, called))
        if found is not None:
            return found
        best: ConcreteFunction | None = None
        for (other, taken), trace in self._traces.items():
            if (
                other == context
                and called.is_subtype_of(taken)
                and (best is None or taken.is_subtype_of(best.input_type))
            ):
                best = trace
        if best is not None:
            return best
        if self._options["reduce_retracing"] and self.input_signature is None:
            for other, taken in tuple(self._traces):
                if other == context:
                    called = called.widened(taken) or called
        trace = ConcreteFunction(self, called)
        self._traces[context, called] = trace
        return trace

    def _run(self, trace: ConcreteFunction, args: Any, kwargs: Any) -> Any:
        """Calls the Python function with arguments that are converted already."""
        call, stack = here.call, thread.stack
        scope = here.scope
        state = self._state
        if state == _NEW:
            self._state = _FIRST
        begin = sequence_number() if stack else 0
        here.call = [self, stack, trace, call, None]
        here.scope = ""
        try:
            result = self._python_function(*args, **kwargs)
            kind = type(result)
            if kind is EagerTensor or kind is TrackedTensor:
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
                self._made = []
            raise
        finally:
            here.call = call
            here.scope = scope
        if state == _NEW:
            self._end_first_call(trace)
        if trace.output is None:
            trace.note(type_of(result))
        return _crossed(result, len(stack), begin) if stack and result is not None else result

    def _check_contents(self, bound: inspect.BoundArguments, held: dict[str, list[Any]]) -> None:
        """Raises ValueError if the Python function changed its arguments."""
        after = _contents(bound)
        changed = [
            name
            for name, leaves in held.items()
            if len(leaves) != len(after[name])
            or any(one is not other for one, other in zip(leaves, after[name], strict=True))
        ]
        if changed:
            function = self._python_function
            name = getattr(function, "__qualname__", self._name)
            raise ValueError(
                f"{name}{inspect.signature(function)} should not modify its Python input "
                "arguments. Modifying a copy is allowed. The following parameter(s) were "
                f"modified: {', '.join(changed)}"
            )

    # -- variables ------------------------------------------------------------------------------

    def note_variable(self, variable: Variable) -> None:
        """Called with each variable that the Python function makes.

        Raises ValueError if this is not the first call.
        """
        if self._state == _FIRST:
            self._made.append(weakref.ref(variable))
        else:
            raise ValueError(_SINGLETON if self._state == _OWNER else _NOT_FIRST)

    def _end_first_call(self, trace: ConcreteFunction) -> None:
        if not self._made:
            self._state = _PLAIN
            return
        self._state = _OWNER
        if any(reference() is None for reference in self._made):
            # Nobody kept it, so the next call would make it again, as TensorFlow's second trace
            # does at once.
            raise ValueError(_SINGLETON)
        self._known.clear()
        self._trace(trace.input_type).note(trace.output)

    # -- what is known of the traces ------------------------------------------------------------

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The trace for these arguments, among which `tf.TensorSpec` may stand for tensors.

        Raises TypeError if they do not fit the function or its `input_signature`.
        """
        if self.input_signature is not None and not args and not kwargs:
            args = self.input_signature
        bound = self._function_type.bind_all(args, kwargs, self._defaults)
        return self._trace(specific(self._function_type, bound))

    def experimental_get_tracing_count(self) -> int:
        """The number of traces that TensorFlow would have made for the calls so far."""
        return len(self._traces)

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures of all traces, one after the other."""
        if self.input_signature is not None:
            self.get_concrete_function()
        texts = [t.pretty_printed_signature(verbose=verbose) for t in self._traces.values()]
        return ("\n\n" if verbose else "\n").join(texts)

    def get_initialization_function(self, *args: Any, **kwargs: Any) -> Any:
        """A function without effect: variables have their values from the start.

        Raises RuntimeError if the function has been called already.
        """
        if self._state != _NEW or self._traces:
            raise RuntimeError(
                "get_initialization_function cannot be called after the function has been used"
            )
        return Function(lambda: None, "initialize_variables").get_concrete_function()

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """There is no compiler here. Raises ValueError as TensorFlow, or NotImplementedError."""
        if not self._options["jit_compile"]:
            raise ValueError(
                "Compiler IR can only be returned for functions marked with 'jit_compile=True'"
            )
        raise NotImplementedError(
            "experimental_get_compiler_ir is not available in tf_tape_compat: functions run eagerly"
        )

    @property
    def python_function(self) -> Callable[..., Any]:
        """The Python function given."""
        return self._python_function

    @property
    def name(self) -> str:
        """The name of the Python function."""
        return self._name

    @property
    def input_signature(self) -> tuple[Any, ...] | None:
        """The `input_signature` given, or None."""
        return input_signature_of(self._function_type)

    @property
    def function_type(self) -> FunctionType:
        """The parameters, and what is demanded of them."""
        return self._function_type

    @property
    def function_spec(self) -> FunctionSpec:
        """The same, in the form that older programs ask for."""
        jit_compile = self._options["jit_compile"]
        return FunctionSpec(self._function_type, self._defaults, False, self._name, jit_compile)

    # -- as an object ---------------------------------------------------------------------------

    def _decorate(self, decorator: Callable[[Any], Any]) -> None:
        """Has a decorator applied to the Python function; only before the first call."""
        if self._state != _NEW or self._traces:
            raise ValueError("Functions cannot be decorated after they have been traced.")
        self._python_function = decorator(self._python_function)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        found = self._bound.get(instance)
        if found is None:
            found = self._bound[instance] = self._bind(instance)
        return found

    def _bind(self, instance: Any) -> Function:
        """The function of its own that an instance has, which does not keep it alive."""
        target, reference = self._python_function, weakref.ref(instance)

        @functools.wraps(target)
        def method(*args: Any, **kwargs: Any) -> Any:
            return target(reference(), *args, **kwargs)

        signature = inspect.signature(target)
        method.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=list(signature.parameters.values())[1:]
        )
        return Function(
            method,
            self._name,
            self.input_signature,
            implements=self._implements,
            attributes=self._attributes,
            **self._options,
        )

    def __getstate__(self) -> dict[str, Any]:
        left_out = ("_bound", "_detector", "_traces", "_known", "_made", "_state")
        return {k: v for k, v in self.__dict__.items() if k not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._bound = weakref.WeakKeyDictionary()
        self._reset()


def _crossed(result: Any, tapes: int, begin: int) -> Any:
    """The results as outputs of one operation, for the tapes that are recording."""
    if isinstance(result, EagerTensor):
        if tapes > 1 and result._tapes is not EMPTY:
            (result,) = function_boundary.seal_outputs([result], begin)
        return result
    leaves = nest.flatten(result)
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, EagerTensor)]
    outputs = function_boundary.seal_outputs([leaves[i] for i in places], begin)
    for place, output in zip(places, outputs, strict=True):
        leaves[place] = output
    return nest.pack_sequence_as(result, leaves)


def _contents(bound: inspect.BoundArguments) -> dict[str, list[Any]]:
    """What is in the containers among the arguments."""
    return {
        name: nest.flatten(value)
        for name, value in bound.arguments.items()
        if isinstance(value, (list, tuple, Mapping)) and value
    }


def _flat(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by their names, what *args and **kwargs stand for one by one."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if type(value) is tuple:
            found.update({f"{name}[{i}]": item for i, item in enumerate(value)})
        elif type(value) is dict:
            found.update({f"{name}[{key!r}]": item for key, item in value.items()})
        else:
            found[name] = value
    return found


def _make_arguments(
    bound: inspect.BoundArguments, called: FunctionType, taken: FunctionType
) -> None:
    """Puts what the Python function is to get in the place of the arguments."""
    for name, value in bound.arguments.items():
        p = bound.signature.parameters[name]
        if p.kind is p.VAR_POSITIONAL:
            kinds = (taken.parameters[f"{name}_{i}"].annotation for i in range(len(value)))
            bound.arguments[name] = tuple(map(argument, kinds, value))
        elif p.kind is p.VAR_KEYWORD:
            bound.arguments[name] = {
                key: argument(taken.parameters[key].annotation, value[key]) for key in sorted(value)
            }
        else:
            bound.arguments[name] = argument(taken.parameters[name].annotation, value)


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Makes a function follow TensorFlow's rules for graphs; answers for `tf.function`.

    It runs eagerly: the Python function is called each time, its side effects included.

    Args:
      func: the function; without it, a decorator is returned.
      input_signature: a sequence of `tf.TensorSpec`, or nests of them, that the arguments are
        converted to and must fit.
      reduce_retracing: whether shapes are taken together in what counts as one trace.
      autograph, jit_compile, experimental_implements, experimental_autograph_options,
        experimental_attributes: accepted; there is nothing to convert or to compile.

    Raises TypeError if `input_signature` does not fit the function.
    """
    for name, value, instead in (
        ("experimental_compile", experimental_compile, "jit_compile"),
        ("experimental_relax_shapes", experimental_relax_shapes, "reduce_retracing"),
        ("experimental_follow_type_hints", experimental_follow_type_hints, None),
    ):
        if value is not None:
            hint = f", use {instead} instead" if instead else ""
            get_logger().warning("tf.function: %s is deprecated%s.", name, hint)

    def decorated(inner: Callable[..., Any]) -> Function:
        if experimental_compile is not None and jit_compile is not None:
            raise ValueError("Cannot specify both 'experimental_compile' and 'jit_compile'.")
        return Function(
            inner,
            getattr(inner, "__name__", "function"),
            input_signature,
            autograph,
            jit_compile if experimental_compile is None else experimental_compile,
            bool(reduce_retracing or experimental_relax_shapes),
            experimental_implements,
            experimental_autograph_options,
            experimental_attributes,
        )

    return decorated if func is None else decorated(func)
