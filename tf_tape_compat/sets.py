"""`tf.sets`: set operations on the rows of tensors."""

from . import _api
from ._ops.sparse.sets import difference as difference
from ._ops.sparse.sets import intersection as intersection
from ._ops.sparse.sets import size as size
from ._ops.sparse.sets import union as union

__getattr__, __dir__ = _api.namespace(__name__)
