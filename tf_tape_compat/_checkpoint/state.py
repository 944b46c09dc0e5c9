"""The file `checkpoint` in a directory: the checkpoints there, and which is the latest."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterable
from typing import Any

from .. import _messages
from .._logging import get_logger
from .bundle import index_path


def _state_path(directory: str, name: str | None) -> str:
    return os.path.join(directory, "checkpoint" if name is None else name)


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """Reads a directory's list of checkpoints. Implements `tf.train.get_checkpoint_state`.

    Args:
        checkpoint_dir: the directory.
        latest_filename: the file in it; `checkpoint` by default.

    Returns:
        A protocol buffer with `model_checkpoint_path`, `all_model_checkpoint_paths`,
        `all_model_checkpoint_timestamps` and `last_preserved_timestamp`. None if there is no
        such file, or if it cannot be read, which is logged.

    Raises:
        ValueError: if the file does not name a checkpoint.
    """
    from google.protobuf import text_format

    directory = os.fspath(checkpoint_dir)
    path = _state_path(directory, latest_filename)
    if not os.path.exists(path):
        return None
    state = _messages.CheckpointState()
    try:
        with open(path, encoding="utf-8") as file:
            text_format.Merge(file.read(), state)
    except (OSError, ValueError, text_format.ParseError) as error:
        get_logger().warning("%s: %s", type(error).__name__, error)
        get_logger().warning("%s: Checkpoint ignored", path)
        return None
    if not state.model_checkpoint_path:
        raise ValueError("Invalid checkpoint state loaded from " + directory)
    state.model_checkpoint_path = os.path.join(directory, state.model_checkpoint_path)
    paths = state.all_model_checkpoint_paths
    paths[:] = [os.path.join(directory, path) for path in paths]
    return state


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint in a directory. Implements `tf.train.latest_checkpoint`.

    Args:
        checkpoint_dir: the directory.
        latest_filename: the file that names the checkpoint; `checkpoint` by default.

    Returns:
        The prefix, or None if no checkpoint is named or the one named does not exist.
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    prefix = state.model_checkpoint_path
    if glob.glob(index_path(prefix)) or glob.glob(prefix):
        return prefix
    get_logger().error("Couldn't match files for checkpoint %s", prefix)
    return None


def update_checkpoint_state(
    directory: str,
    latest: str,
    paths: Iterable[str],
    timestamps: Iterable[float] = (),
    last_preserved: float | None = 0.0,
    latest_filename: str | None = None,
    relative_paths: bool = True,
) -> None:
    """Writes the file `checkpoint`, by default with paths relative to the directory.

    Raises RuntimeError if that file is also the latest checkpoint's path.
    """
    from google.protobuf import text_format

    def stored(path: str) -> str:
        if os.path.isabs(path):
            return os.path.relpath(path, directory or ".") if relative_paths else path
        return path if os.path.isabs(directory) else os.path.relpath(path, directory or ".")

    path = _state_path(directory, latest_filename)
    state = _messages.CheckpointState(
        model_checkpoint_path=stored(latest),
        all_model_checkpoint_paths=[stored(each) for each in paths],
        all_model_checkpoint_timestamps=timestamps,
        last_preserved_timestamp=last_preserved,
    )
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{latest}' conflicts with path used for checkpoint state.  Please use a "
            "different save path."
        )
    handle, temporary = tempfile.mkstemp(prefix="checkpoint.tmp", dir=directory or ".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text_format.MessageToString(state))
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)
    os.replace(temporary, path)
