"""The operations, by namespace: torch functions with TensorFlow's names and signatures."""
