"""`tf.config`: devices, and how functions run."""

from .. import _api
from .._core.devices.device import LogicalDevice as LogicalDevice
from .._core.devices.device import LogicalDeviceConfiguration as LogicalDeviceConfiguration
from .._core.devices.device import PhysicalDevice as PhysicalDevice
from .._functions.settings import (
    experimental_functions_run_eagerly as experimental_functions_run_eagerly,
)
from .._functions.settings import (
    experimental_run_functions_eagerly as experimental_run_functions_eagerly,
)
from .._functions.settings import functions_run_eagerly as functions_run_eagerly
from .._functions.settings import run_functions_eagerly as run_functions_eagerly
from .._ops.config.devices import (
    get_logical_device_configuration as get_logical_device_configuration,
)
from .._ops.config.devices import get_soft_device_placement as get_soft_device_placement
from .._ops.config.devices import get_visible_devices as get_visible_devices
from .._ops.config.devices import list_logical_devices as list_logical_devices
from .._ops.config.devices import list_physical_devices as list_physical_devices
from .._ops.config.devices import (
    set_logical_device_configuration as set_logical_device_configuration,
)
from .._ops.config.devices import set_soft_device_placement as set_soft_device_placement
from .._ops.config.devices import set_visible_devices as set_visible_devices
from . import experimental as experimental
from . import optimizer as optimizer
from . import threading as threading

__getattr__, __dir__ = _api.namespace(__name__)
