"""`tf.types`: types for annotations and `isinstance`."""

from .. import _api
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
