"""Reading, writing and finding files."""

from __future__ import annotations

import fnmatch
import os
import re
from typing import Any

import numpy as np

from ..._core.op.op import op
from ...errors import (
    FailedPreconditionError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
    UnknownError,
)
from .._support.arguments import brackets, invalid_argument
from ..strings.text import scalar_string

_ERROR_CLASSES: list[tuple[type[OSError], Any]] = [
    (FileNotFoundError, NotFoundError),
    (FileExistsError, FailedPreconditionError),
    (IsADirectoryError, FailedPreconditionError),
    (NotADirectoryError, FailedPreconditionError),
    (PermissionError, PermissionDeniedError),
]


def os_error(error: OSError) -> OpError:
    """TensorFlow's error for an error of the operating system."""
    error_class = next(
        (ours for theirs, ours in _ERROR_CLASSES if isinstance(error, theirs)), UnknownError
    )
    return error_class(None, None, f"{os.fsdecode(error.filename or '')}; {error.strerror}")


def read(filename: bytes) -> bytes:
    """The contents of a file. Raises TensorFlow's errors."""
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError as error:
        raise os_error(error) from None


@op("ReadFile", "filename", unrecorded=True)
def read_file(filename: Any, name: str | None = None) -> Any:
    """Reads a file. Implements `tf.io.read_file`.

    Args:
        filename: a scalar string.
        name: ignored.

    Returns:
        The contents, a scalar string.

    Raises:
        NotFoundError: if the file does not exist.
        FailedPreconditionError: if it is a directory.
        PermissionDeniedError: if it may not be read.
    """
    if filename.ndim:
        shape = brackets(filename.shape)
        raise invalid_argument(f"Input filename tensor must be scalar, but had shape: {shape}")
    return scalar_string(read(filename[()]))


@op("WriteFile", "filename contents", unrecorded=True)
def _write(filename: Any, contents: Any) -> Any:
    if filename.ndim:
        shape = brackets(filename.shape)
        raise invalid_argument(f"Input filename tensor must be scalar, but had shape: {shape}")
    if contents.ndim:
        raise invalid_argument(
            f"Contents tensor must be scalar, but had shape: {brackets(contents.shape)}"
        )
    path = filename[()]
    try:
        os.makedirs(os.path.dirname(path) or b".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents[()])
    except OSError as error:
        raise os_error(error) from None
    return filename.copy()


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a string to a file, creating its directories. Implements `tf.io.write_file`."""
    _write(filename, contents)


def _matching(pattern: bytes) -> list[bytes]:
    first, *parts = pattern.replace(b"[^", b"[!").split(b"/")
    paths = [b"/"] if not first else [b""]
    for part in parts if not first else [first, *parts]:
        if not re.search(rb"[*?\[]", part):
            paths = [os.path.join(base, part) for base in paths]
            paths = [path for path in paths if os.path.lexists(path)]
            continue
        matches = re.compile(fnmatch.translate(part.decode("latin-1")).encode("latin-1"), re.S)
        paths = [
            os.path.join(base, name)
            for base in paths
            if os.path.isdir(base or b".")
            for name in os.listdir(base or b".")
            if matches.match(name)
        ]
    return [path for path in paths if path]


@op("MatchingFiles", "pattern", unrecorded=True)
def matching_files(pattern: Any, name: str | None = None) -> Any:
    """The files that match patterns, sorted. Implements `tf.io.matching_files`.

    Args:
        pattern: a pattern or a vector of them. `*` matches any text, `?` a character, `[a-z]` and
            `[^a-z]` a character of a class.
        name: ignored.

    Raises:
        InvalidArgumentError: if `pattern` has more than one axis.
    """
    if pattern.ndim > 1:
        shape = brackets(pattern.shape)
        raise invalid_argument(
            f"Input patterns tensor must be scalar or vector, but had shape: {shape}"
        )
    paths = []
    for text in pattern.reshape(-1).tolist():
        paths += _matching(text)
    out = np.empty(len(paths), object)
    out[:] = sorted(paths)
    return out
