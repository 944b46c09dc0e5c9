"""`tf.data.Dataset.padded_batch`, and batches as sparse tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape, brackets
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from ..errors import DataLossError, InvalidArgumentError
from . import arguments, components
from .batching import Batches, batch_count, check_static_size
from .dataset import DatasetV2, IterationContext, UnaryDataset, method
from .failures import IterationError
from .specs import DatasetSpec
from .structure import (
    Flat,
    flatten,
    flatten_up_to,
    is_nested,
    map_structure,
    pack,
)

_OPERATION = "PaddedBatchDatasetV2"


def _check_spec(spec: Any) -> None:
    if isinstance(spec, TensorSpec):
        return
    if isinstance(spec, DatasetSpec):
        raise TypeError("`padded_batch` is not supported for datasets of datasets")
    raise TypeError(
        "`padded_batch` is only supported for datasets that produce tensor elements but type spec "
        f"of elements in the input dataset is not a subclass of TensorSpec: `{spec}`."
    )


def _padded_shape(shape: Any, component_shape: TensorShape) -> TensorShape:
    """A shape to pad to. Raises ValueError if a component cannot be padded to it."""
    try:
        padded = TensorShape(shape)
    except (TypeError, ValueError) as error:
        tensor = to_tensor(shape, None, INT64)
        if tensor.shape.rank != 1:
            raise ValueError(
                f"Padded shape {shape} must be a `tf.int64` vector tensor, but its shape was "
                f"{tensor.shape}."
            ) from error
        if tensor.dtype is not INT64:
            raise TypeError(
                f"Padded shape {shape} must be a `tf.int64` vector tensor, but its element type "
                f"was {tensor.dtype.name}."
            ) from error
        padded = TensorShape([None if n < 0 else n for n in components.payload(tensor).tolist()])
    if not _fits(padded, component_shape):
        raise ValueError(
            f"The padded shape {padded} is not compatible with the shape {component_shape} of the "
            "corresponding input component."
        )
    return padded


def _fits(padded: TensorShape, shape: TensorShape) -> bool:
    if padded.rank is None or shape.rank is None:
        return True
    return padded.rank == shape.rank and all(
        one is None or two is None or one >= two
        for one, two in zip(padded.as_list(), shape.as_list(), strict=True)
    )


def _padding_value(value: Any, spec: TensorSpec) -> Any:
    """The payload of a padding value. Raises ValueError or TypeError if it does not fit."""
    if value is None:
        value = "" if spec.dtype is arguments.STRING else np.zeros((), spec.dtype.as_numpy_dtype)
    tensor = to_tensor(value)
    if tensor.shape.rank:
        raise ValueError(
            "Invalid `padding_values`. `padding_values` values should be scalars, but got "
            f"{tensor.shape}."
        )
    if tensor.dtype is not spec.dtype:
        raise TypeError(
            f"Invalid `padding_values`. `padding_values` values type {tensor.dtype} does not match "
            f"type {spec.dtype} of the corresponding input component."
        )
    return components.payload(tensor)


def _with_defaults(values: Any, spec: Any) -> Any:
    """Padding values in which None, which may stand for a nest, is there for each component."""
    parts = zip(flatten(values), flatten_up_to(values, spec), strict=True)
    return pack(
        values,
        [map_structure(lambda _: None, part) if value is None else value for value, part in parts],
    )


class PaddedBatchDataset(UnaryDataset):
    """Batches of elements that are padded to the same shape."""

    def __init__(
        self,
        source: DatasetV2,
        batch_size: Any,
        padded_shapes: Any,
        padding_values: Any,
        drop_remainder: Any,
    ) -> None:
        super().__init__(source)
        spec = source.element_spec
        specs = flatten(spec)
        for item in specs:
            _check_spec(item)
        if padded_shapes is None:
            padded_shapes = map_structure(lambda item: item.shape, spec)
            for place, item in enumerate(specs):
                if item.shape.rank is None:
                    raise ValueError(
                        "You must provide `padded_shapes` argument because component "
                        f"{place} has unknown rank."
                    )
        size = arguments.scalar(batch_size, "batch_size", _OPERATION)
        if padding_values is None or not (is_nested(spec) and is_nested(padding_values)):
            if is_nested(padding_values):
                raise TypeError(
                    "If shallow structure is a sequence, input must also be a sequence. Input has "
                    "type: 'ndarray'."
                )
            values: list[Any] = [padding_values] * len(specs)
        else:
            values = flatten_up_to(spec, _with_defaults(padding_values, spec))
        shapes = flatten_up_to(spec, padded_shapes) if is_nested(spec) else [padded_shapes]
        self._shapes = [
            _padded_shape(shape, item.shape) for shape, item in zip(shapes, specs, strict=True)
        ]
        self._values = [
            _padding_value(value, item) for value, item in zip(values, specs, strict=True)
        ]
        check_static_size(size, drop_remainder)
        self._drop_remainder = arguments.flag(drop_remainder, "drop_remainder", _OPERATION)
        wrapped = f"_N_{len(specs)}_Toutput_types_{len(specs)}"
        self._size = arguments.positive(size, "batch_size", _OPERATION, "Batch size", wrapped)
        static = self._size if self._drop_remainder else None
        self._spec = pack(
            spec,
            [
                TensorSpec(TensorShape([static]).concatenate(shape), item.dtype)
                for shape, item in zip(self._shapes, specs, strict=True)
            ],
        )

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        return self._spec

    def with_unknown_size(self) -> PaddedBatchDataset:
        """This dataset, whose specs no longer tell the size of a batch."""
        self._spec = map_structure(
            lambda item: TensorSpec([None, *item.shape[1:]], item.dtype), self._spec
        )
        return self

    def _cardinality(self) -> int:
        return batch_count(self._input._cardinality(), self._size, self._drop_remainder)

    _described_name = _OPERATION

    def _described_arguments(self) -> tuple[int, ...]:
        return (self._size,)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        source = self._input._start(context)
        return _Padded(source, self._shapes, self._values, self._size, self._drop_remainder)


class _Padded(Batches):
    """Iterates over padded batches."""

    def __init__(
        self,
        source: Iterator[Flat],
        shapes: list[TensorShape],
        values: list[Any],
        size: int,
        drop_remainder: bool,
    ) -> None:
        super().__init__(source, list, size, drop_remainder)
        self._shapes = shapes
        self._values = values

    def _combined(self, elements: list[Flat]) -> Flat:
        return tuple(
            EagerTensor(pad_and_stack(list(map(components.payload, column)), shape, value, place))
            for place, (column, shape, value) in enumerate(
                zip(zip(*elements, strict=True), self._shapes, self._values, strict=True)
            )
        )


def pad_and_stack(payloads: list[Any], shape: TensorShape, value: Any, place: int) -> Any:
    """The batch of payloads that are padded at their ends.

    Unknown sizes of `shape` are the largest of the batch. Raises `IterationError` if the ranks
    differ, or a payload is larger than `shape`.
    """
    first = payloads[0]
    rank = first.ndim if shape.rank is None else shape.rank
    sizes: list[int | None] = [None] * rank if shape.rank is None else list(shape.as_list())
    found = [0] * rank
    for item in payloads:
        if item.ndim != rank:
            raise IterationError(
                InvalidArgumentError,
                "All elements in a batch must have the same rank as the padded shape for component"
                f"{place}: expected rank {rank} but got element with rank {item.ndim}",
            )
        for axis, n in enumerate(item.shape):
            limit = sizes[axis]
            if limit is not None and n > limit:
                raise IterationError(
                    DataLossError,
                    "Attempted to pad to a smaller size than the input element.",
                )
            found[axis] = max(found[axis], n)
    batch_shape = [
        len(payloads),
        *(n if limit is None else limit for n, limit in zip(found, sizes, strict=True)),
    ]
    if all(list(item.shape) == batch_shape[1:] for item in payloads):
        return components.stack_payloads(payloads, place)
    if isinstance(first, np.ndarray):
        batch: Any = np.empty(batch_shape, object)
        batch[...] = value.item()
    else:
        batch = torch.full(batch_shape, value.item(), dtype=first.dtype, device=first.device)
    for number, item in enumerate(payloads):
        batch[(number, *map(slice, item.shape))] = item
    return batch


@method
def padded_batch(
    self: DatasetV2,
    batch_size: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    drop_remainder: Any = False,
    name: str | None = None,
) -> Any:
    """Pads elements to the same shape and batches them. Implements `tf.data.Dataset.padded_batch`.

    Args:
      batch_size: the number of elements in a batch.
      padded_shapes: the nest of shapes to pad to. A size that is not known is the largest in the
        batch. By default the shapes of the elements' specs.
      padding_values: the nest of scalars to pad with, or one for all; zero and "" by default.
      drop_remainder: whether to drop the last batch if it has fewer elements.

    Raises:
      TypeError: if a component is not a dense tensor, or a padding value has another dtype.
      ValueError: if a rank is not known, or a shape is too small.
    """
    return PaddedBatchDataset(self, batch_size, padded_shapes, padding_values, drop_remainder)


# -- sparse batches -----------------------------------------------------------------------------


class DenseToSparseBatchDataset(UnaryDataset):
    """Batches of dense elements as sparse tensors."""

    def __init__(self, source: DatasetV2, batch_size: Any, row_shape: Any) -> None:
        super().__init__(source)
        spec = source.element_spec
        if is_nested(spec):
            raise TypeError(
                "`dense_to_sparse_batch` requires an input dataset whose elements have a single "
                "component, but the given dataset has the following component types: "
                f"{map_structure(lambda item: item.dtype, spec)}."
            )
        operation = "DenseToSparseBatchDataset"
        self._size = arguments.positive(batch_size, "batch_size", operation, "Batch size")
        self._row_shape = TensorShape(row_shape)
        self._spec = SparseTensorSpec(TensorShape([None]).concatenate(self._row_shape), spec.dtype)

    @property
    def element_spec(self) -> Any:
        """The spec of a batch."""
        return self._spec

    def _cardinality(self) -> int:
        return batch_count(self._input._cardinality(), self._size, False)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _SparseBatches(self._input._start(context), self._size, self._row_shape)


class _SparseBatches(Batches):
    """Iterates over batches as sparse tensors, which hold every element that was read."""

    def __init__(self, source: Iterator[Flat], size: int, row_shape: TensorShape) -> None:
        super().__init__(source, list, size, False)
        self._row_shape = row_shape

    def _combined(self, elements: list[Flat]) -> Flat:
        payloads = [components.payload(value) for (value,) in elements]
        sizes = [n or 0 for n in self._row_shape.as_list()]
        is_known = [n is not None for n in self._row_shape.as_list()]
        positions = []
        for number, item in enumerate(payloads):
            if item.ndim != len(sizes):
                raise IterationError(
                    InvalidArgumentError,
                    f"Input element had shape ({brackets(item.shape)}) that is incompatible with "
                    f"the row shape ({brackets(self._row_shape.as_list())}).",
                )
            for axis, n in enumerate(item.shape):
                if is_known[axis] and n > sizes[axis]:
                    raise IterationError(
                        DataLossError,
                        f"Input element had shape ({brackets(item.shape)}) that is larger than the "
                        f"row shape ({brackets(self._row_shape.as_list())}).",
                    )
                if not is_known[axis]:
                    sizes[axis] = max(sizes[axis], n)
            grid = np.indices(tuple(item.shape)).reshape(item.ndim, -1).T
            row = np.full((len(grid), 1), number)
            positions.append(np.concatenate([row, grid], 1))
        if isinstance(payloads[0], np.ndarray):
            values: Any = np.concatenate([item.ravel() for item in payloads])
        else:
            values = torch.cat([item.reshape(-1) for item in payloads])
        indices = torch.from_numpy(np.concatenate(positions).astype(np.int64))
        shape = torch.tensor([len(payloads), *sizes], dtype=torch.int64)
        return (SparseTensor(EagerTensor(indices), EagerTensor(values), EagerTensor(shape)),)


@method
def sparse_batch(self: DatasetV2, batch_size: Any, row_shape: Any, name: str | None = None) -> Any:
    """Batches elements of different shapes as sparse tensors.

    Implements `tf.data.Dataset.sparse_batch`.

    Args:
      batch_size: the number of elements in a batch.
      row_shape: the shape of a row of the batch; elements may be smaller.

    Raises TypeError if elements have several components.
    """
    return DenseToSparseBatchDataset(self, batch_size, row_shape)
