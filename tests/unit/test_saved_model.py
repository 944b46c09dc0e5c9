"""SavedModels: what is written is what TensorFlow was recorded to read, and what is refused."""

import re

import pytest

import tf_tape_compat as tf
from tests.parity.case_helpers.saved_models import BUILDERS, FOLDER, save


def _text(folder):
    """The message of a SavedModel without the numbers in names, which count all functions."""
    text = str(tf._saved_model.load.read(str(folder)))
    return sorted(re.sub(r"_\d+", "_", text).splitlines())


@pytest.mark.parametrize("name", BUILDERS)
def test_files_are_those_that_tensorflow_reads(name, tmp_path):
    tf.random.set_seed(None)  # that of an earlier test would be written
    save(tf, name, tmp_path)
    assert _text(tmp_path / name) == _text(FOLDER / "here" / name)


def test_what_cannot_be_written_is_named(tmp_path):
    module = tf.Module()
    module.v = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([])])
    def f(x):
        with tf.GradientTape() as tape:
            y = x * module.v
        return tape.gradient(y, module.v)

    module.f = f
    with pytest.raises(NotImplementedError, match="GradientTape.gradient in the function f"):
        tf.saved_model.save(module, str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_operation_that_is_not_there_is_named(tmp_path):
    save(tf, "objects", tmp_path)
    path = tmp_path / "objects" / "saved_model.pb"
    data = path.read_bytes()
    assert data.count(b"\x12\x04Relu") >= 1
    path.write_bytes(data.replace(b"\x12\x04Relu", b"\x12\x04Rela"))
    loaded = tf.saved_model.load(str(tmp_path / "objects"))
    with pytest.raises(NotImplementedError, match="the operation Rela "):
        loaded.layer(tf.ones([1, 3]))
