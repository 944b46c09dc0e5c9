"""`tf.train.load_checkpoint` and related functions: reading the tensors of a checkpoint by key."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from .._core.types.dtype import DType
from ..errors import (
    UNKNOWN,
    DataLossError,
    InternalError,
    NotFoundError,
    OpError,
    OutOfRangeError,
    UnimplementedError,
)
from .bundle import Bundle, index_path
from .first_format import FirstFormat, not_a_file
from .state import latest_checkpoint


def open_bundle(prefix: str) -> Bundle | FirstFormat:
    """Opens the checkpoint of a prefix. Raises the errors of TensorFlow's operations."""
    if os.path.exists(index_path(prefix)):
        return Bundle(prefix)
    matching = glob.glob(prefix)
    if not matching:
        raise NotFoundError(
            None,
            None,
            "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for "
            f"{prefix}",
        )
    for path in matching:
        if os.path.isdir(path):
            raise not_a_file(path)
    return FirstFormat(sorted(matching))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"Expected binary or unicode string, got {value!r}")
    return value


def _translate(error: OpError) -> Exception:
    """The error that TensorFlow's reader raises instead of an operation's."""
    if isinstance(error, OutOfRangeError):
        return IndexError(error.message)
    if isinstance(error, NotFoundError) and (
        "not found in checkpoint" in error.message or "any matching files for" in error.message
    ):
        return error
    if isinstance(error, DataLossError) and "Unable to open table file" in error.message:
        return error
    if isinstance(error, (UnimplementedError, InternalError)):
        return error
    return OpError(None, None, error.message, UNKNOWN)


class CheckpointReader:
    """The tensors of a checkpoint. This is what `tf.train.load_checkpoint` returns.

    Raises NotFoundError if the checkpoint does not exist, OpError if it is damaged.
    """

    def __init__(self, filepattern: Any) -> None:
        try:
            self.bundle = open_bundle(_text(filepattern))
        except OpError as error:
            raise _translate(error) from None

    def get_tensor(self, tensor_str: Any) -> Any:
        """The value of a tensor: an array, a NumPy scalar or bytes."""
        try:
            value = self.bundle.read(_text(tensor_str))
        except OpError as error:
            raise _translate(error) from None
        return value[()] if value.ndim == 0 else value

    def has_tensor(self, tensor_str: Any) -> bool:
        """Whether there is a tensor of this key."""
        return _text(tensor_str) in self.bundle

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes of all tensors by key."""
        return {key: list(entry.shape) for key, entry in self.bundle.entries()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The types of all tensors by key."""
        return {key: DType(entry.dtype) for key, entry in self.bundle.entries()}

    def debug_string(self) -> bytes:
        """A line of text for each tensor."""
        lines = []
        for key, entry in self.bundle.stored():
            shape = ",".join(map(str, entry.shape))
            lines.append(key + f" ({_enum_name(DType(entry.dtype))}) [{shape}]\n".encode())
        return b"".join(lines)


_ENUM_NAMES = {"float16": "HALF", "float32": "FLOAT", "float64": "DOUBLE"}


def _enum_name(dtype: DType) -> str:
    return "DT_" + _ENUM_NAMES.get(dtype.name, dtype.name.upper())


def _prefix_of(ckpt_dir_or_file: Any) -> Any:
    if isinstance(ckpt_dir_or_file, os.PathLike):
        ckpt_dir_or_file = os.fspath(ckpt_dir_or_file)
    if not isinstance(ckpt_dir_or_file, (str, bytes)):
        raise TypeError(f"Expected binary or unicode string, got {ckpt_dir_or_file!r}")
    if not os.path.isdir(ckpt_dir_or_file):
        return ckpt_dir_or_file
    latest = latest_checkpoint(_text(ckpt_dir_or_file))
    if latest is None:
        raise ValueError(
            "Couldn't find 'checkpoint' file or checkpoints in given directory "
            f"{_text(ckpt_dir_or_file)}"
        )
    return latest


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """Opens a checkpoint for reading. Implements `tf.train.load_checkpoint`.

    Args:
        ckpt_dir_or_file: the prefix of a checkpoint, or a directory, whose latest one is opened.

    Returns:
        A `CheckpointReader`.

    Raises:
        ValueError: if a directory has no checkpoint.
        NotFoundError: if there is neither a checkpoint nor a directory.
    """
    return CheckpointReader(_prefix_of(ckpt_dir_or_file))


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """Reads a tensor from a checkpoint. Implements `tf.train.load_variable`.

    Raises:
        NotFoundError: if there is no such tensor; and the errors of `tf.train.load_checkpoint`.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The keys and shapes of all tensors of a checkpoint. Implements `tf.train.list_variables`."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
) -> Iterator[str]:
    """Iterates over checkpoints as they are written. Implements `tf.train.checkpoints_iterator`.

    Args:
        checkpoint_dir: the directory.
        min_interval_secs: the minimum time between two checkpoints, in seconds.
        timeout: how long to wait for a checkpoint, in seconds; without limit by default.
        timeout_fn: called after a timeout; the iteration only ends if it returns True. By default
            the iteration ends.

    Yields:
        Prefixes of checkpoints.
    """
    path = None
    while True:
        latest = _wait(checkpoint_dir, path, timeout)
        if latest is not None:
            start = time.time()
            path = latest
            yield path
            remaining = start + min_interval_secs - time.time()
            if remaining > 0:
                time.sleep(remaining)
        elif timeout_fn is None:
            return
        if timeout_fn is not None and timeout_fn():
            return


def _wait(directory: Any, last: str | None, timeout: float | None) -> str | None:
    """Waits for a checkpoint other than `last`; None after the timeout."""
    stop = None if timeout is None else time.time() + timeout
    while True:
        path = latest_checkpoint(directory)
        if path is not None and path != last:
            return path
        if stop is not None and time.time() + 1 > stop:
            return None
        time.sleep(1)


# As its repr shows it.
CheckpointReader.__module__ = "tensorflow.python.util._pywrap_checkpoint_reader"
