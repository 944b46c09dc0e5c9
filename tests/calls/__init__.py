"""Random calls of public functions, compared with TensorFlow's answers (README.md)."""
