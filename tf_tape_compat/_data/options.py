"""`tf.data.Options`: groups of options whose values have types."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any

from .._api.shown_modules import shown_in
from .._logging import get_logger


class AutotuneAlgorithm(enum.Enum):
    """How TensorFlow tunes. Implements `tf.data.experimental.AutotuneAlgorithm`."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class AutoShardPolicy(enum.IntEnum):
    """How datasets are divided among workers. Implements `tf.data.experimental.AutoShardPolicy`."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What to do about state outside a dataset that is saved.

    Implements `tf.data.experimental.ExternalStatePolicy`.
    """

    WARN = 0
    IGNORE = 1
    FAIL = 2


class OptionsBase:
    """A group of options. Two groups are equal if all their options are."""

    _values: dict[str, Any]
    _mutable: bool

    def __init__(self) -> None:
        object.__setattr__(self, "_values", {})
        object.__setattr__(self, "_mutable", True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        names = {*self._values, *other._values}
        return all(getattr(self, name) == getattr(other, name) for name in names)

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: Any) -> None:
        if not self._mutable:
            raise ValueError(
                "Mutating `tf.data.Options()` returned by `tf.data.Dataset.options()` has no "
                "effect. Use `tf.data.Dataset.with_options(options)` to set or update dataset "
                "options."
            )
        if not hasattr(self, name):
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        object.__setattr__(self, name, value)

    def _set_mutable(self, mutable: bool) -> None:
        object.__setattr__(self, "_mutable", mutable)
        for value in self._values.values():
            if isinstance(value, OptionsBase):
                value._set_mutable(mutable)


def _option(name: str, types: Any, make_default: Callable[[], Any] = lambda: None) -> Any:
    """A property whose values must be of some types."""

    def read(group: OptionsBase) -> Any:
        if name not in group._values:
            group._values[name] = make_default()
        return group._values[name]

    def write(group: OptionsBase, value: Any) -> None:
        if not isinstance(value, types):
            raise TypeError(
                f'Property "{name}" must be of type {types}, got: {value} (type: {type(value)})'
            )
        group._values[name] = value

    return property(read, write)


class AutotuneOptions(OptionsBase):
    """Accepted without effect. Implements `tf.data.experimental.AutotuneOptions`."""

    enabled = _option("enabled", bool)
    cpu_budget = _option("cpu_budget", int)
    ram_budget = _option("ram_budget", int)
    autotune_algorithm = _option("autotune_algorithm", AutotuneAlgorithm)
    initial_parallelism = _option("initial_parallelism", int)
    min_parallelism = _option("min_parallelism", int)


class DistributeOptions(OptionsBase):
    """Accepted without effect. Implements `tf.data.experimental.DistributeOptions`."""

    auto_shard_policy = _option("auto_shard_policy", AutoShardPolicy, lambda: AutoShardPolicy.AUTO)
    num_devices = _option("num_devices", int)


class OptimizationOptions(OptionsBase):
    """Accepted without effect: plans never change results.

    Implements `tf.data.experimental.OptimizationOptions`.
    """

    apply_default_optimizations = _option("apply_default_optimizations", bool)
    filter_fusion = _option("filter_fusion", bool)
    filter_parallelization = _option("filter_parallelization", bool)
    inject_prefetch = _option("inject_prefetch", bool)
    seq_interleave_prefetch = _option("seq_interleave_prefetch", bool)
    map_and_batch_fusion = _option("map_and_batch_fusion", bool)
    map_and_filter_fusion = _option("map_and_filter_fusion", bool)
    map_fusion = _option("map_fusion", bool)
    map_parallelization = _option("map_parallelization", bool)
    noop_elimination = _option("noop_elimination", bool)
    parallel_batch = _option("parallel_batch", bool)
    shuffle_and_repeat_fusion = _option("shuffle_and_repeat_fusion", bool)


class ServiceOptions(OptionsBase):
    """Accepted without effect. Implements `tf.data.experimental.ServiceOptions`."""

    pinned = _option("pinned", bool)


class ThreadingOptions(OptionsBase):
    """The threads of parallel transformations. Implements `tf.data.ThreadingOptions`.

    `private_threadpool_size` limits them; `max_intra_op_parallelism` is accepted without effect.
    """

    max_intra_op_parallelism = _option("max_intra_op_parallelism", int)
    private_threadpool_size = _option("private_threadpool_size", int)


class Options(OptionsBase):
    """Options of a dataset. Implements `tf.data.Options`.

    `deterministic` decides whether parallel transformations keep the order of elements.
    """

    autotune = _option("autotune", AutotuneOptions, AutotuneOptions)
    dataset_name = _option("dataset_name", str)
    deterministic = _option("deterministic", bool)
    experimental_distribute = _option(
        "experimental_distribute", DistributeOptions, DistributeOptions
    )
    experimental_external_state_policy = _option(
        "experimental_external_state_policy", ExternalStatePolicy
    )
    experimental_optimization = _option(
        "experimental_optimization", OptimizationOptions, OptimizationOptions
    )
    experimental_service = _option("experimental_service", ServiceOptions, ServiceOptions)
    experimental_slack = _option("experimental_slack", bool)
    experimental_symbolic_checkpoint = _option("experimental_symbolic_checkpoint", bool)
    experimental_warm_start = _option("experimental_warm_start", bool)
    framework_type = _option("framework_type", list, list)
    threading = _option("threading", ThreadingOptions, ThreadingOptions)

    @property
    def experimental_deterministic(self) -> Any:
        """The former name of `deterministic`."""
        return self.deterministic

    @experimental_deterministic.setter
    def experimental_deterministic(self, value: Any) -> None:
        self.deterministic = value

    @property
    def experimental_threading(self) -> Any:
        """The former name of `threading`."""
        return self.threading

    @experimental_threading.setter
    def experimental_threading(self, value: Any) -> None:
        self.threading = value

    def merge(self, options: Options) -> Options:
        """New options: these, overridden by those of `options` that are set."""
        return merge_options(self, options)


def merge_options(*groups: Any) -> Any:
    """A new group of options. What the last group sets counts.

    Raises:
      ValueError: without a group.
      TypeError: if the groups are of different classes.
    """
    if not groups:
        raise ValueError("At least one options should be provided")
    cls = type(groups[0])
    for group in groups:
        if not isinstance(group, cls):
            raise TypeError(
                f"Could not merge incompatible options of type {type(group)} and {cls}."
            )
    if not issubclass(cls, OptionsBase):
        raise TypeError(
            "All options to be merged should inherit from `OptionsBase` but found option of type "
            f"{cls} which does not."
        )
    default, merged = cls(), cls()
    for group in groups:
        for name in [*group._values]:
            _merge_option(merged, default, name, getattr(group, name))
    return merged


def _merge_option(merged: Any, default: Any, name: str, value: Any) -> None:
    present, unset = getattr(merged, name), getattr(default, name)
    if value == unset:
        return
    if present == unset:
        setattr(merged, name, value)
    elif isinstance(present, OptionsBase):
        setattr(merged, name, merge_options(present, value))
    elif name == "framework_type":
        setattr(merged, name, present + value)
    elif present != value:
        get_logger().warning("Changing the value of option %s from %r to %r.", name, present, value)
        setattr(merged, name, value)


def merged_options(inputs: Sequence[Options]) -> Options:
    """The options of several datasets that are read by one."""
    merged: Options = merge_options(Options(), *inputs)
    return merged


shown_in(
    "tensorflow.python.data.ops.options",
    AutotuneOptions,
    DistributeOptions,
    OptimizationOptions,
    Options,
    ServiceOptions,
    ThreadingOptions,
)
