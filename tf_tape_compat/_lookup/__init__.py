"""Lookup tables: `tf.lookup`."""
