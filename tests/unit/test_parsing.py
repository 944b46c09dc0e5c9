"""The two parsers of serialized Examples agree on what the vectorized one accepts."""

import random

import numpy as np
import pytest

import tf_tape_compat as tf
from tf_tape_compat._parsing.columns import read_columns
from tf_tape_compat._parsing.features import VarLenFeature
from tf_tape_compat._parsing.one_by_one import KINDS, read_one_by_one
from tf_tape_compat._parsing.plan import make_plan
from tf_tape_compat.errors import InvalidArgumentError

_KEYS = ["", "i", "f", "s", "eight ch", "a key of more than sixteen bytes", "é", "x" * 200]
_TYPES = ["int64", "float32", "string"]


def _feature(rng, dtype):
    count = rng.choice([0, 1, 1, 1, 2, 5, 40])
    if dtype == "int64":
        values = [
            rng.randrange(-(2 ** rng.randrange(1, 63)), 2 ** rng.randrange(1, 63))
            for _ in range(count)
        ]
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    if dtype == "float32":
        values = [rng.uniform(-9, 9) for _ in range(count)]
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    values = [
        rng.randbytes(rng.choice([0, 1, 5, 130, 20000 if count == 1 else 3])) for _ in range(count)
    ]
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))


def _batch(rng):
    """Serialized Examples with some of the keys, and the types of all keys."""
    types = {key: rng.choice(_TYPES) for key in _KEYS}
    keys = rng.sample(_KEYS, rng.randrange(1, len(_KEYS)))
    is_complete = rng.random() < 0.7
    messages = []
    for _ in range(rng.choice([1, 4, 9])):
        own = keys if is_complete else [key for key in keys if rng.random() < 0.8]
        features = {key: _feature(rng, types[key]) for key in own}
        example = tf.train.Example(features=tf.train.Features(feature=features))
        messages.append(example.SerializeToString())
    return messages, types


def _both(messages, types):
    """The columns of the vectorized parser, or None, and those of the other, or its error."""
    plan = make_plan({key: VarLenFeature(dtype) for key, dtype in types.items()}, (VarLenFeature,))
    features = [(key.encode(), KINDS[dtype.name]) for key, dtype in plan.sparse.items()]
    vectorized = read_columns(messages, features)
    try:
        return vectorized, read_one_by_one(messages, plan, set(), (), False)
    except InvalidArgumentError as error:
        return vectorized, error


def _assert_same(vectorized, expected):
    assert not isinstance(expected, Exception)
    for ours, theirs in zip(vectorized, expected, strict=True):
        assert np.array_equal(ours.counts, theirs.counts)
        assert ours.values.dtype == theirs.values.dtype
        if ours.values.dtype == object:
            assert ours.values.tolist() == theirs.values.tolist()
        else:
            assert ours.values.tobytes() == theirs.values.tobytes()
        assert (ours.present is None) == (theirs.present is None)
        assert ours.present is None or np.array_equal(ours.present, theirs.present)


@pytest.mark.parametrize("seed", range(60))
def test_messages_as_protobuf_writes_them(seed):
    messages, types = _batch(random.Random(seed))
    vectorized, expected = _both(messages, types)
    assert not isinstance(expected, Exception)
    if vectorized is not None:
        _assert_same(vectorized, expected)
    else:  # an Example without features has no fields at all
        assert b"" in messages


def test_damaged_messages():
    accepted = 0
    for seed in range(1500):
        rng = random.Random(seed)
        messages, types = _batch(rng)
        for _ in range(rng.randrange(1, 4)):
            index = rng.randrange(len(messages))
            data = bytearray(messages[index])
            if data:
                at = rng.randrange(min(len(data), 300))
                if rng.random() < 0.8:
                    data[at] = rng.choice([0, 1, 8, 10, 18, 26, 127, 128, 255, rng.randrange(256)])
                else:
                    del data[at : at + rng.randrange(1, 4)]
            messages[index] = bytes(data)
        vectorized, expected = _both(messages, types)
        if vectorized is not None:
            accepted += 1
            _assert_same(vectorized, expected)
    assert accepted > 100
