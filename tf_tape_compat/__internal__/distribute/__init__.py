"""`tf.__internal__.distribute`."""

from ... import _api
from ..._distribute.merging import (
    strategy_supports_no_merge_call as strategy_supports_no_merge_call,
)
from . import interim as interim

__getattr__, __dir__ = _api.namespace(__name__)
