"""`tf.debugging`: assertions and diagnostics."""
