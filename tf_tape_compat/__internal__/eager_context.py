"""`tf.__internal__.eager_context`."""

from .. import _api
from .._internal.eager.context import eager_mode as eager_mode

__getattr__, __dir__ = _api.namespace(__name__)
