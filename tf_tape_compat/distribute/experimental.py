"""`tf.distribute.experimental`: options of strategies."""

from .. import _api
from .._distribute.options import CommunicationImplementation as CommunicationImplementation
from .._distribute.options import CommunicationOptions as CommunicationOptions
from .._distribute.options import ValueContext as ValueContext
from .._distribute.strategies import ExperimentalTPUStrategy as TPUStrategy

CollectiveCommunication = CommunicationImplementation

__getattr__, __dir__ = _api.namespace(__name__)
