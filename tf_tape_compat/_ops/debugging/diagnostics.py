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


def get_log_device_placement() -> bool:
    """Always False. Implements `tf.debugging.get_log_device_placement`."""
    return False


def set_log_device_placement(enabled: bool) -> None:
    """Implements `tf.debugging.set_log_device_placement`.

    Raises NotImplementedError if `enabled` is true.
    """
    if enabled:
        raise NotImplementedError(
            "tf.debugging.set_log_device_placement(True) is not available in tf_tape_compat; "
            "tensor.device tells the device of a tensor"
        )
