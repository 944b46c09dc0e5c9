"""`tensorflow.python.ops.linalg.linear_operator`."""

from typing import Any


def make_composite_tensor(cls: Any, module_name: str = "tf.linalg") -> Any:
    """A decorator of linear operators, which consist of tensors already."""
    return cls
