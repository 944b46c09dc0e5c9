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


def lookups_in_functions(tf):
    layers = tf.keras.layers
    text = layers.TextVectorization(max_tokens=10)
    text.adapt(tf.constant(["a b c", "d e a b a"]))
    padded = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=4)
    counts = layers.TextVectorization(vocabulary=["a", "b"], output_mode="multi_hot")
    one_hot = layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")
    ids = layers.IntegerLookup(vocabulary=[4, 7])
    texts = tf.constant(["a b", "c d zz a", ""])
    results = []
    for layer in (text, padded, counts):
        results.append(
            tf.function(layer, input_signature=[tf.TensorSpec([None], tf.string)])(texts)
        )
    results.append(tf.function(one_hot)(tf.constant([["a"], ["x"]])))
    results.append(tf.function(ids)(tf.constant([[4, 8], [7, 4]], tf.int64)))
    return results


def a_model_of_texts(tf):
    tf.keras.utils.set_random_seed(3)
    text = tf.keras.layers.TextVectorization(vocabulary=["a", "b", "c"])
    model = tf.keras.Sequential(
        [
            text,
            tf.keras.layers.Embedding(6, 4, mask_zero=True),
            tf.keras.layers.GlobalAveragePooling1D(),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    texts = tf.constant(["a b", "c d", "b", "a a c"])
    dataset = tf.data.Dataset.from_tensor_slices((texts, [1.0, 2.0, 3.0, 4.0])).batch(2)
    history = model.fit(dataset, epochs=2, verbose=0)
    return history.history["loss"], model.predict(texts, verbose=0)
