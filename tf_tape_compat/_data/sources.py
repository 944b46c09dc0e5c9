"""Datasets without inputs: tensors, their slices, lists and ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from .._core.tensor.convert import INT64
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from . import components
from .arguments import INFINITE, scalar
from .dataset import DatasetV2, IterationContext, out_of_range, static_method, untracked
from .failures import no_components, refuse
from .rows import Plan, RangeTable, TensorTable, table_plan
from .structure import Flat, as_components, common_spec, flatten, pack, tensor_count

_LAST = 2**63 - 1


class TensorDataset(DatasetV2):
    """A single element."""

    def __init__(self, tensors: Any) -> None:
        self._spec, flat = as_components(tensors)
        if not tensor_count(self._spec):
            raise no_components("TensorDataset", "Toutput_types")
        self._element = untracked(flat)

    @property
    def element_spec(self) -> Any:
        """The specs of the element."""
        return self._spec

    def _cardinality(self) -> int:
        return 1

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return iter([self._element])

    def _at(self, index: int) -> Flat:
        if index != 0:
            raise out_of_range(index, 1)
        return self._element


class TensorSliceDataset(DatasetV2):
    """The rows of tensors."""

    def __init__(self, tensors: Any) -> None:
        batched, flat = as_components(tensors)
        if not flat:
            raise ValueError("Invalid `element`. `element` should not be empty.")
        self._batched_specs = flatten(batched)
        self._spec = pack(batched, map(components.unbatched_spec, self._batched_specs))
        count: int | None = None
        for spec, value in zip(self._batched_specs, flat, strict=True):
            rows = components.row_count(spec, value)
            if rows is None:
                continue
            if count is not None and rows != count:
                raise ValueError(f"Dimensions {count} and {rows} are not compatible")
            count = rows
        self._count = count or 0
        self._table = TensorTable(self._batched_specs, list(untracked(flat)), self._count)

    @property
    def element_spec(self) -> Any:
        """The specs of a row."""
        return self._spec

    def _cardinality(self) -> int:
        return self._count

    def _plan(self, batched: bool = False) -> Plan | None:
        return table_plan(self._table)

    def _at(self, index: int) -> Flat:
        if not 0 <= index < self._count:
            raise out_of_range(index, self._count)
        return next(self._table.rows(range(index, index + 1)))


class ListDataset(DatasetV2):
    """The elements of a Python list."""

    def __init__(self, elements: Any) -> None:
        if not elements:
            raise ValueError(
                "Invalid `elements`. `elements` should not be empty. If you want an empty dataset, "
                "use `tf.data.Dataset.range(0)`."
            )
        if not isinstance(elements, list):
            raise ValueError("Invalid `elements`. `elements` must be a list.")
        converted = [as_components(element) for element in elements]
        spec = converted[0][0]
        for other, _ in converted[1:]:
            common = common_spec(spec, other)
            if common is None:
                raise ValueError(
                    "Invalid `elements`. The elements must have compatible specs, but they are "
                    f"{spec} and {other}."
                )
            spec = common
        self._spec = spec
        self._elements = [untracked(flat) for _, flat in converted]

    @property
    def element_spec(self) -> Any:
        """The specs that cover all elements."""
        return self._spec

    def _cardinality(self) -> int:
        return len(self._elements)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return iter(self._elements)

    def _at(self, index: int) -> Flat:
        if not 0 <= index < len(self._elements):
            raise out_of_range(index, len(self._elements))
        return self._elements[index]


class RangeDataset(DatasetV2):
    """The numbers of a range."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not 1 <= len(args) <= 3:
            raise ValueError(
                "Invalid `args`. The length of `args` should be between 1 and 3 but was "
                f"{len(args)}."
            )
        names = ("stop",) if len(args) == 1 else ("start", "stop", "step")
        numbers = [
            scalar(value, name, "RangeDataset") for value, name in zip(args, names, strict=False)
        ]
        if len(numbers) == 3 and not numbers[2]:
            raise refuse("RangeDataset", "step must be a non-zero integer.")
        self._numbers = range(*numbers)
        self._dtype = as_dtype(kwargs.get("output_type", INT64))

    @property
    def element_spec(self) -> Any:
        """The spec of a number."""
        return TensorSpec([], self._dtype)

    def _cardinality(self) -> int:
        if self._numbers.step > 0 and self._numbers.stop >= _LAST:
            return INFINITE
        numbers = self._numbers
        count = max(0, -((numbers.start - numbers.stop) // numbers.step))
        return (count + 2**63) % 2**64 - 2**63  # int64, as TensorFlow counts

    def _described_arguments(self) -> tuple[int, ...]:
        return self._numbers.start, self._numbers.stop, self._numbers.step

    def _plan(self, batched: bool = False) -> Plan | None:
        if self._dtype.torch is None:
            raise TypeError(f"Dataset.range cannot make elements of type {self._dtype}")
        return table_plan(RangeTable(self._numbers, self._dtype.torch))

    def _at(self, index: int) -> Flat:
        self._check_index(index)
        return (EagerTensor(torch.tensor(self._numbers[index], dtype=self._dtype.torch)),)


@static_method
def from_tensors(tensors: Any, name: str | None = None) -> Any:
    """A dataset with one element. Implements `tf.data.Dataset.from_tensors`."""
    return TensorDataset(tensors)


@static_method
def from_tensor_slices(tensors: Any, name: str | None = None) -> Any:
    """A dataset of the rows of tensors. Implements `tf.data.Dataset.from_tensor_slices`.

    Args:
      tensors: a nest of values with the same number of rows. A list is one tensor.

    Raises:
      ValueError: if a value is a scalar, or the numbers of rows differ.
    """
    return TensorSliceDataset(tensors)


@static_method
def range_(*args: Any, **kwargs: Any) -> Any:
    """A dataset of the numbers in a range. Implements `tf.data.Dataset.range`.

    Args:
      *args: as for Python's `range`.
      **kwargs: `output_type`, the dtype (int64 by default), and `name`.

    Raises:
      ValueError: if there are no or more than three arguments.
      InvalidArgumentError: if the step is 0.
    """
    return RangeDataset(*args, **kwargs)


def from_list(elements: Any, name: str | None = None) -> Any:
    """A dataset of the items of a list. Implements `tf.data.experimental.from_list`.

    Raises:
      ValueError: if it is not a list, is empty, or its items do not have compatible specs.
    """
    return ListDataset(elements)
