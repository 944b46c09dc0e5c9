"""`tf.summary.experimental`: the default step, scopes and messages."""

from .. import _api
from .._summary.state import get_step as get_step
from .._summary.state import set_step as set_step
from .._summary.state import summary_scope as summary_scope
from .._summary.write import write_raw_pb as write_raw_pb

__getattr__, __dir__ = _api.namespace(__name__)
