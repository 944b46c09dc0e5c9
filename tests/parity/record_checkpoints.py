"""Writes `checkpoints/`, on TensorFlow.

What `objects` and `sharded` write is also written here, and compared byte for byte.

.venv-tf/bin/python -m tests.parity.record_checkpoints
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from tests.parity.case_helpers.checkpointing import model_of

FOLDER = Path(__file__).parent / "checkpoints"


def objects(tf, folder):
    """Checkpoints of all kinds of objects, and one with many tensors."""
    model = model_of(tf)
    checkpoint = tf.train.Checkpoint(model=model, step=tf.Variable(5, dtype=tf.int64))
    checkpoint.root = tf.train.Checkpoint(model, extra=tf.Variable([1.5, 2.5], dtype=tf.bfloat16))
    setattr(checkpoint, "a/b.c", tf.Variable(np.zeros((2, 0, 3))))
    for _ in range(2):
        checkpoint.save(str(folder / "ckpt"))
    many = tf.train.Checkpoint(many=[tf.Variable(number) for number in range(40)])
    many.write(str(folder / "many"))


def named(tf, folder):
    """A checkpoint of TF1's saver: names instead of objects, partitioned variables."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        rows, columns = v1.fixed_size_partitioner(2), v1.fixed_size_partitioner(3, axis=1)
        whole = tf.constant(np.arange(12, dtype=np.float32).reshape(4, 3))
        v1.get_variable("rows", initializer=whole, partitioner=rows)
        wide = tf.constant(np.arange(700).reshape(1, 700) % 7)
        with v1.variable_scope("scope"):
            v1.get_variable("columns", initializer=wide, partitioner=columns)
        v1.get_variable("text", initializer=tf.constant(["one", "two"]))
        v1.get_variable("half", initializer=tf.constant(1.5, tf.float16))
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(folder / "model"), write_meta_graph=False)


FIRST_DTYPES = (
    "float16 float32 float64 complex64 complex128 int8 int16 int32 int64 uint8 uint16 bool".split()
)


def first_contents(dtype):
    """The value of the variable of a type in `first`."""
    return (np.arange(-3, 3).reshape(2, 3) * 50).astype(dtype)


def first(tf, folder):
    """A checkpoint in the first format, which is one file."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        for dtype in FIRST_DTYPES:
            v1.get_variable(dtype, initializer=tf.constant(first_contents(dtype)))
        v1.get_variable("text", initializer=tf.constant(["one", "two"]))
        v1.get_variable("scalar", initializer=tf.constant(1.5))
        v1.get_variable("empty", initializer=tf.zeros([0, 2]))
        rows = v1.fixed_size_partitioner(2)
        whole = tf.constant(np.arange(12, dtype=np.float32).reshape(4, 3))
        v1.get_variable("rows", initializer=whole, partitioner=rows)
        session.run(v1.global_variables_initializer())
        saver = v1.train.Saver(write_version=v1.train.SaverDef.V1)
        saver.save(session, str(folder / "model"), write_meta_graph=False, write_state=False)


def sharded(tf, folder):
    """A checkpoint in several data files; tensors too large for one are cut into slices."""
    policy = tf.train.experimental.MaxShardSizePolicy(max_shard_size=250)
    options = tf.train.CheckpointOptions(experimental_sharding_callback=policy)
    v = tf.Variable(np.arange(100.0).reshape(20, 5))
    checkpoint = tf.train.Checkpoint(v=v, w=tf.Variable([1, 2, 3]), text=tf.Variable(["a", "bc"]))
    checkpoint.save(str(folder / "ckpt"), options=options)


def slots(tf, folder):
    """A checkpoint with the slots of a TF1 optimizer."""
    v, w = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    optimizer = tf.compat.v1.train.MomentumOptimizer(0.1, 0.9)
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * v) * w
        gradients = tape.gradient(loss, [v, w])
        optimizer.apply_gradients(zip(gradients, [v, w], strict=True))
    tf.train.Checkpoint(v=v, w=w, optimizer=optimizer).save(str(folder / "ckpt"))


def keras(tf, folder):
    """A checkpoint of a Keras model and its optimizer."""
    tf.keras.utils.set_random_seed(1)
    layers = [tf.keras.layers.Dense(3, activation="relu"), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((2,)), *layers])
    optimizer = tf.keras.optimizers.Adam(0.1)
    model.compile(optimizer, "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    tf.train.Checkpoint(model=model, optimizer=optimizer).save(str(folder / "ckpt"))


def main():
    import tensorflow as tf

    for write in (objects, named, first, sharded, slots, keras):
        folder = FOLDER / write.__name__
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(tf, folder)
        if write is named:
            (folder / "checkpoint").unlink()  # TF1 writes the folder's full path into it


if __name__ == "__main__":
    sys.exit(main())
