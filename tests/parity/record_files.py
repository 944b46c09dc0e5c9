"""Writes `files/`, on TensorFlow: TFRecord files and saved datasets, which the tests read.

.venv-tf/bin/python -m tests.parity.record_files
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "files"
COMPRESSIONS = {"plain": "", "gzip": "GZIP", "zlib": "ZLIB"}


def examples(tf: Any) -> list[Any]:
    """Some Examples and SequenceExamples, whose map fields have one key: their bytes are unique."""
    train = tf.train
    messages: list[Any] = []
    for number in range(20):
        integers = train.Feature(int64_list=train.Int64List(value=range(-number, number)))
        floats = train.Feature(float_list=train.FloatList(value=[number / 4, -1.5]))
        strings = train.Feature(bytes_list=train.BytesList(value=[b"x" * number * 20, b""]))
        feature = (integers, floats, strings)[number % 3]
        messages.append(train.Example(features=train.Features(feature={"only": feature})))
        lists = train.FeatureLists(feature_list={"list": train.FeatureList(feature=[feature] * 2)})
        messages.append(train.SequenceExample(feature_lists=lists))
    return messages


def datasets(tf: Any) -> dict[str, tuple[Any, str | None]]:
    """Datasets by name, with the compression that they are saved with."""
    numbers = tf.data.Dataset.range(4).map(lambda x: {"a": x, "b": tf.as_string(x)})
    parts = (
        tf.sparse.from_dense([[1.5, 0.0], [0.0, 2.0]]),
        tf.ragged.constant([["a"], ["b", "long" * 40], []]),
        tf.constant([True, False]),
    )
    return {
        "plain": (numbers, None),
        "gzip": (numbers.batch(3), "GZIP"),
        "snappy": (tf.data.Dataset.range(3000), "SNAPPY"),
        "parts": (tf.data.Dataset.from_tensors(parts), None),
    }


def save_datasets(tf: Any, folder: Path) -> None:
    """A folder for each dataset."""
    for name, (dataset, compression) in datasets(tf).items():
        dataset.save(str(folder / name), compression=compression)


def write(tf: Any, folder: Path) -> None:
    """A file of each compression."""
    for name, compression in COMPRESSIONS.items():
        with tf.io.TFRecordWriter(str(folder / f"{name}.tfrecord"), compression) as writer:
            for message in examples(tf):
                writer.write(message.SerializeToString())
    tf.io.write_file(str(folder / "tensor"), tf.io.serialize_tensor([["a", "b"], ["", "é"]]))
    sparse = tf.SparseTensor([[0, 1], [2, 0]], ["a", "long" * 40], [3, 4])
    rows = tf.io.serialize_many_sparse(sparse)
    tf.io.write_file(
        str(folder / "sparse"), tf.strings.reduce_join(tf.io.encode_base64(rows), separator=" ")
    )


if __name__ == "__main__":
    import tensorflow

    FOLDER.mkdir(exist_ok=True)
    write(tensorflow, FOLDER)
    save_datasets(tensorflow, FOLDER / "datasets")
