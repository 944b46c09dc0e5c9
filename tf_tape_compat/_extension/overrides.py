"""Functions that are called in the place of TensorFlow's: `tf.experimental.dispatch_for_api`."""

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

_NO, _YES, _COMPOSITE = range(3)  # how a value matches: the last if something made of tensors does

_Check = Callable[[Any], int]


class _Override(NamedTuple):
    checks: list[dict[str, _Check]]  # any of which must hold
    target: Any
    takes_name: bool
    owner: Any  # what the program registered


# For each function of TensorFlow, what may be called instead.
_overrides: dict[Any, list[_Override]] = {}


def _chosen(function: Any, arguments: dict[str, Any]) -> Any:
    """What the function that fits the arguments makes of them; NotImplemented if none does."""
    base = getattr(function, "base", function)
    if base is not function and type(next(iter(arguments.values()))) in dispatch.composites:
        return NotImplemented  # an operator of the tensor on the right: TensorFlow converts first
    found = [
        item
        for item in _overrides.get(base, ())
        if any(_matches(checks, arguments) for checks in item.checks)
    ]
    if not found:
        return NotImplemented
    if len(found) > 1:
        names = ", ".join(str(item.owner) for item in found)
        raise ValueError(
            "Multiple dispatch targets that were registered with tf.dispatch_for match the "
            f"arguments to {function.__name__}: {names}"
        )
    override = found[0]
    # What was not given is left to the defaults of the target.
    parameters = inspect.signature(base).parameters
    given = {k: v for k, v in arguments.items() if v is not parameters[k].default}
    name = None if override.takes_name else given.pop("name", None)
    positional = []
    for key in parameters:
        if key not in given or parameters[key].kind is _KEYWORD_ONLY:
            break
        positional.append(given.pop(key))
    if name is None:
        return override.target(*positional, **given)
    with name_scope(name):
        return override.target(*positional, **given)


_KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY


def _matches(checks: dict[str, _Check], arguments: dict[str, Any]) -> bool:
    best = _NO
    for name, check in checks.items():
        matched = check(arguments.get(name))
        if matched == _NO:
            return False
        best = max(best, matched)
    return best == _COMPOSITE


# -- type annotations ---------------------------------------------------------------------------


def _check_of(annotation: Any) -> _Check:
    """Tells how a value matches an annotation. Raises ValueError for one that is not supported."""
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
        return _NO
    return _COMPOSITE if type(value) in dispatch.composites else _YES


def _of_any(checks: list[_Check], value: Any) -> int:
    return max(check(value) for check in checks)


def _of_list(check: _Check, value: Any) -> int:
    if not isinstance(value, (list, tuple)):
        return _NO
    found = [check(item) for item in value]
    return _NO if _NO in found else max(found, default=_YES)


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
    own = inspect.signature(target)
    shape = [(parameter.name, parameter.kind) for parameter in own.parameters.values()]
    if [kind for _, kind in shape] == [
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    ]:
        return True
    wanted = [(parameter.name, parameter.kind) for parameter in api.parameters.values()]
    takes_name = "name" in own.parameters or "name" not in api.parameters
    if not takes_name:
        wanted = [item for item in wanted if item[0] != "name"]
    if shape != wanted:
        raise ValueError(
            f"Dispatch function's signature {own} does not match API's signature {api}."
        )
    return takes_name


def _enter(api: Any, override: _Override) -> None:
    if not hasattr(api, "base"):
        dispatch.overload(api)
    _overrides.setdefault(api, []).append(override)
    dispatch.override = _chosen


def dispatch_for_api(api: Any, *signatures: Any) -> Callable[[Any], Any]:
    """A decorator: its function is called in the place of `api` where arguments are of some types.

    Each of `signatures` maps parameters, by name or number, to classes, or Union or List of them;
    without any, the annotations of the function count. At least one value must be of a class made
    of tensors. The parameters are those of `api`, perhaps without `name`. Answers for
    `tf.experimental.dispatch_for_api`. Raises ValueError or TypeError for what does not fit.
    """
    base, parameters = _api_of(api)
    checks = [_signature_checks(parameters, signature) for signature in signatures]

    def register(dispatch_target: Any) -> Any:
        if not callable(dispatch_target):
            raise TypeError(f"Expected dispatch_target to be callable; got {dispatch_target!r}")
        takes_name = _takes_name(parameters, dispatch_target)
        found = checks or [_signature_checks(parameters, _annotations(dispatch_target))]
        _enter(base, _Override(found, dispatch_target, takes_name, dispatch_target))
        return dispatch_target

    return register


def _annotations(target: Any) -> dict[str, Any]:
    given = {
        name: parameter.annotation
        for name, parameter in inspect.signature(target).parameters.items()
        if parameter.annotation is not parameter.empty
    }
    if not given:
        raise ValueError(
            "The dispatch_for_api decorator must be called with at least one signature, or applied "
            "to a function that has type annotations on its parameters."
        )
    return given


def unregister_dispatch_for(dispatch_target: Any) -> None:
    """Takes a registered function back; answers for `tf.experimental.unregister_dispatch_for`.

    Raises ValueError if it was not registered.
    """
    found = False
    for items in _overrides.values():
        kept = [item for item in items if item.owner is not dispatch_target]
        found = found or len(kept) < len(items)
        items[:] = kept
    for handlers in _handlers.values():
        for key in [key for key, handler in handlers.items() if handler is dispatch_target]:
            del handlers[key]
    if not found:
        raise ValueError(
            f"Function {dispatch_target} was not registered using a `@dispatch_for_*` decorator."
        )


# -- many functions at once ---------------------------------------------------------------------

# For each kind of functions, what is registered for which types.
_handlers: dict[str, dict[Any, Any]] = {}


def _for_all(
    kind: str, functions: Callable[[], Iterable[Any]], *types: Any
) -> Callable[[Any], Any]:
    """A decorator for a function of an operation and its first arguments, of these types."""

    def register(handler: Any) -> Any:
        handlers = _handlers.setdefault(kind, {})
        if types in handlers:
            shown = types[0] if len(types) == 1 else f"({', '.join(map(str, types))})"
            raise ValueError(
                f"A {kind} dispatch handler ({handlers[types]}) has already been registered for "
                f"{shown}."
            )
        handlers[types] = handler
        checks = [_check_of(annotation) for annotation in types]
        for api in functions():
            names = list(inspect.signature(api).parameters)
            found = dict(zip(names, checks, strict=False))
            target = partial(_call_handler, handler, api, len(types))
            _enter(api, _Override([found], target, False, handler))
        return handler

    return register


def _call_handler(handler: Any, api: Any, count: int, *args: Any, **kwargs: Any) -> Any:
    others, parameters = args[count:], inspect.signature(api).parameters
    if not others and not kwargs and len(parameters) == count + ("name" in parameters):
        return handler(api, *args)
    return handler(lambda *values: api(*values, *others, **kwargs), *args[:count])


def dispatch_for_unary_elementwise_apis(x_type: Any) -> Callable[[Any], Any]:
    """A decorator: its function `f(api, x)` is called for all functions of one tensor's elements.

    Where the first argument is of `x_type`; `api` is the function, of a tensor. Answers for
    `tf.experimental.dispatch_for_unary_elementwise_apis`. Raises ValueError if there is one.
    """
    return _for_all("unary elementwise", elementwise.functions_of_one, x_type)


def dispatch_for_binary_elementwise_apis(x_type: Any, y_type: Any) -> Callable[[Any], Any]:
    """A decorator: its function `f(api, x, y)` is called for functions of two tensors' elements.

    Answers for `tf.experimental.dispatch_for_binary_elementwise_apis`, as the unary one does.
    """
    return _for_all("binary elementwise", elementwise.functions_of_two, x_type, y_type)


def dispatch_for_binary_elementwise_assert_apis(x_type: Any, y_type: Any) -> Callable[[Any], Any]:
    """A decorator: its function `f(api, x, y)` is called for all assertions about two tensors.

    Answers for `tf.experimental.dispatch_for_binary_elementwise_assert_apis`.
    """
    return _for_all("binary elementwise assert", elementwise.assertions_of_two, x_type, y_type)
