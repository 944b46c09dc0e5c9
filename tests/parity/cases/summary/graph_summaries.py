"""`tf.compat.v1.summary` in graphs, its event files, and arrays as messages."""

import os
import tempfile

import numpy as np

from tests.parity.harness import attempt


def _shown(tf, data):
    values = []
    for v in tf.compat.v1.Summary.FromString(data).value:
        kind = v.WhichOneof("value")
        content = getattr(v, kind)
        if kind == "image":
            content = content.width, content.height, content.colorspace
            with tf.Graph().as_default(), tf.compat.v1.Session() as session:
                pixels = session.run(tf.io.decode_png(v.image.encoded_image_string))
            content = *content, pixels
        elif kind == "audio":
            content = content.sample_rate, content.length_frames, content.encoded_audio_string
        elif kind == "tensor":
            content = tf.make_ndarray(content)
        elif kind == "histo":
            content = str(content)
        values.append((v.tag, kind, content, v.metadata.plugin_data.plugin_name))
    return values


def kinds(tf):
    summary = tf.compat.v1.summary
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, [None])
        with tf.name_scope("scope"):
            summary.scalar("loss", tf.reduce_mean(x))
        summary.scalar("a loss", tf.reduce_mean(x), family="a family")
        summary.scalar("a loss", 2, collections=["other"])
        summary.histogram("histogram", x)
        summary.image("images", tf.reshape(x, [2, 1, 2, 1]))
        summary.image("image", tf.cast(tf.reshape(x, [1, 2, 2, 1]), tf.uint8), max_outputs=1)
        summary.audio("sound", tf.reshape(x / 9.0, [1, 4]), 8000)
        summary.text("text", tf.constant(["a", "b"]))
        summary.tensor_summary("tensor", x, display_name="t")
        merged = summary.merge_all()
        names = [s.name for s in graph.get_collection("summaries")], merged.name
        feeds = [1.0, -2.0, 3.0, 0.5], [0.0, 2.0, 2.1, 2.2]
        return names, [_shown(tf, session.run(merged, {x: feed})) for feed in feeds]


def merging(tf):
    summary = tf.compat.v1.summary
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        one, two = summary.scalar("one", 1.0), summary.scalar("two", 2.0)
        found = _shown(tf, session.run(summary.merge([two, one], name="both")))
        return found, summary.merge_all("none"), attempt(lambda: summary.merge([]))


def event_files(tf):
    v1 = tf.compat.v1
    with tempfile.TemporaryDirectory() as directory, tf.Graph().as_default():
        s = v1.summary.scalar("loss", 1.5)
        with v1.Session() as session, v1.summary.FileWriter(directory) as writer:
            writer.add_summary(session.run(s), 3)
            value = v1.Summary.Value(tag="own", simple_value=2.5)
            writer.add_summary(v1.Summary(value=[value]), global_step=4)
            writer.add_event(v1.Event(step=7))
            is_directory = writer.get_logdir() == directory
        (name,) = os.listdir(directory)
        events = v1.train.summary_iterator(os.path.join(directory, name))
        found = [
            (e.step, e.WhichOneof("what"), [(v.tag, v.simple_value) for v in e.summary.value])
            for e in events
        ]
        return found, is_directory


def arrays_as_messages(tf):
    values = (
        1, [1, 2], [[1.0, 2.0]], "a", ["a", b"b"], [True, False], np.float16(2), 1 + 2j,
        np.zeros((0, 2)), np.array([1, 2], np.uint16), tf.constant([1.0]), np.int64(3),
    )  # fmt: skip
    messages = [tf.make_tensor_proto(value) for value in values]
    messages += [
        tf.make_tensor_proto(1, dtype=tf.float64),
        tf.make_tensor_proto([1], shape=[2, 2]),
        tf.make_tensor_proto([1, 2], shape=[2, 1]),
        tf.make_tensor_proto("a", shape=[3]),
    ]
    errors = [
        attempt(lambda: tf.make_tensor_proto([1, 2, 3], shape=[2])),
        attempt(lambda: tf.make_tensor_proto(1, shape=[2], verify_shape=True)),
    ]
    return [(str(m), tf.make_ndarray(m)) for m in messages], errors
