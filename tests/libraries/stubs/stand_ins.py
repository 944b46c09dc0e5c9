"""Stands for what is missing and only has to exist, so that libraries can be imported.

Namespaces such as `tf.keras` are those of the stub `tf_keras`. The names of `tf.compat.v1` are read
for their docstrings; calling them is an error.
"""

import tf_keras

import tf_tape_compat as tf

NAMESPACES = "keras summary data optimizers saved_model"
VERSION_1 = "get_variable get_variable_scope placeholder_with_default reset_default_graph"


class Unavailable:
    """A name of version 1 that can be read, but not called."""

    def __init__(self, name):
        self.__name__ = name

    def __call__(self, *args, **kwargs):
        raise NotImplementedError(f"tf.compat.v1.{self.__name__}")


def install():
    """Adds what is missing."""
    for name in NAMESPACES.split():
        if not hasattr(tf, name):
            setattr(tf, name, tf_keras if name == "keras" else getattr(tf_keras, name))
    for name in VERSION_1.split():
        if not hasattr(tf.compat.v1, name):
            setattr(tf.compat.v1, name, Unavailable(name))
    if not hasattr(tf.compat.v1, "get_default_graph"):
        from tensorflow.python.framework.ops import get_default_graph

        tf.compat.v1.get_default_graph = get_default_graph
    if not hasattr(tf.compat.v1.logging, "flush"):
        tf.compat.v1.logging.flush = Unavailable("logging.flush")
