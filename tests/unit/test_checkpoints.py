"""Checkpoints: the bytes on disk, and the parts of the format."""

import copy
import filecmp
import os
import random

import numpy as np
import pytest
import torch

import tf_tape_compat as tf
from tests.parity import record_checkpoints
from tf_tape_compat._checkpoint import table
from tf_tape_compat._checkpoint.slices import Slice
from tf_tape_compat._ops.io import crc32c, varint


@pytest.mark.parametrize("program", [record_checkpoints.objects, record_checkpoints.sharded])
def test_the_files_are_those_of_tensorflow(tmp_path, program):
    program(tf, tmp_path)
    written = record_checkpoints.FOLDER / program.__name__
    names = sorted(os.listdir(written))
    assert sorted(os.listdir(tmp_path)) == names
    _, different, missing = filecmp.cmpfiles(tmp_path, written, names, shallow=False)
    assert (different, missing) == ([], [])


def _checksum_bit_by_bit(data):
    register = 0xFFFFFFFF
    for octet in data:
        register ^= octet
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


@pytest.mark.parametrize("size", [0, 1, 3, 511, 512, 513, 4099, 65536, 70001])
def test_checksums(size):
    data = random.Random(size).randbytes(size)
    expected = _checksum_bit_by_bit(data)
    assert crc32c.value(data) == crc32c.vectorized_extend(0, data) == expected
    assert crc32c.value(bytearray(data)) == expected
    assert crc32c.extend(crc32c.value(data[: size // 3]), data[size // 3 :]) == expected
    assert crc32c.unmasked(crc32c.masked(expected)) == expected


def test_checksum_of_the_standard():
    assert crc32c.value(b"123456789") == 0xE3069283


@pytest.mark.parametrize("count", [0, 1, 17, 3000])
def test_tables(count):
    rng = random.Random(count)
    keys = sorted({rng.randbytes(rng.randrange(1, 40)) for _ in range(count)})
    entries = [(key, rng.randbytes(rng.randrange(300))) for key in keys]
    assert list(table.decode(table.encode(entries))) == entries


def test_damaged_tables_never_crash():
    rng = random.Random(1)
    whole = table.encode([(b"%04d" % n, b"value" * n) for n in range(60)])
    for _ in range(300):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        try:
            entries = list(table.decode(bytes(data)))
        except table.TableError:
            continue
        assert entries == list(table.decode(whole))  # what was hit is not looked at


@pytest.mark.parametrize("number", [0, 1, 127, 128, 2**32, 2**63, 2**64 - 1])
def test_integers_of_variable_length(number):
    encoded = varint.encode(number)
    assert varint.decode(b"\xff" + encoded, 1) == (number, 1 + len(encoded))
    with pytest.raises(varint.VarintError):
        varint.decode(encoded[:-1], 0)


@pytest.mark.parametrize("start", [0, 1, 63, 64, 8191, 8192, 2**20, 2**40, 2**62])
def test_keys_of_slices_sort_as_their_starts(start):
    one, other = (Slice(((s, 1),)).key(b"a\0\xff") for s in (start, start + 1))
    assert one < other
    assert Slice.from_proto(Slice(((start, 3), (0, -1))).as_proto()) == Slice(((start, 3), (0, -1)))


def test_nothing_is_left_when_writing_fails(tmp_path):
    class Broken(tf.train.experimental.PythonState):
        def serialize(self):
            raise OSError("no state")

        def deserialize(self, string_value):
            raise AssertionError

    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    path = checkpoint.write(tmp_path / "x")
    before = sorted(os.listdir(tmp_path))
    checkpoint.s = Broken()
    with pytest.raises(OSError, match="no state"):
        checkpoint.write(tmp_path / "x")
    (tmp_path / "y.index").mkdir()
    with pytest.raises(OSError):
        tf.train.Checkpoint(v=tf.Variable(2.0)).write(tmp_path / "y")
    assert sorted(set(os.listdir(tmp_path)) - {"y.index", "y.data-00000-of-00001"}) == before
    assert tf.train.load_variable(path, "v/.ATTRIBUTES/VARIABLE_VALUE") == 1.0


def test_what_is_wrong_changes_nothing(tmp_path):
    path = tf.train.Checkpoint(a=tf.Variable(1.0), b=tf.Variable([2.0, 3.0])).write(tmp_path / "x")
    a, b = tf.Variable(0.0), tf.Variable([0.0])
    with pytest.raises(ValueError, match="incompatible tensor with shape"):
        tf.train.Checkpoint(a=a, b=b).read(path)
    assert a.numpy() == 0


def test_errors_of_writing_in_the_background_come_with_the_next_call(tmp_path):
    options = tf.train.CheckpointOptions(
        enable_async=True, experimental_write_callbacks=[lambda path: 1 / 0]
    )
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    checkpoint.write(tmp_path / "x", options)
    with pytest.raises(ZeroDivisionError):
        checkpoint.sync()
    checkpoint.sync()


@pytest.mark.parametrize("dtype", record_checkpoints.FIRST_DTYPES)
def test_the_first_format_in_all_its_types(dtype):
    value = tf.train.load_variable(record_checkpoints.FOLDER / "first" / "model", dtype)
    expected = record_checkpoints.first_contents(dtype)
    assert value.dtype == expected.dtype
    np.testing.assert_array_equal(value, expected)


def test_copies_of_what_is_being_written(tmp_path):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    checkpoint.write(tmp_path / "x", tf.train.CheckpointOptions(enable_async=True))
    copied = copy.deepcopy(checkpoint)
    checkpoint.sync()
    copied.sync()
    copied.read(tmp_path / "x").assert_consumed()


def test_the_first_format_in_parts():
    rows = tf.train.load_variable(str(record_checkpoints.FOLDER / "first" / "model"), "rows")
    np.testing.assert_array_equal(rows, np.arange(12, dtype=np.float32).reshape(4, 3))


@pytest.mark.parametrize("size", [1, 3, 16, 100, 10**6])
def test_shards_of_any_size(tmp_path, size):
    rng = np.random.default_rng(size)
    values = [rng.standard_normal(shape) for shape in ((), (0, 3), (5,), (4, 3), (2, 3, 4))]
    values += [np.array([b"one", b"", b"twenty" * 20], object), np.arange(3, dtype=np.uint8)]
    policy = tf.train.experimental.MaxShardSizePolicy(size)
    options = tf.train.CheckpointOptions(experimental_sharding_callback=policy)
    path = tf.train.Checkpoint(v=[tf.Variable(v) for v in values]).write(tmp_path / "x", options)
    sizes = sorted(file.stat().st_size for file in tmp_path.glob("*.data*"))
    assert all(n <= max(size, 130) for n in sizes[:-1])  # the graph, which is larger, is in one
    restored = [tf.Variable(tf.zeros_like(tf.constant(v))) for v in values]
    tf.train.Checkpoint(v=restored).read(path).assert_consumed()
    for v, expected in zip(restored, values, strict=True):
        np.testing.assert_array_equal(v.numpy(), expected)


def test_wrappers_are_lists_and_dicts_to_torch():
    module = tf.Module()
    module.sizes, module.named, module.pair = [2, 3], {"dtype": torch.int32}, (2, [4])
    assert torch.zeros(module.sizes, **module.named).shape == (2, 3)
    module.sizes.append(4)
    module.sizes[0] = 5
    module.sizes.insert(0, 1)
    del module.sizes[1]
    module.sizes += [7]
    assert torch.zeros(module.sizes).shape == (1, 3, 4, 7)
    assert torch.zeros(module.pair[1]).shape == (4,)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_variables_stay_on_their_device(tmp_path):
    with tf.device("/GPU:0"):
        v = tf.Variable([1.0, 2.0])
        path = tf.train.Checkpoint(v=v).save(tmp_path / "x")
        v.assign([0.0, 0.0])
        tf.train.Checkpoint(v=v).restore(path).assert_consumed()
    assert "GPU:0" in v.device and v.numpy().tolist() == [1.0, 2.0]


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
def test_damaged_files_give_an_error_or_what_was_saved(tmp_path, suffix):
    rng = random.Random(suffix)
    v, s = np.arange(40.0), [b"one", b"", b"two" * 50]
    path = tf.train.Checkpoint(v=tf.Variable(v), s=tf.Variable(s)).write(tmp_path / "x")
    file = tmp_path / ("x" + suffix)
    whole = file.read_bytes()
    outcomes = set()
    for _ in range(200):
        data = bytearray(whole)
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        else:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        file.write_bytes(data)
        one, other = tf.Variable(np.zeros(40)), tf.Variable(["", "", ""])
        try:
            tf.train.Checkpoint(v=one, s=other).read(path).expect_partial()
        except (tf.errors.OpError, IndexError) as error:
            outcomes.add(type(error).__name__)
            assert not one.numpy().any() and not any(other.numpy())
        else:  # the damaged bytes are never read
            outcomes.add("read")
            assert one.numpy().tolist() == v.tolist() and other.numpy().tolist() == s
    assert "OpError" in outcomes
