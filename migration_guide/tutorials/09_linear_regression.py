"""Linear regression on the diabetes data: full-batch gradient descent.

Usage: 09_linear_regression.py [FOLDER]
Saves a plot of the loss to FOLDER, or to the current folder.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from loss_curve import save
from sklearn.datasets import load_diabetes

STEPS = 200
LEARNING_RATE = 0.05

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

features, target = load_diabetes(return_X_y=True)
features = (features - features.mean(axis=0)) / features.std(axis=0)
target = (target - target.mean()) / target.std()

x = tf.constant(features, dtype=tf.float32)
y = tf.constant(target[:, np.newaxis], dtype=tf.float32)

rng = np.random.default_rng(0)
weights = tf.Variable(0.1 * rng.standard_normal((x.shape[1], 1)), dtype=tf.float32, name="weights")
bias = tf.Variable(tf.zeros([1]), name="bias")

losses = []
for step in range(STEPS):
    with tf.GradientTape() as tape:
        prediction = x @ weights + bias
        loss = tf.reduce_mean(tf.square(prediction - y))
    d_weights, d_bias = tape.gradient(loss, [weights, bias])
    weights.assign_sub(LEARNING_RATE * d_weights)
    bias.assign_sub(LEARNING_RATE * d_bias)
    losses.append(float(loss))
    print("step", step, "loss", losses[-1])

residual = tf.reduce_sum(tf.square(y - (x @ weights + bias)))
total = tf.reduce_sum(tf.square(y - tf.reduce_mean(y)))
print("explained variance", float(1 - residual / total))
save(losses, "Linear regression, diabetes", folder / "09_linear_regression.png")
