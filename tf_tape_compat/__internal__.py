"""`tf.__internal__`: the classes that libraries derive theirs from."""

from . import _api
from ._core.types.composite_tensor import CompositeTensor as CompositeTensor

_missing, __dir__ = _api.namespace(__name__)


def __getattr__(name: str) -> object:
    return _missing(name)
