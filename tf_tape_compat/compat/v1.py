"""`tf.compat.v1`: TensorFlow 1's functions that work eagerly, with their arguments.

There are no graphs, sessions or collections, and none of the optimizers, layers and metrics.
"""

from .._v1 import namespaces

namespaces.register()
__getattr__, __dir__ = namespaces.hooks(__name__)
