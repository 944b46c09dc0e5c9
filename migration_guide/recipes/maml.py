"""Model-agnostic meta-learning (Finn, Abbeel and Levine, 2017) on pairs of digits.

A task: tell two digits apart after a single gradient step on four images of each. Meta-learning
finds parameters from which this one step goes far. It differentiates through the step, so the tape
of the step is inside the tape of meta-learning. Digits 7, 8 and 9 are kept for the test.
"""

import itertools

import numpy as np
import picture
import tensorflow as tf
from adam import Adam
from sklearn.datasets import load_digits

images, digits = load_digits(return_X_y=True)
images = (images / 16).astype(np.float32)
rng = np.random.default_rng(0)
SHOTS, QUERIES, INNER_RATE = 4, 16, 0.5

tf.random.set_seed(2)
parameters = [
    tf.Variable(tf.random.normal([64, 40], stddev=0.15)),
    tf.Variable(tf.zeros([40])),
    tf.Variable(tf.random.normal([40, 1], stddev=0.15)),
    tf.Variable(tf.zeros([1])),
]
optimizer = Adam(parameters, rate=0.005)


def network(x, w1, b1, w2, b2):
    return tf.squeeze(tf.nn.relu(x @ w1 + b1) @ w2 + b2, axis=-1)


def mean_loss(logits, labels):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))


def new_task(first, second):
    """Images to learn from and images to test with, and their labels: 1 for the second digit."""
    chosen = [
        rng.permutation(np.flatnonzero(digits == d))[: SHOTS + QUERIES] for d in (first, second)
    ]
    learn = np.concatenate([of_digit[:SHOTS] for of_digit in chosen])
    query = np.concatenate([of_digit[SHOTS:] for of_digit in chosen])
    labels = [np.repeat(np.float32([0, 1]), count) for count in (SHOTS, QUERIES)]
    return images[learn], labels[0], images[query], labels[1]


def adapted(learn, labels):
    """The parameters after one gradient step on the images of a task."""
    with tf.GradientTape() as tape:
        loss = mean_loss(network(learn, *parameters), labels)
    gradients = tape.gradient(loss, parameters)
    return [p - INNER_RATE * g for p, g in zip(parameters, gradients, strict=True)]


@tf.function
def meta_step(tasks):
    with tf.GradientTape() as outer:
        loss = 0.0
        for learn, learn_labels, query, query_labels in tasks:
            loss += mean_loss(network(query, *adapted(learn, learn_labels)), query_labels)
    optimizer.apply(outer.gradient(loss, parameters))
    return loss / len(tasks)


def accuracy_on_new_digits():
    """How many of the query images of tasks with 7, 8 and 9 are right after one step."""
    right = []
    for first, second in itertools.permutations((7, 8, 9), 2):
        learn, labels, query, expected = new_task(first, second)
        right.append((network(query, *adapted(learn, labels)).numpy() > 0) == expected)
    return np.mean(right)


print(f"before: accuracy {accuracy_on_new_digits():.2f} after one step")
losses = []
for step in range(151):
    pairs = [rng.choice(7, 2, replace=False) for _ in range(4)]
    losses.append(float(meta_step([new_task(*pair) for pair in pairs])))
    if step % 50 == 0:
        print(f"meta-step {step}: loss after one step {losses[-1]:.3f}")
print(f"after: accuracy {accuracy_on_new_digits():.2f} after one step")

if picture.wanted():
    with picture.axes(width=4.5) as axes:
        axes.plot(losses)
        axes.set(
            title="Loss on new images, one step into a task", xlabel="meta-step", ylabel="loss"
        )
        axes.grid(alpha=0.3)
