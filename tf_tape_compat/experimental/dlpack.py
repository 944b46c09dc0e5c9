"""`tf.experimental.dlpack`: exchange of tensors with other libraries."""

from .. import _api
from .._ops.dlpack import from_dlpack as from_dlpack
from .._ops.dlpack import to_dlpack as to_dlpack

__getattr__, __dir__ = _api.namespace(__name__)
