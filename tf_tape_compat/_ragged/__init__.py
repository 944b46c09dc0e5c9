"""Ragged tensors, on top of the operations: what `tf.RaggedTensor` and `tf.ragged` are made of."""
