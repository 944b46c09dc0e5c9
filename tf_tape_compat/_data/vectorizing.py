"""Functions of elements that are applied to whole batches, where the results are the same.

That is so for functions that were run on fake tensors without looking at values, whose arguments
and results are dense tensors of known shape, and whose operations either only move elements or
round each of them correctly: torch then computes the same bits for one element as for many. Random
operations, reductions, products of matrices and transcendental functions are none of these. Neither
may the function read variables. Anything else is called for each element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from .._core.recording.activation import stop_recording
from .._core.types.tensor_spec import TensorSpec
from .._logging import get_logger
from .._ops.control.vectorized_map import vectorized_map
from .components import stack_elements
from .rows import Plan, Positions, Table, TensorTable
from .structure import Flat, flatten


class _ElementFunction(Protocol):
    """What is used of a `DatasetFunction`."""

    input_spec: Any
    is_exact: bool

    @property
    def has_known_output(self) -> bool: ...

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
        or not function.is_exact
        or not function.has_known_output
        or not _is_static(function.input_spec)
        or not _is_static(function.output_spec)
    ):
        return None
    return Plan(MappedTable(source.table, function), source.open, source.in_order)


class MappedTable:
    """The results of a function of the rows of a table."""

    def __init__(self, table: Table, function: _ElementFunction) -> None:
        self._table = table
        self._function = function
        self._call = function.instance()
        self._is_vectorized = True
        self.count = table.count

    def batch(self, positions: Positions) -> Flat:
        """The function's results for some rows, computed at once."""
        rows = self._table.batch(positions)
        if self._is_vectorized and len(positions):
            try:
                with stop_recording():
                    return tuple(
                        vectorized_map(
                            lambda slices: list(self._call(tuple(slices))),
                            list(rows),
                            fallback_to_while_loop=False,
                        )
                    )
            except ValueError as error:
                get_logger().debug("tf.data: a function is not vectorized: %s", error)
                self._is_vectorized = False
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
