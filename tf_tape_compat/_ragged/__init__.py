"""Ragged tensors, on top of the operations: what `tf.RaggedTensor` and `tf.ragged` are made of."""

# What teaches operations about ragged tensors comes with the first module of theirs.
from . import register_all as register_all
