"""`tf.autograph`: conversion of Python to control flow of graphs."""

from .. import _api
from .._autograph.api import set_verbosity as set_verbosity
from .._autograph.api import to_code as to_code
from .._autograph.api import to_graph as to_graph
from .._autograph.api import trace as trace
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
