"""`tf.linalg`: matrix products, decompositions and solvers."""
