"""`tf.__internal__.tf2`."""

from .. import _api
from .._internal.tf2 import enabled as enabled

__getattr__, __dir__ = _api.namespace(__name__)
