"""Settings of `tf.config.experimental` that are stored but have no effect."""

from __future__ import annotations

from ..._core.devices.device import State

_POLICIES = ("silent", "silent_for_int32", "warn", "explicit")


def get_device_policy() -> str:
    """The stored setting. Implements `tf.config.experimental.get_device_policy`."""
    return State.policy


def set_device_policy(device_policy: str | None) -> None:
    """Stores the setting. It has no effect: operations run where their tensors are.

    Implements `tf.config.experimental.set_device_policy`. Raises ValueError for an unknown
    policy.
    """
    policy = "silent" if device_policy is None else device_policy
    if policy not in _POLICIES:
        raise ValueError(
            f"Invalid argument `device_policy`: {device_policy!r}. Please refer to "
            "https://www.tensorflow.org/api_docs/python/tf/config/experimental/set_device_policy "
            "for valid `device_policy` arguments."
        )
    State.policy = policy


def get_synchronous_execution() -> bool:
    """The stored setting (`tf.config.experimental.get_synchronous_execution`)."""
    return State.synchronous


def set_synchronous_execution(enable: bool) -> None:
    """Stores the setting. It has no effect: in torch, the CPU is synchronous and a GPU is not.

    Implements `tf.config.experimental.set_synchronous_execution`.
    """
    State.synchronous = bool(enable)


def enable_mlir_bridge() -> None:
    """No effect: nothing is compiled (`tf.config.experimental.enable_mlir_bridge`)."""


def disable_mlir_bridge() -> None:
    """No effect: nothing is compiled (`tf.config.experimental.disable_mlir_bridge`)."""
