"""`tf.autograph.experimental`: accepted without effect."""

from .. import _api
from .._functions.autograph import Feature as Feature
from .._functions.autograph import do_not_convert as do_not_convert
from .._functions.autograph import set_loop_options as set_loop_options

__getattr__, __dir__ = _api.namespace(__name__)
