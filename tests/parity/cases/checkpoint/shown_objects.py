"""Objects whose default repr ends a notebook's cell."""

import os
import re
import tempfile


def _shown(value):
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


def statuses(tf):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    with tempfile.TemporaryDirectory() as folder:
        path = checkpoint.save(os.path.join(folder, "a"))
        restored = checkpoint.restore(path)
        read = checkpoint.read(path)
        return [
            _shown(restored),
            _shown(restored.assert_consumed()),
            _shown(read),
            _shown(read.expect_partial()),
            _shown(checkpoint.restore(None)),
        ]


def generator(tf):
    return [_shown(tf.random.Generator.from_seed(1)), _shown(tf.random.get_global_generator())]


def objects(tf):
    """Instances of TensorFlow's classes that have no repr of their own."""
    initializer = tf.lookup.KeyValueTensorInitializer(["a"], [1])
    primal = tf.constant(1.0)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
        reader = tf.train.load_checkpoint(checkpoint.save(os.path.join(folder, "a")))
        values = [
            tf.function(lambda x: x),
            tf.GradientTape(),
            tf.autodiff.ForwardAccumulator(primal, primal),
            tf.TensorArray(tf.float32, 3),
            checkpoint,
            tf.train.CheckpointManager(checkpoint, folder, 3),
            tf.train.CheckpointOptions(),
            reader,
            tf.summary.create_file_writer(folder),
            tf.summary.create_noop_writer(),
            tf.io.TFRecordWriter(os.path.join(folder, "b")),
            tf.io.TFRecordOptions(),
            tf.distribute.get_strategy(),
            tf.distribute.get_strategy().extended,
            tf.distribute.OneDeviceStrategy("cpu:0"),
            tf.distribute.InputContext(),
            tf.distribute.HierarchicalCopyAllReduce(),
            initializer,
            tf.lookup.StaticHashTable(initializer, -1),
            tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1),
            tf.data.Options(),
            tf.IndexedSlices(tf.constant([1.0]), tf.constant([0])),
            tf.train.ExponentialMovingAverage(0.9),
            tf.saved_model.SaveOptions(),
            tf.saved_model.LoadOptions(),
        ]
        return [_shown(value) for value in values]
