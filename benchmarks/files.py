"""Rows of files: batches of 128 serialized Examples, and a TFRecord file of 2,000.

In the place of raw torch, protobuf parses the messages, and Python makes tensors of the values.
"""

import os
import tempfile
from typing import Any

import numpy as np

from benchmarks.rows import Row

_COUNT = 128


def _feature(tf: Any, value: Any) -> Any:
    train = tf.train
    if isinstance(value, bytes):
        return train.Feature(bytes_list=train.BytesList(value=[value]))
    if isinstance(value, int):
        return train.Feature(int64_list=train.Int64List(value=[value]))
    return train.Feature(float_list=train.FloatList(value=value))


def _messages(tf: Any, values: list[dict[str, Any]]) -> list[bytes]:
    examples = []
    for row in values:
        features = {key: _feature(tf, value) for key, value in row.items()}
        example = tf.train.Example(features=tf.train.Features(feature=features))
        examples.append(example.SerializeToString())
    return examples


def _images(count: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (count, 784), np.uint8)
    return [{"image": row.tobytes(), "label": i % 10, "id": i} for i, row in enumerate(pixels)]


def _columns(count: int) -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    numbers, ids = rng.random((count, 13)), rng.integers(0, 10**6, (count, 26))
    return [
        {f"n{i}": [x] for i, x in enumerate(row)} | {f"c{i}": int(x) for i, x in enumerate(own)}
        for row, own in zip(numbers, ids, strict=True)
    ]


def _vectors(count: int) -> list[dict[str, Any]]:
    return [{"x": row, "y": 1} for row in np.random.default_rng(0).random((count, 784))]


def _spec(tf: Any, row: dict[str, Any]) -> dict[str, Any]:
    types = {bytes: tf.string, int: tf.int64}
    return {
        key: tf.io.FixedLenFeature(
            [] if type(value) in types else [len(value)], types.get(type(value), tf.float32)
        )
        for key, value in row.items()
    }


def _parse(values: list[dict[str, Any]], varying: bool = False) -> Any:
    def program(tf: Any) -> Any:
        serialized = tf.constant(_messages(tf, values))
        spec = _spec(tf, values[0])
        if varying:
            spec = {key: tf.io.VarLenFeature(feature.dtype) for key, feature in spec.items()}
        return lambda: tf.io.parse_example(serialized, spec)

    return program


def _with_protobuf(values: list[dict[str, Any]]) -> Any:
    def program(torch: Any) -> Any:
        import tf_tape_compat as tf

        messages = _messages(tf, values)

        def run() -> Any:
            columns: dict[str, list[Any]] = {key: [] for key in values[0]}
            for message in messages:
                features = tf.train.Example.FromString(message).features.feature
                for key, column in columns.items():
                    feature = features[key]
                    column.append(list(getattr(feature, feature.WhichOneof("kind")).value))
            return [
                column if isinstance(column[0][0], bytes) else torch.tensor(column)
                for column in columns.values()
            ]

        return run

    return program


def _record_file(tf: Any) -> str:
    path = os.path.join(tempfile.mkdtemp(), "records")
    with tf.io.TFRecordWriter(path) as writer:
        for message in _messages(tf, _images(2000)):
            writer.write(message)
    return path


def _records(tf: Any) -> Any:
    path = _record_file(tf)
    return lambda: sum(map(len, tf.compat.v1.io.tf_record_iterator(path)))


def _read_whole(torch: Any) -> Any:
    import tf_tape_compat as tf

    path = _record_file(tf)

    def run() -> int:
        with open(path, "rb") as file:
            data = file.read()
        at = total = 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 8], "little")
            total += len(data[at + 12 : at + 12 + length])
            at += 16 + length
        return total

    return run


FILES = [
    Row("parse images", 1.0, _parse(_images(_COUNT)), _with_protobuf(_images(_COUNT))),
    Row("parse 784 numbers", 1.0, _parse(_vectors(_COUNT)), _with_protobuf(_vectors(_COUNT))),
    Row("parse 39 features", 1.0, _parse(_columns(_COUNT)), _with_protobuf(_columns(_COUNT))),
    Row("parse sparse", 1.5, _parse(_images(_COUNT), True), _with_protobuf(_images(_COUNT))),
    Row("read 2,000 records", 10.0, _records, _read_whole),
]
