"""TFRecord files: records of bytes, each with its length and two checksums.

A record is its length (8 bytes), the masked CRC-32C of these bytes, the data, and the masked
CRC-32C of the data. Numbers are little-endian.
"""

from __future__ import annotations

import functools
import os
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from ...errors import DataLossError, FailedPreconditionError, InvalidArgumentError
from . import crc32c, filesystem
from .compressed_stream import WINDOWS, open_stream

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_HEADER_SIZE, _FOOTER_SIZE = 12, 4
_CHUNK = 256 * 1024
_MOST_INFLATED = 1032  # bytes of which zlib can make one
_LARGEST = 2**64 - 1 - _FOOTER_SIZE  # of a record, as TensorFlow counts


class TFRecordCompressionType:
    """The compression of a file. Implements `tf.compat.v1.io.TFRecordCompressionType`."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


class TFRecordOptions:
    """How a TFRecord file is compressed. Implements `tf.io.TFRecordOptions`.

    Args:
      compression_type: "GZIP", "ZLIB", or "" or None for none.
      flush_mode: what `TFRecordWriter.flush` does to the compressed stream: a constant of zlib.
      input_buffer_size: kept, but not used.
      output_buffer_size: kept, but not used.
      window_bits: the size of zlib's window, and the format, as zlib encodes it.
      compression_level: 0 to 9, or -1.
      compression_method: zlib's method; 8 is the only one.
      mem_level: 1 to 9.
      compression_strategy: a constant of zlib.

    Raises:
      ValueError: for another `compression_type`.
    """

    compression_type_map = {
        TFRecordCompressionType.ZLIB: "ZLIB",
        TFRecordCompressionType.GZIP: "GZIP",
        TFRecordCompressionType.NONE: "",
    }

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """ "GZIP", "ZLIB" or "", of options, a type of compression or its number.

        Raises:
          ValueError: for anything else.
        """
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if not options:
            return ""
        if options in cls.compression_type_map:
            return cls.compression_type_map[options]
        if options in cls.compression_type_map.values():
            return options
        raise ValueError(f'Not a valid compression_type: "{options}"')

    def _compressor(self) -> Any:
        """zlib's compressor for these options, or None. Raises InvalidArgumentError."""
        kind = self.get_compression_type_string(self.compression_type)
        if not kind:
            return None

        def chosen(value: int | None, default: int) -> int:
            return default if value is None else value

        try:
            return zlib.compressobj(
                chosen(self.compression_level, zlib.Z_DEFAULT_COMPRESSION),
                chosen(self.compression_method, zlib.DEFLATED),
                chosen(self.window_bits, WINDOWS[kind]),
                chosen(self.mem_level, 9),
                chosen(self.compression_strategy, zlib.Z_DEFAULT_STRATEGY),
            )
        except ValueError:
            options = {name: value for name, value in vars(self).items() if value is not None}
            message = f"zlib does not support these TFRecordOptions: {options}"
            raise InvalidArgumentError(None, None, message) from None


class TFRecordWriter:
    """Writes a TFRecord file. Implements `tf.io.TFRecordWriter`.

    It can be used in a `with` statement, which closes it.

    Args:
      path: the file, which is replaced.
      options: a type of compression, or `TFRecordOptions`.

    Raises:
      NotFoundError: if the directory does not exist.
      ValueError: for another type of compression.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(options)
        self._compressor = options._compressor()
        self._flush_mode = options.flush_mode
        self._path = filesystem.as_path(path)
        self._file: BinaryIO | None = filesystem.open_file(self._path, "w")

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise FailedPreconditionError(None, None, "Writer is closed.")
        return self._file

    def write(self, record: Any) -> None:
        """Appends a record, bytes or text. Raises FailedPreconditionError if the file is closed."""
        if isinstance(record, str):
            record = record.encode()
        elif not isinstance(record, (bytes, bytearray)):
            raise TypeError(f"write(): a record is bytes or str, not {type(record).__name__}")
        file = self._open_file()
        data = framed(record)
        if self._compressor is not None:
            data = self._compressor.compress(data)
        self._put(file, data)

    def _put(self, file: BinaryIO, data: bytes) -> None:
        try:
            file.write(data)
        except OSError as error:
            raise filesystem.os_error(error, self._path) from None

    def flush(self) -> None:
        """Writes what is buffered, except for what the compression still needs."""
        file = self._open_file()
        if self._compressor is not None and self._flush_mode not in (None, zlib.Z_FINISH):
            self._put(file, self._compressor.flush(self._flush_mode))
        with filesystem.translated(self._path):
            file.flush()

    def close(self) -> None:
        """Closes the file."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            if self._compressor is not None:
                self._put(file, self._compressor.flush())
        finally:
            with filesystem.translated(self._path):
                file.close()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()


@functools.lru_cache(4096)  # the records of a file tend to have few lengths
def _length_checksum(length: int) -> int:
    return crc32c.masked(crc32c.value(length.to_bytes(8, "little")))


def framed(record: bytes | bytearray) -> bytes:
    """A record as it is in a file: with its length and checksums."""
    length = len(record)
    header = _HEADER.pack(length, _length_checksum(length))
    footer = _FOOTER.pack(crc32c.masked(crc32c.value(record)))
    return b"".join((header, record, footer))


# -- reading ------------------------------------------------------------------------------------


def read_stream(file: BinaryIO) -> Iterator[bytes]:
    """The records of an open stream, which is closed at its end. See `read_records`."""
    return _records(file, _CHUNK, "EOF reached", _LARGEST)


def read_records(
    path: str | bytes, compression_type: str = "", buffer_size: int | None = None
) -> Iterator[bytes]:
    """The records of a TFRecord file, in order.

    The file is opened by this call, and read while records are taken. It takes no more memory than
    the buffer and the current record, whatever the lengths in the file say.

    Args:
        path: the file.
        compression_type: "", "ZLIB" or "GZIP".
        buffer_size: how much to read at once, in bytes.

    Raises:
        DataLossError: from the iterator, if a record is truncated or a checksum is wrong.
        FailedPreconditionError: if the path is a directory.
        NotFoundError: if there is no such file.
    """
    file = open_stream(path, compression_type, buffer_size)
    reason = "EOF reached" if compression_type else "Read less bytes than requested"
    size = filesystem.status(os.fsdecode(path)).length
    largest = (size + 1) * _MOST_INFLATED if compression_type else _LARGEST
    return _records(file, buffer_size or _CHUNK, reason, largest)


def _more(file: BinaryIO, left: bytes, needed: int, chunk: int) -> bytes:
    """`left` and what follows it: `needed` bytes or more, or fewer at the end of the file."""
    parts, size = [left], len(left)
    read = getattr(file, "read1", file.read)  # returns what comes before an error
    while size < needed:
        # In chunks, so that a false length does not decide how much memory is taken.
        data = read(max(chunk, min(needed - size, 16 * chunk)))
        if not data:
            break
        parts.append(data)
        size += len(data)
    return b"".join(parts)


def _records(file: BinaryIO, chunk: int, reason: str, largest: int) -> Iterator[bytes]:
    """The records of a stream, which is closed at its end.

    `reason` is why one is incomplete, and `largest` how long one can be.
    """
    value, length_checksum = crc32c.library_value, _length_checksum
    unpack, unpack_footer = _HEADER.unpack_from, _FOOTER.unpack_from
    checksums: dict[int, int] = {}  # without the library: those of the records in the buffer
    buffer, at, offset = b"", 0, 0  # `at` is in the buffer, `offset` that of the buffer in the file
    with file:
        while True:
            if len(buffer) - at < _HEADER_SIZE:
                offset += at
                buffer, at = _more(file, buffer[at:], _HEADER_SIZE, chunk), 0
                checksums = {}
                if len(buffer) < _HEADER_SIZE:
                    return  # TensorFlow takes an incomplete header for the end
            length, checksum = unpack(buffer, at)
            if length_checksum(length) != checksum:
                raise _corrupted(f"{offset + at} (Is this even a TFRecord file?)")
            if length > _LARGEST:
                raise DataLossError(None, None, "record size too large")
            begin = at + _HEADER_SIZE
            end = begin + length
            if length > largest:
                raise _truncated(offset + at, reason)
            if len(buffer) < end + _FOOTER_SIZE:
                offset += at
                begin, end = _HEADER_SIZE, _HEADER_SIZE + length
                buffer, at = _more(file, buffer[at:], end + _FOOTER_SIZE, chunk), 0
                checksums = {}
                if len(buffer) < end + _FOOTER_SIZE:
                    raise _truncated(offset, reason)
            record = buffer[begin:end]
            if value is not None:
                checksum = value(record)
            else:
                checksums = checksums if begin in checksums else _checksums_from(buffer, at)
                checksum = checksums[begin]
            # crc32c.masked, written out, because this runs for each record
            masked = ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF
            if (masked,) != unpack_footer(buffer, end):
                raise _corrupted(f"{offset + begin}")
            yield record
            at = end + _FOOTER_SIZE


def _checksums_from(buffer: bytes, at: int) -> dict[int, int]:
    """The checksums of the complete records in a buffer, by where their data begin."""
    begins, records = [], []
    while len(buffer) - at >= _HEADER_SIZE:
        length, checksum = _HEADER.unpack_from(buffer, at)
        begin = at + _HEADER_SIZE
        at = begin + length + _FOOTER_SIZE
        if at > len(buffer) or _length_checksum(length) != checksum:
            break
        begins.append(begin)
        records.append(buffer[begin : begin + length])
    return dict(zip(begins, crc32c.vectorized_values(records), strict=True))


def _truncated(offset: int, reason: str) -> DataLossError:
    return DataLossError(None, None, f"truncated record at {offset}' failed with {reason}")


def _corrupted(where: str) -> DataLossError:
    return DataLossError(None, None, f"corrupted record at {where}")


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a TFRecord file. Implements `tf.compat.v1.io.tf_record_iterator`.

    Args:
      path: the file.
      options: a type of compression, or `TFRecordOptions`.

    Raises:
      DataLossError: from the iterator, if a record is truncated or a checksum is wrong.
      NotFoundError: if there is no such file.
      ValueError: for another type of compression.
    """
    compression_type = TFRecordOptions.get_compression_type_string(options)
    return read_records(os.fsencode(path), compression_type)


# As its repr shows it.
TFRecordOptions.__module__ = TFRecordWriter.__module__ = "tensorflow.python.lib.io.tf_record"
