"""The signature of a `tf.function`: its parameters, what they must be, and binding of arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from .. import nest
from .._core.types.type_spec import TypeSpec
from .._logging import get_logger
from .trace_types import Aliases, VariableSpec, cast, from_value, signature


class _Default:
    """Stands for a default value, as signatures print it."""

    def __repr__(self) -> str:
        return "<captured_default_value>"


DEFAULT = _Default()


class Parameter(inspect.Parameter):
    """A parameter and the type that its argument must have, if any."""

    def __init__(self, name: str, kind: Any, optional: bool, type_constraint: Any) -> None:
        super().__init__(
            name,
            kind,
            default=DEFAULT if optional else self.empty,
            annotation=self.empty if type_constraint is None else type_constraint,
        )

    @property
    def optional(self) -> bool:
        """Whether there is a default value."""
        return self.default is not self.empty

    @property
    def type_constraint(self) -> Any:
        """The type that the argument must have, or None."""
        return None if self.annotation is self.empty else self.annotation


class FunctionType(inspect.Signature):
    """The parameters of a function, and the type of its result once that is known."""

    @classmethod
    def from_callable(cls, obj: Any, **options: Any) -> FunctionType:
        """The parameters of a Python function, with no types."""
        found = inspect.Signature.from_callable(obj, **options)
        return cls(
            [
                Parameter(p.name, p.kind, p.default is not p.empty, None)
                for p in found.parameters.values()
            ]
        )

    @property
    def output(self) -> Any:
        """The type of the result, or None."""
        return None if self.return_annotation is self.empty else self.return_annotation

    @property
    def captures(self) -> dict[Any, Any]:
        """Empty: functions run eagerly, and capture nothing."""
        return {}

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
            "  None",
        ]
        return "\n".join(lines)

    def is_subtype_of(self, other: FunctionType) -> bool:
        """Whether all arguments that fit this fit `other`, both being fully typed."""
        mine, theirs = list(self.parameters.values()), list(other.parameters.values())
        return len(mine) == len(theirs) and all(
            (a.name, a.kind) == (b.name, b.kind)
            and a.type_constraint.is_subtype_of(b.type_constraint)  # type: ignore[attr-defined]
            for a, b in zip(mine, theirs, strict=True)
        )

    def widened(self, other: FunctionType) -> FunctionType | None:
        """The narrowest type that all arguments of this and of `other` fit, or None."""
        mine, theirs = list(self.parameters.values()), list(other.parameters.values())
        if len(mine) != len(theirs):
            return None
        found = []
        for a, b in zip(mine, theirs, strict=True):
            if (a.name, a.kind) != (b.name, b.kind):
                return None
            common = a.annotation.most_specific_common_supertype([b.annotation])
            if common is None:
                return None
            found.append(Parameter(a.name, a.kind, False, common))
        return FunctionType(found)

    def with_output(self, output: Any) -> FunctionType:
        """This, with the type of the result."""
        return FunctionType(list(self.parameters.values()), return_annotation=output)

    def structured(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What is expected of positional arguments, and of those that go by keyword only."""
        positional: list[Any] = []
        by_keyword: dict[str, Any] = {}
        for p in self.parameters.values():
            if p.kind is p.KEYWORD_ONLY:
                by_keyword[p.name] = signature(p.annotation)
            else:
                positional.append(signature(p.annotation))
        return tuple(positional), by_keyword

    def bind_all(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> inspect.BoundArguments:
        """The arguments by parameter, defaults included, cast to the types demanded.

        Raises TypeError, as TensorFlow words it, if they do not fit.
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
                demanded = self.parameters[name].annotation
                if demanded is not inspect.Parameter.empty:
                    bound.arguments[name] = cast(demanded, value)
        except Exception as error:
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{error}`. Received args: "
                f"{tuple(args)} and kwargs: {named} for signature: {self}."
            ) from error
        return bound


def sanitized(name: str) -> str:
    """The name of a keyword argument as a Python name."""
    if name.isidentifier() and name.isascii() and name[0].isalpha():
        return name
    swapped = "".join(c if c.isalnum() else "_" for c in name)
    made = swapped if swapped[0].isalpha() else "arg_" + swapped
    if made != name:
        get_logger().warning(
            "`%s` is not a valid tf.function parameter name. Sanitizing to `%s`.", name, made
        )
    return made


def default_values(function: Any) -> dict[str, Any]:
    """The default values of a Python function's parameters."""
    found = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in found if p.default is not p.empty}


def check_signature(input_signature: Any) -> None:
    """Raises TypeError if this can be no `input_signature`."""
    if input_signature is None:
        return
    if not isinstance(input_signature, (tuple, list)):
        raise TypeError(
            f"input_signature must be either a tuple or a list, got {type(input_signature)}."
        )
    wrong = [item for item in nest.flatten(input_signature) if not isinstance(item, TypeSpec)]
    if wrong:
        raise TypeError(
            "input_signature must be a possibly nested sequence of TensorSpec objects, got invalid "
            f"args {wrong} with types {[type(item) for item in wrong]}."
        )
    parts = nest.flatten(input_signature, expand_composites=True)
    variables = [part for part in parts if isinstance(part, VariableSpec)]
    if variables:
        raise TypeError(f"input_signature doesn't support VariableSpec, got {variables}")


def constrained(
    function_type: FunctionType, input_signature: Sequence[Any], defaults: Mapping[str, Any]
) -> FunctionType:
    """The type with the parameters that `input_signature` speaks of typed. Raises TypeError."""
    aliases = Aliases()
    remaining = [from_value(item, aliases) for item in input_signature]
    found: list[Parameter] = []
    given = list(function_type.parameters.values())
    variadic = any(p.kind is p.VAR_POSITIONAL for p in given)
    for p in given:
        kind: Any = p.kind
        if variadic and kind is p.POSITIONAL_OR_KEYWORD:
            kind = p.POSITIONAL_ONLY
        optional = p.default is not p.empty
        if p.name == "self":
            found.append(Parameter(p.name, kind, optional, None))
        elif kind is p.VAR_KEYWORD:
            continue
        elif kind is p.VAR_POSITIONAL:
            for i, constraint in enumerate(remaining):
                found.append(Parameter(f"{p.name}_{i}", p.POSITIONAL_ONLY, False, constraint))
            remaining = []
        elif kind is p.KEYWORD_ONLY and p.name not in defaults:
            raise TypeError(
                f"Since input_signature is defined, keyword-only parameter `{p.name}` must have a "
                "default value"
            )
        elif remaining:
            found.append(Parameter(p.name, kind, optional, remaining.pop(0)))
        elif p.name in defaults:
            constraint = from_value(defaults[p.name], aliases)
            found.append(Parameter(p.name, kind, optional, constraint))
        else:
            raise TypeError(f"input_signature missing type constraint for {p.name}")
    if remaining:
        raise TypeError(f"input_signature contains {len(remaining)} extra type constraints.")
    return FunctionType(found)


def input_signature_of(function_type: FunctionType) -> tuple[Any, ...] | None:
    """The `input_signature` that a function was made with, or None."""
    names = list(function_type.parameters)
    if "self" in names:
        names.pop(0)
    if not names:
        return ()
    found: list[Any] = []
    for name in names:
        demanded = function_type.parameters[name].annotation
        if demanded is inspect.Parameter.empty:
            continue
        shown = signature(demanded)
        if not all(isinstance(item, TypeSpec) for item in nest.flatten([shown])):
            return tuple(found)
        found.append(shown)
    return tuple(found) or None


def specific(function_type: FunctionType, bound: inspect.BoundArguments) -> FunctionType:
    """The type of one call: every argument typed, variadic ones spelled out."""
    aliases = Aliases()
    found: list[Parameter] = []
    given = function_type.parameters
    variadic = any(p.kind is p.VAR_POSITIONAL for p in given.values())

    def add(name: str, kind: Any, value: Any) -> None:
        found.append(Parameter(name, kind, False, from_value(value, aliases)))

    for name, value in bound.arguments.items():
        p = given[name]
        if p.kind is p.VAR_POSITIONAL:
            for i, item in enumerate(value):
                add(f"{name}_{i}", p.POSITIONAL_ONLY, item)
        elif p.kind is p.VAR_KEYWORD:
            for key in sorted(value):
                add(key, p.KEYWORD_ONLY, value[key])
        elif variadic and p.kind is p.POSITIONAL_OR_KEYWORD:
            add(name, p.POSITIONAL_ONLY, value)
        elif p.annotation is not p.empty:
            found.append(Parameter(name, p.kind, False, p.annotation))
        else:
            add(name, p.kind, value)
    return FunctionType(found)


class FunctionSpec:
    """What can be read off a `tf.function`'s signature; older programs ask for it."""

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
        wanted = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return [p.name for p in self.function_type.parameters.values() if p.kind in wanted]

    @property
    def fullargspec(self) -> inspect.FullArgSpec:
        """The parameters, in the form of Python's `inspect.getfullargspec`."""
        of_kind: dict[Any, list[str]] = {}
        for p in self.function_type.parameters.values():
            of_kind.setdefault(p.kind, []).append(p.name)
        defaults = tuple(self.default_values[n] for n in self.arg_names if n in self.default_values)
        by_keyword = of_kind.get(inspect.Parameter.KEYWORD_ONLY, [])
        chosen = {n: self.default_values[n] for n in by_keyword if n in self.default_values}
        return inspect.FullArgSpec(
            self.arg_names,
            (of_kind.get(inspect.Parameter.VAR_POSITIONAL) or [None])[0],  # type: ignore[list-item]
            (of_kind.get(inspect.Parameter.VAR_KEYWORD) or [None])[0],  # type: ignore[list-item]
            defaults or None,
            by_keyword,
            chosen or None,
            annotations={},
        )

    def signature_summary(self, default_values: bool = False) -> str:
        """The parameters in words, and what their defaults are."""
        text = repr(self.function_type)
        if not default_values:
            return text
        listed = [f"\n  {name}: {value!r}" for name, value in self.default_values.items()]
        return text + "\nDefaults:" + ("".join(listed) or "\n  None")
