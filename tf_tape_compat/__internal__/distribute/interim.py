"""`tf.__internal__.distribute.interim`."""

from ... import _api
from ..._distribute.merging import maybe_merge_call as maybe_merge_call

__getattr__, __dir__ = _api.namespace(__name__)
