"""Functions that override TensorFlow's for some types: `tf.experimental.dispatch_for_api`."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable
from functools import partial
from types import FunctionType
from typing import Any, NamedTuple

from .._core.op import dispatch
from .._core.recording.execution_context import name_scope
from .._ragged import dispatch as elementwise

_PACKAGE = __name__.partition(".")[0]

# How a value matches an annotation; the last if it is a composite or contains one.
_NO_MATCH, _MATCH, _COMPOSITE_MATCH = range(3)

_Check = Callable[[Any], int]


class _Override(NamedTuple):
    signatures: list[dict[str, _Check]]  # at least one must match
    target: Any  # the function to call
    takes_name: bool
    owner: Any  # the function that the program registered


# The overrides of each API function.
_overrides: dict[Any, list[_Override]] = {}


def _call_override(function: Any, arguments: dict[str, Any]) -> Any:
    """The result of the override that matches the arguments; NotImplemented if none does."""
    base = getattr(function, "base", function)
    if base is not function and type(next(iter(arguments.values()))) in dispatch.composite_handlers:
        return NotImplemented  # an operator of the tensor on the right: TensorFlow converts first
    matching = [
        override
        for override in _overrides.get(base, ())
        if any(_matches(checks, arguments) for checks in override.signatures)
    ]
    if not matching:
        return NotImplemented
    if len(matching) > 1:
        names = ", ".join(str(override.owner) for override in matching)
        raise ValueError(
            "Multiple dispatch targets that were registered with tf.dispatch_for match the "
            f"arguments to {function.__name__}: {names}"
        )
    override = matching[0]
    # Arguments with their default value are left to the defaults of the target.
    parameters = inspect.signature(base).parameters
    keywords = {k: v for k, v in arguments.items() if v is not parameters[k].default}
    name = None if override.takes_name else keywords.pop("name", None)
    positional = []
    for key in parameters:
        if key not in keywords or parameters[key].kind is _KEYWORD_ONLY:
            break
        positional.append(keywords.pop(key))
    if name is None:
        return override.target(*positional, **keywords)
    with name_scope(name):
        return override.target(*positional, **keywords)


_KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY


def _matches(checks: dict[str, _Check], arguments: dict[str, Any]) -> bool:
    best = _NO_MATCH
    for name, check in checks.items():
        matched = check(arguments.get(name))
        if matched == _NO_MATCH:
            return False
        best = max(best, matched)
    return best == _COMPOSITE_MATCH


# -- type annotations ---------------------------------------------------------------------------


def _check_of(annotation: Any) -> _Check:
    """The check for an annotation. Raises ValueError if it is not supported."""
    if annotation is None:
        annotation = type(None)
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return partial(_of_class, annotation)
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Union:
        return partial(_of_any, [_check_of(argument) for argument in arguments])
    if typing.get_origin(annotation) is list:
        return partial(_of_list, _check_of(arguments[0]))
    raise ValueError(
        f"Type annotation {annotation} is not currently supported by dispatch.  Supported "
        "annotations: type objects,  List[...], and Union[...]"
    )


def _of_class(cls: Any, value: Any) -> int:
    if not isinstance(value, cls):
        return _NO_MATCH
    return _COMPOSITE_MATCH if type(value) in dispatch.composite_handlers else _MATCH


def _of_any(checks: list[_Check], value: Any) -> int:
    return max(check(value) for check in checks)


def _of_list(check: _Check, value: Any) -> int:
    if not isinstance(value, (list, tuple)):
        return _NO_MATCH
    matches = [check(item) for item in value]
    return _NO_MATCH if _NO_MATCH in matches else max(matches, default=_MATCH)


def _signature_checks(api: inspect.Signature, annotations: Any) -> dict[str, _Check]:
    if not isinstance(annotations, dict) or not all(isinstance(k, (str, int)) for k in annotations):
        raise TypeError(
            "signatures must be dictionaries mapping parameter names to type annotations."
        )
    names = list(api.parameters)
    checks = {}
    for key, annotation in annotations.items():
        name = names[key] if isinstance(key, int) and key < len(names) else key
        parameter = api.parameters.get(name)
        if parameter is None:
            raise ValueError(f"signature includes annotation for unknown parameter {name!r}.")
        if parameter.kind is _KEYWORD_ONLY:
            raise ValueError(
                "Dispatch currently only supports type annotations for positional parameters; "
                f"can't handle annotation for {parameter.kind!r} parameter {name}."
            )
        checks[name] = _check_of(annotation)
    return checks


# -- registration -------------------------------------------------------------------------------


def _api_of(api: Any) -> tuple[Any, inspect.Signature]:
    """The function behind a public name. Raises ValueError if it cannot be overridden."""
    base = getattr(api, "base", api)
    if isinstance(base, FunctionType) and base.__module__.startswith(f"{_PACKAGE}."):
        signature = inspect.signature(base)
        kinds = {parameter.kind for parameter in signature.parameters.values()}
        if not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
            return base, signature
    raise ValueError(f"{api} does not support dispatch.")


def _takes_name(api: inspect.Signature, target: Any) -> bool:
    """Whether the target takes `name`. Raises ValueError if other parameters are not the API's."""
    signature = inspect.signature(target)
    parameters = [(parameter.name, parameter.kind) for parameter in signature.parameters.values()]
    if [kind for _, kind in parameters] == [
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    ]:
        return True
    expected = [(parameter.name, parameter.kind) for parameter in api.parameters.values()]
    takes_name = "name" in signature.parameters or "name" not in api.parameters
    if not takes_name:
        expected = [item for item in expected if item[0] != "name"]
    if parameters != expected:
        kinds = {kind for _, kind in parameters}
        if not takes_name and inspect.Parameter.VAR_KEYWORD not in kinds:
            # The message has it all the same.
            given = (*signature.parameters.values(), api.parameters["name"])
            signature = signature.replace(parameters=given)
        raise ValueError(
            f"Dispatch function's signature {signature} does not match API's signature {api}."
        )
    return takes_name


def _register(api: Any, override: _Override) -> None:
    if not hasattr(api, "base"):
        dispatch.dispatch_on_composites(api)
    _overrides.setdefault(api, []).append(override)
    dispatch.override = _call_override


def dispatch_for_api(api: Any, *signatures: Any) -> Callable[[Any], Any]:
    """Implements `tf.experimental.dispatch_for_api`: overrides a function for some argument types.

    Args:
      api: the API function to override.
      *signatures: dicts from parameters (by name or position) to classes, or Union or List of
        them. Without any, the annotations of the decorated function are used.

    Returns:
      A decorator of the function to call in place of `api` if the arguments match one signature and
      at least one of the matching values is a composite. It must have the parameters of `api`,
      except perhaps `name`.

    Raises:
      ValueError, TypeError: if `api` cannot be overridden, or a signature does not fit.
    """
    base, parameters = _api_of(api)
    checks = [_signature_checks(parameters, signature) for signature in signatures]

    def register(dispatch_target: Any) -> Any:
        if not callable(dispatch_target):
            raise TypeError(f"Expected dispatch_target to be callable; got {dispatch_target!r}")
        takes_name = _takes_name(parameters, dispatch_target)
        matched = checks or [_signature_checks(parameters, _annotations(dispatch_target))]
        _register(base, _Override(matched, dispatch_target, takes_name, dispatch_target))
        return dispatch_target

    return register


def _annotations(target: Any) -> dict[str, Any]:
    annotations = {
        name: parameter.annotation
        for name, parameter in inspect.signature(target).parameters.items()
        if parameter.annotation is not parameter.empty
    }
    if not annotations:
        raise ValueError(
            "The dispatch_for_api decorator must be called with at least one signature, or applied "
            "to a function that has type annotations on its parameters."
        )
    return annotations


def unregister_dispatch_for(dispatch_target: Any) -> None:
    """Implements `tf.experimental.unregister_dispatch_for`: removes a registered function.

    Raises ValueError if it was not registered.
    """
    was_registered = False
    for overrides in _overrides.values():
        others = [override for override in overrides if override.owner is not dispatch_target]
        was_registered = was_registered or len(others) < len(overrides)
        overrides[:] = others
    for handlers in _handlers.values():
        for key in [key for key, handler in handlers.items() if handler is dispatch_target]:
            del handlers[key]
    if not was_registered:
        raise ValueError(
            f"Function {dispatch_target} was not registered using a `@dispatch_for_*` decorator."
        )


# -- many functions at once ---------------------------------------------------------------------

# By group of functions ("unary elementwise"): the registered handlers, by their types.
_handlers: dict[str, dict[Any, Any]] = {}


def _for_all(
    group: str, functions: Callable[[], Iterable[Any]], *types: Any
) -> Callable[[Any], Any]:
    """A decorator of a handler for a group of functions whose first arguments have `types`."""

    def register(handler: Any) -> Any:
        handlers = _handlers.setdefault(group, {})
        if types in handlers:
            shown = types[0] if len(types) == 1 else f"({', '.join(map(str, types))})"
            raise ValueError(
                f"A {group} dispatch handler ({handlers[types]}) has already been registered for "
                f"{shown}."
            )
        handlers[types] = handler
        checks = [_check_of(annotation) for annotation in types]
        for api in functions():
            names = list(inspect.signature(api).parameters)
            signature = dict(zip(names, checks, strict=False))
            target = partial(_call_handler, handler, api, len(types))
            _register(api, _Override([signature], target, False, handler))
        return handler

    return register


def _call_handler(handler: Any, api: Any, count: int, *args: Any, **kwargs: Any) -> Any:
    others, parameters = args[count:], inspect.signature(api).parameters
    if not others and not kwargs and len(parameters) == count + ("name" in parameters):
        return handler(api, *args)
    return handler(lambda *values: api(*values, *others, **kwargs), *args[:count])


def dispatch_for_unary_elementwise_apis(x_type: Any) -> Callable[[Any], Any]:
    """Implements `tf.experimental.dispatch_for_unary_elementwise_apis`.

    Returns a decorator of a handler `f(api, x)`, which is called in place of each function of the
    elements of one tensor if its first argument has type `x_type`; `api` is that function. Raises
    ValueError if there is a handler for the type already.
    """
    return _for_all("unary elementwise", elementwise.unary_elementwise_functions, x_type)


def dispatch_for_binary_elementwise_apis(x_type: Any, y_type: Any) -> Callable[[Any], Any]:
    """Implements `tf.experimental.dispatch_for_binary_elementwise_apis`.

    As `dispatch_for_unary_elementwise_apis`, with handlers `f(api, x, y)` for functions of the
    elements of two tensors.
    """
    return _for_all("binary elementwise", elementwise.binary_elementwise_functions, x_type, y_type)


def dispatch_for_binary_elementwise_assert_apis(x_type: Any, y_type: Any) -> Callable[[Any], Any]:
    """Implements `tf.experimental.dispatch_for_binary_elementwise_assert_apis`.

    As `dispatch_for_unary_elementwise_apis`, with handlers `f(api, x, y)` for assertions about two
    tensors.
    """
    return _for_all("binary elementwise assert", elementwise.elementwise_assertions, x_type, y_type)
