"""Calls in converted functions: what they call is converted, too, unless it is left as it is."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeAlias

from malt.core import ag_ctx, converter
from malt.impl import api as malt_api
from malt.impl import conversion
from malt.operators import function_wrappers, py_builtins
from malt.pyct import errors as malt_errors
from malt.pyct import inspect_utils

from .._core.recording.execution_context import name_scope
from .._logging import get_logger
from .errors import attach_user_code, in_user_code
from .operators import OPERATORS
from .operators.builtins import overload_of
from .options import as_malt_features
from .policy import is_left_unconverted
from .transpiler import ConversionOptions, Feature, Transpiler, convert

Options: TypeAlias = converter.ConversionOptions


class FunctionScope(function_wrappers.FunctionScope):
    """The scope of a converted function's body."""

    def __init__(self, function_name: str, scope_name: str, options: Options) -> None:
        features = options.optional_features - {Feature.NAME_SCOPES, Feature.ALL}
        features -= {Feature.AUTO_CONTROL_DEPS}  # a graph orders its effects anyway
        if options.uses(Feature.ALL):
            features |= set(Feature.all()) - {
                Feature.ALL,
                Feature.NAME_SCOPES,
                Feature.AUTO_CONTROL_DEPS,
            }
        super().__init__(
            function_name,
            scope_name,
            ConversionOptions(
                options.recursive,
                options.user_requested,
                options.internal_convert_user_code,
                features,
            ),
        )
        self.callopts = options.call_options()
        self._name_scope = None
        if options.uses(Feature.NAME_SCOPES):
            name = f"fn{function_name}" if function_name.startswith("_") else function_name
            self._name_scope = name_scope(name)

    def __enter__(self) -> FunctionScope:
        super().__enter__()
        if self._name_scope is not None:
            self._name_scope.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._name_scope is not None:
            self._name_scope.__exit__(exc_type, exc_val, exc_tb)
        super().__exit__(exc_type, exc_val, exc_tb)


def with_function_scope(thunk: Callable[[Any], Any], scope_name: str, options: Options) -> Any:
    """Calls a lambda function's body in a scope."""
    with FunctionScope("lambda_", scope_name, options) as scope:
        return thunk(scope)


def converted_call(
    function: Any, args: Any, kwargs: Any, caller_fn_scope: Any = None, options: Any = None
) -> Any:
    """Calls a function from converted code; the function itself is converted if it should be."""
    options = options or caller_fn_scope.callopts
    kwargs = kwargs or {}
    if conversion.is_in_allowlist_cache(function, options):
        return function(*args, **kwargs)
    if ag_ctx.control_status_ctx().status == ag_ctx.Status.DISABLED:
        return _call_unconverted(function, args, kwargs, options)
    if isinstance(function, functools.partial):
        return converted_call(
            function.func,
            function.args + args,
            {**function.keywords, **kwargs},
            caller_fn_scope,
            options,
        )
    if inspect_utils.isbuiltin(function):
        return _call_builtin(function, args, kwargs, caller_fn_scope)
    if is_left_unconverted(function, options) or not options.internal_convert_user_code:
        return _call_unconverted(function, args, kwargs, options)
    return _call_converted(function, args, kwargs, options)


def _call_converted(function: Any, args: Any, kwargs: Any, options: Any) -> Any:
    if inspect.ismethod(function) or inspect.isfunction(function):
        target: Any = function
        bound_to = getattr(function, "__self__", None)
        effective = args if bound_to is None else (bound_to, *args)
    else:
        target = type(function).__call__
        effective = (function, *args)
    code = getattr(target, "__code__", None)
    if code is None or code.co_filename == "<string>":
        return _call_unconverted(function, args, kwargs, options)
    try:
        converted = convert(TRANSPILER, target, options)
    except Exception as error:
        if os.environ.get("AUTOGRAPH_STRICT_CONVERSION", "0") != "0":
            raise
        _warn_not_converted(function, options, error)
        return _call_unconverted(function, args, kwargs, options)
    try:
        return converted(*effective, **kwargs)
    except Exception as error:
        attach_user_code(error, converted)
        raise


def _call_builtin(function: Any, args: Any, kwargs: Any, caller_fn_scope: Any) -> Any:
    if function is eval:
        return py_builtins.eval_in_original_context(function, args, caller_fn_scope)
    if function is super:
        return py_builtins.super_in_original_context(function, args, caller_fn_scope)
    if function is globals:
        return py_builtins.globals_in_original_context(caller_fn_scope)
    if function is locals:
        return py_builtins.locals_in_original_context(caller_fn_scope)
    return overload_of(function)(*args, **kwargs)


def _call_unconverted(function: Any, args: Any, kwargs: Any, options: Any) -> Any:
    if ag_ctx.control_status_ctx().status != ag_ctx.Status.DISABLED:
        conversion.cache_allowlisted(function, options)
    return function(*args, **kwargs)


def _warn_not_converted(function: Any, options: Any, error: Exception) -> None:
    """Warns that a function runs as it is, once for each function."""
    is_expected = isinstance(error, malt_errors.InaccessibleSourceCodeError)
    if is_expected and not ag_ctx.INSPECT_SOURCE_SUPPORTED:
        return
    if conversion.is_in_allowlist_cache(function, options):
        return
    get_logger().warning(
        "AutoGraph could not transform %s and will run it as-is.\n"
        "Cause: %s\n"
        "To silence this warning, decorate the function with "
        "@tf.autograph.experimental.do_not_convert",
        function,
        error,
    )


TRANSPILER = Transpiler(
    {
        **OPERATORS,
        "FunctionScope": FunctionScope,
        "with_function_scope": with_function_scope,
        "converted_call": converted_call,
        "autograph_artifact": malt_api.autograph_artifact,
    }
)


def converting(
    function: Callable[..., Any], features: Any = None, user_requested: bool = True
) -> Callable[..., Any]:
    """A function that calls `function` converted; errors show the user's lines.

    `features` are what `tf.function(experimental_autograph_options=...)` takes. Functions of
    libraries are converted only if that is `user_requested`.
    """
    options = ConversionOptions(
        recursive=True, user_requested=user_requested, optional_features=as_malt_features(features)
    )

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with ag_ctx.ControlStatusCtx(ag_ctx.Status.UNSPECIFIED):
            try:
                return converted_call(function, args, kwargs, options=options)
            except Exception as error:
                if hasattr(error, "ag_error_metadata"):
                    raise in_user_code(error) from None
                raise

    return call
