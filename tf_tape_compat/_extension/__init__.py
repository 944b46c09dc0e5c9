"""User-defined classes made of tensors, and how functions treat them.

`fields` handles annotations, `types` and `specs` are the classes, `batching` is `tf.map_fn` on
them, and `overrides` replaces TensorFlow's functions by a program's own.
"""

from . import register_all as register_all
