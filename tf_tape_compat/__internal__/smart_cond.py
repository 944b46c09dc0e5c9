"""`tf.__internal__.smart_cond`."""

from .. import _api
from .._functions.smart_cond import smart_cond as smart_cond

__getattr__, __dir__ = _api.namespace(__name__)
