"""Tables of keys and values: `tf.lookup`."""
