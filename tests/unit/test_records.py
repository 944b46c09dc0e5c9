"""TFRecord files: those of TensorFlow, hostile ones, remote ones."""

import gzip
import importlib.util
import random
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest

import tf_tape_compat as tf
from tests.parity.record_files import COMPRESSIONS, FOLDER, examples, write
from tf_tape_compat._ops.io import crc32c

read = tf.compat.v1.io.tf_record_iterator


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_files_of_tensorflow_are_read(name):
    records = list(read(str(FOLDER / f"{name}.tfrecord"), COMPRESSIONS[name]))
    assert records == [message.SerializeToString() for message in examples(tf)]


def test_the_same_files_are_written(tmp_path):
    """Byte for byte; compressed ones to the same data, because zlib's versions differ."""
    write(tf, tmp_path)
    for theirs in filter(Path.is_file, FOLDER.iterdir()):
        expected, data = theirs.read_bytes(), (tmp_path / theirs.name).read_bytes()
        if theirs.stem in ("gzip", "zlib"):
            expected, data = zlib.decompress(expected, 47), zlib.decompress(data, 47)
        assert data == expected, theirs.name


def test_without_google_crc32c(tmp_path, monkeypatch):
    """The checksums of the records in a buffer are computed together."""
    rng = random.Random(1)
    records = [rng.randbytes(rng.choice([0, 1, 3, 4, 5, 100, 1000, 70000])) for _ in range(300)]
    path = str(tmp_path / "file")
    with tf.io.TFRecordWriter(path) as writer:
        for record in records:
            writer.write(record)
    assert crc32c.vectorized_values(records) == [crc32c.value(record) for record in records]
    monkeypatch.setattr(crc32c, "library_value", None)
    assert list(read(path)) == records
    data = bytearray((tmp_path / "file").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "file").write_bytes(data)
    found = []
    with pytest.raises(tf.errors.DataLossError, match="corrupted record at"):
        for record in read(path):
            found.append(record)  # noqa: PERF402
    assert 0 < len(found) < 300 and found == records[: len(found)]


def header(length):
    octets = struct.pack("<Q", length)
    return octets + struct.pack("<I", crc32c.masked(crc32c.value(octets)))


@pytest.mark.parametrize("length", [2**20, 2**31, 2**40, 2**62, 2**64 - 5, 2**64 - 1])
@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_false_lengths_take_no_memory(tmp_path, length, compression):
    data = header(length) + b"abc"
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(data) if compression else data)
    tracemalloc.start()
    with pytest.raises(tf.errors.DataLossError, match="truncated record at 0|size too large"):
        list(read(str(path), compression))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


@pytest.mark.parametrize("start", [b"", header(2**40)])
def test_zip_bombs_take_no_memory(tmp_path, start):
    path = tmp_path / "bomb"
    with gzip.open(path, "wb") as file:
        file.write(start)
        for _ in range(300):
            file.write(bytes(2**20))
    tracemalloc.start()
    with pytest.raises(tf.errors.DataLossError):
        list(read(str(path), "GZIP"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_a_long_file_is_read_in_pieces(tmp_path):
    path = str(tmp_path / "long")
    with tf.io.TFRecordWriter(path) as writer:
        for _ in range(100):
            writer.write(bytes(2**20))
    tracemalloc.start()
    assert sum(map(len, read(path))) == 100 * 2**20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_schemes_of_fsspec():
    """A scheme that fsspec knows works, or the error says which package it needs."""
    gfile = tf.io.gfile
    with gfile.GFile("memory://folder/file", "w") as file:
        file.write("text")
    assert gfile.GFile("memory://folder/file").read() == "text"
    assert [gfile.listdir("memory://folder"), gfile.isdir("memory://folder")] == [["file"], True]
    with tf.io.TFRecordWriter("memory://folder/records", "GZIP") as writer:
        writer.write(b"remote")
    assert list(read("memory://folder/records", "GZIP")) == [b"remote"]
    gfile.rmtree("memory://folder")
    assert not gfile.exists("memory://folder/file")
    if importlib.util.find_spec("gcsfs") is None:
        with pytest.raises(tf.errors.UnimplementedError, match="'gs' not implemented.*gcsfs"):
            gfile.exists("gs://bucket/file")


def test_hostile_messages_are_refused():
    nested = b'{"features":' * 100_000
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.io.decode_json_example(nested)
    shape = b"\x12\x0c\x12\x0a\x08" + b"\xff" * 8 + b"\x3f"  # a size of 2**62 - 1
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.io.parse_tensor(b"\x08\x01" + shape + b"\x2d\x00\x00\x80\x3f", tf.float32)
