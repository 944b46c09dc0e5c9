"""`tf.data`: datasets, how they are planned, and their iterators."""
