"""`tf.io.gfile`: files and directories, also remote ones (see `filesystem.py`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ...errors import (
    InvalidArgumentError,
    NotFoundError,
    OpError,
    OutOfRangeError,
    PermissionDeniedError,
)
from . import filesystem
from .filesystem import as_path


class FileStatistics:
    """The size of a file in bytes, when it changed, and whether it is a directory."""

    __slots__ = ("is_directory", "length", "mtime_nsec")

    def __init__(self, status: filesystem.Status) -> None:
        self.length, self.mtime_nsec, self.is_directory = status


_READ_MODES = ("r", "r+", "a+", "w+")
_WRITE_MODES = ("a", "w", "r+", "a+", "w+")


def _as_bytes(content: Any) -> bytes:
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    if isinstance(content, str):
        return content.encode()
    raise TypeError(f"Expected binary or unicode string, got {content!r}")


class FileIO:
    """A file that is opened when it is first read or written. Iterating yields its lines.

    Args:
      name: a path: text, bytes or path-like.
      mode: "r", "w", "a", "r+", "w+" or "a+"; with "b", reading returns bytes. All modes but "a"
        and "a+" replace the file when it is first written.

    Raises:
      InvalidArgumentError: for other modes.
    """

    def __init__(self, name: Any, mode: str) -> None:
        self._name, self._mode = name, mode
        self._binary = "b" in mode
        self._access = mode.replace("b", "")
        if self._access not in _WRITE_MODES and self._access not in _READ_MODES:
            message = "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'"
            raise InvalidArgumentError(None, None, message)
        self._reader: BinaryIO | None = None
        self._writer: BinaryIO | None = None

    @property
    def name(self) -> Any:
        """The path, as it was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode, as it was given."""
        return self._mode

    def _readable(self) -> BinaryIO:
        if self._reader is None:
            if self._access not in _READ_MODES:
                raise PermissionDeniedError(None, None, "File isn't open for reading")
            self._reader = filesystem.open_file(as_path(self._name))
        return self._reader

    def _writable(self) -> BinaryIO:
        if self._writer is None:
            if self._access not in _WRITE_MODES:
                raise PermissionDeniedError(None, None, "File isn't open for writing")
            mode = "a" if "a" in self._access else "w"
            self._writer = filesystem.open_file(as_path(self._name), mode)
        return self._writer

    def _result(self, data: bytes) -> Any:
        return data if self._binary else data.decode()

    def size(self) -> int:
        """The size of the file in bytes."""
        return filesystem.status(as_path(self._name)).length

    def write(self, file_content: Any) -> None:
        """Appends text or bytes. Raises PermissionDeniedError if the mode is "r"."""
        file = self._writable()
        data = _as_bytes(file_content)
        with filesystem.translated(as_path(self._name)):
            file.write(data)

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all that are left, as text or bytes.

        Raises:
          InvalidArgumentError: if `n` is less than -1.
          PermissionDeniedError: if the file is not open for reading.
          UnicodeDecodeError: if the bytes are not UTF-8, and the mode has no "b".
        """
        file = self._readable()
        if n < -1:
            message = f"Can't read a negative number of bytes: {n}"
            raise InvalidArgumentError(None, None, message)
        with filesystem.translated(as_path(self._name)):
            data = file.read(n)
        return self._result(data)

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Sets the position in bytes at which the file is read.

        Args:
          offset: the distance.
          whence: what it is counted from: 0 (the start), 1 (the position) or 2 (the end).
          position: an old name of `offset`.

        Raises:
          InvalidArgumentError: for another `whence`, and for negative positions.
          OutOfRangeError: for positions after the end.
          TypeError: if the arguments are missing or contradict each other.
        """
        file = self._readable()
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if offset is not None and position is not None:
            raise TypeError("seek(): offset and position may not be set simultaneously.")
        target = offset if offset is not None else position
        assert target is not None
        if whence not in (0, 1, 2):
            message = f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            raise InvalidArgumentError(None, None, message)
        if whence == 1:
            target += file.tell()
        elif whence == 2:
            target += self.size()
        if target < 0:
            raise InvalidArgumentError(None, None, f"Seeking to a negative position: {target}")
        if target > file.tell() and target > (size := self.size()):
            file.seek(size)
            raise OutOfRangeError(None, None, "reached end of file")
        file.seek(target)

    def readline(self) -> Any:
        """The next line with its line feed, but without carriage returns; empty at the end."""
        file = self._readable()
        with filesystem.translated(as_path(self._name)):
            line = file.readline()
        return self._result(line.replace(b"\r", b""))

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return list(self)

    def tell(self) -> int:
        """The position: where the file is read if it can be read, else where it is written."""
        if self._access in _READ_MODES:
            return self._readable().tell()
        return self._writable().tell()

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        if self._writer is not None:
            with filesystem.translated(as_path(self._name)):
                self._writer.flush()

    def close(self) -> None:
        """Closes the file. It opens again, at its beginning, if it is used afterwards."""
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        if reader is not None:
            reader.close()
        if writer is not None:
            with filesystem.translated(as_path(self._name)):
                writer.close()

    def seekable(self) -> bool:
        """True."""
        return True

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def next(self) -> Any:
        """The next line. Raises StopIteration at the end."""
        return self.__next__()


class GFile(FileIO):
    __doc__ = f"Implements `tf.io.gfile.GFile`. {FileIO.__doc__}"
    __module__ = "tensorflow.python.platform.gfile"

    def __init__(self, name: Any, mode: str = "r") -> None:
        super().__init__(name, mode)


class FastGFile(FileIO):
    """Implements `tf.compat.v1.gfile.FastGFile`: `GFile` under an old name."""

    __module__ = "tensorflow.python.platform.gfile"

    def __init__(self, name: Any, mode: str = "r") -> None:
        super().__init__(name, mode)


# -- functions ----------------------------------------------------------------------------------


def exists(path: Any) -> bool:
    """Whether there is a file or directory. Implements `tf.io.gfile.exists`."""
    return filesystem.exists(as_path(path))


def isdir(path: Any) -> bool:
    """Whether there is such a directory. Implements `tf.io.gfile.isdir`."""
    return filesystem.is_directory(as_path(path))


def stat(path: Any) -> FileStatistics:
    """The size and kind of a file. Implements `tf.io.gfile.stat`.

    Returns:
      An object with `length` in bytes, `mtime_nsec` and `is_directory`.

    Raises:
      NotFoundError: if there is no such file.
    """
    return FileStatistics(filesystem.status(as_path(path)))


def listdir(path: Any) -> list[str]:
    """The names in a directory, in any order. Implements `tf.io.gfile.listdir`.

    Raises:
      NotFoundError: if there is no such directory.
    """
    return filesystem.names(as_path(path))


def glob(pattern: Any) -> list[str]:
    """The paths that match a pattern, or any of a list of them. Implements `tf.io.gfile.glob`."""
    if isinstance(pattern, str):
        return filesystem.matching(pattern)
    return [path for text in pattern for path in filesystem.matching(as_path(text))]


def mkdir(path: Any) -> None:
    """Creates a directory in one that exists. Implements `tf.io.gfile.mkdir`."""
    filesystem.make_directory(as_path(path))


def makedirs(path: Any) -> None:
    """Creates a directory and those that contain it. Implements `tf.io.gfile.makedirs`."""
    filesystem.make_directories(as_path(path))


def remove(path: Any) -> None:
    """Removes a file. Implements `tf.io.gfile.remove`.

    Raises:
      NotFoundError: if there is no such file.
      FailedPreconditionError: if it is a directory.
    """
    filesystem.remove(as_path(path))


def rmtree(path: Any) -> None:
    """Removes a directory and all that is in it. Implements `tf.io.gfile.rmtree`.

    Raises:
      NotFoundError: if there is no such directory.
    """
    filesystem.remove_tree(as_path(path))


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file. Implements `tf.io.gfile.copy`.

    Raises:
      AlreadyExistsError: if `dst` exists, unless `overwrite`.
      NotFoundError: if there is no such file.
    """
    filesystem.copy(as_path(src), as_path(dst), overwrite)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Moves a file or directory. Implements `tf.io.gfile.rename`.

    Raises:
      AlreadyExistsError: if `dst` exists, unless `overwrite`.
      NotFoundError: if there is no such file.
    """
    filesystem.rename(as_path(src), as_path(dst), overwrite)


def join(path: Any, *paths: Any) -> Any:
    """Joins the parts of a path as `os.path.join`. Implements `tf.io.gfile.join`."""
    return os.path.join(path, *paths)


def get_registered_schemes() -> list[str]:
    """The schemes of paths, such as "file". Implements `tf.io.gfile.get_registered_schemes`."""
    return filesystem.schemes()


def walk(
    top: Any, topdown: bool = True, onerror: Callable[[OpError], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The directories at and below a directory. Implements `tf.io.gfile.walk`.

    Args:
      top: a directory.
      topdown: whether a directory comes before those in it.
      onerror: called with the error if a directory cannot be read.

    Yields:
      The path of a directory, the names of the directories in it, those of the files in it.
    """
    top = as_path(top)
    try:
        names = filesystem.names(top)
    except NotFoundError as error:
        if onerror is not None:
            onerror(error)
        return
    directories: list[str] = []
    files: list[str] = []
    for name in names:
        is_directory = filesystem.is_directory(os.path.join(top, name))
        (directories if is_directory else files).append(name)
    if topdown:
        yield top, directories, files
    for name in directories:
        yield from walk(os.path.join(top, name), topdown, onerror)
    if not topdown:
        yield top, directories, files
