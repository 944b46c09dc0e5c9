"""Ragged tensors, on top of the operations: what `tf.RaggedTensor` and `tf.ragged` are made of."""

# What teaches operations about ragged tensors comes with the first module of theirs.
from . import attached, indexing, operators, shapes  # noqa: F401
