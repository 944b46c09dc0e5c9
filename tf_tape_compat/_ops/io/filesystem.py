"""Files by TensorFlow's paths and with its errors.

A path without a scheme, or with `file://`, is one of the operating system. Any other scheme is
left to fsspec: `ram://` is its file system in memory, and `gs://`, `s3://` and so on work if the
package that fsspec needs for them is installed.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, NamedTuple

from ...errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9.]*)://")
_OF_FSSPEC = {"ram": "memory"}  # TensorFlow's schemes that have another name

_ERROR_CLASSES: list[tuple[type[OSError], Any]] = [
    (FileNotFoundError, NotFoundError),
    (FileExistsError, AlreadyExistsError),
    (IsADirectoryError, FailedPreconditionError),
    (NotADirectoryError, FailedPreconditionError),
    (PermissionError, PermissionDeniedError),
]
_ERROR_CLASSES_BY_NUMBER = {
    "EINVAL": InvalidArgumentError,
    "ENAMETOOLONG": InvalidArgumentError,
    "ENOTEMPTY": FailedPreconditionError,
    "EBUSY": FailedPreconditionError,
    "ENOSPC": ResourceExhaustedError,
    "EMFILE": ResourceExhaustedError,
    "EFBIG": ResourceExhaustedError,
}


class Status(NamedTuple):
    """What is known about a file: its size, when it changed, and whether it is a directory."""

    length: int
    mtime_nsec: int
    is_directory: bool


def as_path(path: Any) -> str:
    """A path that is text, bytes or path-like. Raises TypeError for anything else."""
    if isinstance(path, (str, bytes, os.PathLike)):
        return os.fsdecode(path)
    raise TypeError(f"Expected binary or unicode string, got {path!r}")


def os_error(error: OSError, path: str | None = None) -> OpError:
    """TensorFlow's error for an error of the operating system."""
    import errno

    name = errno.errorcode.get(error.errno or 0, "")
    error_class = next((ours for theirs, ours in _ERROR_CLASSES if isinstance(error, theirs)), None)
    error_class = error_class or _ERROR_CLASSES_BY_NUMBER.get(name, UnknownError)
    if path is None:
        path = os.fsdecode(error.filename or "")
    text = os.strerror(error.errno) if error.errno else _FSSPEC_TEXTS.get(type(error)) or str(error)
    return error_class(None, None, f"{path}; {text}")


# fsspec's errors have the path as their text.
_FSSPEC_TEXTS: dict[type, str] = {
    FileNotFoundError: "No such file or directory",
    IsADirectoryError: "Is a directory",
    NotADirectoryError: "Not a directory",
    FileExistsError: "File exists",
    PermissionError: "Permission denied",
}


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Raises TensorFlow's errors for those of an access to `path`."""
    try:
        yield
    except OSError as error:
        raise os_error(error, path) from None


class _Local:
    """The operating system's file system."""

    def open(self, path: str, mode: str) -> BinaryIO:
        return open(path, f"{mode}b")  # type: ignore[return-value]

    def status(self, path: str) -> Status:
        found = os.stat(path)
        # TensorFlow rounds the time to seconds.
        return Status(found.st_size, int(found.st_mtime) * 10**9, os.path.isdir(path))

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def names(self, path: str) -> list[str]:
        return os.listdir(path or ".")

    def make_directory(self, path: str) -> None:
        os.mkdir(path)

    def remove(self, path: str) -> None:
        os.remove(path)

    def remove_directory(self, path: str) -> None:
        os.rmdir(path)

    def rename(self, source: str, target: str) -> None:
        os.replace(source, target)


class _Remote:
    """A file system of fsspec. Its paths have the scheme."""

    def __init__(self, implementation: Any) -> None:
        self._fs = implementation

    def open(self, path: str, mode: str) -> BinaryIO:
        if mode == "r" and self._fs.isdir(path):
            raise IsADirectoryError(path)
        return self._fs.open(path, f"{mode}b")

    def status(self, path: str) -> Status:
        found = self._fs.info(path)
        is_directory = found["type"] == "directory"
        try:
            modified = self._fs.modified(path)
        except (NotImplementedError, KeyError, OSError):
            modified = None
        seconds = int(modified.timestamp()) if modified is not None else 0
        return Status(0 if is_directory else found["size"] or 0, seconds * 10**9, is_directory)

    def exists(self, path: str) -> bool:
        return self._fs.exists(path)

    def names(self, path: str) -> list[str]:
        found = self._fs.ls(path, detail=False)
        return sorted(name.rstrip("/").rpartition("/")[2] for name in found)

    def make_directory(self, path: str) -> None:
        if self._fs.exists(path):
            raise FileExistsError(path)
        self._fs.mkdir(path, create_parents=False)

    def remove(self, path: str) -> None:
        if self._fs.isdir(path):
            raise IsADirectoryError(path)
        self._fs.rm_file(path)

    def remove_directory(self, path: str) -> None:
        if self._fs.isdir(path):  # object stores have no empty directories
            self._fs.rmdir(path)

    def rename(self, source: str, target: str) -> None:
        if self._fs.isdir(target):
            raise IsADirectoryError(source)
        self._fs.mv(source, target, recursive=self._fs.isdir(source))


_LOCAL = _Local()


@functools.cache
def _remote(scheme: str) -> _Remote | str:
    """The file system of a scheme, or why there is none."""
    try:
        import fsspec
    except ImportError:
        return ": remote files need the package fsspec, which comes with torch: pip install fsspec"
    try:
        return _Remote(fsspec.filesystem(_OF_FSSPEC.get(scheme, scheme)))
    except ImportError as error:  # fsspec knows the scheme, but lacks what it needs
        return f": {error}"
    except ValueError:
        return ""


def _locate(path: str) -> tuple[Any, str]:
    """The file system of a path, and the path in it. Raises UnimplementedError if there is none."""
    match = _SCHEME.match(path)
    if match is None:
        return _LOCAL, path
    scheme = match[1].lower()
    if scheme == "file":
        return _LOCAL, path[match.end() :]
    found = _remote(scheme)
    if isinstance(found, str):
        message = f"File system scheme '{match[1]}' not implemented (file: '{path}'){found}"
        raise UnimplementedError(None, None, message)
    return found, path


def schemes() -> list[str]:
    """The schemes of paths, "" for those without one. Those of fsspec may need packages."""
    try:
        import fsspec
    except ImportError:
        return ["", "file"]
    return ["", "file", *_OF_FSSPEC, *sorted({*fsspec.available_protocols()} - {"file", "local"})]


# -- files --------------------------------------------------------------------------------------


def open_file(path: str, mode: str = "r") -> BinaryIO:
    """Opens a file in binary; `mode` is "r", "w" or "a". Raises TensorFlow's errors."""
    system, inner = _locate(path)
    with translated(path):
        return system.open(inner, mode)


def read(path: str | bytes) -> bytes:
    """The contents of a file. Raises TensorFlow's errors."""
    path = os.fsdecode(path)
    with translated(path), open_file(path) as file:
        return file.read()


def write(path: str, contents: bytes) -> None:
    """Writes a file, in place of another one. Raises TensorFlow's errors."""
    with translated(path), open_file(path, "w") as file:
        file.write(contents)


def status(path: str) -> Status:
    """What is known about a file or directory. Raises NotFoundError if there is none."""
    system, inner = _locate(path)
    with translated(path):
        return system.status(inner)


def exists(path: str) -> bool:
    """Whether there is a file or directory."""
    system, inner = _locate(path)
    with translated(path):
        return system.exists(inner)


def is_directory(path: str) -> bool:
    """Whether there is such a directory. False also where the path's scheme is unknown."""
    try:
        return status(path).is_directory
    except OpError:
        return False


def names(path: str) -> list[str]:
    """The names of the files and directories in a directory. Raises NotFoundError if it is none."""
    if not is_directory(path):
        raise NotFoundError(None, None, f"Could not find directory {path}")
    system, inner = _locate(path)
    with translated(path):
        return system.names(inner)


def make_directory(path: str) -> None:
    """Creates a directory, in one that exists. Nothing happens if the path exists."""
    system, inner = _locate(path)
    if inner:
        with translated(path), suppress(FileExistsError):
            system.make_directory(inner)


def make_directories(path: str) -> None:
    """Creates a directory and those that contain it. Raises FailedPreconditionError in a file."""
    system, inner = _locate(path)
    missing = []
    at = inner.rstrip("/")
    while at and not at.endswith(":/"):
        if system.exists(at):
            if not system.status(at).is_directory:
                raise FailedPreconditionError(None, None, f"{at} is not a directory")
            break
        missing.append(at)
        at = os.path.dirname(at).rstrip("/")
    for directory in reversed(missing):
        with translated(path), suppress(FileExistsError):  # by another process
            system.make_directory(directory)


def remove(path: str) -> None:
    """Removes a file. Raises NotFoundError or FailedPreconditionError if it is not a file."""
    system, inner = _locate(path)
    with translated(path):
        system.remove(inner)


def remove_tree(path: str) -> None:
    """Removes a directory and all that is in it. Raises NotFoundError if there is none."""
    system, inner = _locate(path)
    if not inner or not exists(path):
        raise NotFoundError(None, None, f"{path} not found")
    if not is_directory(path):
        remove(path)
        return
    if system is _LOCAL and os.path.islink(inner.rstrip("/")):
        raise FailedPreconditionError(None, None, f"{path}; Not a directory")
    for name in names(path):
        child = os.path.join(path, name)
        if is_directory(child):
            remove_tree(child)
        else:
            remove(child)
    with translated(path):
        system.remove_directory(inner)


def _check_overwrite(target: str, overwrite: bool) -> None:
    if not overwrite and exists(target):
        raise AlreadyExistsError(None, None, "file already exists")


def copy(source: str, target: str, overwrite: bool = False) -> None:
    """Copies a file. Raises AlreadyExistsError if the target exists, unless `overwrite`."""
    _check_overwrite(target, overwrite)
    if status(source).is_directory:
        raise InvalidArgumentError(None, None, f"{target}; Invalid argument")
    with open_file(source) as reader, open_file(target, "w") as writer, translated(target):
        shutil.copyfileobj(reader, writer, 1 << 20)


def rename(source: str, target: str, overwrite: bool = False) -> None:
    """Moves a file or directory. Raises UnimplementedError between different file systems.

    Raises AlreadyExistsError if the target exists, unless `overwrite`.
    """
    _check_overwrite(target, overwrite)
    (system, inner), (target_system, target_inner) = _locate(source), _locate(target)
    if system is not target_system:
        message = f"Renaming {source} to {target} not implemented"
        raise UnimplementedError(None, None, message)
    with translated(source):
        system.rename(inner, target_inner)


# -- patterns -----------------------------------------------------------------------------------


_WILDCARDS = re.compile(r"[*?\[\\]")


def _part_pattern(part: str) -> Any:
    """What matches a pattern for one name. `\\x` stands for the character x."""
    text = re.sub(r"\\(.)", r"[\1]", part.replace("[^", "[!"))
    return re.compile(fnmatch.translate(text), re.S)


def matching(pattern: str) -> list[str]:
    """The paths that match a pattern, sorted; none if it cannot be read as a directory.

    `*` matches any text but `/`, `?` any character, `[a-z]` and `[^a-z]` a character of a class.
    """
    _locate(pattern)  # raises an error for an unknown scheme
    parts = pattern.split("/")
    has_wildcards = [bool(_WILDCARDS.search(part)) for part in parts]
    if True in has_wildcards and not parts[-1]:
        parts.pop()
    paths = ["."] if has_wildcards[0] else [parts.pop(0)]
    for part in parts:
        if not _WILDCARDS.search(part):
            paths = [f"{path}/{part}" for path in paths]
            continue
        regex = _part_pattern(part)
        paths = [
            f"{path}/{name}"
            for path in paths
            if is_directory(path or "/")
            for name in names(path or "/")
            if regex.match(name)
        ]
    return sorted(path for path in paths if path and exists(path))
