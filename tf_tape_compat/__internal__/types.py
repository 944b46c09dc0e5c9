"""`tf.__internal__.types`."""

from .. import _api
from .._core.tensor.tensor import Tensor as _Tensor
from .._core.types.core_tensor import CoreTensor as Tensor
from .._core.variables.variable import Variable as _Variable

Tensor.register(_Tensor)
Tensor.register(_Variable)

__getattr__, __dir__ = _api.namespace(__name__)
