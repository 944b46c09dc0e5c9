"""`tf.autodiff`: automatic differentiation."""

from . import _api
from ._core.gradients.forward_accumulator import ForwardAccumulator as ForwardAccumulator
from ._core.gradients.tape import GradientTape as GradientTape

__getattr__, __dir__ = _api.namespace(__name__)
