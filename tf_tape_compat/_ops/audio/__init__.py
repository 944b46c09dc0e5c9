"""`tf.audio`: sound in WAV files."""
