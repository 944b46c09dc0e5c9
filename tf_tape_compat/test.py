"""`tf.test`: checking gradients."""

from . import _api
from ._ops.gradient_checking import compute_gradient as compute_gradient

__getattr__, __dir__ = _api.namespace(__name__)
