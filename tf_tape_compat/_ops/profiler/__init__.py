"""`tf.profiler`: recordings of what runs, by torch."""
