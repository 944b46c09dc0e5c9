"""`tf.test`: assertions on tensors, on Python's unittest."""
