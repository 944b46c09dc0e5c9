"""Hessian-vector products: the curvature of a loss, without its Hessian.

A forward accumulator around a tape computes the product of the Hessian with a vector for the price
of about two gradients. Power iteration then finds the largest eigenvalue, and conjugate gradients
make Newton steps: logistic regression on the breast cancer data in five steps.
"""

import numpy as np
import picture
import tensorflow as tf
from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
standardized = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
x = tf.constant(standardized, tf.float64)
labels = tf.constant(data.target, tf.float64)
weights = tf.Variable(tf.zeros([30], tf.float64))


def loss_function():
    logits = tf.linalg.matvec(x, weights)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels, logits)
    return tf.reduce_mean(losses) + 0.005 * tf.reduce_sum(tf.square(weights))


def gradient():
    with tf.GradientTape() as tape:
        loss = loss_function()
    return loss, tape.gradient(loss, weights)


def hessian_times(vector):
    with tf.autodiff.ForwardAccumulator(weights, vector) as accumulator:
        _, derivative = gradient()
    return accumulator.jvp(derivative)


def largest_eigenvalue(iterations=30):
    vector = tf.ones_like(weights)
    for _ in range(iterations):
        vector = hessian_times(vector / tf.norm(vector))
    return tf.norm(vector)


def newton_step(derivative, iterations=8):
    """Solves `hessian @ step = derivative` by conjugate gradients."""
    step = tf.zeros_like(derivative)
    residual = direction = derivative
    for _ in range(iterations):
        product = hessian_times(direction)
        length = tf.tensordot(residual, residual, 1) / tf.tensordot(direction, product, 1)
        step += length * direction
        before, residual = residual, residual - length * product
        growth = tf.tensordot(residual, residual, 1) / tf.tensordot(before, before, 1)
        direction = residual + growth * direction
    return step


print(f"largest eigenvalue: {largest_eigenvalue():.6f}")
norms = []
for step in range(5):
    loss, derivative = gradient()
    norms.append(float(tf.norm(derivative)))
    print(f"step {step}: loss {loss:.6f}, norm of the gradient {norms[-1]:.2e}")
    weights.assign_sub(newton_step(derivative))
right = (tf.linalg.matvec(x, weights) > 0) == (labels > 0.5)
print(f"accuracy: {np.mean(right):.3f}")

if picture.wanted():
    with picture.axes(width=4.5) as axes:
        axes.semilogy(norms, "o-")
        axes.set(title="Newton's method", xlabel="step", ylabel="norm of the gradient")
        axes.set_xticks(range(len(norms)))
        axes.grid(alpha=0.3)
