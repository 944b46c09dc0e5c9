"""Logistic regression on the iris data: three classes, softmax and cross entropy.

Usage: 10_logistic_regression.py [FOLDER]
Saves a plot of the loss to FOLDER, or to the current folder.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from loss_curve import save
from sklearn.datasets import load_iris

STEPS = 150
LEARNING_RATE = 0.5

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

features, species = load_iris(return_X_y=True)
features = (features - features.mean(axis=0)) / features.std(axis=0)

x = tf.constant(features, dtype=tf.float32)
labels = tf.one_hot(species, depth=3)

rng = np.random.default_rng(1)
parameters = {
    "weights": tf.Variable(0.1 * rng.standard_normal((4, 3)), dtype=tf.float32),
    "bias": tf.Variable(np.zeros(3, dtype=np.float32)),
}

losses = []
for step in range(STEPS):
    with tf.GradientTape() as tape:
        logits = tf.matmul(x, parameters["weights"]) + parameters["bias"]
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    # The sources are a dict, so the gradients are a dict with the same keys.
    gradients = tape.gradient(loss, parameters)
    for name, parameter in parameters.items():
        parameter.assign_sub(LEARNING_RATE * gradients[name])
    losses.append(float(loss))
    print("step", step, "loss", losses[-1])

logits = tf.matmul(x, parameters["weights"]) + parameters["bias"]
right = tf.equal(tf.argmax(logits, axis=1), species)
print("right", int(tf.reduce_sum(tf.cast(right, tf.int32))), "of", len(species))
print("probabilities of the first flower", np.round(tf.nn.softmax(logits)[0].numpy(), 3))
save(losses, "Logistic regression, iris", folder / "10_logistic_regression.png")
