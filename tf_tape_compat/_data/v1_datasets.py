"""`tf.compat.v1.data.Dataset`: datasets that also have TensorFlow 1's methods."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from collections.abc import Iterator as Iterate
from typing import Any

import torch

from .._core.op.op_errors import kernel_message
from .._core.tensor.convert import INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.sparse_tensor import SparseTensor
from ..errors import UnimplementedError
from . import register_all  # noqa: F401 -- the methods of datasets
from .components import payload
from .dataset import DatasetV2, IterationContext
from .experimental import deprecated
from .files import FixedLengthRecordDatasetV2, TextLineDatasetV2, TFRecordDatasetV2
from .graph_datasets import GraphDataset, graph_dataset
from .specs import VariantDataset
from .structure import Flat, component
from .v1_iterators import (
    get_output_classes,
    get_output_shapes,
    get_output_types,
    make_initializable_iterator,
    make_one_shot_iterator,
)

_UNORDERED = (
    "The SparseTensor must be ordered in the batch dimension; handling arbitrarily ordered input "
    "is not currently supported."
)


class DatasetV1(DatasetV2, public=True):
    """A dataset with TensorFlow 1's methods. Implements `tf.compat.v1.data.Dataset`."""

    @classmethod
    def _in_graph(cls, result: Any) -> Any:
        return _adapted(result)

    def make_one_shot_iterator(self) -> Any:
        """An iterator over this dataset."""
        return make_one_shot_iterator(self)

    def make_initializable_iterator(self, shared_name: Any = None) -> Any:
        """An iterator of a graph, whose `initializer` is run first."""
        return make_initializable_iterator(self, shared_name)

    def map_with_legacy_function(
        self, map_func: Any, num_parallel_calls: Any = None, deterministic: Any = None
    ) -> Any:
        """As `map`."""
        return self.map(map_func, num_parallel_calls, deterministic)  # type: ignore[attr-defined]

    def filter_with_legacy_function(self, predicate: Any) -> Any:
        """As `filter`."""
        return self.filter(predicate)  # type: ignore[attr-defined]

    @staticmethod
    def from_sparse_tensor_slices(sparse_tensor: Any) -> Any:
        """The rows of a sparse tensor: their indices, values and dense shape.

        Raises TypeError for other values, and UnimplementedError if the rows are not in order.
        """
        deprecated(
            "DatasetV1.from_sparse_tensor_slices", "Use `tf.data.Dataset.from_tensor_slices()`."
        )
        return DatasetV1Adapter(SparseTensorSliceDataset(sparse_tensor))

    output_types = property(get_output_types, doc="The dtypes of the components.")
    output_shapes = property(get_output_shapes, doc="The shapes of the components.")
    output_classes = property(get_output_classes, doc="The classes of the components.")


class DatasetV1Adapter(VariantDataset, DatasetV1, public=True):
    """A dataset with TensorFlow 1's methods, which stands for another one."""

    def __init__(self, dataset: DatasetV2) -> None:
        VariantDataset.__init__(self, dataset.element_spec, dataset)

    def __repr__(self) -> str:
        return repr(self._dataset)


class GraphDatasetV1(GraphDataset, DatasetV1, public=True):
    """A dataset of a graph with TensorFlow 1's methods."""


def _adapted(result: Any) -> Any:
    """A dataset with TensorFlow 1's methods; other results as they are."""
    if isinstance(result, DatasetV1) or not isinstance(result, DatasetV2):
        return result
    if isinstance(result, GraphDataset):
        return graph_dataset(result.element_spec, result._tensor, GraphDatasetV1)
    return DatasetV1Adapter(result)


def _adapting(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return _adapted(function(*args, **kwargs))

    return call


for _name, _member in list(vars(DatasetV2).items()):
    if _name.startswith("_") or isinstance(_member, property):
        continue
    if isinstance(_member, staticmethod):
        setattr(DatasetV1, _name, staticmethod(_adapting(_member.__func__)))
    elif inspect.isfunction(_member):
        setattr(DatasetV1, _name, _adapting(_member))


# -- sources --------------------------------------------------------------------------------------


class SparseTensorSliceDataset(DatasetV2):
    """The rows of a sparse tensor, each as indices, values and dense shape."""

    def __init__(self, sparse_tensor: Any) -> None:
        if not isinstance(sparse_tensor, SparseTensor):
            raise TypeError(
                "Invalid `sparse_tensor`. `sparse_tensor` must be a `tf.sparse.SparseTensor`. Got "
                f"{type(sparse_tensor)}."
            )
        sparse_tensor = component(sparse_tensor)  # in host memory
        self._indices = payload(sparse_tensor.indices)
        self._values = payload(sparse_tensor.values)
        self._shape = payload(sparse_tensor.dense_shape)
        rows = self._indices[:, 0]
        if bool((rows[1:] < rows[:-1]).any()):
            raise UnimplementedError(
                None, None, kernel_message("SparseTensorSliceDataset", _UNORDERED, "", "")
            )
        rank = self._indices.shape[1] - 1
        self._spec = (
            TensorSpec([None, rank], INT64),
            TensorSpec([None], sparse_tensor.dtype),
            TensorSpec([rank], INT64),
        )

    @property
    def element_spec(self) -> Any:
        """The specs of indices, values and dense shape."""
        return self._spec

    def _cardinality(self) -> int:
        return int(self._shape[0])

    def _iterator(self, context: IterationContext) -> Iterate[Flat]:
        return map(self._row, range(self._cardinality()))

    def _row(self, number: int) -> Flat:
        bounds = torch.tensor([number, number + 1])
        begin, end = torch.searchsorted(self._indices[:, 0].contiguous(), bounds).tolist()
        parts = self._indices[begin:end, 1:], self._values[begin:end], self._shape[1:]
        return tuple(map(EagerTensor, parts))


class TextLineDataset(DatasetV1Adapter, public=True):
    """Lines of files. Implements `tf.compat.v1.data.TextLineDataset`."""

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            TextLineDatasetV2(filenames, compression_type, buffer_size, num_parallel_reads)
        )


class TFRecordDataset(DatasetV1Adapter, public=True):
    """Records of TFRecord files. Implements `tf.compat.v1.data.TFRecordDataset`."""

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            TFRecordDatasetV2(filenames, compression_type, buffer_size, num_parallel_reads)
        )


class FixedLengthRecordDataset(DatasetV1Adapter, public=True):
    """Records of one size. Implements `tf.compat.v1.data.FixedLengthRecordDataset`."""

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            FixedLengthRecordDatasetV2(
                filenames,
                record_bytes,
                header_bytes,
                footer_bytes,
                buffer_size,
                compression_type,
                num_parallel_reads,
            )
        )
