"""Operations on strings; answers for `tf.strings`."""

from . import _api
from ._ops.printing import format as format

__getattr__, __dir__ = _api.namespace(__name__)
