"""Implementation of `tf.compat.v1` in terms of the public functions; see symbols.py."""
