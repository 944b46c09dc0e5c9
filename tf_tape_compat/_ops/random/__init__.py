"""`tf.random`: random numbers, equal to those of TensorFlow on the CPU."""
