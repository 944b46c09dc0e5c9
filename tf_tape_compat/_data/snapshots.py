"""`Dataset.save`, `Dataset.load` and `Dataset.snapshot`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from .._core.types.tensor_spec import TensorSpec
from .._logging import get_logger
from .._ops.io import filesystem
from ..errors import InvalidArgumentError, NotFoundError, OpError
from . import arguments
from .arguments import AUTOTUNE, STRING
from .components import payload
from .dataset import (
    DatasetV2,
    IterationContext,
    UnchangedDataset,
    method,
    static_method,
)
from .element_messages import check_writable
from .failures import IterationError, as_operation_error
from .fingerprints import fingerprint_of
from .flattening import ElementsDataset
from .functions import DatasetFunction
from .mapping import function_of
from .snapshot_files import SnapshotWriter, known_compression, read_metadata, shards
from .spec_messages import SpecMessageError, decode_spec, encode_spec
from .specs import DatasetSpec
from .structure import Flat

_SPEC_FILE = "dataset_spec.pb"
_RETRY_SECONDS = 5


def _path(value: Any, operation: str) -> str:
    if isinstance(value, (int, float)):
        raise TypeError(f"Expected binary or unicode string, got {value}")
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    text: bytes = arguments.scalar(path, "path", operation, STRING)
    return os.fsdecode(text)


def _cores() -> int:
    return os.cpu_count() or 1


def _in_turn(datasets: Any) -> Any:
    return datasets.interleave(
        lambda dataset: dataset, cycle_length=_cores(), num_parallel_calls=AUTOTUNE
    )


def _reader(reader_func: Any, transformation: str, element_spec: Any) -> DatasetFunction:
    """The function that makes one dataset of those of the shards."""
    spec = DatasetSpec(DatasetSpec(element_spec))
    return DatasetFunction(reader_func or _in_turn, transformation, spec, lambda: iter(()))


class _Written:
    """Iterates over elements and writes them. The run is complete when the input ends."""

    def __init__(self, source: Iterator[Flat], writer: SnapshotWriter, shard_of: Any) -> None:
        self._source = source
        self._writer: SnapshotWriter | None = writer
        self._shard_of = shard_of

    def __iter__(self) -> _Written:
        return self

    def __next__(self) -> Flat:
        try:
            element = next(self._source)
            if self._writer is not None:
                self._writer.write(element, self._shard_of(element))
        except StopIteration:
            if self._writer is not None:
                self._writer.finish()
                self._writer = None
            raise
        except OSError as error:
            raise filesystem.os_error(error) from None
        return element

    def __del__(self) -> None:
        if getattr(self, "_writer", None) is not None:
            self._writer.close()  # type: ignore[union-attr]


# -- save ---------------------------------------------------------------------------------------


class SaveDataset(UnchangedDataset):
    """Writes the elements that are iterated over."""

    def __init__(self, source: DatasetV2, path: Any, shard_func: Any, compression: Any) -> None:
        super().__init__(source)
        check_writable(source._flat_specs())
        self._function = None
        if shard_func is not None:
            self._function = function_of(source, shard_func, "save()")
        self._path = _path(path, "SaveDatasetV2")
        self._compression = known_compression(compression)
        try:
            encoded = encode_spec(source.element_spec)
        except SpecMessageError as error:
            raise InvalidArgumentError(None, None, f"tf_tape_compat: {error}") from None
        filesystem.make_directories(self._path)
        filesystem.write(os.path.join(self._path, _SPEC_FILE), encoded)

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        writer = SnapshotWriter(self._path, self._input._flat_specs(), self._compression, "")
        return _Written(self._input._start(context), writer, self._shard_function(context))

    def _shard_function(self, context: IterationContext) -> Any:
        if self._function is None:
            return lambda element: 0
        call = self._function.instance(context)
        return lambda element: shard_number(call(element))


def shard_number(result: Flat) -> int:
    """What a `shard_func` returned. Raises InvalidArgumentError, wrapped, for no int64 scalar."""
    if len(result) != 1:
        raise IterationError(
            InvalidArgumentError, "`shard_func` must return a scalar int64 of which only one."
        )
    spec = TensorSpec(result[0].shape, result[0].dtype)
    if spec.shape.rank or spec.dtype.name not in ("int64", "int32"):
        raise IterationError(
            InvalidArgumentError,
            "`shard_func` must return a scalar int64 but it returned " + str(spec),
        )
    return int(payload(result[0]))


@method
def save(
    self: DatasetV2,
    path: Any,
    compression: Any = None,
    shard_func: Any = None,
    checkpoint_args: Any = None,
) -> None:
    """Writes the elements to files. Implements `tf.data.Dataset.save`.

    The files are TensorFlow's: either can load what the other one saved.

    Args:
      path: a folder, which is made if it does not exist.
      compression: "GZIP", "SNAPPY" or None.
      shard_func: returns the number of the shard that an element is written to; all are in one
        by default.
      checkpoint_args: arguments of `tf.train.CheckpointManager`. A save that was interrupted goes
        on from its latest checkpoint by repeating the steps.

    Raises:
      UnimplementedError: if elements have components that are neither tensors nor sparse or ragged.
      ValueError: if `checkpoint_args` has a checkpoint.
      OpError: for errors of the file system and of the dataset.
    """
    dataset = SaveDataset(self, path, shard_func, compression)
    if checkpoint_args:
        _save_with_checkpoints(dataset, checkpoint_args)
        return
    context = IterationContext(dataset.options())
    try:
        for _ in dataset._start(context):
            pass
    except (IterationError, OpError) as error:
        raise as_operation_error(error, "SaveDataset", "") from error
    finally:
        context.close()


def _save_with_checkpoints(dataset: DatasetV2, checkpoint_args: Any) -> None:
    from .._checkpoint.checkpoint import Checkpoint
    from .._checkpoint.manager import CheckpointManager

    iterator = iter(dataset)
    if "checkpoint" in checkpoint_args:
        raise ValueError(
            "'Invalid `checkpoint_args`. `checkpoint_args` are not allowed to include 'checkpoint'."
        )
    checkpoint = Checkpoint(iterator=iterator)
    checkpoint_args["checkpoint"] = checkpoint
    manager = CheckpointManager(**checkpoint_args)
    checkpoint.restore(manager.latest_checkpoint)
    for _ in iterator:
        if "step_counter" in checkpoint_args:
            checkpoint_args["step_counter"].assign_add(delta=1)
        manager.save(check_interval=True)


# -- load ---------------------------------------------------------------------------------------


def _saved_spec(path: str) -> Any:
    file = os.path.join(path, _SPEC_FILE)
    missing = "tf.data snapshot element_spec file not found"
    if not filesystem.exists(file):
        raise NotFoundError(None, None, f"{missing}: {file}.")
    try:
        return decode_spec(filesystem.read(file))
    except SpecMessageError as error:
        raise NotFoundError(None, None, f"{missing} or invalid: {file}.") from error


class LoadDataset(DatasetV2):
    """The elements that `save` wrote."""

    def __init__(self, path: str, element_spec: Any, compression: Any, reader_func: Any) -> None:
        self._path = path
        self._spec = element_spec
        self._compression = known_compression(compression)
        self._function = _reader(reader_func, "load()", element_spec)
        self._metadata = read_metadata(path)
        if self._metadata is None:
            raise NotFoundError(
                None,
                None,
                f"Could not find metadata file [{os.path.join(path, 'snapshot.metadata')}]",
            )

    @property
    def element_spec(self) -> Any:
        """The specs that were saved."""
        return self._spec

    def _cardinality(self) -> int:
        count: int = self._metadata.num_elements
        return count

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        found = shards(self._path, self._metadata, self._spec, self._compression)
        return _read(self._function, self._spec, found, context)


def _read(
    function: DatasetFunction, element_spec: Any, found: list[Flat], context: IterationContext
) -> Iterator[Flat]:
    datasets = ElementsDataset(DatasetSpec(element_spec), found)
    (dataset,) = function.instance(context)((datasets,))
    if not isinstance(dataset, DatasetV2):
        raise TypeError(f"`reader_func` must return a `tf.data.Dataset`. Got {type(dataset)}.")
    return dataset._start(context)


@static_method
def load(
    path: Any,
    element_spec: Any = None,
    compression: Any = None,
    reader_func: Any = None,
    wait: bool = False,
) -> Any:
    """The elements that `save` wrote, here or in TensorFlow. Implements `tf.data.Dataset.load`.

    Args:
      path: the folder.
      element_spec: the structure of specs; the folder has it.
      compression: the one with which they were saved.
      reader_func: makes one dataset of a dataset of those of the shards. By default elements are
        taken from them in turn.
      wait: whether to wait until there is something at `path`.

    Raises:
      NotFoundError: if nothing was saved at `path`.
      DataLossError: from the iterator, if a file is damaged, or `compression` is another one.
    """
    text = _path(path, "LoadDataset")
    while True:
        try:
            spec = _saved_spec(text) if element_spec is None else element_spec
            return LoadDataset(text, spec, compression, reader_func)
        except NotFoundError:
            if not wait:
                raise
            get_logger().info("Could not find tf.data snapshot at %s. Will wait and retry.", text)
            time.sleep(_RETRY_SECONDS)


# -- snapshot -----------------------------------------------------------------------------------


class SnapshotDataset(UnchangedDataset):
    """The elements; the first iteration writes them, and later ones read what it wrote."""

    def __init__(
        self, source: DatasetV2, path: Any, compression: Any, reader_func: Any, shard_func: Any
    ) -> None:
        super().__init__(source)
        check_writable(source._flat_specs())
        self._function = _reader(reader_func, "Dataset.snapshot().reader_func", source.element_spec)
        self._shards = function_of(source, shard_func, "Dataset.snapshot().shard_func")
        spec = self._shards.output_spec
        if not any(spec.is_compatible_with(TensorSpec([], dtype)) for dtype in ("int32", "int64")):
            raise TypeError(
                "Invalid `shard_func`. `shard_func` must return `tf.int64` scalar tensor but its "
                f"return type is {spec}."
            )
        # "AUTO" leaves the choice to us, and gzip is always there.
        self._compression = "GZIP" if compression == "AUTO" else known_compression(compression)
        self._hash = str(fingerprint_of(source, self._shards.function, reader_func))
        self._folder = os.path.join(_path(path, "SnapshotDatasetV2"), self._hash)

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        metadata = read_metadata(self._folder)
        if metadata is not None and metadata.finalized:
            spec = self._input.element_spec
            found = shards(self._folder, metadata, spec, self._compression)
            return _read(self._function, spec, found, context)
        source = self._input._start(context)
        call = self._shards.instance(context)
        writer = SnapshotWriter(
            self._folder, self._input._flat_specs(), self._compression, self._hash
        )
        return _Written(source, writer, lambda element: shard_number(call(element)))


@method
def snapshot(
    self: DatasetV2,
    path: Any,
    compression: Any = "AUTO",
    reader_func: Any = None,
    shard_func: Any = None,
    name: str | None = None,
) -> Any:
    """Keeps the elements in files. Implements `tf.data.Dataset.snapshot`.

    The first iteration that reaches the end writes them; those of equal datasets (see
    `fingerprint`) read them.

    Args:
      path: a folder for snapshots, also of other datasets.
      compression: "GZIP", "SNAPPY", None, or "AUTO", which is gzip here.
      reader_func: makes one dataset of a dataset of those of the shards.
      shard_func: returns the number of the shard of an element, int32 or int64.

    Raises:
      TypeError: if `shard_func` does not return an integer scalar.
      UnimplementedError: if elements have components that are neither tensors nor sparse or ragged.
    """
    if shard_func is not None:
        return SnapshotDataset(self, path, compression, reader_func, shard_func)
    cores = _cores()
    numbered: Any = SnapshotDataset(
        self.enumerate(),  # type: ignore[attr-defined]
        path,
        compression,
        reader_func,
        lambda index, _: index % cores,
    )
    return numbered.map(lambda _, element: element)
