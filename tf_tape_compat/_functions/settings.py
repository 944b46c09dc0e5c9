"""The switch that makes every `tf.function` a plain Python function."""

from __future__ import annotations

import os

from .._logging import get_logger


class Settings:
    """The current settings."""

    run_eagerly = False
    # Whether functions are traced. Otherwise each call runs the Python function.
    trace = os.environ.get("TF_TAPE_COMPAT_TRACE") != "0"


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Sets whether every `tf.function` is just its Python function, without tracing rules.

    Implements `tf.config.run_functions_eagerly`.
    """
    Settings.run_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Implements `tf.config.functions_run_eagerly`; see `run_functions_eagerly`."""
    return Settings.run_eagerly


def _deprecated(name: str) -> None:
    get_logger().warning(
        f"tf.config.experimental_{name} is deprecated. Use tf.config.{name} instead."
    )


def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """Implements the deprecated `tf.config.experimental_run_functions_eagerly`."""
    _deprecated("run_functions_eagerly")
    run_functions_eagerly(run_eagerly)


def experimental_functions_run_eagerly() -> bool:
    """Implements the deprecated `tf.config.experimental_functions_run_eagerly`."""
    _deprecated("functions_run_eagerly")
    return functions_run_eagerly()
