"""`tf.train`, except checkpoints."""
