"""`tf.io`: encodings, files and records; `tf.print`."""
