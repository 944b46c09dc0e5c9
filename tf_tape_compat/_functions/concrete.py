"""`ConcreteFunction`: one trace of a `tf.function`, and calls that must fit it."""

from __future__ import annotations

import gc
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch

from .. import nest
from .._core.recording.execution_context import here
from .._core.recording.variable_watcher import VariableWatcher
from .._core.tensor.convert import c_name
from .._core.tensor.tensor import EagerTensor, TrackedTensor
from .._core.tracking.trackable import Trackable
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.handle import Handle
from .._core.variables.variable import Variable
from .._ops.random import seeds
from ..errors import InvalidArgumentError
from .function_type import FunctionType, Parameter, sanitized
from .results import converted, type_of
from .trace_types import argument, filled, parts_of, renamed, signature

if TYPE_CHECKING:
    from .function import Function

_numbers = itertools.count()

_NO_GRAPH = frozenset(
    "graph function_def inference_fn add_to_graph add_gradient_functions_to_graph captured_inputs "
    "replace_capture_with_deferred_capture set_external_captures from_func_graph".split()
)


class ConcreteFunction(Trackable):
    """A `tf.function` for arguments of certain types.

    Answers for `tf.types.experimental.ConcreteFunction`. What is known of the result is found by
    running the Python function on tensors without values, when it is first asked for.
    """

    def __init__(self, function: Function, function_type: FunctionType) -> None:
        self._function = function
        self.input_type = function_type
        """The types of the arguments."""
        self.number = next(_numbers)
        self.seed = seeds.global_seed()
        """The global seed that its random operations follow from."""
        self._variables: tuple[Variable, ...] | None = None
        self._open = any(
            not spec.shape.is_fully_defined()
            for p in function_type.parameters.values()
            for spec in parts_of(p.annotation)
        )
        self.output: Any = None
        """The type of the result, or None before it is known."""

    def __getattr__(self, name: str) -> Any:
        if name in _NO_GRAPH:
            raise AttributeError(
                f"ConcreteFunction.{name} is not available in tf_tape_compat: functions run "
                "eagerly, and there are no graphs"
            )
        raise AttributeError(f"'ConcreteFunction' object has no attribute {name!r}")

    def note(self, output: Any) -> None:
        """Notes the type of a result, if it cannot be another one next time."""
        if not self._open:
            self.output = output

    # -- calls ----------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function. Raises TypeError for arguments that do not fit."""
        try:
            bound = self.input_type.bind_all(args, kwargs, {})
        except TypeError:
            try:
                bound = self._bind_flat(args, kwargs)
            except (TypeError, ValueError) as flat:
                try:  # again, for the message that tells the type of the result too
                    self.function_type.bind_all(args, kwargs, {})
                except TypeError as error:
                    raise TypeError(
                        f"{error}\nFallback to flat signature also failed due to: {flat}"
                    ) from None
                raise
        return self._function._run(self, *self._arguments(bound))

    def _bind_flat(self, args: Any, kwargs: Any) -> inspect.BoundArguments:
        """The arguments, given as the tensors alone that are in them."""
        names, positional = self._flat_names()
        summary = f"{self._function.name}({', '.join(names)})"
        if len(args) > positional:
            raise TypeError(f"{summary} takes {positional} positional arguments, got {len(args)}.")
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
            spec for p in self.input_type.parameters.values() for spec in parts_of(p.annotation)
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
        remaining = iter(flat)
        found = {
            name: filled(p.annotation, remaining) for name, p in self.input_type.parameters.items()
        }
        return inspect.BoundArguments(self.input_type, found)

    def _arguments(self, bound: inspect.BoundArguments) -> tuple[list[Any], dict[str, Any]]:
        """What the Python function is called with."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        positional = True
        given = self._function.function_type.parameters
        for name, p in self.input_type.parameters.items():
            value = argument(p.annotation, bound.arguments[name])
            own = given.get(name)
            # Behind a parameter that goes by keyword only, or *args, nothing goes by position.
            if p.kind is p.KEYWORD_ONLY or (own is not None and own.kind is own.KEYWORD_ONLY):
                positional = False
            if positional:
                args.append(value)
            else:
                kwargs[name] = value
        return args, kwargs

    # -- what is known of the arguments ---------------------------------------------------------

    @property
    def name(self) -> bytes:
        """A name that no other trace has."""
        return f"__inference_{self._function.name}_{self.number}".encode()

    @property
    def function_type(self) -> FunctionType:
        """The types of the arguments and of the result."""
        if self.output is None:
            try:
                self._find_output()
            except RuntimeError:
                pass  # it is printed as None
        output = self.output
        return self.input_type if output is None else self.input_type.with_output(output)

    def _named_type(self) -> FunctionType:
        """The types of the arguments with a name for each tensor."""

        def named(name: str, spec: TensorSpec) -> TensorSpec:
            return TensorSpec(spec.shape, spec.dtype, spec.name or name)

        return FunctionType(
            [
                Parameter(p.name, p.kind, False, renamed(p.annotation, p.name, named))
                for p in self.input_type.parameters.values()
            ]
        )

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """`(args, kwargs)` with a `tf.TensorSpec` for each tensor, and the values expected."""
        return self._named_type().structured()

    @property
    def inputs(self) -> list[Any]:
        """The specs of the tensors among the arguments."""
        return [
            spec for p in self._named_type().parameters.values() for spec in parts_of(p.annotation)
        ]

    def _flat_names(self) -> tuple[list[str], int]:
        """The names by which the tensors may be given one by one, and how many by position."""
        names: list[str] = []
        positional = 0
        for p in self.input_type.parameters.values():
            for spec in parts_of(p.annotation):
                wanted = name = getattr(spec, "name", None) or p.name
                number = 0
                while name in names:
                    number += 1
                    name = f"{wanted}_{number}"
                names.append(name)
                positional += p.kind is not p.KEYWORD_ONLY
        return names, positional

    # -- what is known of the result ------------------------------------------------------------

    def _find_output(self) -> None:
        """Runs the Python function on tensors without values, to see the type of its result.

        Raises RuntimeError if that depends on values, or if it makes variables.
        """
        found = None
        for size in (3, 5) if self._open else (3,):
            output = self._probe(size)
            found = output if found is None else found.most_specific_common_supertype([output])
        self.output = found

    def _probe(self, size: int) -> Any:
        """The type of the result for arguments of which all unknown sizes are `size`."""
        from torch._subclasses.fake_tensor import FakeTensorMode

        restore = _snapshot()
        call = here.call
        here.call = [_NoVariables(), (), self, None, None]
        try:
            with FakeTensorMode(allow_non_fake_inputs=True), VariableWatcher(True) as watcher:
                bound = {
                    name: filled(p.annotation, _examples(p.annotation, size))
                    for name, p in self.input_type.parameters.items()
                }
                arguments = inspect.BoundArguments(self.input_type, bound)
                args, kwargs = self._arguments(arguments)
                function = self._function.python_function
                result = converted(function(*args, **kwargs), function, ())
                output = type_of(result)
        except Exception as error:
            raise RuntimeError(
                f"tf_tape_compat: what {self._function.name} returns cannot be told without a "
                f"call, since it depends on values or makes variables; call it first ({error})"
            ) from error
        finally:
            here.call = call
            restore()
        self._variables = tuple(watcher.watched)
        return output

    @property
    def structured_outputs(self) -> Any:
        """The result, with a `tf.TensorSpec` for each tensor."""
        if self.output is None:
            self._find_output()
        return signature(self.output)

    @property
    def outputs(self) -> list[Any]:
        """The specs of the tensors in the result."""
        self.structured_outputs  # noqa: B018
        return parts_of(self.output)

    @property
    def output_shapes(self) -> Any:
        """The shapes of the tensors in the result."""
        return nest.map_structure(
            lambda spec: getattr(spec, "shape", TensorShape(None)), self.structured_outputs
        )

    @property
    def output_dtypes(self) -> Any:
        """The element types of the tensors in the result."""
        return nest.map_structure(
            lambda spec: None if spec is None else spec.dtype, self.structured_outputs
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that the function reads."""
        if self._variables is None:
            self._probe(3)
        return self._variables or ()

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """The trainable variables that the function reads."""
        return tuple(variable for variable in self.variables if variable.trainable)

    # -- printing -------------------------------------------------------------------------------

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The types of the arguments and of the result, in words."""
        return repr(self.function_type) if verbose else str(self.function_type)

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.pretty_printed_signature(False)} at 0x{id(self):X}>"

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


def _snapshot() -> Callable[[], None]:
    """A function that gives all variables and tensors the payloads that they have now.

    Under torch's mode nothing writes to memory, but assignments replace payloads, and tapes note
    the leaves that stand for constants: the program's own objects must not keep those.
    """
    handles, tensors = [], []
    for item in gc.get_objects():
        kind = type(item)
        if kind is Handle:
            handles.append((item, item.data))
        elif kind is EagerTensor or kind is TrackedTensor:
            slots = {name: getattr(item, name) for name in _SLOTS if hasattr(item, name)}
            tensors.append((item, kind, slots))

    def restore() -> None:
        for handle, data in handles:
            handle.data = data
        for tensor, kind, slots in tensors:
            for name, value in slots.items():
                setattr(tensor, name, value)
            tensor.__class__ = kind

    return restore


_SLOTS = ("_t", "_set", "_leaf")


class _NoVariables:
    """Runs where variables must not be made, for they would stay."""

    def note_variable(self, variable: Variable) -> None:
        raise RuntimeError("a variable is made")


def _examples(kind: Any, size: int) -> Iterator[Any]:
    """A tensor or variable for each that is in values of the type `kind`."""
    for spec in parts_of(kind):
        sizes = spec.shape.as_list() if spec.shape.rank is not None else [size]
        sizes = [size if n is None else n for n in sizes]
        if not isinstance(spec, TensorSpec) or spec.dtype.torch is None:
            raise RuntimeError(f"an argument is of the type {spec}")
        yield EagerTensor(torch.empty(sizes, dtype=spec.dtype.torch))
