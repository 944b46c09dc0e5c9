"""The functions of a loaded SavedModel: `tf.function`s that run the operations of its graph."""

from __future__ import annotations

import inspect
import pprint
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .. import nest
from .._api.shown_modules import shown_in
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from .._core.variables.variable import Variable
from .._data.spec_messages import decode_value
from .._functions.concrete import ConcreteFunction
from .._functions.function import Function
from .._functions.function_type import FunctionType, Parameter
from .._functions.retracing import RetracingDetector
from .._functions.trace_types import Aliases, VariableSpec
from .._functions.type_of_value import from_value
from .function_reader import Library

_JIT_COMPILE = {0: None, 1: True, 2: False}


class RestoredConcreteFunction(ConcreteFunction):
    """A function of a SavedModel's graph. It is traced when it is first needed.

    Attributes:
      allowed_positional: how many of the tensors a call may pass by position, in the flat form.
      output_specs: the result, with a spec for each tensor.
    """

    output_specs: Any = None

    @property
    def structured_outputs(self) -> Any:
        """The result, with a spec for each tensor."""
        return self.output_specs

    @property
    def function_type(self) -> FunctionType:
        """The types of the arguments, of the result, and of what is captured."""
        output = from_value(self.output_specs, Aliases())
        return self.input_type.with_output(output, self._capture_types())

    @property
    def traced(self) -> Any:
        """The trace; see `ConcreteFunction`."""
        if self._traced is None and not self._is_tracing and self.not_traced is None:
            self._is_tracing = True
            try:
                self._function._traced_once(self)
            finally:
                self._is_tracing = False
        return self._traced

    @traced.setter
    def traced(self, value: Any) -> None:
        self._traced = value

    _traced: Any = None
    _is_tracing = False


def concrete_function(
    library: Library, name: str, saved: Any, bound: Sequence[Any], spec: Any
) -> RestoredConcreteFunction:
    """A function of the graph.

    Args:
      library: the functions of the graph.
      name: the name of the function.
      saved: its `SavedConcreteFunction`.
      bound: what it captures; variables and tables stand for their handles.
      spec: the `FunctionSpec` that names its parameters, or None.
    """
    args, kwargs = decode_value(saved.canonicalized_input_signature)
    outputs = decode_value(saved.output_signature)
    parameters = _parameters(args, kwargs, spec)

    def run(*args: Any, **kwargs: Any) -> Any:
        leaves = nest.flatten((args, kwargs), expand_composites=True)
        tensors = [x for x in leaves if isinstance(x, (EagerTensor, Variable))]
        results = library.run(name, [*tensors, *bound])
        return packed(outputs, results)

    run.__name__ = run.__qualname__ = _base_name(name)
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(p.name, p.kind) for p in parameters]
    )
    function = Function(run, run.__name__, autograph=False)
    concrete = RestoredConcreteFunction(function, FunctionType(parameters))
    concrete.output_specs = outputs
    return concrete


def _base_name(name: str) -> str:
    """The name of the Python function, from that in the graph: "__inference_f_19"."""
    base = name.removeprefix("__inference_")
    head, _, number = base.rpartition("_")
    return head if head and number.isdigit() else base


def _parameters(args: Any, kwargs: Any, spec: Any) -> list[Parameter]:
    aliases = Aliases()
    given = _argument_names(spec)
    varargs = None if spec is None else decode_value(spec.fullargspec).varargs
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = []
    for number, value in enumerate(args):
        kind: Any = positional
        if number < len(given):
            name = given[number]
        elif varargs:
            name, kind = f"{varargs}_{number - len(given)}", inspect.Parameter.POSITIONAL_ONLY
        else:
            name = getattr(value, "name", None) or f"arg_{number}"
        parameters.append(Parameter(name, kind, False, from_value(value, aliases)))
    if any(p.kind is p.POSITIONAL_ONLY for p in parameters):
        parameters = [Parameter(p.name, p.POSITIONAL_ONLY, False, p.annotation) for p in parameters]
    for name, value in kwargs.items():
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(Parameter(name, kind, False, from_value(value, aliases)))
    return parameters


def _argument_names(spec: Any) -> list[str]:
    if spec is None:
        return []
    names = list(decode_value(spec.fullargspec).args)
    return names[1:] if spec.is_method or names[:1] == ["self"] else names


def packed(structure: Any, tensors: list[Any]) -> Any:
    """The tensors in the structure of these specs."""
    remaining = iter(tensors)
    leaves = [
        next(remaining) if isinstance(leaf, (TypeSpec, VariableSpec)) else leaf
        for leaf in nest.flatten(structure, expand_composites=True)
    ]
    return nest.pack_sequence_as(structure, leaves, expand_composites=True)


RestoredConcreteFunction.__name__ = "_WrapperFunction"


# -- functions that choose one of several ----------------------------------------------------------


class RestoredFunction(Function):
    """A function of a SavedModel: it calls the saved trace that fits the arguments.

    Attributes:
      concrete_functions: the saved traces.
    """

    concrete_functions: list[ConcreteFunction]

    def _reset(self) -> None:
        super()._reset()
        self._detector = RetracingDetector()
        self._detector.warnings = sys.maxsize  # a new trace calls a saved one: no warning

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The types of the saved traces, as text."""
        functions = self.concrete_functions
        return "\n\n".join(f.pretty_printed_signature(verbose) for f in functions)

    def _bind(self, instance: Any) -> Function:
        return self


def polymorphic_function(spec: Any, concrete_functions: list[ConcreteFunction]) -> RestoredFunction:
    """The function with these traces."""

    def restored_function_body(*args: Any, **kwargs: Any) -> Any:
        if not concrete_functions:
            raise ValueError("Found zero restored functions for caller function.")
        for allow_conversion in (False, True):
            for function in concrete_functions:
                if _fits(function, args, kwargs, allow_conversion):
                    return _call(function, args, kwargs)
        raise ValueError(_mismatch(concrete_functions, args, kwargs))

    _set_signature(restored_function_body, decode_value(spec.fullargspec), spec)
    signature = decode_value(spec.input_signature)
    function = RestoredFunction(
        restored_function_body,
        "restored_function_body",
        signature,
        autograph=False,
        jit_compile=_JIT_COMPILE.get(spec.jit_compile),
    )
    function.concrete_functions = concrete_functions
    return function


def _set_signature(function: Callable[..., Any], full: Any, spec: Any) -> None:
    names = _argument_names(spec)
    empty = inspect.Parameter.empty
    defaults = list(full.defaults or ())
    defaults = [empty] * (len(names) - len(defaults)) + defaults[-len(names) :]
    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
        for name, default in zip(names, defaults, strict=True)
    ]
    if full.varargs:
        parameters.append(inspect.Parameter(full.varargs, inspect.Parameter.VAR_POSITIONAL))
    for name in full.kwonlyargs:
        default = (full.kwonlydefaults or {}).get(name, empty)
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(name, kind, default=default))
    if full.varkw:
        parameters.append(inspect.Parameter(full.varkw, inspect.Parameter.VAR_KEYWORD))
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]


def _pairs(expected: Any, value: Any) -> list[tuple[Any, Any]] | None:
    """Each leaf of an expected structure with the value in its place; None if it is another one."""
    if isinstance(expected, TypeSpec) or not nest.is_nested(expected):
        return [(expected, value)]
    if isinstance(expected, dict):
        if not isinstance(value, dict) or sorted(expected) != sorted(value):
            return None
        items = [(expected[key], value[key]) for key in sorted(expected)]
    else:
        if not isinstance(value, (list, tuple)) or len(expected) != len(value):
            return None
        items = list(zip(expected, value, strict=True))
    pairs: list[tuple[Any, Any]] = []
    for item in items:
        inner = _pairs(*item)
        if inner is None:
            return None
        pairs += inner
    return pairs


def _fits(function: ConcreteFunction, args: Any, kwargs: Any, allow_conversion: bool) -> bool:
    """Whether a trace can be called with these arguments."""
    expected_args, expected_kwargs = function.structured_input_signature
    pairs = _pairs((expected_args, expected_kwargs), (tuple(args), kwargs))
    return pairs is not None and all(_leaf_fits(*pair, allow_conversion) for pair in pairs)


def _leaf_fits(expected: Any, value: Any, allow_conversion: bool) -> bool:
    if isinstance(expected, TensorSpec):
        if allow_conversion and not isinstance(value, (EagerTensor, Variable)):
            try:
                value = to_tensor(value, None, expected.dtype)
            except (TypeError, ValueError):
                return False
        if not isinstance(value, (EagerTensor, Variable, TensorSpec)):
            return False
        return value.dtype is expected.dtype and expected.shape.is_compatible_with(value.shape)
    if isinstance(expected, TypeSpec):
        return bool(expected.is_compatible_with(value))
    if isinstance(expected, VariableSpec):
        return isinstance(value, Variable) and value.dtype is expected.dtype
    if isinstance(value, (EagerTensor, Variable)):
        return value is expected
    return bool(value == expected)


def _call(function: Any, args: Any, kwargs: Any) -> Any:
    def converted(expected: Any, value: Any) -> Any:
        if isinstance(expected, TensorSpec):
            return to_tensor(value, None, expected.dtype)
        if isinstance(expected, TypeSpec) or not nest.is_nested(expected):
            return value
        if isinstance(expected, dict):
            return {key: converted(item, value[key]) for key, item in expected.items()}
        items = [converted(*pair) for pair in zip(expected, value, strict=True)]
        if hasattr(value, "_fields"):
            return type(value)(*items)
        return type(value)(items)

    expected_args, expected_kwargs = function.structured_input_signature
    args = tuple(converted(*pair) for pair in zip(expected_args, args, strict=True))
    kwargs = {key: converted(expected_kwargs[key], value) for key, value in kwargs.items()}
    return function._function._run(function, args, kwargs)


def _mismatch(functions: list[ConcreteFunction], args: Any, kwargs: Any) -> str:
    options = []
    for number, function in enumerate(functions, 1):
        positional, keyword = function.structured_input_signature
        options.append(f"Option {number}:\n  {_listed(positional)}\n  Keyword arguments: {keyword}")
    return (
        "Could not find matching concrete function to call loaded from the SavedModel. Got:\n  "
        f"{_listed(args)}\n  Keyword arguments: {kwargs}\n\n Expected these arguments to match "
        f"one of the following {len(functions)} option(s):\n\n" + "\n\n".join(options)
    )


def _listed(positional: Any) -> str:
    items = "\n    * ".join(pprint.pformat(item) for item in positional)
    return f"Positional arguments ({len(positional)} total):\n    * {items}"


shown_in("tensorflow.python.saved_model.function_deserialization", RestoredFunction)
