"""`ConcreteFunction`: one trace of a `tf.function`, and calls that must fit it."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from .._api.shown_modules import shown_in
from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import c_name
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .._ops.random import seeds
from ..errors import InvalidArgumentError
from .concrete_results import ConcreteResults
from .function_type import FunctionType, Parameter, sanitized
from .trace_types import argument
from .type_components import map_specs, pack_tensors, tensor_specs

_numbers = itertools.count()

_NO_GRAPH = frozenset(
    "inference_fn replace_capture_with_deferred_capture set_external_captures "
    "from_func_graph".split()
)


class _TracedFunction(Protocol):
    """What a trace uses of its Function."""

    @property
    def name(self) -> str: ...

    @property
    def function_type(self) -> FunctionType: ...

    @property
    def python_function(self) -> Callable[..., Any]: ...

    def _run(self, trace: ConcreteFunction, args: Any, kwargs: Any) -> Any: ...


class ConcreteFunction(ConcreteResults, Trackable):
    """A `tf.function` for one set of trace types: a trace.

    Implements `tf.types.experimental.ConcreteFunction`. The type of the result is inferred on first
    use, by running the Python function on fake tensors, unless a call has shown it before.
    """

    # How many of the tensors a call may pass by position, in the flat form; None for all.
    allowed_positional: int | None = None

    def __init__(self, function: _TracedFunction, function_type: FunctionType) -> None:
        self._function = function
        self.input_type = function_type
        """The types of the arguments."""
        self.number = next(_numbers)
        self.seed = seeds.global_seed()
        """The global seed of its random operations."""
        self._variables: tuple[Variable, ...] | None = None
        self._has_unknown_sizes = any(
            not spec.shape.is_fully_defined()
            for p in function_type.parameters.values()
            for spec in tensor_specs(p.annotation)
        )
        self.traced: Any = None
        """What runs in place of the Python function (tracing.py), or None."""
        self.not_traced: str | None = None
        """Why the Python function runs at every call, or None."""
        self.output: Any = None
        """The type of the result, or None if it is not known yet."""

    def __getattr__(self, name: str) -> Any:
        if name in _NO_GRAPH:
            raise AttributeError(f"ConcreteFunction.{name} is not available in tf_tape_compat")
        raise AttributeError(f"'ConcreteFunction' object has no attribute {name!r}")

    def add_to_graph(self, g: Any = None, overwrite: bool = False) -> None:
        """Does nothing, as in TensorFlow where no graph is built."""

    def add_gradient_functions_to_graph(self, g: Any = None) -> None:
        """Does nothing, as in TensorFlow where no graph is built."""

    def note(self, output: Any) -> None:
        """Remembers the type of a result, if it is the same for all calls."""
        if not self._has_unknown_sizes:
            self.output = output

    def argument_values(self, args: Any, kwargs: Any) -> dict[int, EagerTensor]:
        """The values of the tensors among the arguments of a call, by their placeholders' ids."""
        if self.traced is None or not (args or kwargs):
            return {}
        from .tracing import tensors_in

        placeholders = self.traced.function.graph.inputs
        values = zip(placeholders, tensors_in(args, kwargs), strict=True)
        return {id(x): value for x, value in values if not hasattr(value, "shadow")}

    # -- calls ----------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function. Raises TypeError if the arguments do not match."""
        try:
            bound = self.input_type.bind_all(args, kwargs, {})
        except TypeError:
            try:
                bound = self._bind_flat(args, kwargs)
            except (TypeError, ValueError) as flat_error:
                try:  # again, for a message that includes the type of the result
                    self.function_type.bind_all(args, kwargs, {})
                except TypeError as error:
                    raise TypeError(
                        f"{error}\nFallback to flat signature also failed due to: {flat_error}"
                    ) from None
                raise
        return self._function._run(self, *self._call_arguments(bound.arguments))

    def _call_with_flat_signature(self, args: Any, kwargs: Any) -> Any:
        """Calls the function with the tensors among its arguments alone."""
        bound = self._bind_flat(args, kwargs)
        return self._function._run(self, *self._call_arguments(bound.arguments))

    def _bind_flat(self, args: Any, kwargs: Any) -> inspect.BoundArguments:
        """Binds the tensors among the arguments alone, without containers or constants."""
        names = self._flat_names()
        summary = f"{self._function.name}({', '.join(names)})"
        most = len(names) if self.allowed_positional is None else self.allowed_positional
        if len(args) > most:
            raise TypeError(f"{summary} takes {most} positional arguments, got {len(args)}.")
        flat = list(args)
        named = {sanitized(name): value for name, value in kwargs.items()}
        for name in names[len(flat) :]:
            if sanitized(name) not in named:
                missing = sorted(set(names) - set(names[: len(flat)]) - set(named))
                raise TypeError(f"{summary} missing required arguments: {', '.join(missing)}.")
            flat.append(named.pop(sanitized(name)))
        for name in named:
            if name in names:
                raise TypeError(f"{summary} got two values for '{name}'.")
            raise TypeError(
                f"{summary} got unexpected keyword arguments: {', '.join(sorted(named))}."
            )
        specs = [
            spec for p in self.input_type.parameters.values() for spec in tensor_specs(p.annotation)
        ]
        for i, (value, spec) in enumerate(zip(flat, specs, strict=True)):
            if not isinstance(value, (EagerTensor, Variable)):
                raise TypeError(
                    f"{summary}: expected argument #{i}(zero-based) to be a Tensor; got "
                    f"{type(value).__name__} ({value})."
                )
            if value.dtype is not spec.dtype:
                name = self.name.decode()
                raise InvalidArgumentError(
                    None,
                    None,
                    f"cannot compute {name} as input #{i}(zero-based) was expected to be a "
                    f"{c_name(spec.dtype)} tensor but is a {c_name(value.dtype)} tensor "
                    f"[Op:{name}]",
                )
            if active_graph() is not None and not value.shape.is_compatible_with(spec.shape):
                raise ValueError(
                    f"Tensor {value} is not compatible with the shape this function was traced "
                    f"with. Expected shape {spec.shape}, but got shape {value.shape}.\n\nIf you "
                    "called get_concrete_function, you may need to pass a tf.TensorSpec(..., "
                    "shape=...) with a less specific shape, having None on axes which can vary."
                )
        remaining = iter(flat)
        arguments: Any = {
            name: pack_tensors(p.annotation, remaining)
            for name, p in self.input_type.parameters.items()
        }
        return inspect.BoundArguments(self.input_type, arguments)

    def _call_arguments(self, arguments: Any) -> tuple[list[Any], dict[str, Any]]:
        """The `args` and `kwargs` of the Python function for arguments by name."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        positional = True
        declared_parameters = self._function.function_type.parameters
        for name, p in self.input_type.parameters.items():
            value = argument(p.annotation, arguments[name])
            declared = declared_parameters.get(name)
            # After a keyword-only parameter or *args, arguments are passed by keyword.
            if p.kind is p.KEYWORD_ONLY or (
                declared is not None and declared.kind is declared.KEYWORD_ONLY
            ):
                positional = False
            if positional:
                args.append(value)
            else:
                kwargs[name] = value
        return args, kwargs

    # -- the types of the arguments -------------------------------------------------------------

    @property
    def name(self) -> bytes:
        """A unique name."""
        return f"__inference_{self._function.name}_{self.number}".encode()

    @property
    def function_type(self) -> FunctionType:
        """The types of the arguments, of the result, and of what is captured."""
        if self.output is None and self.traced is None:
            with suppress(RuntimeError):  # then the output is printed as None
                self._infer_output()
        output = self.output
        if output is None and self.traced is None:
            return self.input_type
        return self.input_type.with_output(output, self._capture_types())

    def _named_type(self) -> FunctionType:
        """The types of the arguments, with a name for each tensor."""

        def named(name: str, spec: TensorSpec) -> TensorSpec:
            return TensorSpec(spec.shape, spec.dtype, spec.name or name)

        return FunctionType(
            [
                Parameter(p.name, p.kind, False, map_specs(p.annotation, p.name, named))
                for p in self.input_type.parameters.values()
            ]
        )

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """`(args, kwargs)`, with a `tf.TensorSpec` for each tensor and the other values."""
        return self._named_type().structured()

    def _flat_names(self) -> list[str]:
        """The names of the tensors in the flat signature."""
        names: list[str] = []
        for p in self.input_type.parameters.values():
            for spec in tensor_specs(p.annotation):
                base = name = getattr(spec, "name", None) or p.name
                number = 0
                while name in names:
                    number += 1
                    name = f"{base}_{number}"
                names.append(name)
        return names

    # -- printing -------------------------------------------------------------------------------

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The types of the arguments and of the result, as text."""
        return repr(self.function_type) if verbose else str(self.function_type)

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.pretty_printed_signature(False)} at 0x{id(self):X}>"

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


shown_in("tensorflow.python.eager.polymorphic_function.concrete_function", ConcreteFunction)
