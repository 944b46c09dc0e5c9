"""The enumerations and options of `tf.distribute`."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, NamedTuple

from .._api.shown_modules import shown_in
from .._core.variables.handle import VariableAggregation


class ReduceOp(enum.Enum):
    """How the values of several replicas are combined. Implements `tf.distribute.ReduceOp`."""

    SUM = "SUM"
    MEAN = "MEAN"

    @staticmethod
    def from_variable_aggregation(aggregation: Any) -> ReduceOp:
        """The reduction that corresponds to a variable's aggregation.

        Raises:
          ValueError: if the aggregation does not reduce.
        """
        for reduce_op in ReduceOp:
            if aggregation == VariableAggregation[reduce_op.name]:
                return reduce_op
        raise ValueError(
            f"Could not convert from `tf.VariableAggregation` {aggregation} "
            "to`tf.distribute.ReduceOp` type"
        )


class InputReplicationMode(enum.Enum):
    """How input is replicated. Implements `tf.distribute.InputReplicationMode`."""

    PER_WORKER = "PER_WORKER"
    PER_REPLICA = "PER_REPLICA"


class CommunicationImplementation(enum.Enum):
    """How replicas communicate. There is one replica, so this has no effect."""

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class _RunOptions(NamedTuple):
    experimental_enable_dynamic_batch_size: Any
    experimental_bucketizing_dynamic_shape: Any
    experimental_xla_options: Any


class RunOptions(_RunOptions):
    """Options of `Strategy.run`; they have no effect on one device."""

    def __new__(
        cls,
        experimental_enable_dynamic_batch_size: Any = True,
        experimental_bucketizing_dynamic_shape: Any = False,
        experimental_xla_options: Any = None,
    ) -> RunOptions:
        return super().__new__(
            cls,
            experimental_enable_dynamic_batch_size,
            experimental_bucketizing_dynamic_shape,
            experimental_xla_options,
        )


class _InputOptions(NamedTuple):
    experimental_fetch_to_device: Any
    experimental_replication_mode: Any
    experimental_place_dataset_on_device: Any
    experimental_per_replica_buffer_size: Any


class InputOptions(_InputOptions):
    """Options of distributed datasets; they have no effect on one device."""

    def __new__(
        cls,
        experimental_fetch_to_device: Any = None,
        experimental_replication_mode: Any = InputReplicationMode.PER_WORKER,
        experimental_place_dataset_on_device: Any = False,
        experimental_per_replica_buffer_size: Any = 1,
    ) -> InputOptions:
        if experimental_fetch_to_device is None:
            experimental_fetch_to_device = True
        return super().__new__(
            cls,
            experimental_fetch_to_device,
            experimental_replication_mode,
            experimental_place_dataset_on_device,
            experimental_per_replica_buffer_size,
        )


class CommunicationOptions:
    """Options of collective operations.

    Implements `tf.distribute.experimental.CommunicationOptions`. There is one replica, so
    they have no effect.
    """

    def __init__(
        self,
        bytes_per_pack: int = 0,
        timeout_seconds: float | None = None,
        implementation: Any = CommunicationImplementation.AUTO,
    ) -> None:
        if bytes_per_pack < 0:
            raise ValueError(f"Argument `bytes_per_pack` must be >=0, Received {bytes_per_pack}.")
        if isinstance(implementation, str):
            implementation = CommunicationImplementation(implementation.upper())
        if not isinstance(implementation, CommunicationImplementation):
            raise ValueError(
                "Argument `implementation` must be instance of "
                "`tf.distribute.experimental.CommunicationImplementation`."
            )
        self.bytes_per_pack = bytes_per_pack
        self.timeout_seconds = timeout_seconds
        self.implementation = implementation


class InputContext:
    """What an input function is told. Implements `tf.distribute.InputContext`."""

    def __init__(
        self,
        num_input_pipelines: int = 1,
        input_pipeline_id: int = 0,
        num_replicas_in_sync: int = 1,
    ) -> None:
        self._num_input_pipelines = num_input_pipelines
        self._input_pipeline_id = input_pipeline_id
        self._num_replicas_in_sync = num_replicas_in_sync

    @property
    def num_replicas_in_sync(self) -> int:
        """The number of replicas."""
        return self._num_replicas_in_sync

    @property
    def input_pipeline_id(self) -> int:
        """The number of this pipeline."""
        return self._input_pipeline_id

    @property
    def num_input_pipelines(self) -> int:
        """The number of pipelines."""
        return self._num_input_pipelines

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The share of a batch for each replica.

        Raises:
          ValueError: if the batch does not divide evenly.
        """
        if global_batch_size % self._num_replicas_in_sync != 0:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size!r} is not divisible by "
                f"`num_replicas_in_sync` {self._num_replicas_in_sync!r} "
            )
        return global_batch_size // self._num_replicas_in_sync

    def __str__(self) -> str:
        return (
            f"tf.distribute.InputContext(input pipeline id {self._input_pipeline_id}, "
            f"total: {self._num_input_pipelines})"
        )


class ValueContext:
    """What a value function is told. Implements `tf.distribute.experimental.ValueContext`."""

    def __init__(self, replica_id_in_sync_group: int = 0, num_replicas_in_sync: int = 1) -> None:
        self._replica_id_in_sync_group = replica_id_in_sync_group
        self._num_replicas_in_sync = num_replicas_in_sync

    @property
    def num_replicas_in_sync(self) -> int:
        """The number of replicas."""
        return self._num_replicas_in_sync

    @property
    def replica_id_in_sync_group(self) -> int:
        """The number of the replica."""
        return self._replica_id_in_sync_group

    def __str__(self) -> str:
        return (
            f"tf.distribute.ValueContext(replica id {self._replica_id_in_sync_group},  total "
            f"replicas in sync: {self._num_replicas_in_sync})"
        )


class CrossDeviceOps:
    """How devices exchange values; one device has nothing to exchange."""

    def __init__(self) -> None:
        pass


class ReductionToOneDevice(CrossDeviceOps):
    """Reduces on one device. Implements `tf.distribute.ReductionToOneDevice`."""

    def __init__(
        self, reduce_to_device: Any = None, accumulation_fn: Callable[..., Any] | None = None
    ) -> None:
        self.reduce_to_device = reduce_to_device
        self.accumulation_fn = accumulation_fn


class HierarchicalCopyAllReduce(CrossDeviceOps):
    """Reduces over a hierarchy of GPUs. Implements `tf.distribute.HierarchicalCopyAllReduce`."""

    def __init__(self, num_packs: int = 1) -> None:
        if num_packs < 0:
            raise ValueError(
                f"HierarchicalCopy requires num_packs >= 0, but {num_packs} is specified"
            )


class NcclAllReduce(CrossDeviceOps):
    """Reduces with NCCL. Implements `tf.distribute.NcclAllReduce`."""

    def __init__(self, num_packs: int = 1) -> None:
        if num_packs < 0:
            raise ValueError(
                f"NCCL all-reduce requires num_packs >= 0, but {num_packs} is specified"
            )


shown_in(
    "tensorflow.python.distribute.distribute_lib",
    InputContext,
    InputOptions,
    RunOptions,
    ValueContext,
)
shown_in(
    "tensorflow.python.distribute.cross_device_ops",
    CrossDeviceOps,
    HierarchicalCopyAllReduce,
    NcclAllReduce,
    ReductionToOneDevice,
)
