"""Implementation of `tf.experimental.numpy`: NumPy's functions in terms of our operations.

The modules are imported on first use. They import no public namespace except `nest`.
"""
