"""Keras models that are trained and written in every format, and what is read from the files."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from absl import logging

FOLDER = Path(__file__).parents[1] / "keras_files"
"""Has the files of the models: those that TensorFlow wrote, and those written here."""

BUILDERS: dict[str, Callable[[Any], Any]] = {}
_FORMATS = ("keras", "checkpoint")
FORMATS = {  # HDF5 files are large, and have no classes of the program's own, and no vocabularies
    "images": ("keras", "h5", "weights.h5", "checkpoint"),
    "sequences": _FORMATS,
    "classes": _FORMATS,
    "texts": _FORMATS,
}


def _builder(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BUILDERS[function.__name__] = function
    return function


def _normal(*shape: int) -> np.ndarray:
    return np.random.RandomState(sum(shape)).standard_normal(shape).astype(np.float32)


@_builder
def images(tf: Any) -> Any:
    """Convolution, batch normalization; RMSprop with momentum."""
    layers = tf.keras.layers
    image = tf.keras.Input((6, 6, 1), name="image")
    x = layers.Conv2D(2, 3, activation="relu")(image)
    x = layers.Flatten()(layers.BatchNormalization()(x))
    model = tf.keras.Model(image, layers.Dense(3)(x))
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf.keras.optimizers.RMSprop(0.01, momentum=0.5), loss, metrics=["accuracy"])
    return model, _normal(8, 6, 6, 1), np.arange(8) % 3


@_builder
def sequences(tf: Any) -> Any:
    """A masked embedding, recurrent layers; Adam with a schedule."""
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((5,), dtype="int32"),
            layers.Embedding(9, 3, mask_zero=True),
            layers.Bidirectional(layers.LSTM(1)),
            layers.Dense(1),
        ]
    )
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.02, 3, 0.9)
    model.compile(tf.keras.optimizers.Adam(schedule), tf.keras.losses.Huber())
    return model, np.arange(40).reshape(8, 5) * 7 % 9, _normal(8, 1)


@_builder
def classes(tf: Any) -> Any:
    """Layers in lists and dicts of a model that is a class; moving averages of weights."""
    layers = tf.keras.layers

    @tf.keras.utils.register_keras_serializable("tests")
    class Classes(tf.keras.Model):
        def __init__(self, units: int = 3, **options: Any) -> None:
            super().__init__(**options)
            self.units = units
            self.first = [layers.Dense(units, "relu"), layers.LayerNormalization()]
            self.last = {"one": layers.Dense(1)}
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

        def call(self, inputs: Any) -> Any:
            for layer in self.first:
                inputs = layer(inputs)
            return self.last["one"](inputs) * self.scale

        def get_config(self) -> Any:
            return {"units": self.units}

    model = Classes()
    model.compile(tf.keras.optimizers.Adamax(0.01, use_ema=True), "mean_squared_error")
    return model, _normal(8, 4), _normal(8, 1)


@_builder
def texts(tf: Any) -> Any:
    """Tables of strings; half precision with a scaled loss."""
    layers = tf.keras.layers
    text = layers.TextVectorization(max_tokens=6, output_sequence_length=3)
    text.adapt(["a b c", "b c d", "c d"])
    half = tf.keras.mixed_precision.Policy("mixed_float16")
    model = tf.keras.Sequential(
        [
            tf.keras.Input((1,), dtype="string"),
            text,
            layers.Embedding(6, 2),
            layers.Flatten(),
            layers.Dense(2, "relu", dtype=half),
            layers.Dense(1),
        ]
    )
    optimizer = tf.keras.optimizers.SGD(0.01, momentum=0.9)
    model.compile(tf.keras.mixed_precision.LossScaleOptimizer(optimizer), "mean_squared_error")
    return model, np.array([["a b"], ["c x"], ["d"], ["b d c"]] * 2), _normal(8, 1)


def _built(tf: Any, name: str) -> Any:
    tf.keras.backend.clear_session()
    tf.keras.utils.set_random_seed(3)
    model, x, y = BUILDERS[name](tf)
    return model, tf.constant(x), tf.constant(y)


def _fit(model: Any, x: Any, y: Any) -> Any:
    return model.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0).history


def _path(folder: Path, name: str, form: str) -> str:
    return str(folder / (f"{name}-1" if form == "checkpoint" else f"{name}.{form}"))


def save(tf: Any, name: str, folder: Path) -> None:
    """Trains a model and writes it in every format."""
    model, x, y = _built(tf, name)
    _fit(model, x, y)
    for form in FORMATS[name]:
        if form == "checkpoint":
            checkpoint = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
            checkpoint.save(str(folder / name))
        elif form == "weights.h5":
            model.save_weights(_path(folder, name, form))
        else:
            level = logging.get_verbosity()
            logging.set_verbosity(logging.ERROR)  # Keras calls HDF5 files legacy
            model.save(_path(folder, name, form))
            logging.set_verbosity(level)
    (folder / "checkpoint").unlink()  # has the time


def restored(tf: Any, name: str, form: str, folder: Path) -> Any:
    """What a model read from a file is: its weights and optimizer, what it predicts and learns."""
    path = _path(folder, name, form)
    model, x, y = _built(tf, name)
    if form in ("keras", "h5"):
        # Keras warns of what an HDF5 file has of losses, on a stream that cases have closed.
        model = tf.keras.models.load_model(path, compile=form == "keras")
    elif form == "weights.h5":
        model(x)
        model.load_weights(path)
    else:
        status = tf.train.Checkpoint(model=model, optimizer=model.optimizer).restore(path)
        model(x)
        model.optimizer.build(model.trainable_variables)
        if name != "classes":  # its layers take their values when they are called
            status.assert_existing_objects_matched()
    found = {
        "weights": {weight.path: weight.numpy() for weight in model.weights},
        "predicted": model.predict(x, verbose=0),
    }
    if form in ("keras", "checkpoint"):
        variables = model.optimizer.variables
        found["optimizer"] = {variable.path: variable.numpy() for variable in variables}
        found["trained"] = _fit(model, x, y)
        found["evaluated"] = model.evaluate(x, y, verbose=0, return_dict=True)
    return found


def contents(tf: Any, name: str, folder: Path) -> Any:
    """What the files of a model have: their parts, keys, shapes, dtypes and objects."""
    checkpoint = _path(folder, name, "checkpoint")
    found: dict[str, Any] = {
        form: _hdf5(Path(_path(folder, name, form)).read_bytes())
        for form in FORMATS[name]
        if form.endswith("h5")
    }
    with zipfile.ZipFile(_path(folder, name, "keras")) as archive:
        for part in archive.namelist():
            data = archive.read(part)
            if part.endswith(".h5"):
                found[part] = _hdf5(data)
            elif part == "config.json":
                found[part] = _without_ids(data.decode())
            else:
                found[part] = None
    found["checkpoint"] = [list(pair) for pair in tf.train.list_variables(checkpoint)]
    found["named"] = _object_names(tf.train.load_checkpoint(checkpoint))
    return found


def _hdf5(data: bytes) -> Any:
    import h5py

    found = {}
    with h5py.File(io.BytesIO(data)) as file:

        def visit(path: str, item: Any) -> None:
            shape, dtype = getattr(item, "shape", None), str(getattr(item, "dtype", ""))
            attributes = {key: str(value) for key, value in item.attrs.items()}
            attributes = {key: _without_ids(text) for key, text in attributes.items()}
            found[path] = [None if shape is None else list(shape), dtype, attributes]

        visit("", file)
        file.visititems(visit)
    return found


def _without_ids(text: str) -> str:
    """A configuration without the numbers of objects in it, which are addresses."""
    return re.sub(r'"shared_object_id": \d+', "", text)


@functools.cache
def _graph_message() -> Any:
    """The part of TrackableObjectGraph that has the names of tensors, for either package."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="tests_object_graph.proto", package="tests")
    kinds = descriptor_pb2.FieldDescriptorProto

    def message(name: str, *fields: tuple[str, int, str]) -> None:
        added = file.message_type.add(name=name)
        for field, number, kind in fields:
            label = kinds.LABEL_REPEATED if kind else kinds.LABEL_OPTIONAL
            added.field.add(
                name=field,
                number=number,
                label=label,
                type=kinds.TYPE_MESSAGE if kind else kinds.TYPE_STRING,
                type_name=f".tests.{kind}" if kind else None,
            )

    message("Tensor", ("name", 1, ""), ("full_name", 2, ""), ("checkpoint_key", 3, ""))
    message("Object", ("attributes", 2, "Tensor"))
    message("Graph", ("nodes", 1, "Object"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tests.Graph"))


def _object_names(reader: Any) -> dict[str, str]:
    graph = _graph_message()()
    graph.ParseFromString(reader.get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"))
    tensors = [tensor for node in graph.nodes for tensor in node.attributes]
    return {tensor.checkpoint_key: tensor.full_name for tensor in tensors}
