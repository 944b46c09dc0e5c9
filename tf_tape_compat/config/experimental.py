"""`tf.config.experimental`: memory, determinism and precision."""

from .. import _api
from .._core.devices.device import LogicalDeviceConfiguration as VirtualDeviceConfiguration
from .._ops.config.determinism import enable_op_determinism as enable_op_determinism
from .._ops.config.determinism import (
    enable_tensor_float_32_execution as enable_tensor_float_32_execution,
)
from .._ops.config.determinism import (
    tensor_float_32_execution_enabled as tensor_float_32_execution_enabled,
)
from .._ops.config.devices import get_device_details as get_device_details
from .._ops.config.devices import (
    get_logical_device_configuration as get_virtual_device_configuration,
)
from .._ops.config.devices import get_visible_devices as get_visible_devices
from .._ops.config.devices import list_logical_devices as list_logical_devices
from .._ops.config.devices import list_physical_devices as list_physical_devices
from .._ops.config.devices import (
    set_logical_device_configuration as set_virtual_device_configuration,
)
from .._ops.config.devices import set_visible_devices as set_visible_devices
from .._ops.config.execution import disable_mlir_bridge as disable_mlir_bridge
from .._ops.config.execution import enable_mlir_bridge as enable_mlir_bridge
from .._ops.config.execution import get_device_policy as get_device_policy
from .._ops.config.execution import get_synchronous_execution as get_synchronous_execution
from .._ops.config.execution import set_device_policy as set_device_policy
from .._ops.config.execution import set_synchronous_execution as set_synchronous_execution
from .._ops.config.memory import get_memory_growth as get_memory_growth
from .._ops.config.memory import get_memory_info as get_memory_info
from .._ops.config.memory import get_memory_usage as get_memory_usage
from .._ops.config.memory import reset_memory_stats as reset_memory_stats
from .._ops.config.memory import set_memory_growth as set_memory_growth

__getattr__, __dir__ = _api.namespace(__name__)
