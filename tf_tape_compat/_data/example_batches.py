"""`parse_example_dataset` and `make_batched_features_dataset` of `tf.data.experimental`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.sparse_tensor import SparseTensorSpec
from .._parsing.examples import parse_example
from .._parsing.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)
from .._ragged.spec import RaggedTensorSpec
from . import arguments
from .arguments import AUTOTUNE, STRING
from .batching import epochs_in_batches
from .dataset import DatasetV2, IterationContext, UnaryDataset
from .experimental import deprecated
from .failures import in_function
from .files import TFRecordDatasetV2, list_files
from .flattening import LegacyParallelInterleaveDataset
from .mapping import MapDataset
from .options import Options
from .parallel import parallel_map
from .structure import Flat, flatten


def _kind(feature: Any) -> int:
    """The place of a feature among TensorFlow's: sparse ones, dense ones, ragged ones."""
    if isinstance(feature, (VarLenFeature, SparseFeature)):
        return 0
    return 2 if isinstance(feature, RaggedFeature) else 1


def _feature_spec(feature: Any, batch: TensorShape) -> Any:
    """The spec of what a feature is parsed to, in batches of this shape."""
    dtype = as_dtype(feature.dtype)
    if isinstance(feature, VarLenFeature):
        return SparseTensorSpec(batch.concatenate([None]), dtype)
    if isinstance(feature, FixedLenSequenceFeature):
        return TensorSpec(batch.concatenate([None]).concatenate(feature.shape), dtype)
    if isinstance(feature, FixedLenFeature):
        return TensorSpec(batch.concatenate(feature.shape), dtype)
    # The rank of the others follows from their partitions and indices: an empty message shows it.
    value = parse_example([b""], {"feature": feature})["feature"]
    if isinstance(feature, SparseFeature):
        return SparseTensorSpec([None] * value.shape.rank, dtype)
    if not hasattr(value, "ragged_rank"):
        return TensorSpec(batch.concatenate(value.shape[1:]), dtype)
    shape = batch.concatenate(value.shape[1:])
    return RaggedTensorSpec(shape, dtype, value.ragged_rank, value.row_splits.dtype)


class ParseExampleDataset(UnaryDataset):
    """Dicts of the features in batches of serialized messages."""

    def __init__(
        self, source: DatasetV2, features: Any, num_parallel_calls: Any, deterministic: Any
    ) -> None:
        super().__init__(source)
        spec = source.element_spec
        if not (
            isinstance(spec, TensorSpec) and TensorSpec([None], STRING).is_compatible_with(spec)
        ):
            raise TypeError(
                f"Input dataset should be a dataset of vectors of strings. Instead it is `{spec}`."
            )
        self._features = dict(features)
        self._spec = {
            key: _feature_spec(self._features[key], spec.shape)
            for key in sorted(self._features, key=lambda key: (_kind(self._features[key]), key))
        }
        self._parallelism = arguments.parallel_calls(num_parallel_calls, "ParseExampleDatasetV2")
        self._deterministic = deterministic

    @property
    def element_spec(self) -> Any:
        """A dict of the features' specs."""
        return self._spec

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        def parse(element: Flat) -> Flat:
            return tuple(flatten(parse_example(element[0], self._features)))

        call = in_function(parse, "ParseExampleDatasetV2", "ParseExample")
        source = self._input._start(context)
        return parallel_map(call, source, self._parallelism, self._deterministic, context)


class _CompositeExamples(ParseExampleDataset, public=True):
    """Such dicts with ragged or sparse features, which TensorFlow composes with a map."""


_CompositeExamples.__name__ = "_ParallelMapDataset"


def parse_example_dataset(
    features: Any, num_parallel_calls: Any = 1, deterministic: Any = None
) -> Callable[[Any], Any]:
    """For `apply`: parses batches of messages.

    Implements `tf.data.experimental.parse_example_dataset`.

    Args:
      features: a dict of features, see `tf.io.parse_example`.
      num_parallel_calls: the number of threads.
      deterministic: whether the order is kept; by default the options say it.

    Raises:
      ValueError: if `features` is None.
      TypeError: from the transformation, if the elements are not vectors of strings.
    """
    deprecated(
        "tf.data.experimental.parse_example_dataset",
        "Use `tf.data.Dataset.map(tf.io.parse_example(...))` instead.",
    )
    return _parsing(features, num_parallel_calls, deterministic)


def _parsing(features: Any, num_parallel_calls: Any, deterministic: Any) -> Callable[[Any], Any]:
    if features is None:
        raise ValueError("Argument `features` is required, but not specified.")
    composed = any(
        isinstance(feature, (SparseFeature, RaggedFeature)) for feature in features.values()
    )
    cls = _CompositeExamples if composed else ParseExampleDataset
    return lambda dataset: cls(dataset, features, num_parallel_calls, deterministic)


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: Any,
    reader: Any = None,
    label_key: Any = None,
    reader_args: Any = None,
    num_epochs: Any = None,
    shuffle: Any = True,
    shuffle_buffer_size: Any = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: Any = None,
    parser_num_threads: Any = None,
    sloppy_ordering: Any = False,
    drop_final_batch: Any = False,
) -> Any:
    """Batches of the features of messages in files.

    Implements `tf.data.experimental.make_batched_features_dataset`.

    Args:
      file_pattern: a pattern of file names, or a list of them.
      batch_size: the number of messages in a batch.
      features: a dict of features, see `tf.io.parse_example`.
      reader: makes a dataset of messages, or of pairs of keys and messages, for a file name;
        `tf.data.TFRecordDataset` by default.
      label_key: the feature that is returned apart, as the second of a pair.
      reader_args: further arguments of `reader`.
      num_epochs: how often the files are read; None for ever, without incomplete batches.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how files and messages are shuffled.
      prefetch_buffer_size: how many batches are read ahead.
      reader_num_threads: how many files are read in turn.
      parser_num_threads: the number of threads that parse.
      sloppy_ordering: accepted; the order is always the deterministic one.
      drop_final_batch: whether to drop an incomplete batch at the end.

    Raises:
      ValueError: if `label_key` is not a feature.
      InvalidArgumentError: if no file matches.
    """
    files: Any = list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    threads = 1 if reader_num_threads is None else reader_num_threads
    make_reader = TFRecordDatasetV2 if reader is None else reader
    dataset = _messages(files, make_reader, reader_args or [], threads, sloppy_ordering)
    dataset = epochs_in_batches(
        dataset,
        shuffle_buffer_size if shuffle else None,
        shuffle_seed,
        num_epochs,
        batch_size,
        drop_final_batch or num_epochs is None,
    )
    parsers = 2 if parser_num_threads is None else parser_num_threads
    dataset = dataset.apply(_parsing(features, parsers, None))
    if label_key:
        if label_key not in features:
            raise ValueError(
                f"The `label_key` provided ({label_key}) must be one of the `features` keys: "
                f"{features.keys()}."
            )
        dataset = dataset.map(lambda parsed: (parsed, parsed.pop(label_key)))
    return dataset.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _messages(files: Any, make_reader: Any, extra: Any, threads: Any, sloppy: Any) -> Any:
    """The messages in files, without keys."""

    def read(filename: Any) -> Any:
        return make_reader(filename, *extra)

    dataset: Any
    if threads == AUTOTUNE:
        options = Options()
        options.deterministic = not sloppy
        dataset = files.interleave(read, num_parallel_calls=threads).with_options(options)
    else:
        dataset = LegacyParallelInterleaveDataset(files, read, threads, 1)
    specs = dataset.element_spec
    if isinstance(specs, tuple) and len(specs) == 2 and all(spec.dtype is STRING for spec in specs):
        return MapDataset(dataset, lambda _, value: value)
    return dataset
