"""The bound arguments of a `tf.function` call."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from .. import nest
from .function_type import FunctionType
from .trace_types import argument


def containers(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Copies of the arguments that are containers, by their names."""
    return {
        name: nest.map_structure(_same, value)
        for name, value in arguments.items()
        if isinstance(value, (list, tuple, Mapping))
    }


def _same(leaf: Any) -> Any:
    return leaf


def _is_modified(before: Any, after: Any) -> bool:
    try:
        nest.assert_same_structure(before, after)
    except (TypeError, ValueError):
        return True
    pairs = zip(nest.flatten(before), nest.flatten(after), strict=True)
    return any(a is not b for a, b in pairs)


def check_unmodified(
    function: Any, name: str, before: dict[str, Any], after: Mapping[str, Any]
) -> None:
    """Raises ValueError if a function modified a container among its arguments.

    `before` are the `containers` among them, and `after` the arguments by name.
    """
    modified = [key for key, value in before.items() if _is_modified(value, after[key])]
    if modified:
        qualified_name = getattr(function, "__qualname__", name)
        raise ValueError(
            f"{qualified_name}{inspect.signature(function)} should not modify its Python input "
            "arguments. Modifying a copy is allowed. The following parameter(s) were "
            f"modified: {', '.join(modified)}"
        )


def flat_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name, with those of *args and **kwargs one by one."""
    flat: dict[str, Any] = {}
    for name, value in arguments.items():
        if type(value) is tuple:
            flat.update({f"{name}[{i}]": item for i, item in enumerate(value)})
        elif type(value) is dict:
            flat.update({f"{name}[{key!r}]": item for key, item in value.items()})
        else:
            flat[name] = value
    return flat


def convert_arguments(bound: inspect.BoundArguments, input_type: FunctionType) -> None:
    """Converts the arguments in place to what the Python function is called with."""
    for name, value in bound.arguments.items():
        p = bound.signature.parameters[name]
        if p.kind is p.VAR_POSITIONAL:
            trace_types = (
                input_type.parameters[f"{name}_{i}"].annotation for i in range(len(value))
            )
            bound.arguments[name] = tuple(map(argument, trace_types, value))
        elif p.kind is p.VAR_KEYWORD:
            bound.arguments[name] = {
                key: argument(input_type.parameters[key].annotation, value[key])
                for key in sorted(value)
            }
        else:
            bound.arguments[name] = argument(input_type.parameters[name].annotation, value)
