"""`tensorflow.python.eager.context`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..._core.devices.device import gpu_index
from ..._core.devices.device_spec import DeviceSpec
from ..._core.devices.logical_devices import LogicalPlacement
from ..._core.devices.placement import thread as placement_thread
from ..._core.recording.execution_context import executing_eagerly as executing_eagerly
from ..._core.recording.execution_context import init_scope
from ...config.experimental import list_logical_devices

GRAPH_MODE = 0
EAGER_MODE = 1


class Context:
    """What a thread's eager execution knows."""

    def executing_eagerly(self) -> bool:
        """Whether operations run at once."""
        return executing_eagerly()

    def num_gpus(self) -> int:
        """The number of GPUs."""
        return len(list_logical_devices("GPU"))

    def ensure_initialized(self) -> None:
        """Does nothing: nothing has to be initialized."""

    def clear_kernel_cache(self) -> None:
        """Does nothing: kernels are torch's."""

    @property
    def device_spec(self) -> DeviceSpec:
        """The device that `tf.device` chose; its fields are None if it chose none."""
        scope = placement_thread.scope
        if scope is None:
            return DeviceSpec()
        device = scope.device if isinstance(scope, LogicalPlacement) else scope
        device_type = "CPU" if device.type == "cpu" else "GPU"
        index = device.index or 0
        if isinstance(scope, LogicalPlacement):
            index = scope.number
        elif device_type == "GPU":
            index = gpu_index(index)
        return DeviceSpec("localhost", 0, 0, device_type, index)

    @property
    def device_name(self) -> str:
        """The name of the device that `tf.device` chose, or ""."""
        return self.device_spec.to_string()


_context = Context()


def context() -> Context:
    """The context, of which there is one."""
    return _context


def context_safe() -> Context:
    """The context."""
    return _context


def ensure_initialized() -> None:
    """Does nothing: nothing has to be initialized."""


def num_gpus() -> int:
    """The number of GPUs."""
    return _context.num_gpus()


@contextmanager
def eager_mode() -> Iterator[None]:
    """A context in which operations run at once."""
    with init_scope():
        yield


def async_wait() -> None:
    """Does nothing: operations have run when they return."""
