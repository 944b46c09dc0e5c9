"""`tf.train.CheckpointManager`: keeps the latest checkpoints in a directory."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .._api.shown_modules import shown_in
from .._logging import get_logger
from .bundle import index_path
from .checkpoint import Checkpoint
from .options import CheckpointOptions
from .state import get_checkpoint_state, update_checkpoint_state


class CheckpointManager:
    """Writes checkpoints and deletes old ones. Implements `tf.train.CheckpointManager`.

    Args:
        checkpoint: the `tf.train.Checkpoint` to save and restore.
        directory: the directory. The state that an earlier manager left there is continued.
        max_to_keep: how many of the latest checkpoints are kept; None for all.
        keep_checkpoint_every_n_hours: how often a checkpoint is kept permanently.
        checkpoint_name: the beginning of file names.
        step_counter: a variable that counts steps.
        checkpoint_interval: the minimum number of steps between two checkpoints.
        init_fn: called by `restore_or_initialize` if there is no checkpoint.
        last_checkpoint_step: the step of the last checkpoint.

    Raises:
        ValueError: if `max_to_keep` is less than 1, or for an interval without a counter.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError(
                "`step_counter` should be passed if `checkpoint_interval` is not None."
            )
        self._checkpoint = checkpoint
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._directory = os.fspath(directory)
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._init_fn = init_fn
        self._step_counter = step_counter
        self._last_checkpoint_step = last_checkpoint_step
        self._checkpoint_interval = checkpoint_interval
        self._times: dict[str, float] = {}  # of checkpoints that may be deleted, oldest first
        self._latest_checkpoint: str | None = None
        now = time.time()
        self._last_preserved = now - 1.0
        state = get_checkpoint_state(self._directory)
        if state is not None:
            self._latest_checkpoint = state.model_checkpoint_path
            self._last_preserved = state.last_preserved_timestamp
            if now < self._last_preserved:
                get_logger().warning(
                    "time.time() returned a value %f seconds behind the last preserved checkpoint "
                    "timestamp.",
                    self._last_preserved - now,
                )
                self._last_preserved = now
            paths = state.all_model_checkpoint_paths
            times = state.all_model_checkpoint_timestamps or [self._last_preserved] * len(paths)
            for path, when in zip(paths, times, strict=False):
                if min(when, now) > self._last_preserved:
                    self._times[path] = min(when, now)

    @property
    def directory(self) -> str:
        """The directory of the checkpoints."""
        return self._directory

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that is saved and restored."""
        return self._checkpoint

    @property
    def checkpoint_interval(self) -> int | None:
        """The minimum number of steps between two checkpoints, or None."""
        return self._checkpoint_interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest checkpoint, or None."""
        return self._latest_checkpoint

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that may be deleted later, oldest first."""
        return list(self._times)

    def save(
        self,
        checkpoint_number: Any = None,
        check_interval: bool = True,
        options: CheckpointOptions | None = None,
    ) -> str | None:
        """Saves a checkpoint and deletes old ones.

        Args:
            checkpoint_number: the number in the file name, by default the number of saves.
            check_interval: whether to skip saving until the interval has passed. Otherwise it is
                only skipped if the step has not changed.
            options: options for writing.

        Returns:
            The prefix, or None if saving was skipped.
        """
        if self._checkpoint_interval is not None:
            step = self._step_counter.numpy()
            last = self._last_checkpoint_step
            if last is not None and (
                step == last or (check_interval and step < last + self._checkpoint_interval)
            ):
                return None
            self._last_checkpoint_step = step
        counter = self._checkpoint.save_counter
        counter.assign_add(1)
        number = counter if checkpoint_number is None else checkpoint_number
        if not isinstance(number, (int, np.integer)):
            number = int(number.numpy())
        options = (options or CheckpointOptions()).with_callback(self._saved)
        return self._checkpoint._write(f"{self._prefix}-{number}", options)

    def _saved(self, prefix: str) -> None:
        self._times.pop(prefix, None)
        self._times[prefix] = time.time()
        self._latest_checkpoint = prefix
        # Written before files are deleted as well, so that it always names existing files.
        self._write_state()
        self._delete_old()
        self._write_state()

    def _delete_old(self) -> None:
        while self._max_to_keep and len(self._times) > self._max_to_keep:
            prefix, when = next(iter(self._times.items()))
            del self._times[prefix]
            if self._hours and when - self._hours * 3600.0 >= self._last_preserved:
                self._last_preserved = when
                continue
            for pattern in (index_path(prefix), prefix + ".data-?????-of-?????"):
                for path in glob.glob(pattern):
                    os.remove(path)

    def _write_state(self) -> None:
        update_checkpoint_state(
            self._directory,
            self._latest_checkpoint or "",
            self._times,
            self._times.values(),
            self._last_preserved,
        )

    def restore_or_initialize(self) -> str | None:
        """Restores the latest checkpoint and returns its prefix, or calls `init_fn`."""
        if self._latest_checkpoint is not None:
            self._checkpoint.restore(self._latest_checkpoint)
            if self._checkpoint_interval is not None:
                self._last_checkpoint_step = self._step_counter.numpy()
            return self._latest_checkpoint
        if self._init_fn is not None:
            self._init_fn()
        return None

    def sync(self) -> None:
        """Waits until checkpoints written in another thread are complete."""
        if self._checkpoint:
            self._checkpoint.sync()


shown_in("tensorflow.python.checkpoint.checkpoint_management", CheckpointManager)
