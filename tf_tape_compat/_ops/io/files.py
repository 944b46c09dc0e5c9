"""Files read, written and looked for."""

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
from .._support.arguments import brackets, invalid
from ..strings.text import scalar_string

_KINDS: list[tuple[type[OSError], Any]] = [
    (FileNotFoundError, NotFoundError),
    (FileExistsError, FailedPreconditionError),
    (IsADirectoryError, FailedPreconditionError),
    (NotADirectoryError, FailedPreconditionError),
    (PermissionError, PermissionDeniedError),
]


def os_error(error: OSError) -> OpError:
    """TensorFlow's error for one of the operating system's."""
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), UnknownError)
    return kind(None, None, f"{os.fsdecode(error.filename or '')}; {error.strerror}")


def read(filename: bytes) -> bytes:
    """What is in a file. Raises TensorFlow's errors."""
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError as error:
        raise os_error(error) from None


@op("ReadFile", "filename", unrecorded=True)
def read_file(filename: Any, name: str | None = None) -> Any:
    """What is in a file, a string; answers for `tf.io.read_file`.

    Raises NotFoundError, FailedPreconditionError for a directory, PermissionDeniedError.
    """
    if filename.ndim:
        shape = brackets(filename.shape)
        raise invalid(f"Input filename tensor must be scalar, but had shape: {shape}")
    return scalar_string(read(filename[()]))


@op("WriteFile", "filename contents", unrecorded=True)
def _write(filename: Any, contents: Any) -> Any:
    if filename.ndim:
        shape = brackets(filename.shape)
        raise invalid(f"Input filename tensor must be scalar, but had shape: {shape}")
    if contents.ndim:
        raise invalid(f"Contents tensor must be scalar, but had shape: {brackets(contents.shape)}")
    path = filename[()]
    try:
        os.makedirs(os.path.dirname(path) or b".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(contents[()])
    except OSError as error:
        raise os_error(error) from None
    return filename.copy()


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a string into a file, and makes its directories; answers for `tf.io.write_file`."""
    _write(filename, contents)


def _matching(pattern: bytes) -> list[bytes]:
    first, *parts = pattern.replace(b"[^", b"[!").split(b"/")
    found = [b"/"] if not first else [b""]
    for part in parts if not first else [first, *parts]:
        if not re.search(rb"[*?\[]", part):
            found = [os.path.join(base, part) for base in found]
            found = [path for path in found if os.path.lexists(path)]
            continue
        fits = re.compile(fnmatch.translate(part.decode("latin-1")).encode("latin-1"), re.S)
        found = [
            os.path.join(base, name)
            for base in found
            if os.path.isdir(base or b".")
            for name in os.listdir(base or b".")
            if fits.match(name)
        ]
    return [path for path in found if path]


@op("MatchingFiles", "pattern", unrecorded=True)
def matching_files(pattern: Any, name: str | None = None) -> Any:
    """The sorted names of the files that a pattern, or one of several, describes.

    `*` is any text, `?` a character, `[a-z]` and `[^a-z]` one of some. Answers for
    `tf.io.matching_files`. Raises InvalidArgumentError for a matrix of patterns.
    """
    if pattern.ndim > 1:
        shape = brackets(pattern.shape)
        raise invalid(f"Input patterns tensor must be scalar or vector, but had shape: {shape}")
    found = []
    for text in pattern.reshape(-1).tolist():
        found += _matching(text)
    out = np.empty(len(found), object)
    out[:] = sorted(found)
    return out
