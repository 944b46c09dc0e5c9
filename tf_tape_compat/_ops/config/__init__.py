"""`tf.config`: devices, memory, threads, determinism and precision, on torch's settings."""
