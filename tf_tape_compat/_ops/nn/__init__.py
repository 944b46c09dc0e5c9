"""`tf.nn`: convolutions, pooling, activations, losses."""
