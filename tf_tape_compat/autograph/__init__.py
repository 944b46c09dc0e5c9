"""`tf.autograph`: accepted without effect, since Python's control flow works on eager tensors."""

from .. import _api
from .._functions.autograph import set_verbosity as set_verbosity
from .._functions.autograph import to_code as to_code
from .._functions.autograph import to_graph as to_graph
from .._functions.autograph import trace as trace
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
