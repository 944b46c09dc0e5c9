"""`tf.distribute` on one device: strategies whose single replica runs in the calling thread."""
