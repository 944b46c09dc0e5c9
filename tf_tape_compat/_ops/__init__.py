"""The operations, by family: torch functions under TensorFlow's names, lifted by `_core`."""
