"""A variational autoencoder (Kingma and Welling, 2014) on the digits data.

The encoder gives the mean and the logarithm of the variance of a code; a code is drawn as
`mean + deviation * noise`, so that the tape can differentiate through the draw.
"""

import numpy as np
import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
CODE, HIDDEN, BATCH, EPOCHS = 2, 64, 128, 30

tf.random.set_seed(0)


class Network(tf.Module):
    """Two layers."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.w1 = tf.Variable(tf.random.normal([inputs, HIDDEN], stddev=inputs**-0.5))
        self.b1 = tf.Variable(tf.zeros([HIDDEN]))
        self.w2 = tf.Variable(tf.random.normal([HIDDEN, outputs], stddev=HIDDEN**-0.5))
        self.b2 = tf.Variable(tf.zeros([outputs]))

    def __call__(self, x):
        return tf.nn.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2


encoder, decoder = Network(64, 2 * CODE), Network(CODE, 64)
parameters = [*encoder.trainable_variables, *decoder.trainable_variables]
optimizer = Adam(parameters, rate=0.01)


@tf.function
def train_step(x):
    with tf.GradientTape() as tape:
        mean, log_variance = tf.split(encoder(x), 2, axis=1)
        code = mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean))
        pixels = tf.nn.sigmoid_cross_entropy_with_logits(x, decoder(code))
        divergence = 0.5 * (tf.exp(log_variance) + mean**2 - 1 - log_variance)
        loss = tf.reduce_mean(tf.reduce_sum(pixels, axis=1) + tf.reduce_sum(divergence, axis=1))
    optimizer.apply(tape.gradient(loss, parameters))
    return loss


dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(2000, seed=0).batch(BATCH)
for epoch in range(EPOCHS):
    losses = [train_step(batch) for batch in dataset]
    if epoch % 5 == 4 or epoch == 0:
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.2f}")

if picture.wanted():
    with picture.axes(2, width=3.6, height=3.4) as (left, right):
        means = encoder(images)[:, :CODE].numpy()
        left.scatter(*means.T, c=digits, cmap="tab10", s=4)
        left.set(title="Codes, coloured by digit")
        line = tf.linspace(-2.0, 2.0, 9)
        codes = tf.reshape(tf.stack(tf.meshgrid(line, -line), axis=-1), [-1, CODE])
        tiles = tf.reshape(tf.sigmoid(decoder(codes)), [9, 9, 8, 8])
        right.imshow(tf.reshape(tf.transpose(tiles, [0, 2, 1, 3]), [72, 72]), cmap="gray_r")
        right.set(title="Decoded from a grid of codes", xticks=[], yticks=[])
