"""Implementation of `tf.test` on top of Python's unittest."""
