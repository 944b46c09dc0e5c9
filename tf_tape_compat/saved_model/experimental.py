"""`tf.saved_model.experimental`."""

from .. import _api
from .._lookup.resources import TrackableResource as TrackableResource
from .._saved_model.options import VariablePolicy as VariablePolicy

__getattr__, __dir__ = _api.namespace(__name__)
