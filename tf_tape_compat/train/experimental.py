"""`tf.train.experimental`: Python's own state in checkpoints."""

from .. import _api
from .._checkpoint.python_state import PythonState as PythonState

__getattr__, __dir__ = _api.namespace(__name__)
