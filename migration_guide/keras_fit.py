"""A network that Keras trains: which of two spirals is a point on?"""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(0)
turns = np.linspace(0.5, 2.5, 300)[:, None]
angles = 2 * np.pi * turns
spiral = np.concatenate([turns * np.cos(angles), turns * np.sin(angles)], 1)
points = np.concatenate([spiral, -spiral]).astype("float32")
labels = np.repeat([0, 1], 300)

model = tf.keras.Sequential(
    [
        tf.keras.Input((2,)),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dense(1),
    ]
)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.01),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(points, labels, epochs=30, batch_size=50, verbose=0)
for epoch in (0, 9, 19, 29):
    loss, accuracy = history.history["loss"][epoch], history.history["accuracy"][epoch]
    print(f"epoch {epoch + 1}: loss {loss:.3f}, accuracy {accuracy:.2f}")
