"""Implementation of `tf.raw_ops` in terms of the public functions; see functions.py."""
