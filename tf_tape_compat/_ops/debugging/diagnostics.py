"""Global switches of `tf.debugging`."""

from __future__ import annotations


class _Settings:
    filtering = True


def enable_traceback_filtering() -> None:
    """Stores the setting, which has no effect (`tf.debugging.enable_traceback_filtering`)."""
    _Settings.filtering = True


def disable_traceback_filtering() -> None:
    """Stores the setting, which has no effect (`tf.debugging.disable_traceback_filtering`)."""
    _Settings.filtering = False


def is_traceback_filtering_enabled() -> bool:
    """The stored setting. Implements `tf.debugging.is_traceback_filtering_enabled`."""
    return _Settings.filtering
