"""`tf.config.optimizer`: accepted without effect, since there are no graphs to optimize."""

from .. import _api
from .._ops.config.optimizer import get_experimental_options as get_experimental_options
from .._ops.config.optimizer import get_jit as get_jit
from .._ops.config.optimizer import set_experimental_options as set_experimental_options
from .._ops.config.optimizer import set_jit as set_jit

__getattr__, __dir__ = _api.namespace(__name__)
