"""`tf.autograph.experimental`: options of the conversion."""

from .. import _api
from .._autograph.api import do_not_convert as do_not_convert
from .._autograph.options import Feature as Feature
from .._autograph.options import set_loop_options as set_loop_options

__getattr__, __dir__ = _api.namespace(__name__)
