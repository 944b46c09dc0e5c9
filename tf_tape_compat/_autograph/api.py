"""The functions of `tf.autograph`. malt is loaded when the first function is converted."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import textwrap
from collections.abc import Callable
from typing import Any, NoReturn

from .options import as_malt_features


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """A function that AutoGraph leaves as it is, together with everything that it calls.

    Implements `tf.autograph.experimental.do_not_convert`. Without `func`, returns a decorator.
    """
    if func is None:
        return do_not_convert

    @functools.wraps(func)
    def unconverted(*args: Any, **kwargs: Any) -> Any:
        if "malt" not in sys.modules:  # nothing is being converted
            return func(*args, **kwargs)
        from malt.core import ag_ctx

        with ag_ctx.ControlStatusCtx(ag_ctx.Status.DISABLED):
            return func(*args, **kwargs)

    unconverted.autograph_info__ = {}  # type: ignore[attr-defined]
    return unconverted


def to_graph(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> Callable[..., Any]:
    """The converted function. Implements `tf.autograph.to_graph`.

    Args:
      entity: a Python function or method; a method takes its object as first argument then.
      recursive: whether the functions that it calls are converted, too.
      experimental_optional_features: one or several `tf.autograph.experimental.Feature`.

    Raises ConversionError if `entity` is not a Python function.
    """
    from .calls import TRANSPILER
    from .errors import ConversionError
    from .transpiler import ConversionOptions, convert

    try:
        converted: Any = convert(
            TRANSPILER,
            entity,
            ConversionOptions(
                recursive=recursive,
                user_requested=True,
                optional_features=as_malt_features(experimental_optional_features),
            ),
        )
    except (ValueError, AttributeError, KeyError, NameError, AssertionError) as error:
        raise ConversionError(f"converting {entity}: {type(error).__name__}: {error}") from None
    converted.autograph_info__ = {}
    result: Callable[..., Any] = converted
    return result


def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source of the converted function. Implements `tf.autograph.to_code`.

    Raises ConversionError if `entity` is not a Python function.
    """
    converted = to_graph(entity, recursive, experimental_optional_features)
    return textwrap.dedent(inspect.getsource(converted))


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """How much AutoGraph logs, from 0 to 10. Implements `tf.autograph.set_verbosity`."""
    os.environ["AUTOGRAPH_VERBOSITY"] = str(level)
    from malt.utils import ag_logging

    ag_logging.verbosity_level = level
    ag_logging.echo_log_to_stdout = alsologtostdout


def trace(*args: Any) -> None:
    """Prints its arguments while a function is traced. Implements `tf.autograph.trace`."""
    print(*args)


def __getattr__(name: str) -> Any:
    if name != "ConversionError":
        _refuse(name)
    from .errors import ConversionError

    return ConversionError


def _refuse(name: str) -> NoReturn:
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
