"""The signature of a `tf.function`: its parameters, their types, and binding of arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from .. import nest
from .._core.types.type_spec import TypeSpec
from .._logging import get_logger
from .trace_types import Aliases, VariableSpec, cast, signature
from .type_of_value import from_value


class _Default:
    """A placeholder for default values in printed signatures."""

    def __reduce__(self) -> str:
        return "DEFAULT"  # the only one

    def __repr__(self) -> str:
        return "<captured_default_value>"


DEFAULT = _Default()


class Parameter(inspect.Parameter):
    """A parameter with an optional type constraint."""

    def __init__(self, name: str, kind: Any, optional: bool, type_constraint: Any) -> None:
        super().__init__(
            name,
            kind,
            default=DEFAULT if optional else self.empty,
            annotation=self.empty if type_constraint is None else type_constraint,
        )

    def __reduce__(self) -> Any:
        return Parameter, (self.name, self.kind, self.optional, self.type_constraint)

    @property
    def optional(self) -> bool:
        """Whether there is a default value."""
        return self.default is not self.empty

    @property
    def type_constraint(self) -> Any:
        """The type that the argument must have, or None."""
        return None if self.annotation is self.empty else self.annotation


class FunctionType(inspect.Signature):
    """The parameters of a function, and the type of its result if it is known."""

    __slots__ = ("_captures",)

    _captures: dict[Any, Any]

    @classmethod
    def from_callable(cls, obj: Any, **options: Any) -> FunctionType:
        """The parameters of a Python function, without types."""
        python_signature = inspect.Signature.from_callable(obj, **options)
        return cls(
            [
                Parameter(p.name, p.kind, p.default is not p.empty, None)
                for p in python_signature.parameters.values()
            ]
        )

    @property
    def output(self) -> Any:
        """The type of the result, or None."""
        return None if self.return_annotation is self.empty else self.return_annotation

    @property
    def captures(self) -> dict[Any, Any]:
        """The types of the tensors and variables that the function captures, by their ids."""
        return getattr(self, "_captures", {})

    def __hash__(self) -> int:
        return hash(tuple(self.parameters.values()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FunctionType) and list(self.parameters.values()) == list(
            other.parameters.values()
        )

    def __repr__(self) -> str:
        lines = [
            "Input Parameters:",
            *(
                f"  {p.name} ({p.kind.name}): {p.type_constraint}"  # type: ignore[attr-defined]
                for p in self.parameters.values()
            ),
            "Output Type:",
            f"  {self.output}",
            "Captures:",
            *([f"  {key}: {spec}" for key, spec in self.captures.items()] or ["  None"]),
        ]
        return "\n".join(lines)

    def is_subtype_of(self, other: FunctionType) -> bool:
        """Whether all arguments of this type are also of the type `other`. Both are fully typed."""
        parameters, others = list(self.parameters.values()), list(other.parameters.values())
        return len(parameters) == len(others) and all(
            (a.name, a.kind) == (b.name, b.kind)
            and a.type_constraint.is_subtype_of(b.type_constraint)  # type: ignore[attr-defined]
            for a, b in zip(parameters, others, strict=True)
        )

    def widened(self, other: FunctionType) -> FunctionType | None:
        """The narrowest type that covers this one and `other`, or None."""
        parameters, others = list(self.parameters.values()), list(other.parameters.values())
        if len(parameters) != len(others):
            return None
        common_parameters = []
        for a, b in zip(parameters, others, strict=True):
            if (a.name, a.kind) != (b.name, b.kind):
                return None
            common = a.annotation.most_specific_common_supertype([b.annotation])
            if common is None:
                return None
            common_parameters.append(Parameter(a.name, a.kind, False, common))
        return FunctionType(common_parameters)

    def with_output(self, output: Any, captures: Mapping[Any, Any] | None = None) -> FunctionType:
        """The same parameters with the type of a result, and the types of what is captured."""
        result = FunctionType(list(self.parameters.values()), return_annotation=output)
        result._captures = dict(captures or {})
        return result

    def structured(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The signatures of the positional and of the keyword-only parameters."""
        positional: list[Any] = []
        keyword_only: dict[str, Any] = {}
        for p in self.parameters.values():
            if p.kind is p.KEYWORD_ONLY:
                keyword_only[p.name] = signature(p.annotation)
            else:
                positional.append(signature(p.annotation))
        return tuple(positional), keyword_only

    def bind_all(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> inspect.BoundArguments:
        """Binds the arguments and defaults to the parameters, and casts them to their types.

        Raises TypeError, with TensorFlow's message, if they do not match.
        """
        named = {sanitized(name): value for name, value in kwargs.items()}
        if len(named) != len(kwargs):
            raise ValueError(
                "Name collision after sanitization. Please rename tf.function input parameters. "
                f"Original: {sorted(kwargs)}, Sanitized: {sorted(named)}"
            )
        try:
            bound = self.bind(*args, **named)
            bound.apply_defaults()
            for name, value in bound.arguments.items():
                if value is DEFAULT:
                    value = bound.arguments[name] = defaults[name]
                constraint = self.parameters[name].annotation
                if constraint is not inspect.Parameter.empty:
                    bound.arguments[name] = cast(constraint, value)
        except Exception as error:
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{error}`. Received args: "
                f"{tuple(args)} and kwargs: {named} for signature: {self}."
            ) from error
        return bound


def sanitized(name: str) -> str:
    """Makes the name of a keyword argument a valid parameter name."""
    if name.isidentifier() and name.isascii() and name[0].isalpha():
        return name
    replaced = "".join(c if c.isalnum() else "_" for c in name)
    valid_name = replaced if replaced[0].isalpha() else "arg_" + replaced
    if valid_name != name:
        get_logger().warning(
            "`%s` is not a valid tf.function parameter name. Sanitizing to `%s`.", name, valid_name
        )
    return valid_name


def default_values(function: Any) -> dict[str, Any]:
    """The default values of a Python function's parameters."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def check_signature(input_signature: Any) -> None:
    """Raises TypeError if `input_signature` is not a sequence of specs."""
    if input_signature is None:
        return
    if not isinstance(input_signature, (tuple, list)):
        raise TypeError(
            f"input_signature must be either a tuple or a list, got {type(input_signature)}."
        )
    invalid = [item for item in nest.flatten(input_signature) if not isinstance(item, TypeSpec)]
    if invalid:
        raise TypeError(
            "input_signature must be a possibly nested sequence of TensorSpec objects, got invalid "
            f"args {invalid} with types {[type(item) for item in invalid]}."
        )
    component_specs = nest.flatten(input_signature, expand_composites=True)
    variables = [spec for spec in component_specs if isinstance(spec, VariableSpec)]
    if variables:
        raise TypeError(f"input_signature doesn't support VariableSpec, got {variables}")


def constrained(
    function_type: FunctionType, input_signature: Sequence[Any], defaults: Mapping[str, Any]
) -> FunctionType:
    """Adds the types in `input_signature` to the parameters. Raises TypeError if they mismatch."""
    aliases = Aliases()
    remaining = [from_value(item, aliases) for item in input_signature]
    constrained_parameters: list[Parameter] = []
    parameters = list(function_type.parameters.values())
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    for p in parameters:
        kind: Any = p.kind
        if variadic and kind is p.POSITIONAL_OR_KEYWORD:
            kind = p.POSITIONAL_ONLY
        optional = p.default is not p.empty
        if p.name == "self":
            constrained_parameters.append(Parameter(p.name, kind, optional, None))
        elif kind is p.VAR_KEYWORD:
            continue
        elif kind is p.VAR_POSITIONAL:
            constrained_parameters.extend(
                Parameter(f"{p.name}_{i}", p.POSITIONAL_ONLY, False, constraint)
                for i, constraint in enumerate(remaining)
            )
            remaining = []
        elif kind is p.KEYWORD_ONLY and p.name not in defaults:
            raise TypeError(
                f"Since input_signature is defined, keyword-only parameter `{p.name}` must have a "
                "default value"
            )
        elif remaining:
            constrained_parameters.append(Parameter(p.name, kind, optional, remaining.pop(0)))
        elif p.name in defaults:
            constraint = from_value(defaults[p.name], aliases)
            constrained_parameters.append(Parameter(p.name, kind, optional, constraint))
        else:
            raise TypeError(f"input_signature missing type constraint for {p.name}")
    if remaining:
        raise TypeError(f"input_signature contains {len(remaining)} extra type constraints.")
    return FunctionType(constrained_parameters)


def input_signature_of(function_type: FunctionType) -> tuple[Any, ...] | None:
    """The `input_signature` of a function, or None."""
    names = list(function_type.parameters)
    if "self" in names:
        names.pop(0)
    if not names:
        return ()
    signatures: list[Any] = []
    for name in names:
        constraint = function_type.parameters[name].annotation
        if constraint is inspect.Parameter.empty:
            continue
        parameter_signature = signature(constraint)
        if not all(isinstance(item, TypeSpec) for item in nest.flatten([parameter_signature])):
            return tuple(signatures)
        signatures.append(parameter_signature)
    return tuple(signatures) or None


def specific(function_type: FunctionType, bound: inspect.BoundArguments) -> FunctionType:
    """The type of one call: a typed parameter for each argument, including variadic ones."""
    aliases = Aliases()
    typed_parameters: list[Parameter] = []
    parameters = function_type.parameters
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())

    def add(name: str, kind: Any, value: Any) -> None:
        typed_parameters.append(Parameter(name, kind, False, from_value(value, aliases)))

    for name, value in bound.arguments.items():
        p = parameters[name]
        if p.kind is p.VAR_POSITIONAL:
            for i, item in enumerate(value):
                add(f"{name}_{i}", p.POSITIONAL_ONLY, item)
        elif p.kind is p.VAR_KEYWORD:
            for key in sorted(value):
                add(key, p.KEYWORD_ONLY, value[key])
        elif variadic and p.kind is p.POSITIONAL_OR_KEYWORD:
            add(name, p.POSITIONAL_ONLY, value)
        elif p.annotation is not p.empty:
            typed_parameters.append(Parameter(name, p.kind, False, p.annotation))
        else:
            add(name, p.kind, value)
    return FunctionType(typed_parameters)


class FunctionSpec:
    """The signature of a `tf.function` in the form that older programs use."""

    def __init__(
        self,
        function_type: FunctionType,
        defaults: dict[str, Any],
        is_pure: bool = False,
        name: str | None = None,
        jit_compile: bool | None = None,
    ) -> None:
        self.function_type = function_type
        self.default_values = defaults
        self.is_pure = is_pure
        self.jit_compile = jit_compile
        self.input_signature = input_signature_of(function_type)
        self._name = name or "f"

    @property
    def flat_input_signature(self) -> tuple[Any, ...]:
        """The specs in `input_signature`."""
        return tuple(nest.flatten(self.input_signature))

    @property
    def arg_names(self) -> list[str]:
        """The names of the positional parameters."""
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return [p.name for p in self.function_type.parameters.values() if p.kind in positional]

    @property
    def fullargspec(self) -> inspect.FullArgSpec:
        """The parameters in the form of `inspect.getfullargspec`."""
        names: dict[Any, list[Any]] = {}
        for p in self.function_type.parameters.values():
            names.setdefault(p.kind, []).append(p.name)
        defaults = tuple(self.default_values[n] for n in self.arg_names if n in self.default_values)
        keyword_only = names.get(inspect.Parameter.KEYWORD_ONLY, [])
        keyword_defaults = {
            n: self.default_values[n] for n in keyword_only if n in self.default_values
        }
        return inspect.FullArgSpec(
            self.arg_names,
            (names.get(inspect.Parameter.VAR_POSITIONAL) or [None])[0],
            (names.get(inspect.Parameter.VAR_KEYWORD) or [None])[0],
            defaults or None,
            keyword_only,
            keyword_defaults or None,
            annotations={},
        )

    def signature_summary(self, default_values: bool = False) -> str:
        """The parameters, and their defaults if `default_values`, as text."""
        text = repr(self.function_type)
        if not default_values:
            return text
        lines = [f"\n  {name}: {value!r}" for name, value in self.default_values.items()]
        return text + "\nDefaults:" + ("".join(lines) or "\n  None")
