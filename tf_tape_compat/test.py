"""`tf.test`: test cases and gradient checks."""

from . import _api
from ._ops.control.gradient_checking import compute_gradient as compute_gradient
from ._testing.case import TestCase as TestCase
from ._testing.environment import disable_with_predicate as disable_with_predicate
from ._testing.environment import gpu_device_name as gpu_device_name
from ._testing.environment import is_built_with_cuda as is_built_with_cuda
from ._testing.environment import is_built_with_gpu_support as is_built_with_gpu_support
from ._testing.environment import is_built_with_rocm as is_built_with_rocm
from ._testing.environment import is_built_with_xla as is_built_with_xla
from ._testing.environment import is_cpu_target_available as is_cpu_target_available
from ._testing.environment import is_gpu_available as is_gpu_available
from ._testing.environment import main as main

__getattr__, __dir__ = _api.namespace(__name__)
