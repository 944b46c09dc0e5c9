"""`tf.bitwise`: operations on the bits of integers."""

from . import _api
from ._ops.math.logical import bitwise_and as bitwise_and
from ._ops.math.logical import bitwise_or as bitwise_or
from ._ops.math.logical import bitwise_xor as bitwise_xor
from ._ops.math.logical import invert as invert
from ._ops.math.logical import left_shift as left_shift
from ._ops.math.logical import right_shift as right_shift

__getattr__, __dir__ = _api.namespace(__name__)
