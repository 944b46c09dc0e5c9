"""Switches of `tf.debugging` that programs set at their beginning."""

from __future__ import annotations


class _State:
    filtering = True


def enable_traceback_filtering() -> None:
    """Notes the wish (`tf.debugging.enable_traceback_filtering`). Tracebacks stay whole."""
    _State.filtering = True


def disable_traceback_filtering() -> None:
    """Takes the wish back (`tf.debugging.disable_traceback_filtering`)."""
    _State.filtering = False


def is_traceback_filtering_enabled() -> bool:
    """What was wished for last (`tf.debugging.is_traceback_filtering_enabled`)."""
    return _State.filtering


def get_log_device_placement() -> bool:
    """Whether operations tell where they run: never (`tf.debugging.get_log_device_placement`)."""
    return False


def set_log_device_placement(enabled: bool) -> None:
    """Implements `tf.debugging.set_log_device_placement`.

    Raises NotImplementedError if it is to be switched on.
    """
    if enabled:
        raise NotImplementedError(
            "tf.debugging.set_log_device_placement(True) is not available in tf_tape_compat; "
            "tensor.device says where a tensor lies"
        )
