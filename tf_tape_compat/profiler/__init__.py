"""`tf.profiler`: recordings of what runs."""

from .. import _api
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
