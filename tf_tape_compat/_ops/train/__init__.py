"""`tf.train`, apart from checkpoints."""
