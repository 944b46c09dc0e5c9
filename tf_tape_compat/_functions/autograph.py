"""`tf.autograph`: accepted without effect, because Python's control flow works on eager tensors."""

from __future__ import annotations

import enum
import inspect
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from .._logging import get_logger


class Feature(enum.Enum):
    """Features of a conversion. Implements `tf.autograph.experimental.Feature`."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"

    @classmethod
    def all(cls) -> tuple[Feature, ...]:
        """Every feature."""
        return tuple(cls)

    @classmethod
    def all_but(cls, exclude: Feature | Iterable[Feature]) -> tuple[Feature, ...]:
        """Every feature except `exclude` and ALL."""
        excluded = {exclude} if isinstance(exclude, Feature) else set(exclude)
        return tuple(set(cls) - excluded - {cls.ALL})


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """Returns the function unchanged; no function is converted.

    Implements `tf.autograph.experimental.do_not_convert`.
    """
    return do_not_convert if func is None else func


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """Does nothing. Implements `tf.autograph.experimental.set_loop_options`."""


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Does nothing. Implements `tf.autograph.set_verbosity`."""


def trace(*args: Any) -> None:
    """Prints its arguments. Implements `tf.autograph.trace`."""
    print(*args)


def _check(entity: Any) -> Any:
    target = entity
    while hasattr(target, "__wrapped__"):
        target = target.__wrapped__
    target = getattr(target, "__func__", target)
    if not hasattr(target, "__code__") or hasattr(entity, "python_function"):
        raise ConversionError(
            f"converting {entity}: ValueError: Cannot apply autograph to a function that doesn't "
            "expose a __code__ object. If this is a @tf.function, try passing f.python_function "
            "instead."
        )
    return target


class ConversionError(Exception):
    """The error for an object that is not a Python function."""


def to_graph(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> Callable[..., Any]:
    """Returns the function itself. Implements `tf.autograph.to_graph`.

    Raises ConversionError if `entity` is not a Python function.
    """
    _check(entity)
    return entity


def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source of the function, with a warning. Implements `tf.autograph.to_code`.

    Raises ConversionError if `entity` is not a Python function.
    """
    target = _check(entity)
    get_logger().warning(
        "tf.autograph.to_code returns the original source: tf_tape_compat converts no functions."
    )
    return textwrap.dedent(inspect.getsource(target))
