"""Operations that read, write and find files."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..._core.op.op import op
from .._support.arguments import brackets, invalid_argument
from ..strings.text import scalar_string
from . import filesystem


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
    return scalar_string(filesystem.read(filename[()]))


@op("WriteFile", "filename contents", unrecorded=True)
def _write(filename: Any, contents: Any) -> Any:
    if filename.ndim:
        shape = brackets(filename.shape)
        raise invalid_argument(f"Input filename tensor must be scalar, but had shape: {shape}")
    if contents.ndim:
        raise invalid_argument(
            f"Contents tensor must be scalar, but had shape: {brackets(contents.shape)}"
        )
    path = os.fsdecode(filename[()])
    directory = os.path.dirname(path)
    if directory:
        filesystem.make_directories(directory)
    filesystem.write(path, contents[()])
    return filename.copy()


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a string to a file, creating its directories. Implements `tf.io.write_file`."""
    _write(filename, contents)


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
        paths += [os.fsencode(path) for path in filesystem.matching(os.fsdecode(text))]
    out = np.empty(len(paths), object)
    out[:] = sorted(paths)
    return out
