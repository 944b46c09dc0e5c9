"""`tf.experimental`: NumPy on tensors, small element types, DLPack."""

from .. import _api
from .._core.execution import async_clear_error as async_clear_error
from .._core.execution import async_scope as async_scope
from ..dtypes.experimental import *

__getattr__, __dir__ = _api.namespace(__name__)
