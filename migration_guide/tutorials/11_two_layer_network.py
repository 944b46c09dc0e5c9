"""A two-layer network on the digits data: mini-batches, relu and momentum.

Usage: 11_two_layer_network.py [FOLDER]
Saves a plot of the loss to FOLDER, or to the current folder.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from loss_curve import save
from sklearn.datasets import load_digits

STEPS = 200
BATCH = 100
LEARNING_RATE = 0.05
MOMENTUM = 0.9

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
rng = np.random.default_rng(2)
order = rng.permutation(len(images))
train, test = order[:1500], order[1500:]


def new_layer(inputs, outputs):
    weights = np.sqrt(2 / inputs) * rng.standard_normal((inputs, outputs))
    return [tf.Variable(weights, dtype=tf.float32), tf.Variable(tf.zeros([outputs]))]


parameters = new_layer(64, 32) + new_layer(32, 10)
velocities = [tf.Variable(tf.zeros_like(p), trainable=False) for p in parameters]


def network(x):
    w1, b1, w2, b2 = parameters
    hidden = tf.nn.relu(x @ w1 + b1)
    return hidden @ w2 + b2


def mean_loss(x, y):
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=network(x))
    return tf.reduce_mean(each)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mean_loss(x, y)
    gradients = tape.gradient(loss, parameters)
    for parameter, velocity, gradient in zip(parameters, velocities, gradients, strict=True):
        velocity.assign(MOMENTUM * velocity - LEARNING_RATE * gradient)
        parameter.assign_add(velocity)
    return loss


losses = []
for step in range(STEPS):
    batch = rng.choice(train, size=BATCH, replace=False)
    loss = train_step(tf.constant(images[batch]), tf.constant(digits[batch]))
    losses.append(float(loss))
    print("step", step, "loss", losses[-1])

print("loss on the test images", float(mean_loss(images[test], digits[test])))
right = tf.equal(tf.argmax(network(images[test]), axis=1), digits[test])
print("right", int(tf.reduce_sum(tf.cast(right, tf.int32))), "of", len(test))
save(losses, "Two-layer network, digits", folder / "11_two_layer_network.png")
