"""Several datasets as one component of an element: a tensor of type variant whose rank is not 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.tensor.tensor import EagerTensor
from .._core.types.handles import Handle


class NestedDatasets:
    """An array of datasets, or the symbolic tensor that stands for one.

    Args:
      spec: the `tf.data.DatasetSpec` that describes it.
      value: an array of objects, or a symbolic tensor.
    """

    def __init__(self, spec: Any, value: Any) -> None:
        self._spec = spec
        self._value = value

    @property
    def _type_spec(self) -> Any:
        return self._spec

    def __len__(self) -> int:
        return len(self._value)

    def _as_handle(self) -> EagerTensor:
        """What stands for it in a graph."""
        if isinstance(self._value, EagerTensor):
            return self._value
        return EagerTensor(Handle(self))

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self._spec

    def row(self, place: int) -> Any:
        """The datasets at a place of the first axis: another such object, or a single dataset."""
        item = self._value[place]
        if not isinstance(item, np.ndarray):
            return item
        return NestedDatasets(self._spec._unbatch(), item)

    def select(self, rows: Any) -> NestedDatasets:
        """Those at some places of the first axis."""
        return _of_array(self._spec._unbatch(), self._value[rows])


NestedDatasets.__name__ = NestedDatasets.__qualname__ = "_NestedVariant"
NestedDatasets.__module__ = "tensorflow.python.data.ops.dataset_ops"


def stack(spec: Any, values: Sequence[Any]) -> NestedDatasets:
    """The batch of datasets, or of arrays of them, that `spec` describes."""
    array = np.empty((len(values), *(getattr(values[0], "_value", np.empty(())).shape)), object)
    for place, value in enumerate(values):
        array[place] = value._value if isinstance(value, NestedDatasets) else value
    return _of_array(spec, array)


def join(values: Sequence[NestedDatasets]) -> NestedDatasets:
    """The rows of several batches, one after another."""
    spec = values[0]._spec._unbatch()
    return _of_array(spec, np.concatenate([value._value for value in values]))


def _of_array(row_spec: Any, array: np.ndarray[Any, Any]) -> NestedDatasets:
    return NestedDatasets(row_spec._batch(len(array)), array)
