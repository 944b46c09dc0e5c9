"""`tf.distribute.Strategy` and `StrategyExtended`, for one replica on one device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

from .. import nest
from .._core.devices.placement import device
from .._core.tensor.convert import to_tensor
from .._core.tracking.creators import variable_creator_scope
from .._core.variables.indexed_slices import IndexedSlices
from .._ops.array.identity import identity
from .._ops.control.control_flow import group as group_values
from .._ops.math.casting import cast
from .._ops.math.reductions import reduce_mean, reduce_sum
from .context import (
    Mode,
    current,
    raise_wrong_scope,
    require_cross_replica,
    require_cross_replica_or_default,
    thread,
)
from .options import InputContext, InputReplicationMode, ReduceOp, ValueContext
from .replica_context import ReplicaContext, to_reduce_op
from .values import DistributedValues, in_replica


class _Scope:
    """The context manager that `Strategy.scope` returns."""

    def __init__(self, strategy: Any) -> None:
        self._strategy = strategy
        self._entered: list[Any] = []

    def __enter__(self) -> Any:
        mode = current()
        if mode.strategy is self._strategy and mode.replica is None:
            self._entered.append(None)
            return self._strategy
        require_cross_replica_or_default(self._strategy)
        creators = variable_creator_scope(self._strategy.extended._create_variable)
        creators.__enter__()
        thread.modes.append(Mode(self._strategy, None))
        self._entered.append(creators)
        return self._strategy

    def __exit__(self, *exception: Any) -> None:
        creators = self._entered.pop()
        if creators is not None:
            thread.modes.pop()
            creators.__exit__(None, None, None)


class Strategy:
    """How computation is distributed over devices. Implements `tf.distribute.Strategy`.

    Here there is always one replica on one device.
    """

    _extended: Any

    def __init__(self, extended: Any) -> None:
        self._extended = extended
        _ = extended._retrace_functions_for_each_device

    @property
    def extended(self) -> Any:
        """The methods that few programs need."""
        return self._extended

    @property
    def num_replicas_in_sync(self) -> int:
        """The number of replicas: 1."""
        return 1

    @property
    def cluster_resolver(self) -> Any:
        """The cluster of the strategy: None."""
        return None

    def scope(self) -> Any:
        """A context in which this strategy is the current one and makes the variables."""
        return self._extended._scope(self)

    def run(
        self,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: dict[str, Any] | None = None,
        options: Any = None,
    ) -> Any:
        """Calls `fn(*args, **kwargs)` in the replica.

        Args:
          fn: the function.
          args: its positional arguments, a list or tuple.
          kwargs: its keyword arguments.
          options: accepted for compatibility.
        """
        if not isinstance(args, (list, tuple)):
            raise ValueError(f"positional args must be a list or tuple, got {type(args)}")
        with self.scope():
            return self._extended.call_for_each_replica(fn, args, kwargs)

    def reduce(self, reduce_op: Any, value: Any, axis: Any) -> Any:
        """Combines the values of all replicas, and along `axis` unless it is None.

        Args:
          reduce_op: a `ReduceOp` or its name.
          value: a tensor, or a nested structure of them.
          axis: None, or the dimensions to reduce within each replica.
        """
        require_cross_replica_or_default(self)
        reduce_op = to_reduce_op(reduce_op)
        value = in_replica(value)
        if axis is None:
            if not isinstance(reduce_op, ReduceOp):
                raise AssertionError
            return value
        if not isinstance(reduce_op, ReduceOp):
            raise TypeError(
                f"Expected `reduce_op` to be a `tf.distribute.ReduceOp`, not: {reduce_op!r}"
            )
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(f"Expected `axis` to be an integer, tuple or list not: {axis!r}")
        return nest.map_structure(lambda part: _reduced(reduce_op, part, axis), value)

    def gather(self, value: Any, axis: Any) -> Any:
        """The concatenation of the values of all replicas along `axis`: that of the only one."""
        for item in nest.flatten(value):
            if isinstance(item, IndexedSlices):
                raise NotImplementedError("gather does not support IndexedSlices")
        require_cross_replica_or_default(self)
        return nest.map_structure(identity, in_replica(value))

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas, as a tuple."""
        return value.values if isinstance(value, DistributedValues) else (value,)

    unwrap = experimental_local_results

    def group(self, value: Any, name: str | None = None) -> Any:
        """Groups the values of all replicas."""
        values = nest.flatten(in_replica(value))
        if len(values) != 1 or name is not None:
            return group_values(*values, name=name)
        return values[0]

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """A dataset for `run`: the same dataset, since there is one replica."""
        return dataset

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Any], options: Any = None
    ) -> Any:
        """The dataset that `dataset_fn` makes for the only pipeline."""
        return dataset_fn(InputContext())

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def experimental_distribute_values_from_function(
        self, value_fn: Callable[[ValueContext], Any]
    ) -> Any:
        """The values that `value_fn` makes for each replica."""
        return self._extended._distributed(value_fn(ValueContext()))

    def experimental_run(self, fn: Callable[..., Any], input_iterator: Any = None) -> Any:
        """Calls `fn` in the replica with the next element of an iterator."""
        with self.scope():
            args = () if input_iterator is None else (next(input_iterator),)
        return self.run(fn, args=args)

    def make_dataset_iterator(self, dataset: Any) -> Iterator[Any]:
        """An iterator over a dataset."""
        return iter(dataset)

    def make_input_fn_iterator(
        self,
        input_fn: Callable[[InputContext], Any],
        replication_mode: Any = InputReplicationMode.PER_WORKER,
    ) -> Iterator[Any]:
        """An iterator over the dataset that `input_fn` makes."""
        return iter(input_fn(InputContext()))

    def colocate_vars_with(self, colocate_with_variable: Any) -> Any:
        """A context in which variables are made on the device of another one."""
        return self._extended.colocate_vars_with(colocate_with_variable)

    def configure(
        self,
        session_config: Any = None,
        cluster_spec: Any = None,
        task_type: Any = None,
        task_id: Any = None,
    ) -> None:
        """Configures sessions, which do not exist here."""

    def update_config_proto(self, config_proto: Any) -> Any:
        """The configuration of sessions, unchanged."""
        return config_proto


class StrategyExtended:
    """The methods of a strategy that few programs need: `strategy.extended`."""

    _retrace_functions_for_each_device = False
    experimental_require_static_shapes = False
    experimental_between_graph = False
    experimental_should_init = True
    should_checkpoint = True
    should_save_summary = True

    def __init__(self, container_strategy: Any) -> None:
        self._container = container_strategy
        self._devices: tuple[str, ...] = ()

    # -- what strategies differ in ---------------------------------------------------------------

    def _scope(self, strategy: Any) -> Any:
        return _Scope(strategy)

    def _replica_devices(self) -> Any:
        return self._devices

    def _device(self) -> Any:
        return device(self._devices[0]) if self._devices else nullcontext()

    def _create_variable(self, next_creator: Callable[..., Any], **arguments: Any) -> Any:
        with self._device():
            variable = next_creator(**arguments)
        variable._strategy = self._container
        return variable

    def _check_all_reduce(self, reduce_op: Any, value: Any) -> None:
        """Raises for arguments that `ReplicaContext.all_reduce` does not take."""
        if not isinstance(reduce_op, ReduceOp):
            raise AssertionError

    def _distributed(self, value: Any) -> Any:
        return value

    # -- TensorFlow's methods --------------------------------------------------------------------

    @property
    def worker_devices(self) -> tuple[str, ...]:
        """The devices of the replicas."""
        return self._devices

    @property
    def parameter_devices(self) -> tuple[str, ...]:
        """The devices of the variables."""
        return self._devices

    def call_for_each_replica(
        self, fn: Callable[..., Any], args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Calls `fn(*args, **kwargs)` in the replica."""
        require_cross_replica(self._container)
        with self._device(), ReplicaContext(self._container, 0):
            return fn(*in_replica(tuple(args)), **in_replica(kwargs or {}))

    def reduce_to(self, reduce_op: Any, value: Any, destinations: Any, options: Any = None) -> Any:
        """Combines the values of all replicas on the devices of `destinations`."""
        require_cross_replica_or_default(self._container)
        if not isinstance(to_reduce_op(reduce_op), ReduceOp):
            raise AssertionError
        return in_replica(value)

    def batch_reduce_to(
        self, reduce_op: Any, value_destination_pairs: Any, options: Any = None
    ) -> list[Any]:
        """Calls `reduce_to` for each pair of a value and its destinations."""
        require_cross_replica_or_default(self._container)
        return [self.reduce_to(reduce_op, value, to) for value, to in value_destination_pairs]

    def update(
        self,
        var: Any,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: dict[str, Any] | None = None,
        group: bool = True,
    ) -> Any:
        """Calls `fn(var, *args, **kwargs)` to update a variable."""
        with self._device():
            result = fn(var, *in_replica(tuple(args)), **in_replica(kwargs or {}))
        return result if group else nest.map_structure(lambda part: (part,), result)

    def update_non_slot(
        self,
        colocate_with: Any,
        fn: Callable[..., Any],
        args: Any = (),
        kwargs: dict[str, Any] | None = None,
        group: bool = True,
    ) -> Any:
        """Calls `fn(*args, **kwargs)`."""
        require_cross_replica(self._container)
        result = fn(*args, **(kwargs or {}))
        return result if group else nest.map_structure(lambda part: (part,), result)

    def non_slot_devices(self, var_list: Any) -> Any:
        """The devices for what is no variable of an optimizer."""
        return self._devices

    def broadcast_to(self, tensor: Any, destinations: Any) -> Any:
        """The tensor on all devices."""
        require_cross_replica(self._container)
        return tensor

    def read_var(self, v: Any) -> Any:
        """The value of a variable."""
        return v.read_value()

    def value_container(self, value: Any) -> Any:
        """The distributed value that contains `value`."""
        return value

    def variable_created_in_scope(self, v: Any) -> bool:
        """Whether a variable was made in the scope of this strategy."""
        return getattr(v, "_strategy", None) is self._container

    def colocate_vars_with(self, colocate_with_variable: Any) -> Any:
        """A context in which variables are made on the device of another one."""
        raise_wrong_scope(self._container, current())
        return nullcontext()


def _reduced(reduce_op: ReduceOp, value: Any, axis: Any) -> Any:
    tensor = to_tensor(value)
    rank = tensor.ndim
    if isinstance(axis, int) and not -rank <= axis < rank:
        raise ValueError(f"`axis` = {axis!r} out of range for `value` with rank {rank}")
    if reduce_op is ReduceOp.SUM:
        return reduce_sum(tensor, axis=axis)
    if not (tensor.dtype.is_floating or tensor.dtype.is_complex):
        tensor = cast(tensor, "float64")
    return reduce_mean(tensor, axis=axis)
