"""`tf.experimental`: NumPy on tensors."""

from .. import _api

__getattr__, __dir__ = _api.namespace(__name__)
