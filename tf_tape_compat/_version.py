"""The version of this package. `tf.__version__` is the version of TensorFlow it implements."""

__version__ = "0.1.0"
