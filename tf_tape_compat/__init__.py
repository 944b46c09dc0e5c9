"""TensorFlow's `GradientTape` and eager API on PyTorch: `import tf_tape_compat as tf`."""

from . import _api
from . import dtypes as dtypes
from . import errors as errors
from . import nest as nest
from ._core.dtype import DType as DType
from ._core.dtype import as_dtype as as_dtype
from ._core.indexed_slices import IndexedSlices as IndexedSlices
from ._core.logging import get_logger as get_logger
from ._core.shape import TensorShape as TensorShape
from ._core.spec import TensorSpec as TensorSpec
from ._core.tape import GradientTape as GradientTape
from ._core.tape import UnconnectedGradients as UnconnectedGradients
from ._core.tensor import Tensor as Tensor
from ._core.variable import Variable as Variable
from ._core.variable import VariableAggregation as VariableAggregation
from ._core.variable import VariableSynchronization as VariableSynchronization
from ._ops import operators as _operators
from ._ops.arithmetic import add as add
from ._ops.arithmetic import multiply as multiply
from ._ops.arithmetic import negative as negative
from ._ops.arithmetic import square as square
from ._ops.arithmetic import subtract as subtract
from ._ops.arithmetic import truediv as truediv
from .dtypes import *

newaxis = None

__getattr__, __dir__ = _api.namespace(__name__)
