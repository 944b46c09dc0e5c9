"""Policy gradient (REINFORCE; Williams, 1992): a pole is balanced on a cart.

The gradient of the log-probability of an action, weighted by the return that followed, points to
better actions. The cart and pole are those of Barto, Sutton and Anderson (1983), in NumPy.
"""

import numpy as np
import picture
import tensorflow as tf
from adam import Adam

rng = np.random.default_rng(0)
EPISODES, CARTS, STEPS, DISCOUNT = 60, 16, 200, 0.98

tf.random.set_seed(0)
parameters = [
    tf.Variable(tf.random.normal([4, 16], stddev=0.5)),
    tf.Variable(tf.zeros([16])),
    tf.Variable(tf.random.normal([16, 1], stddev=0.1)),
]
optimizer = Adam(parameters, rate=0.02)


def push_right(states):
    """The logits of the probability to push to the right."""
    w1, b1, w2 = parameters
    return tf.squeeze(tf.nn.tanh(states @ w1 + b1) @ w2, axis=-1)


def move(states, right):
    """The states 0.02 seconds later: positions, speeds, angles and their speeds of carts."""
    x, speed, angle, turning = states.T
    force = np.where(right, 10.0, -10.0)
    push = (force + 0.05 * turning**2 * np.sin(angle)) / 1.1
    torque = (9.8 * np.sin(angle) - np.cos(angle) * push) / (
        0.5 * (4 / 3 - 0.1 * np.cos(angle) ** 2 / 1.1)
    )
    acceleration = push - 0.05 * torque * np.cos(angle) / 1.1
    change = np.stack([speed, acceleration, turning, torque], axis=1)
    return (states + 0.02 * change).astype(np.float32)


def play():
    """Plays several carts at once: their states, their actions, and which still stood."""
    states = rng.uniform(-0.05, 0.05, (CARTS, 4)).astype(np.float32)
    standing = np.full(CARTS, True)
    seen, actions, stood = [], [], []
    while standing.any() and len(seen) < STEPS:
        right = rng.random(CARTS) < tf.sigmoid(push_right(states)).numpy()
        seen.append(states)
        actions.append(right.astype(np.float32))
        stood.append(standing)
        states = move(states, right)
        standing = standing & (np.abs(states[:, 0]) < 2.4) & (np.abs(states[:, 2]) < 0.21)
    return np.stack(seen), np.stack(actions), np.stack(stood).astype(np.float32)


def returns(stood):
    """What follows each step, later steps discounted, as deviations from the mean."""
    total, result = np.zeros(CARTS), np.zeros_like(stood)
    for step in reversed(range(len(stood))):
        total = stood[step] + DISCOUNT * total
        result[step] = total
    counted = result[stood > 0]
    return (result - counted.mean()) / (counted.std() + 1e-6)


lengths = []
for episode in range(EPISODES):
    states, actions, stood = play()
    with tf.GradientTape() as tape:
        surprise = tf.nn.sigmoid_cross_entropy_with_logits(actions, push_right(states))
        loss = tf.reduce_sum(surprise * returns(stood) * stood) / tf.reduce_sum(stood)
    optimizer.apply(tape.gradient(loss, parameters))
    lengths.append(stood.sum(axis=0).mean())
    if episode % 10 == 0 or episode == EPISODES - 1:
        print(f"episode {episode}: the poles stood for {lengths[-1]:.1f} steps")

if picture.wanted():
    with picture.axes(width=4.5) as axes:
        axes.plot(lengths)
        axes.axhline(STEPS, linestyle=":", color="gray")
        axes.set(title="A pole on a cart", xlabel="episode", ylabel="steps until it falls")
