"""Operations that read, write and find files."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ..._core.op.op import op
from ..._core.variables.variable import Variable
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


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """A variable with the files that match patterns. Implements `tf.io.match_filenames_once`.

    Args:
        pattern: a pattern or a vector of them, as for `tf.io.matching_files`.
        name: the variable's name.
    """
    return Variable(matching_files(pattern), trainable=False, name=name)


def write_graph(graph_or_graph_def: Any, logdir: Any, name: str, as_text: bool = True) -> str:
    """Writes a graph's message to a file. Implements `tf.io.write_graph`.

    Args:
        graph_or_graph_def: a graph, or a protocol buffer.
        logdir: the directory, which is created.
        name: the name of the file.
        as_text: whether to write text, instead of bytes.

    Returns:
        The path of the file.
    """
    message = graph_or_graph_def
    if hasattr(message, "as_graph_def"):
        message = message.as_graph_def()
    directory = filesystem.as_path(logdir)
    path = os.path.join(directory, name)
    filesystem.make_directories(directory)
    if as_text:
        from google.protobuf import text_format

        filesystem.write(path, text_format.MessageToString(message).encode())
    else:
        filesystem.write(path, message.SerializeToString(deterministic=True))
    return path
