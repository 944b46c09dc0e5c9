"""`tf.experimental.extension_type`: the fields of an extension type."""

from .. import _api
from .._extension.types import as_dict as as_dict

__getattr__, __dir__ = _api.namespace(__name__)
