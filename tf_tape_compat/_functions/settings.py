"""Whether a `tf.function` keeps TensorFlow's rules, or is just its Python function."""

from __future__ import annotations

from .._logging import get_logger


class Settings:
    """What was set."""

    run_eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether every `tf.function` is just its Python function, without any rules.

    Answers for `tf.config.run_functions_eagerly`.
    """
    Settings.run_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """What `run_functions_eagerly` was last told; answers for `tf.config.functions_run_eagerly`."""
    return Settings.run_eagerly


def _deprecated(name: str) -> None:
    get_logger().warning(
        f"tf.config.experimental_{name} is deprecated. Use tf.config.{name} instead."
    )


def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """The older name of `tf.config.run_functions_eagerly`."""
    _deprecated("run_functions_eagerly")
    run_functions_eagerly(run_eagerly)


def experimental_functions_run_eagerly() -> bool:
    """The older name of `tf.config.functions_run_eagerly`."""
    _deprecated("functions_run_eagerly")
    return functions_run_eagerly()
