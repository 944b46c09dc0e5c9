"""Adversarial examples: the fast gradient sign method (Goodfellow, Shlens and Szegedy, 2015).

Trains a small network on the digits data, then changes the pixels of each test image a little, in
the direction that increases the loss.
"""

import numpy as np
import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
train, test = slice(0, 1500), slice(1500, None)

tf.random.set_seed(0)
parameters = [
    tf.Variable(tf.random.normal([64, 32], stddev=0.15)),
    tf.Variable(tf.zeros([32])),
    tf.Variable(tf.random.normal([32, 10], stddev=0.2)),
    tf.Variable(tf.zeros([10])),
]
optimizer = Adam(parameters, rate=0.01)


def network(x):
    w1, b1, w2, b2 = parameters
    return tf.nn.relu(x @ w1 + b1) @ w2 + b2


def mean_loss(x, labels):
    logits = network(x)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


@tf.function
def train_step(x, labels):
    with tf.GradientTape() as tape:
        loss = mean_loss(x, labels)
    optimizer.apply(tape.gradient(loss, parameters))
    return loss


def adversarial(x, labels, size):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)  # an image is no variable, so the tape has to be told
        loss = mean_loss(x, labels)
    return tf.clip_by_value(x + size * tf.sign(tape.gradient(loss, x)), 0.0, 1.0)


def accuracy(x, labels):
    return float(np.mean(tf.argmax(network(x), axis=1) == labels))


for _ in range(100):
    loss = train_step(images[train], digits[train])
print(f"loss after training: {loss:.4f}")
for size in (0.0, 0.05, 0.1, 0.2):
    changed = adversarial(images[test], digits[test], size)
    print(f"changed by {size:.2f}: accuracy {accuracy(changed, digits[test]):.3f}")

if picture.wanted():
    changed = adversarial(images[test], digits[test], 0.2)
    before = tf.argmax(network(images[test]), axis=1).numpy()
    after = tf.argmax(network(changed), axis=1).numpy()
    fooled = np.flatnonzero((before == digits[test]) & (after != before))[:4]
    with picture.axes(4, width=1.5, height=1.7, rows=2) as grid:
        for (top, bottom), i in zip(grid.T, fooled, strict=True):
            for axes, shown, label in ((top, images[test], before), (bottom, changed, after)):
                axes.imshow(np.reshape(shown[i], (8, 8)), cmap="gray_r", vmin=0, vmax=1)
                axes.set(title=f"a {label[i]}", xticks=[], yticks=[])
