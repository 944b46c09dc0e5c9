"""`tf.compat.v1`: TensorFlow 1's functions, with their arguments, and what trains its graphs.

There are none of the layers and metrics.
"""

from .._v1 import namespaces

namespaces.register()
__getattr__, __dir__ = namespaces.hooks(__name__)
