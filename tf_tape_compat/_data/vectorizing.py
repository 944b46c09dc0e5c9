"""Functions of elements that are applied to whole batches, where the results are the same.

That is so for traced functions without effects and random numbers, whose arguments and results are
dense tensors of known shape (batched_programs.py). Neither may the function read variables, which
may change between two elements. Anything else is called for each element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._logging import get_logger
from .components import payload, stack_elements
from .rows import Plan, Positions, Table, TensorTable
from .structure import Flat, flatten


class _ElementFunction(Protocol):
    """What is used of a `DatasetFunction`."""

    input_spec: Any
    traced: Any

    @property
    def runs_traced(self) -> bool: ...

    @property
    def output_spec(self) -> Any: ...

    def instance(self) -> Callable[[Flat], Flat]: ...


def _is_static(spec: Any) -> bool:
    return all(
        isinstance(leaf, TensorSpec)
        and leaf.shape.is_fully_defined()
        and leaf.dtype.torch is not None
        for leaf in flatten(spec)
    )


def vectorized_plan(source: Plan | None, function: _ElementFunction) -> Plan | None:
    """The plan of a mapped dataset that is read in batches; None if this is not exact."""
    if (
        source is None
        or not function.runs_traced
        or not _is_static(function.input_spec)
        or not _is_static(function.output_spec)
    ):
        return None
    batched = function.traced.batched
    if batched is None:
        return None
    return Plan(MappedTable(source.table, function, batched), source.open, source.in_order)


class MappedTable:
    """The results of a function of the rows of a table."""

    def __init__(self, table: Table, function: _ElementFunction, batched: Any) -> None:
        self._table = table
        self._function = function
        self._call = function.instance()
        self._batched = batched
        self.count = table.count

    def batch(self, positions: Positions) -> Flat:
        """The function's results for some rows, computed at once."""
        count = len(positions)
        if count and self._batched is not None:
            rows = [payload(x) for x in self._table.batch(positions)]
            try:
                results = self._batched(count, rows, self._function.traced.captured)
                return tuple(map(EagerTensor, results))
            except Exception as error:  # of one row, which its own call explains
                get_logger().debug("tf.data: a function is not vectorized: %s", error)
                if isinstance(error, NotImplementedError):
                    self._batched = None
        return stack_elements(flatten(self._function.output_spec), list(self.rows(positions)))

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """The function's results for some rows, one by one."""
        return map(self._call, self._table.rows(positions))

    def computed(self) -> Table:
        """All results, as a table in memory that is computed on first use."""
        return _ComputedTable(self, flatten(self._function.output_spec))


class _ComputedTable:
    """All rows of a mapped table, which are kept once they were needed."""

    def __init__(self, table: MappedTable, specs: list[Any]) -> None:
        self._source = table
        self._specs = specs
        self._rows: TensorTable | None = None
        self.count = table.count

    def _table(self) -> TensorTable:
        if self._rows is None:
            values = list(self._source.batch(range(self.count)))
            batched = [spec._batch(self.count) for spec in self._specs]
            self._rows = TensorTable(batched, values, self.count)
        return self._rows

    def batch(self, positions: Positions) -> Flat:
        """The batch of some rows."""
        return self._table().batch(positions)

    def rows(self, positions: Positions) -> Iterator[Flat]:
        """Some rows, one by one."""
        return self._table().rows(positions)
