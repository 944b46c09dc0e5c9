"""`tf.data.experimental`: functions for `apply`, and other names of transformations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.recording.execution_context import current_context
from .._core.tensor.convert import INT64, to_tensor
from .._core.types.dtype import as_dtype
from .._logging import get_logger
from .._ops.array.creation import zeros
from . import selecting
from .batching import BatchDataset
from .dataset import DatasetV2, IterationContext, UnchangedDataset, static_method
from .flattening import LegacyParallelInterleaveDataset
from .functions import DebugMode
from .key_reducers import GroupByReducerDataset, Reducer
from .mapping import MapDataset
from .padding import DenseToSparseBatchDataset
from .random_sources import ShuffleAndRepeatDataset
from .scanning import ScanDataset
from .sources import TensorDataset
from .structure import map_structure

Transformation = Callable[[Any], Any]

_warned: set[str] = set()


def deprecated(name: str, replacement: str) -> None:
    """Logs once that a function is deprecated."""
    if name not in _warned:
        _warned.add(name)
        get_logger().warning("%s is deprecated. %s", name, replacement)


def _method(name: str, *args: Any, **kwargs: Any) -> Transformation:
    def transform(dataset: Any) -> Any:
        return getattr(dataset, name)(*args, **kwargs)

    deprecated(f"tf.data.experimental.{name}", f"Use `tf.data.Dataset.{name}(...)`.")
    return transform


def scan(initial_state: Any, scan_func: Any) -> Transformation:
    """For `apply`: `tf.data.Dataset.scan`. Implements `tf.data.experimental.scan`."""
    return _method("scan", initial_state, scan_func)


def take_while(predicate: Any) -> Transformation:
    """For `apply`: `tf.data.Dataset.take_while`. Implements `tf.data.experimental.take_while`."""
    return _method("take_while", predicate)


def unbatch() -> Transformation:
    """For `apply`: `tf.data.Dataset.unbatch`. Implements `tf.data.experimental.unbatch`."""
    return _method("unbatch")


def unique() -> Transformation:
    """For `apply`: `tf.data.Dataset.unique`. Implements `tf.data.experimental.unique`."""
    return _method("unique")


def ignore_errors(log_warning: Any = False) -> Transformation:
    """For `apply`: `tf.data.Dataset.ignore_errors`.

    Implements `tf.data.experimental.ignore_errors`.
    """
    return _method("ignore_errors", log_warning)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """For `apply`: `tf.data.Dataset.enumerate`.

    Implements `tf.data.experimental.enumerate_dataset`.
    """
    return _method("enumerate", start)


def group_by_window(
    key_func: Any, reduce_func: Any, window_size: Any = None, window_size_func: Any = None
) -> Transformation:
    """For `apply`: `tf.data.Dataset.group_by_window`.

    Implements `tf.data.experimental.group_by_window`.
    """
    return _method("group_by_window", key_func, reduce_func, window_size, window_size_func)


def bucket_by_sequence_length(
    element_length_func: Any,
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: Any = False,
) -> Transformation:
    """For `apply`: `tf.data.Dataset.bucket_by_sequence_length`.

    Implements `tf.data.experimental.bucket_by_sequence_length`.
    """
    return _method(
        "bucket_by_sequence_length",
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: Any = False, row_splits_dtype: Any = INT64
) -> Transformation:
    """For `apply`: `tf.data.Dataset.ragged_batch`.

    Implements `tf.data.experimental.dense_to_ragged_batch`.
    """
    return _method("ragged_batch", batch_size, drop_remainder, row_splits_dtype)


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """For `apply`: `tf.data.Dataset.sparse_batch`.

    Implements `tf.data.experimental.dense_to_sparse_batch`.
    """
    return lambda dataset: DenseToSparseBatchDataset(dataset, batch_size, row_shape)


def group_by_reducer(key_func: Any, reducer: Reducer) -> Transformation:
    """For `apply`: reduces the elements of each key.

    Implements `tf.data.experimental.group_by_reducer`. Raises ValueError if `key_func` does not
    return an int64 scalar.
    """
    return lambda dataset: GroupByReducerDataset(dataset, key_func, reducer)


class MapAndBatchDataset(BatchDataset):
    """Batches of the results of a function."""

    def __init__(
        self, source: DatasetV2, map_func: Any, batch_size: Any, drop_remainder: Any
    ) -> None:
        super().__init__(MapDataset(source, map_func), batch_size, drop_remainder)


def map_and_batch(
    map_func: Any,
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """For `apply`: `map`, then `batch`. Implements `tf.data.experimental.map_and_batch`.

    Raises ValueError if both numbers of parallel calls are given.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "`map_and_batch` allows only one of `num_parallel_batches` and `num_parallel_calls` "
            "to be set, but "
            f"`num_parallel_batches` was set to {num_parallel_batches} and `num_parallel_calls` "
            f"as set to {num_parallel_calls}."
        )
    deprecated("tf.data.experimental.map_and_batch", "Use `map` followed by `batch`.")
    return lambda dataset: MapAndBatchDataset(dataset, map_func, batch_size, drop_remainder)


def choose_from_datasets(
    datasets: Any, choice_dataset: Any, stop_on_empty_dataset: Any = False
) -> Any:
    """See `tf.data.Dataset`. Implements `tf.data.experimental.choose_from_datasets`."""
    deprecated(
        "tf.data.experimental.choose_from_datasets",
        "Use `tf.data.Dataset.choose_from_datasets(...)`.",
    )
    return selecting.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(
    datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: Any = False
) -> Any:
    """See `tf.data.Dataset`. Implements `tf.data.experimental.sample_from_datasets`."""
    deprecated(
        "tf.data.experimental.sample_from_datasets",
        "Use `tf.data.Dataset.sample_from_datasets(...)`.",
    )
    return selecting.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def rejection_resample(
    class_func: Any, target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> Transformation:
    """For `apply`. Implements `tf.data.experimental.rejection_resample`."""
    return _method("rejection_resample", class_func, target_dist, initial_dist, seed)


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """For `apply`: shuffles and repeats. Implements `tf.data.experimental.shuffle_and_repeat`.

    Raises InvalidArgumentError if a number is not positive.
    """
    deprecated(
        "tf.data.experimental.shuffle_and_repeat",
        "Use `tf.data.Dataset.shuffle(buffer_size, seed)` and `repeat(count)`.",
    )
    return lambda dataset: ShuffleAndRepeatDataset(dataset, buffer_size, count, seed)


def parallel_interleave(
    map_func: Any,
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """For `apply`: `tf.data.Dataset.interleave`.

    Implements `tf.data.experimental.parallel_interleave`; the order is that without `sloppy`.
    """
    deprecated("tf.data.experimental.parallel_interleave", "Use `tf.data.Dataset.interleave`.")
    return lambda dataset: LegacyParallelInterleaveDataset(
        dataset, map_func, cycle_length, block_length
    )


# -- counters and filling -----------------------------------------------------------------------


@static_method
def counter(start: Any = 0, step: Any = 1, dtype: Any = INT64, name: str | None = None) -> Any:
    """The numbers `start`, `start + step` and so on. Implements `tf.data.Dataset.counter`."""
    dtype = as_dtype(dtype)
    first, difference = to_tensor(start, dtype), to_tensor(step, dtype)
    endless: Any = TensorDataset(0)
    return ScanDataset(endless.repeat(None), first, lambda state, _: (state + difference, state))


def Counter(start: Any = 0, step: Any = 1, dtype: Any = INT64) -> Any:  # noqa: N802
    """`tf.data.Dataset.counter`. Implements `tf.data.experimental.Counter`."""
    deprecated("tf.data.experimental.Counter", "Use `tf.data.Dataset.counter(...)`.")
    return counter(start, step, dtype)


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Transformation:
    """For `apply`: appends zeros up to a number of elements, which are dicts.

    Implements `tf.data.experimental.pad_to_cardinality`. The value at `mask_key` says whether an
    element is one of the dataset.
    """

    def transform(dataset: Any) -> Any:
        count = dataset.cardinality()
        if count < 0:
            raise ValueError(
                "The dataset passed into `pad_to_cardinality` must have a known cardinalty, but "
                f"has cardinality {count}"
            )
        if count > cardinality:
            raise ValueError(
                "The dataset passed into `pad_to_cardinality` must have a cardinalty less than "
                f"the target cardinality ({cardinality}), but has cardinality {count}"
            )
        if not isinstance(dataset.element_spec, Mapping):
            raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
        filler = map_structure(lambda spec: zeros(spec.shape, spec.dtype), dataset.element_spec)
        filler[mask_key] = False
        fillers: Any = TensorDataset(filler)
        marked = dataset.map(lambda element: {**element, mask_key: True})
        return marked.concatenate(fillers.repeat(cardinality - count))

    return transform


# -- devices and values -------------------------------------------------------------------------


class CopyToDeviceDataset(UnchangedDataset):
    """The elements, copied to a device."""

    def __init__(self, source: DatasetV2, device: Any) -> None:
        super().__init__(source)
        self._device = device

    def _iterator(self, context: IterationContext) -> Any:
        from .._core.devices.placement import device
        from .._ops.array.identity import identity

        def moved(element: Any) -> Any:
            with device(self._device):
                return tuple(identity(part) if hasattr(part, "_t") else part for part in element)

        return map(moved, self._input._start(context))


def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Transformation:
    """For `apply`: copies elements. Implements `tf.data.experimental.copy_to_device`."""
    return lambda dataset: CopyToDeviceDataset(dataset, target_device)


class PrefetchToDeviceDataset(CopyToDeviceDataset):
    """The elements, copied to a device ahead."""


PrefetchToDeviceDataset.__name__ = "_PrefetchDataset"


def prefetch_to_device(device: Any, buffer_size: Any = None) -> Transformation:
    """For `apply`: copies elements to a device.

    Implements `tf.data.experimental.prefetch_to_device`.
    """
    return lambda dataset: PrefetchToDeviceDataset(dataset, device)


def cardinality(dataset: Any) -> Any:
    """The number of elements. Implements `tf.data.experimental.cardinality`."""
    return dataset.cardinality()


def get_single_element(dataset: Any) -> Any:
    """The only element. Implements `tf.data.experimental.get_single_element`."""
    deprecated(
        "tf.data.experimental.get_single_element", "Use `tf.data.Dataset.get_single_element()`."
    )
    return dataset.get_single_element()


def get_next_as_optional(iterator: Any) -> Any:
    """The next element as an optional. Implements `tf.data.experimental.get_next_as_optional`."""
    deprecated(
        "tf.data.experimental.get_next_as_optional",
        "Use `tf.data.Iterator.get_next_as_optional()` instead.",
    )
    return iterator.get_next_as_optional()


def get_structure(dataset_or_iterator: Any) -> Any:
    """The `element_spec`. Implements `tf.data.experimental.get_structure`.

    Raises TypeError for other objects.
    """
    try:
        return dataset_or_iterator.element_spec
    except AttributeError:
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or "
            "tf.data.Iterator object, but got "
            f"{type(dataset_or_iterator)}."
        ) from None


def enable_debug_mode() -> None:
    """Makes the functions of datasets run their Python for each element, outside of graphs.

    They are traced once, too, to find out what they return. Implements
    `tf.data.experimental.enable_debug_mode`. Raises ValueError in a traced function.
    """
    if current_context.call is not None:
        raise ValueError("tf.data debug mode is only supported in eager mode.")
    DebugMode.is_enabled = True


SHARD_HINT = -1
