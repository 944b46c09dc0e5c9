"""`tf.lookup.experimental`: mutable lookup tables."""

from .. import _api
from .._lookup.mutable_tables import DenseHashTable as DenseHashTable
from .._lookup.mutable_tables import MutableHashTable as MutableHashTable

__getattr__, __dir__ = _api.namespace(__name__)
