"""`tf.strings`: strings as bytes, regular expressions and hashes."""
