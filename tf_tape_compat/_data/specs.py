"""`tf.data.DatasetSpec`: describes datasets that are elements or arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._api.shown_modules import shown_in
from .._core.types.handles import is_held
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from . import nested_datasets
from .dataset import DatasetV2, IterationContext
from .graph_rules import graph_rules
from .structure import Flat


class VariantDataset(DatasetV2):
    """A dataset of which only the specs are known, or that stands for another one."""

    def __init__(self, element_spec: Any, dataset: DatasetV2 | None = None) -> None:
        self._spec = element_spec
        self._dataset = dataset

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._spec

    def _inputs(self) -> list[DatasetV2]:
        return [] if self._dataset is None else [self._dataset]

    def _cardinality(self) -> int:
        return -2 if self._dataset is None else self._dataset._cardinality()

    def _plan(self, batched: bool = False) -> Any:
        return None if self._dataset is None else self._dataset._plan(batched)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        if self._dataset is None:
            raise TypeError("tf_tape_compat: this dataset stands for the elements of another one")
        return self._dataset._start(context)

    def _at(self, index: int) -> Flat:
        return super()._at(index) if self._dataset is None else self._dataset._at(index)


class DatasetSpec(TypeSpec):
    """Describes datasets. Implements `tf.data.DatasetSpec`.

    Args:
      element_spec: the structure of specs of the elements.
      dataset_shape: the shape of a batch of datasets; () for a single one.
    """

    __slots__ = ("_element_spec", "_dataset_shape")

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self._element_spec = element_spec
        self._dataset_shape = TensorShape(dataset_shape)

    @property
    def value_type(self) -> Any:
        """`tf.data.Dataset`."""
        return DatasetV2

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._element_spec

    @staticmethod
    def from_value(value: Any) -> DatasetSpec:
        """The spec of a dataset."""
        return DatasetSpec(value.element_spec)

    def _serialize(self) -> tuple[Any, ...]:
        return self._element_spec, self._dataset_shape

    @property
    def _component_specs(self) -> Any:
        return TensorSpec(self._dataset_shape, "variant")

    def _to_components(self, value: Any) -> Any:
        return value

    def _from_components(self, components: Any) -> Any:
        return components

    def _nested(self, datasets: list[Any]) -> Any:
        """A list of datasets, or of lists of them, as one component that this spec describes."""
        items = [item if is_held(item) else self._unbatch()._nested(item) for item in datasets]
        return nested_datasets.stack(self._unbatch(), items)

    def _from_handle(self, tensor: Any) -> Any:
        if hasattr(tensor, "shadow"):
            if self._dataset_shape.rank != 0:
                return nested_datasets.NestedDatasets(self, tensor)
            return graph_rules().dataset(self._element_spec, tensor)
        value = tensor._t.value
        if self._dataset_shape.rank != 0 or value.element_spec == self._element_spec:
            return value
        return VariantDataset(self._element_spec, value)

    def _batch(self, batch_size: Any) -> DatasetSpec:
        return DatasetSpec(
            self._element_spec, TensorShape([batch_size]).concatenate(self._dataset_shape)
        )

    def _unbatch(self) -> DatasetSpec:
        if self._dataset_shape.rank == 0:
            raise ValueError("Slicing dataset elements is not supported for rank 0.")
        return DatasetSpec(self._element_spec, self._dataset_shape[1:])

    def _example(self, size: int = 1) -> Any:
        """An example of a value; dimensions of unknown size have `size`."""
        if self._dataset_shape.rank == 0:
            return VariantDataset(self._element_spec)
        count = self._dataset_shape[0]
        row = self._unbatch()
        rows = [row._example(size) for _ in range(size if count is None else count)]
        return nested_datasets.stack(row, rows)


DatasetV2._type_spec = property(lambda self: DatasetSpec(self.element_spec))


shown_in("tensorflow.python.data.ops.dataset_ops", DatasetSpec)
