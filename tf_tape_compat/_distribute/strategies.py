"""The strategies: the default one, `OneDeviceStrategy` and `MirroredStrategy`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NoReturn

from .. import nest
from .._api.missing import NotAvailableError
from .._api.shown_modules import shown_in
from .._core.devices.device import visible_gpus
from .._core.devices.device_spec import DeviceSpec
from .._core.variables.handle import VariableSynchronization
from .context import Mode, register_default, require_cross_replica_or_default
from .replica_context import ReplicaContext
from .strategy import Strategy, StrategyExtended
from .values import MirroredVariable, PerReplica, SyncOnReadVariable


def _full_name(name: Any) -> str:
    """TensorFlow's full name of a device."""
    spec = DeviceSpec.from_string(name or "/device:CPU:0")
    number = spec.device_index or 0
    return f"/job:localhost/replica:0/task:0/device:{spec.device_type or 'CPU'}:{number}"


# -- the default strategy -----------------------------------------------------------------------


class _DefaultDistributionExtended(StrategyExtended):
    def _scope(self, strategy: Any) -> Any:
        return nullcontext(strategy)

    def _replica_devices(self) -> Any:
        return ("",)

    @property
    def worker_devices(self) -> NoReturn:
        raise RuntimeError("worker_devices() method unsupported by default tf.distribute.Strategy.")

    @property
    def parameter_devices(self) -> NoReturn:
        raise RuntimeError(
            "parameter_devices() method unsupported by default tf.distribute.Strategy."
        )

    def call_for_each_replica(
        self, fn: Callable[..., Any], args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        require_cross_replica_or_default(self._container)
        with ReplicaContext(self._container, 0):
            return fn(*args, **(kwargs or {}))

    def variable_created_in_scope(self, v: Any) -> bool:
        return getattr(v, "_strategy", None) is None


class _DefaultReplicaContext(ReplicaContext):
    """The replica of the default strategy."""


class _DefaultDistributionStrategy(Strategy):
    """The strategy outside of every scope."""

    def __init__(self) -> None:
        super().__init__(_DefaultDistributionExtended(self))

    def __deepcopy__(self, memo: Any) -> NoReturn:
        raise RuntimeError("Should only create a single instance of _DefaultDistributionStrategy")


def _make_default() -> Mode:
    strategy = _DefaultDistributionStrategy()
    return Mode(strategy, _DefaultReplicaContext(strategy, 0))


register_default(_make_default)


# -- one device ---------------------------------------------------------------------------------


class OneDeviceExtended(StrategyExtended):
    """The extended methods of `OneDeviceStrategy`."""

    def __init__(self, container_strategy: Any, device: Any) -> None:
        super().__init__(container_strategy)
        self._devices = (_full_name(device),)


class OneDeviceStrategy(Strategy):
    """Runs everything on one device. Implements `tf.distribute.OneDeviceStrategy`.

    Args:
      device: its name, such as "/gpu:0".
    """

    def __init__(self, device: Any) -> None:
        super().__init__(OneDeviceExtended(self, device))


# -- mirrored -----------------------------------------------------------------------------------


class MirroredExtended(StrategyExtended):
    """The extended methods of `MirroredStrategy`."""

    def __init__(self, container_strategy: Any, devices: Any) -> None:
        super().__init__(container_strategy)
        if not devices:
            # All GPUs that TensorFlow would use; more than one are refused below.
            devices = [f"/gpu:{number}" for number in range(len(visible_gpus()))] or ["/cpu:0"]
        self._devices = tuple(_full_name(name) for name in devices)
        if len({*self._devices}) != len(self._devices):
            raise AssertionError(f"No duplicates allowed in `devices` argument: {self._devices}")
        if len(self._devices) > 1:
            raise NotAvailableError(
                f"tf.distribute.MirroredStrategy: {len(self._devices)} devices are not available "
                f"in tf_tape_compat, which runs one replica: pass devices=[{devices[0]!r}], or see "
                "torch.distributed for several"
            )

    def _replica_devices(self) -> Any:
        return [[name] for name in self._devices]

    def _create_variable(self, next_creator: Callable[..., Any], **arguments: Any) -> Any:
        on_read = arguments.get("synchronization") == VariableSynchronization.ON_READ
        if not on_read:
            arguments["synchronization"] = VariableSynchronization.ON_WRITE
        cls: Any = SyncOnReadVariable if on_read else MirroredVariable
        with self._device():
            variable = cls(**arguments)
        variable._strategy = self._container
        return variable

    def _check_all_reduce(self, reduce_op: Any, value: Any) -> None:
        for item in nest.flatten(value):
            _ = item.dtype

    def _distributed(self, value: Any) -> Any:
        return nest.map_structure(lambda part: PerReplica((part,)), value)


class MirroredStrategy(Strategy):
    """Runs one replica on each device. Implements `tf.distribute.MirroredStrategy`.

    Args:
      devices: the names of the devices; by default all GPUs, or the CPU. More than one are not
        available here.
      cross_device_ops: accepted for compatibility.

    Raises:
      NotAvailableError: for more than one device.
    """

    def __init__(self, devices: Any = None, cross_device_ops: Any = None) -> None:
        super().__init__(MirroredExtended(self, devices))


class MultiWorkerMirroredStrategy(Strategy):
    """Runs one replica on each worker. Implements `tf.distribute.MultiWorkerMirroredStrategy`.

    Args:
      cluster_resolver: the cluster; must be None, as there is one worker here.
      communication_options: accepted for compatibility.

    Raises:
      NotAvailableError: for a cluster, given or in the environment variable TF_CONFIG.
    """

    def __init__(self, cluster_resolver: Any = None, communication_options: Any = None) -> None:
        config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        workers = config.get("cluster", {}).get("worker", ())
        if cluster_resolver is not None or len(workers) > 1:
            raise NotAvailableError(
                "tf.distribute.MultiWorkerMirroredStrategy: several workers are not available in "
                "tf_tape_compat, which runs one replica: unset TF_CONFIG, or see torch.distributed"
            )
        super().__init__(MirroredExtended(self, None))


class TPUStrategy(Strategy):
    """The strategy for TPUs, of which there are none: only to be subclassed.

    Raises:
      ValueError: always, as TensorFlow does where there is no TPU.
    """

    def __init__(
        self,
        tpu_cluster_resolver: Any = None,
        experimental_device_assignment: Any = None,
        experimental_spmd_xla_partitioning: bool = False,
    ) -> None:
        raise ValueError("Please provide a TPU Name to connect to.")


class ExperimentalTPUStrategy(TPUStrategy):
    """The same under its former name, `tf.distribute.experimental.TPUStrategy`."""

    def __init__(self, tpu_cluster_resolver: Any = None, device_assignment: Any = None) -> None:
        super().__init__(tpu_cluster_resolver, device_assignment)


ExperimentalTPUStrategy.__name__ = ExperimentalTPUStrategy.__qualname__ = "TPUStrategy"


shown_in("tensorflow.python.distribute.mirrored_strategy", MirroredStrategy, MirroredExtended)
shown_in("tensorflow.python.distribute.one_device_strategy", OneDeviceExtended, OneDeviceStrategy)
shown_in(
    "tensorflow.python.distribute.distribute_lib",
    _DefaultDistributionExtended,
    _DefaultDistributionStrategy,
    _DefaultReplicaContext,
)
