"""`tf.saved_model`: objects with their variables and functions, in TensorFlow's files."""

from .. import _api
from .._saved_model.constants import *
from .._saved_model.load import contains_saved_model as contains_saved_model
from .._saved_model.load import load as load
from .._saved_model.objects import Asset as Asset
from .._saved_model.options import LoadOptions as LoadOptions
from .._saved_model.options import SaveOptions as SaveOptions
from .._saved_model.save import save as save
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
