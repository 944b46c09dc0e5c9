"""Transformations that put elements together and take them apart: batch, unbatch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.sparse_tensor import SparseTensorSpec
from .._ragged.spec import RaggedTensorSpec
from ..errors import InvalidArgumentError, OpError
from . import arguments, components
from .dataset import DatasetV2, IterationContext, UnaryDataset, method, out_of_range
from .failures import IterationError
from .mapping import MapDataset
from .rows import PlannedBatches
from .structure import Flat, flatten, map_structure, pack


class Batches:
    """Iterates over batches of elements.

    Elements that were read before an error are lost, as in TensorFlow. `read_specs` returns the
    specs of the components; it is called when the first batch has been read.
    """

    def __init__(
        self,
        source: Iterator[Flat],
        read_specs: Callable[[], list[Any]],
        size: int,
        drop_remainder: bool,
    ) -> None:
        self._source = source
        self._read_specs = read_specs
        self._specs: list[Any] | None = None
        self._size = size
        self._drop_remainder = drop_remainder

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Flat:
        elements = list(islice(self._source, self._size))
        if not elements or (self._drop_remainder and len(elements) < self._size):
            raise StopIteration
        return self._combined(elements)

    def _combined(self, elements: list[Flat]) -> Flat:
        if self._specs is None:
            self._specs = self._read_specs()
        return components.stack_elements(self._specs, elements)


class MappedBatches(Batches):
    """Iterates over batches of the results of a function.

    TensorFlow has one kernel for both, so an error takes the whole batch with it, and it only
    compares how many values the results have.
    """

    def __next__(self) -> Flat:
        elements: list[Flat] = []
        failure: Exception | None = None
        for _ in range(self._size):
            try:
                elements.append(next(self._source))
            except StopIteration:
                break
            except (IterationError, OpError) as error:
                failure = failure or error
        if isinstance(failure, IterationError):
            raise IterationError(failure.error_class, failure.inner_message) from failure
        if failure is not None:
            raise failure
        if not elements or (self._drop_remainder and len(elements) < self._size):
            raise StopIteration
        return self._combined([elements[0], *(_like(elements[0], row) for row in elements[1:])])


def _like(first: Flat, element: Flat) -> Flat:
    """An element with the shapes of the first one. Raises InvalidArgumentError, wrapped."""
    parts = []
    for model, value in zip(first, element, strict=True):
        part = value
        if isinstance(value, EagerTensor) and value.shape != model.shape:
            if value.shape.num_elements() != model.shape.num_elements():
                shapes = [
                    str(shape.as_list()).replace(" ", "") for shape in (value.shape, model.shape)
                ]
                raise IterationError(
                    InvalidArgumentError,
                    "Cannot add tensor to the batch: number of elements does not match. Shapes "
                    f"are: [tensor]: {shapes[0]}, [batch]: {shapes[1]}",
                )
            part = EagerTensor(components.payload(value).reshape(model.shape.as_list()))
        parts.append(part)
    return tuple(parts)


def check_static_size(batch_size: Any, drop_remainder: Any) -> None:
    """Raises for a size that cannot be a dimension, if it is one of the element spec.

    TypeError if it is not a scalar, ValueError if it is negative.
    """
    if drop_remainder is not True:
        return
    size = components.payload(to_tensor(batch_size, INT64))
    if size.ndim:
        raise TypeError("only integer scalar arrays can be converted to a scalar index")
    TensorShape([int(size)])


def batch_count(count: int, size: int, drop_remainder: bool) -> int:
    """The cardinality of batches of `count` elements, which may be unknown or infinite."""
    if count < 0:
        return count
    return count // size if drop_remainder else -(-count // size)


class BatchDataset(UnaryDataset):
    """Batches of consecutive elements."""

    _operation = "BatchDatasetV2"

    def __init__(self, source: DatasetV2, batch_size: Any, drop_remainder: Any) -> None:
        super().__init__(source)
        check_static_size(batch_size, drop_remainder)
        self._size = arguments.positive(batch_size, "batch_size", self._operation, "Batch size")
        self._drop_remainder = arguments.flag(drop_remainder, "drop_remainder", self._operation)
        size = self._size if self._drop_remainder else None
        self._spec: Any = None
        self._static_size = size

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        if self._spec is None:
            self._spec = map_structure(
                lambda spec: components.batched_spec(spec, self._static_size),
                self._input.element_spec,
            )
        return self._spec

    def _cardinality(self) -> int:
        return batch_count(self._input._cardinality(), self._size, self._drop_remainder)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        plan = self._input._plan(batched=True)
        if plan is not None:
            return PlannedBatches(plan, context, self._size, self._drop_remainder)
        source = self._input._start(context)
        is_fused = type(self) is not ParallelBatchDataset and isinstance(self._input, MapDataset)
        batches = MappedBatches if is_fused else Batches
        return batches(source, self._input._flat_specs, self._size, self._drop_remainder)

    def _structure(self) -> Any:
        if self._spec is not None:
            return self._spec
        return map_structure(
            lambda spec: components.batched_spec(spec, self._static_size),
            self._input._structure(),
        )

    def _described_arguments(self) -> tuple[int, ...]:
        return (self._size,)

    def _at(self, index: int) -> Flat:
        count = self._cardinality()
        if not 0 <= index < count:
            raise out_of_range(index, count)
        start = index * self._size
        elements = []
        for place in range(start, start + self._size):
            try:
                elements.append(self._input._at(place))
            except IterationError:
                if not elements or self._drop_remainder:
                    raise
                break
        return components.stack_elements(self._input._flat_specs(), elements)


class ParallelBatchDataset(BatchDataset):
    """Batches that are copied in parallel."""

    _operation = "ParallelBatchDataset"

    _at = DatasetV2._at


@method
def batch(
    self: DatasetV2,
    batch_size: Any,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
    deterministic: Any = None,
    name: str | None = None,
) -> Any:
    """Combines consecutive elements into batches. Implements `tf.data.Dataset.batch`.

    Args:
      batch_size: the number of elements in a batch.
      drop_remainder: whether to drop the last batch if it has fewer elements.
      num_parallel_calls, deterministic: accepted; batches are always in order.

    Raises:
      InvalidArgumentError: if `batch_size` is not positive; while iterating, if elements have
        different shapes.
    """
    if num_parallel_calls is None:
        return BatchDataset(self, batch_size, drop_remainder)
    dataset = ParallelBatchDataset(self, batch_size, drop_remainder)
    arguments.scalar(num_parallel_calls, "num_parallel_calls", dataset._operation)
    return dataset


# -- ragged and sparse batches ------------------------------------------------------------------


def _ragged_spec(spec: Any, row_splits_dtype: Any) -> Any:
    """The spec of a component as a ragged tensor up to its last unknown size, if it has one."""
    if not isinstance(spec, TensorSpec) or spec.shape.rank is None:
        return spec
    unknown = [axis for axis, size in enumerate(spec.shape.as_list()) if size is None]
    if not unknown:
        return spec
    return RaggedTensorSpec(spec.shape, spec.dtype, unknown[-1], row_splits_dtype)


class RaggedBatchDataset(BatchDataset):
    """Batches that are ragged where sizes of elements are not known."""

    def __init__(
        self, source: DatasetV2, batch_size: Any, drop_remainder: Any, row_splits_dtype: Any
    ) -> None:
        super().__init__(source, batch_size, drop_remainder)
        dtype = as_dtype(row_splits_dtype)
        self._row_specs = map_structure(lambda spec: _ragged_spec(spec, dtype), source.element_spec)
        self._spec = map_structure(
            lambda spec: components.batched_spec(spec, self._static_size), self._row_specs
        )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        source = self._input._start(context)
        specs = flatten(self._row_specs)
        return Batches(source, lambda: specs, self._size, self._drop_remainder)


RaggedBatchDataset.__name__ = "_BatchDataset"


@method
def ragged_batch(
    self: DatasetV2,
    batch_size: Any,
    drop_remainder: Any = False,
    row_splits_dtype: Any = INT64,
    name: str | None = None,
) -> Any:
    """Batches elements whose shapes may differ. Implements `tf.data.Dataset.ragged_batch`.

    Components whose shape is known are batched as by `batch`; the others become ragged tensors.

    A component of unknown rank is batched as it is.
    """
    return RaggedBatchDataset(self, batch_size, drop_remainder, row_splits_dtype)


# -- taking batches apart -----------------------------------------------------------------------


class _Rows:
    """Iterates over the rows of batches."""

    def __init__(self, source: Iterator[Flat], specs: list[Any]) -> None:
        self._source = source
        self._specs = specs
        self._rows: Iterator[Flat] = iter(())

    def __iter__(self) -> _Rows:
        return self

    def __next__(self) -> Flat:
        while True:
            row = next(self._rows, None)
            if row is not None:
                return row
            self._rows = iter(unstack_element(self._specs, next(self._source)))


def unstack_element(specs: list[Any], element: Flat) -> list[Flat]:
    """The rows of a batch as flat elements.

    Raises `IterationError` if components have different numbers of rows.
    """
    count: int | None = None
    for spec, value in zip(specs, element, strict=True):
        rows = components.row_count(spec, value)
        if rows is None:
            continue
        if count is not None and rows != count:
            raise IterationError(
                InvalidArgumentError,
                "Input element must have the same batch size in each component. Component 0 had "
                f"size {count} but component 1 had size, {rows}.",
            )
        count = rows
    columns = [
        [None] * (count or 0) if value is None else components.rows_of(spec, value)
        for spec, value in zip(specs, element, strict=True)
    ]
    return list(zip(*columns, strict=True))


class UnbatchDataset(UnaryDataset):
    """The rows of batches."""

    def __init__(self, source: DatasetV2) -> None:
        super().__init__(source)
        specs = source._flat_specs()
        sizes = []
        for spec in specs:
            shape = getattr(spec, "shape", None)
            if shape is not None and shape.rank == 0:
                raise ValueError("Cannot unbatch an input with scalar components.")
            size = components.leading_size(spec)
            if size is not None:
                sizes.append(size)
        for size in sizes:
            if size != sizes[0]:
                raise ValueError(
                    "`unbatch()` is only supported for datasets of elements whose components have "
                    f"a matching leading dimension. Encountered both {sizes[0]} and {size}."
                )
        self._spec = pack(source.element_spec, map(components.unbatched_spec, specs))
        # As in TensorFlow, the number of rows counts only if it is not that of sparse tensors.
        known = [
            components.leading_size(spec)
            for spec in specs
            if not isinstance(spec, SparseTensorSpec)
        ]
        self._static_size = next((size for size in known if size), None)

    @property
    def element_spec(self) -> Any:
        """The specs of a row."""
        return self._spec

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if count in (0, arguments.INFINITE):
            return count
        if count < 0 or self._static_size is None:
            return arguments.UNKNOWN
        return count * self._static_size

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        batch, place = divmod(index, self._static_size or 1)
        element = self._input._at(batch)
        return tuple(
            components.row(spec, value, place)
            for spec, value in zip(self._input._flat_specs(), element, strict=True)
        )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Rows(self._input._start(context), self._input._flat_specs())


@method
def unbatch(self: DatasetV2, name: str | None = None) -> Any:
    """Splits each element into its rows. Implements `tf.data.Dataset.unbatch`.

    Raises ValueError if a component is a scalar, or components have different numbers of rows.
    """
    return UnbatchDataset(self)


def epochs_in_batches(
    dataset: Any,
    buffer_size: Any,
    seed: Any,
    num_epochs: Any,
    batch_size: Any,
    drop_remainder: Any,
) -> Any:
    """Batches of several epochs, shuffled unless `buffer_size` is None."""
    if buffer_size is not None:
        dataset = dataset.shuffle(buffer_size, seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    return dataset.batch(batch_size, drop_remainder=drop_remainder)
