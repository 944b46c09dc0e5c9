"""Datasets that TensorFlow saved are loaded, and hostile files are refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tf_tape_compat as tf
from tests.parity.record_files import FOLDER, datasets

NAMES = sorted(datasets(tf))


def parts(dataset: Any) -> list[list[Any]]:
    return [
        [
            np.asarray(part.numpy()).tolist()
            for part in tf.nest.flatten(element, expand_composites=True)
        ]
        for element in dataset
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_tensorflow_saved_is_loaded(name: str) -> None:
    dataset, compression = datasets(tf)[name]
    loaded = tf.data.Dataset.load(str(FOLDER / "datasets" / name), compression=compression)
    assert loaded.element_spec == dataset.element_spec
    assert int(loaded.cardinality()) == int(dataset.cardinality())
    assert parts(loaded) == parts(dataset)


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_an_error_and_not_an_end(name: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "datasets" / name, tmp_path / name)
    (file,) = (tmp_path / name).glob("*/*/*.snapshot")
    file.write_bytes(file.read_bytes()[:-20])
    compression = datasets(tf)[name][1]
    loaded = tf.data.Dataset.load(str(tmp_path / name), compression=compression)
    with pytest.raises(tf.errors.DataLossError):
        list(loaded)


def test_damaged_metadata_is_an_error(tmp_path: Path) -> None:
    tf.data.Dataset.range(3).save(str(tmp_path))
    (tmp_path / "snapshot.metadata").write_bytes(b"\xff\xff")
    with pytest.raises(tf.errors.DataLossError):
        tf.data.Dataset.load(str(tmp_path))


def test_files_are_independent_of_the_saved_arrays(tmp_path: Path) -> None:
    array = np.arange(4)
    tf.data.Dataset.from_tensors(array).save(str(tmp_path))
    array[:] = 0
    (element,) = tf.data.Dataset.load(str(tmp_path))
    assert element.numpy().tolist() == [0, 1, 2, 3]
