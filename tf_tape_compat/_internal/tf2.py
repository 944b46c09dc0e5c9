"""`tensorflow.python.tf2`."""


def enabled() -> bool:
    """Whether TensorFlow 2's behaviour is on: True."""
    return True
