"""`tf.train.load_checkpoint` and its kin: tensors of a checkpoint by their keys."""

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
    """The checkpoint of a prefix. Raises the errors of TensorFlow's operations."""
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


def _translated(error: OpError) -> Exception:
    """What TensorFlow's reader makes of an error."""
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
    """The tensors of a checkpoint; what `tf.train.load_checkpoint` returns.

    Raises NotFoundError where there is no such checkpoint, OpError where it is damaged.
    """

    def __init__(self, filepattern: Any) -> None:
        try:
            self.bundle = open_bundle(_text(filepattern))
        except OpError as error:
            raise _translated(error) from None

    def get_tensor(self, tensor_str: Any) -> Any:
        """The value of a tensor as NumPy's: an array, or a scalar, or bytes."""
        try:
            value = self.bundle.read(_text(tensor_str))
        except OpError as error:
            raise _translated(error) from None
        return value[()] if value.ndim == 0 else value

    def has_tensor(self, tensor_str: Any) -> bool:
        """Whether there is a tensor of that key."""
        return _text(tensor_str) in self.bundle

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes of all tensors."""
        return {key: list(entry.shape) for key, entry in self.bundle.entries()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The types of all tensors."""
        return {key: DType(entry.dtype) for key, entry in self.bundle.entries()}

    def debug_string(self) -> bytes:
        """A line for each tensor."""
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
    """A reader of a checkpoint, or of the latest one in a directory.

    Answers for `tf.train.load_checkpoint`. Raises ValueError where a directory has none, and
    NotFoundError where there is neither a file nor a directory.
    """
    return CheckpointReader(_prefix_of(ckpt_dir_or_file))


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of one tensor; answers for `tf.train.load_variable`.

    Raises as `tf.train.load_checkpoint` does, and NotFoundError where there is no such tensor.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The keys of all tensors with their shapes; answers for `tf.train.list_variables`."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
) -> Iterator[str]:
    """Checkpoints as they appear in a directory; answers for `tf.train.checkpoints_iterator`.

    Ends when none has come for `timeout` seconds, and, if `timeout_fn` is given, it is true.
    """
    path = None
    while True:
        new = _wait(checkpoint_dir, path, timeout)
        if new is not None:
            start = time.time()
            path = new
            yield path
            rest = start + min_interval_secs - time.time()
            if rest > 0:
                time.sleep(rest)
        elif timeout_fn is None:
            return
        if timeout_fn is not None and timeout_fn():
            return


def _wait(directory: Any, last: str | None, timeout: float | None) -> str | None:
    """The latest checkpoint, when it is another one than `last`; None if that takes too long."""
    stop = None if timeout is None else time.time() + timeout
    while True:
        path = latest_checkpoint(directory)
        if path is not None and path != last:
            return path
        if stop is not None and time.time() + 1 > stop:
            return None
        time.sleep(1)
