"""Linear operators: `tf.linalg.LinearOperator` and its subclasses."""

from . import register_all as register_all
