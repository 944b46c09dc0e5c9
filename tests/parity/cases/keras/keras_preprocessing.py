"""Keras's layers for images in datasets."""

import numpy as np

LAYERS = {
    "RandomFlip": {},
    "RandomRotation": {"factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "Resizing": {"height": 10, "width": 10},
}


def _layers(tf):
    return {
        name: getattr(tf.keras.layers, name)(**kw, seed=1)
        if "Random" in name
        else getattr(tf.keras.layers, name)(**kw)
        for name, kw in LAYERS.items()
    }


def shapes(tf):
    images = np.random.RandomState(0).rand(3, 20, 30, 3).astype("float32")
    results = []
    for layer in _layers(tf).values():
        for shape in ([None, 20, 30, 3], [None, None, None, 3]):
            dataset = tf.data.Dataset.from_generator(
                lambda: iter([images]), output_signature=tf.TensorSpec(shape)
            )
            dataset = dataset.map(layer)
            results.append((repr(dataset.element_spec), next(iter(dataset)).shape.as_list()))
    return results


def rotation(tf):
    """A rotation of a known angle, in a function of images of unknown number."""
    layer = tf.keras.layers.RandomRotation((0.1, 0.1), fill_mode="constant")
    images = np.random.RandomState(0).rand(2, 6, 7, 1).astype("float32")
    rotate = tf.function(
        lambda x: layer(x, training=True), input_signature=[tf.TensorSpec([None, 6, 7, 1])]
    )
    return rotate(images), rotate.get_concrete_function().output_shapes.as_list()
