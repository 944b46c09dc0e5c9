"""`tf.saved_model.SaveOptions`, `LoadOptions` and `VariablePolicy`."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

from .._api.shown_modules import shown_in


class VariablePolicy(enum.Enum):
    """How variables are saved. Implements `tf.saved_model.experimental.VariablePolicy`."""

    NONE = None
    SAVE_VARIABLE_DEVICES = "save_variable_devices"
    EXPAND_DISTRIBUTED_VARIABLES = "expand_distributed_variables"

    def _save_variable_devices(self) -> bool:
        return self is not VariablePolicy.NONE

    def _expand_distributed_variables(self) -> bool:
        return self is VariablePolicy.EXPAND_DISTRIBUTED_VARIABLES

    @staticmethod
    def from_obj(obj: Any) -> VariablePolicy:
        """The policy for itself, its name or value, or None. Raises ValueError."""
        if obj is None:
            return VariablePolicy.NONE
        if isinstance(obj, VariablePolicy):
            return obj
        key = str(obj).lower()
        for policy in VariablePolicy:
            if key == policy.value:
                return policy
        raise ValueError(f"Received invalid VariablePolicy value: {obj}.")


class SaveOptions:
    """Options for saving. Implements `tf.saved_model.SaveOptions`.

    Args:
        namespace_whitelist: namespaces of operations that TensorFlow does not have itself.
        function_aliases: names for functions, in the SavedModel's metadata.
        extra_tags: tags besides "serve".
        Others: checked and kept; there is nothing here that they change.
    """

    __slots__ = (
        "experimental_custom_gradients",
        "experimental_debug_stripper",
        "experimental_image_format",
        "experimental_io_device",
        "experimental_sharding_callback",
        "experimental_skip_saver",
        "experimental_variable_policy",
        "extra_tags",
        "function_aliases",
        "namespace_whitelist",
        "save_debug_info",
    )

    def __init__(
        self,
        namespace_whitelist: Any = None,
        save_debug_info: bool = False,
        function_aliases: Mapping[str, Any] | None = None,
        experimental_debug_stripper: bool = False,
        experimental_io_device: str | None = None,
        experimental_variable_policy: Any = None,
        experimental_custom_gradients: bool = True,
        experimental_image_format: bool = False,
        experimental_skip_saver: bool = False,
        experimental_sharding_callback: Any = None,
        extra_tags: Iterable[str] | None = None,
    ) -> None:
        self.namespace_whitelist = _whitelist(namespace_whitelist)
        self.save_debug_info = save_debug_info
        self.function_aliases = function_aliases if function_aliases else {}
        self.experimental_debug_stripper = experimental_debug_stripper
        self.experimental_io_device = experimental_io_device
        self.experimental_variable_policy = VariablePolicy.from_obj(experimental_variable_policy)
        self.experimental_custom_gradients = experimental_custom_gradients
        self.experimental_image_format = experimental_image_format
        self.experimental_skip_saver = experimental_skip_saver
        self.experimental_sharding_callback = experimental_sharding_callback
        self.extra_tags = extra_tags


def _whitelist(namespaces: Any) -> list[str]:
    if namespaces is None:
        return []
    if isinstance(namespaces, (str, bytes)):
        raise TypeError(
            "`namespace_whitelist` must be a list of strings. Got: "
            f"{str(namespaces)} with type {type(namespaces)}."
        )
    for namespace in namespaces:
        if not isinstance(namespace, str):
            raise ValueError(
                f"Whitelisted namespace must be a string. Got: {namespace} of type "
                f"{type(namespace)}."
            )
    return list(namespaces)


class LoadOptions:
    """Options for loading. Implements `tf.saved_model.LoadOptions`.

    Args:
        allow_partial_checkpoint: whether variables may be missing in the checkpoint.
        experimental_skip_checkpoint: whether variables are left at zeros.
        Others: kept; there is nothing here that they change.
    """

    __slots__ = (
        "allow_partial_checkpoint",
        "experimental_io_device",
        "experimental_load_function_aliases",
        "experimental_skip_checkpoint",
        "experimental_variable_policy",
    )

    def __init__(
        self,
        allow_partial_checkpoint: bool = False,
        experimental_io_device: str | None = None,
        experimental_skip_checkpoint: bool = False,
        experimental_variable_policy: Any = None,
        experimental_load_function_aliases: bool = False,
    ) -> None:
        self.experimental_io_device = experimental_io_device
        self.allow_partial_checkpoint = allow_partial_checkpoint
        self.experimental_skip_checkpoint = experimental_skip_checkpoint
        self.experimental_variable_policy = VariablePolicy.from_obj(experimental_variable_policy)
        self.experimental_load_function_aliases = experimental_load_function_aliases


shown_in("tensorflow.python.saved_model.load_options", LoadOptions)
shown_in("tensorflow.python.saved_model.save_options", SaveOptions)
