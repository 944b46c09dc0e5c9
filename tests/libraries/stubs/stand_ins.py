"""Stands for namespaces that are missing, such as `tf.keras`, so that libraries are imported.

A name of `tf.compat.v1` is TensorFlow 2's; one that version 2 lacks can be read, but not called.
"""

import sys
import types

import tf_keras

import tf_tape_compat as tf


class Unavailable:
    """A name of version 1. Its attributes are such names too."""

    def __init__(self, name):
        self.__name__ = name
        self.__doc__ = None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Unavailable(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        raise NotImplementedError(f"tf.compat.v1.{self.__name__}")


def install():
    """Adds the modules, unless they are there."""
    for name in "keras summary data optimizers saved_model".split():
        if not hasattr(tf, name):
            setattr(tf, name, tf_keras if name == "keras" else getattr(tf_keras, name))
    try:
        import tensorflow.compat.v1  # noqa: F401
    except ImportError:
        module = types.ModuleType("tensorflow.compat.v1")

        def __getattr__(name):  # noqa: N807
            if name.startswith("__"):
                raise AttributeError(name)
            return getattr(tf, name, None) or Unavailable(name)

        module.__getattr__ = __getattr__
        sys.modules["tensorflow.compat.v1"] = tf.compat.v1 = module
