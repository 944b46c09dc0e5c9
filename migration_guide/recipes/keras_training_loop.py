"""A custom training loop over a Keras model: everything that `fit` does, in the open.

The model, the optimizer and the metrics are Keras's. The loop adds a penalty that `fit` cannot: on
the gradient of the loss with respect to the image, which makes the network harder to fool.
"""

import numpy as np
import picture
import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow import keras

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32).reshape(-1, 8, 8, 1)
digits = digits.astype(np.int32)

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(8, 3, activation="elu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10),
    ]
)
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(0.01)
mean_loss = keras.metrics.Mean()
accuracy = keras.metrics.SparseCategoricalAccuracy()


@tf.function
def train_step(x, labels):
    with tf.GradientTape() as tape:
        with tf.GradientTape() as inner:
            inner.watch(x)
            loss = loss_function(labels, model(x, training=True))
        slope = inner.gradient(loss, x)
        penalty = tf.reduce_sum(tf.square(slope))
        total = loss + penalty
    gradients = tape.gradient(total, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    mean_loss.update_state(loss)


train = tf.data.Dataset.from_tensor_slices((images[:1500], digits[:1500])).shuffle(1500, seed=0)
losses = []
for epoch in range(6):
    mean_loss.reset_state()
    for x, labels in train.batch(100):
        train_step(x, labels)
    losses.append(float(mean_loss.result()))
    accuracy.reset_state()
    accuracy.update_state(digits[1500:], model(images[1500:]))
    print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}, accuracy {accuracy.result():.3f}")

if picture.wanted():
    with picture.axes(width=4.5) as axes:
        axes.plot(range(1, 7), losses, "o-")
        axes.set(title="Convolutional network, digits", xlabel="epoch", ylabel="loss")
        axes.grid(alpha=0.3)
