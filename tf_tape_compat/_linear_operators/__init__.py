"""Matrices known by what they do: `tf.linalg.LinearOperator` and its classes."""

from . import dispatch as dispatch
