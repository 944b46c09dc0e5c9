"""`tf.nn.experimental`: dropout with other random number generators."""

from .. import _api
from .._ops.nn.dropout import general_dropout as general_dropout
from .._ops.nn.dropout import stateless_dropout as stateless_dropout

__getattr__, __dir__ = _api.namespace(__name__)
