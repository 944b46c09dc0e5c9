"""Shared by the cases of checkpoints: a folder to write to and a model to save."""

import collections
import functools
import os
import tempfile

import numpy as np

from tests.parity.harness import attempt

KEY = "v/.ATTRIBUTES/VARIABLE_VALUE"


Pair = collections.namedtuple("Pair", "a b")


def in_folder(case):
    """Gives a case a temporary folder, and removes the folder's path from its outcome."""

    @functools.wraps(case)
    def run(tf):
        with tempfile.TemporaryDirectory() as folder:
            return without(folder, case(tf, folder))

    del run.__wrapped__
    return run


def without(folder, outcome):
    """The outcome with FOLDER in the place of the folder's path."""
    if isinstance(outcome, str):
        return outcome.replace(folder, "FOLDER")
    if isinstance(outcome, Exception):
        return without(folder, f"{type(outcome).__name__}: {outcome}")
    if type(outcome) in (list, tuple):
        return type(outcome)(without(folder, item) for item in outcome)
    if type(outcome) is dict:
        return {key: without(folder, item) for key, item in outcome.items()}
    return outcome


def kind(function, *args, **kwargs):
    """The name of the class of the result or exception."""
    return type(attempt(function, *args, **kwargs)).__name__


def called(tf, value):
    """The name of a value's class, as the public API has it."""
    return "Variable" if isinstance(value, tf.Variable) else type(value).__name__


def contents(folder):
    return sorted(os.listdir(folder))


def model_of(tf, scale=1.0):
    class Layer(tf.Module):
        def __init__(self, size):
            super().__init__()
            self.w = tf.Variable(tf.fill([2, size], scale), name="w")
            self.b = tf.Variable(np.full(size, scale), trainable=False)

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.nothing = None
            self.layers = [Layer(2), Layer(3)]
            self.named = {"one": tf.Variable(scale), "other": 3}
            self.pair = (tf.Variable([b"ab", b""]), 1)
            self.fields = Pair(tf.Variable(True), [tf.Variable(3, dtype=tf.uint8)])
            self.sizes = [1, 2]
            self.again = self.layers[0]
            self.generator = tf.random.Generator.from_seed(3)
            self.function = tf.function(lambda x: x)

    return Model()
