"""Ragged tensors, built on top of the operations: `tf.RaggedTensor` and `tf.ragged`."""

from . import register_all as register_all
