"""`tf.train.CheckpointOptions`: options for reading and writing checkpoints."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

from .._api.shown_modules import shown_in
from .sharding import ShardingCallback


class CheckpointOptions:
    """Options for reading and writing checkpoints. Implements `tf.train.CheckpointOptions`.

    Args:
        experimental_io_device: ignored; files are read and written on the CPU.
        experimental_enable_async_checkpoint: whether files are written in another thread, after the
            values have been copied.
        experimental_write_callbacks: functions to call after writing, with the path or without
            arguments.
        enable_async: as `experimental_enable_async_checkpoint`.
        experimental_skip_slot_variables: whether slot variables of optimizers are not restored.
        experimental_sharding_callback: distributes tensors to data files; by default there is one
            file.

    Raises:
        ValueError: if that is not a `tf.train.experimental.ShardingCallback`.
    """

    __slots__ = (
        "experimental_io_device",
        "experimental_enable_async_checkpoint",
        "experimental_write_callbacks",
        "enable_async",
        "experimental_sharding_callback",
        "experimental_skip_slot_variables",
    )

    def __init__(
        self,
        experimental_io_device: str | None = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: list[Callable[..., Any]] | None = None,
        enable_async: bool = False,
        experimental_skip_slot_variables: bool = False,
        experimental_sharding_callback: Any = None,
    ) -> None:
        if experimental_sharding_callback is not None and not isinstance(
            experimental_sharding_callback, ShardingCallback
        ):
            raise ValueError(
                "The experimental_sharding_callback checkpoint option must be of type "
                "ShardingCallback. The option provided was of type "
                f"{type(experimental_sharding_callback)}."
            )
        for callback in experimental_write_callbacks or ():
            assert len(inspect.signature(callback).parameters) <= 1
        self.experimental_io_device = experimental_io_device
        self.enable_async = experimental_enable_async_checkpoint or enable_async
        self.experimental_enable_async_checkpoint = self.enable_async
        self.experimental_write_callbacks = experimental_write_callbacks
        self.experimental_sharding_callback = experimental_sharding_callback
        self.experimental_skip_slot_variables = experimental_skip_slot_variables

    def with_callback(self, callback: Callable[..., Any]) -> CheckpointOptions:
        """A copy of the options with one more function to call after writing."""
        options = copy.copy(self)
        options.experimental_write_callbacks = [
            *(self.experimental_write_callbacks or ()),
            callback,
        ]
        return options


shown_in("tensorflow.python.checkpoint.checkpoint_options", CheckpointOptions)
