"""`tf.math`: arithmetic, elementwise functions, reductions and special functions."""
