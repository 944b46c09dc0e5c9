"""`tf.quantization`: what rounding to few bits does to real numbers."""
