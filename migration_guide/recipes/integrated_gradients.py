"""Integrated gradients (Sundararajan, Taly and Yan, 2017): which features decide.

Trains a network on the breast cancer data. A prediction is attributed to the features by averaging
the gradients along the straight line from a baseline to the input, times the difference of the two.
The attributions add up to the difference of the outputs.
"""

import numpy as np
import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
features = ((data.data - data.data.mean(axis=0)) / data.data.std(axis=0)).astype(np.float32)
malignant = (data.target == 0).astype(np.float32)

tf.random.set_seed(1)
parameters = [
    tf.Variable(tf.random.normal([30, 16], stddev=0.2)),
    tf.Variable(tf.zeros([16])),
    tf.Variable(tf.random.normal([16, 1], stddev=0.2)),
    tf.Variable(tf.zeros([1])),
]
optimizer = Adam(parameters, rate=0.01)


def network(x):
    w1, b1, w2, b2 = parameters
    return tf.squeeze(tf.nn.tanh(x @ w1 + b1) @ w2 + b2, axis=-1)


@tf.function
def train_step(x, labels):
    with tf.GradientTape() as tape:
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels, network(x))
        loss = tf.reduce_mean(losses)
    optimizer.apply(tape.gradient(loss, parameters))
    return loss


def integrated_gradients(x, baseline, steps=100):
    at = (tf.range(steps, dtype=tf.float32) + 0.5) / steps  # the midpoints of the steps
    line = baseline + at[:, tf.newaxis] * (x - baseline)
    with tf.GradientTape() as tape:
        tape.watch(line)
        outputs = network(line)
    return (x - baseline) * tf.reduce_mean(tape.gradient(outputs, line), axis=0)


for _ in range(100):
    loss = train_step(features, malignant)
print(f"loss after training: {loss:.4f}")

case = tf.constant(features[0])
baseline = tf.zeros_like(case)  # the average case, since the features are standardized
attributions = integrated_gradients(case, baseline)
difference = (network(case[tf.newaxis]) - network(baseline[tf.newaxis]))[0]
print(f"output minus baseline's: {difference:.4f}")
print(f"sum of the attributions: {tf.reduce_sum(attributions):.4f}")
order = tf.argsort(tf.abs(attributions), direction="DESCENDING")
for i in order[:5]:
    print(f"{data.feature_names[i]:<22}{attributions[i]:7.3f}")

if picture.wanted():
    with picture.axes(width=6) as axes:
        shown = order[:12].numpy()[::-1]
        axes.barh(data.feature_names[shown], attributions.numpy()[shown])
        axes.set(title="What makes case 0 look malignant", xlabel="attribution")
        axes.axvline(0, color="black", linewidth=0.8)
