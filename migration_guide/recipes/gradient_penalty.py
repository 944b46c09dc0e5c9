"""A Wasserstein GAN with gradient penalty (Gulrajani et al., 2017) on the iris data.

The critic's loss contains the norm of the critic's own gradient, which a tape inside the training
tape computes. float64 keeps rounding errors from growing until two machines print other numbers.
"""

import numpy as np
import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_iris

petals = load_iris().data[:, 2:]
petals = tf.constant((petals - petals.mean(axis=0)) / petals.std(axis=0), tf.float64)
BATCH, NOISE, CRITIC_STEPS, PENALTY = 64, 4, 3, 1.0

tf.random.set_seed(0)


def normal(*shape):
    return tf.random.normal(shape, dtype=tf.float64)


def new_layer(inputs, outputs):
    weights = normal(inputs, outputs) / np.sqrt(inputs)
    return [tf.Variable(weights), tf.Variable(tf.zeros([outputs], tf.float64))]


def new_network(inputs, hidden, outputs):
    return new_layer(inputs, hidden) + new_layer(hidden, hidden) + new_layer(hidden, outputs)


def run(network, x):
    w1, b1, w2, b2, w3, b3 = network
    x = tf.nn.leaky_relu(x @ w1 + b1)
    x = tf.nn.leaky_relu(x @ w2 + b2)
    return x @ w3 + b3


generator, critic = new_network(NOISE, 32, 2), new_network(2, 32, 1)
generator_optimizer = Adam(generator, rate=0.003, beta_1=0.5)
critic_optimizer = Adam(critic, rate=0.003, beta_1=0.5)


def generate(count):
    return run(generator, normal(count, NOISE))


def gradient_penalty(real, generated):
    mix = tf.random.uniform([BATCH, 1], dtype=tf.float64)
    between = mix * real + (1 - mix) * generated
    with tf.GradientTape() as tape:
        tape.watch(between)
        score = run(critic, between)
    slopes = tf.norm(tape.gradient(score, between), axis=1)
    return tf.reduce_mean(tf.square(slopes - 1))


@tf.function
def critic_step():
    real = tf.gather(petals, tf.random.uniform([BATCH], maxval=150, dtype=tf.int32))
    generated = generate(BATCH)
    with tf.GradientTape() as tape:
        distance = tf.reduce_mean(run(critic, real)) - tf.reduce_mean(run(critic, generated))
        loss = PENALTY * gradient_penalty(real, generated) - distance
    critic_optimizer.apply(tape.gradient(loss, critic))
    return distance


@tf.function
def generator_step():
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(run(critic, generate(BATCH)))
    generator_optimizer.apply(tape.gradient(loss, generator))


for step in range(201):
    for _ in range(CRITIC_STEPS):
        distance = critic_step()
    generator_step()
    if step in (0, 20, 50, 100, 200):
        print(f"step {step}: distance {distance:.2f}")

made = generate(500)
print("mean, 0 in the data:", *(f"{value:.1f}" for value in tf.reduce_mean(made, axis=0)))
print("deviation, 1 in the data:", *(f"{value:.1f}" for value in tf.math.reduce_std(made, axis=0)))

if picture.wanted():
    with picture.axes(width=4.2) as axes:
        axes.plot(*made.numpy().T, ".", alpha=0.4, label="generated")
        axes.plot(*petals.numpy().T, "k.", markersize=3, label="iris data")
        axes.set(title="Petals", xlabel="length (standardized)", ylabel="width (standardized)")
        axes.legend()
