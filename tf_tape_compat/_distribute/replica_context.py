"""`tf.distribute.ReplicaContext`: what a function that runs in a replica can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import nest
from .._api.shown_modules import shown_in
from .._core.variables.indexed_slices import IndexedSlices
from .._ops.array.conversion import constant
from .._ops.array.identity import identity
from .context import Mode, require_replica, thread
from .options import ReduceOp


def to_reduce_op(reduce_op: Any) -> Any:
    """The ReduceOp for a name such as "sum"; other values are returned as they are."""
    return ReduceOp(reduce_op.upper()) if isinstance(reduce_op, str) else reduce_op


class ReplicaContext:
    """The replica in which a function runs. Implements `tf.distribute.ReplicaContext`.

    `tf.distribute.get_replica_context()` returns it. There is one replica, so the values of all
    replicas are its own.
    """

    def __init__(self, strategy: Any, replica_id_in_sync_group: Any) -> None:
        self._strategy = strategy
        self._replica_id_in_sync_group = replica_id_in_sync_group

    def __enter__(self) -> None:
        thread.modes.append(Mode(self._strategy, self))

    def __exit__(self, *exception: Any) -> None:
        thread.modes.pop()

    @property
    def strategy(self) -> Any:
        """The strategy."""
        return self._strategy

    @property
    def num_replicas_in_sync(self) -> int:
        """The number of replicas: 1."""
        return 1

    @property
    def replica_id_in_sync_group(self) -> Any:
        """The number of this replica: a tensor."""
        return constant(self._replica_id_in_sync_group)

    @property
    def devices(self) -> Any:
        """The devices of this replica."""
        require_replica(self)
        return self._strategy.extended._replica_devices()

    def merge_call(
        self, merge_fn: Callable[..., Any], args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Calls `merge_fn(strategy, *args, **kwargs)` in the cross-replica context."""
        require_replica(self)
        thread.modes.append(Mode(self._strategy, None))
        try:
            return merge_fn(self._strategy, *args, **(kwargs or {}))
        finally:
            thread.modes.pop()

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The sum or mean of `value` over all replicas.

        Args:
          reduce_op: a `ReduceOp` or its name.
          value: a tensor, `tf.IndexedSlices`, or a nested structure of them.
          options: accepted for compatibility.

        Returns:
          The values of this replica, which is the only one.
        """
        reduce_op = to_reduce_op(reduce_op)
        require_replica(self)
        self._strategy.extended._check_all_reduce(reduce_op, value)
        return nest.map_structure(_pass, value)

    def all_gather(self, value: Any, axis: Any, options: Any = None) -> Any:
        """The concatenation of `value` over all replicas: that of this one."""
        require_replica(self)
        for item in nest.flatten(value):
            if isinstance(item, IndexedSlices):
                raise NotImplementedError("all_gather does not support IndexedSlices")
        return nest.map_structure(_pass, value)


def _pass(value: Any) -> Any:
    return value if isinstance(value, IndexedSlices) else identity(value)


shown_in("tensorflow.python.distribute.distribute_lib", ReplicaContext)
