"""`rebatch`: batches of other sizes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from .._core.tensor.convert import INT64, to_tensor
from . import arguments, components
from .dataset import DatasetV2, IterationContext, UnaryDataset, method
from .structure import Flat, map_structure


class _Rebatched:
    """Iterates over batches of other sizes, which are used in turn."""

    def __init__(
        self, source: Iterator[Flat], specs: list[Any], sizes: list[int], drop_remainder: bool
    ) -> None:
        self._source = source
        self._specs = specs
        self._sizes = sizes
        self._drop_remainder = drop_remainder
        self._turn = 0
        self._rest: list[Flat] = []
        self._template: Flat = ()  # for batches without rows
        self._ended = False

    def __iter__(self) -> _Rebatched:
        return self

    def _count(self, element: Flat) -> int:
        return components.row_count(self._specs[0], element[0]) or 0

    def __next__(self) -> Flat:
        size = self._sizes[self._turn]
        if not (size or self._template or self._rest):
            with suppress(StopIteration):
                self._rest.append(next(self._source))  # it shows what a batch without rows is like
        available = sum(map(self._count, self._rest))
        while available < size and not self._ended:
            try:
                element = next(self._source)
            except StopIteration:
                self._ended = True
                break
            self._rest.append(element)
            available += self._count(element)
        if not available and (self._ended and size) or (available < size and self._drop_remainder):
            raise StopIteration
        self._turn = (self._turn + 1) % len(self._sizes)
        return self._taken(min(size, available))

    def _taken(self, count: int) -> Flat:
        """Takes rows from the front of what was read; a single slice shares memory."""
        parts: list[list[Any]] = [[] for _ in self._specs]
        self._template = template = self._rest[0] if self._rest else self._template
        missing = count
        while missing and self._rest:
            first = self._rest.pop(0)
            rows = self._count(first)
            used = min(rows, missing)
            for part, spec, value in zip(parts, self._specs, first, strict=True):
                part.append(components.select(spec, value, slice(0, used)))
            if used < rows:
                rest = tuple(
                    components.select(spec, value, slice(used, rows))
                    for spec, value in zip(self._specs, first, strict=True)
                )
                self._rest.insert(0, rest)
            missing -= used
        if not count and not template:
            raise StopIteration
        if not count:
            return tuple(
                components.select(spec, value, slice(0, 0))
                for spec, value in zip(self._specs, template, strict=True)
            )
        return tuple(
            components.join(spec, values) for spec, values in zip(self._specs, parts, strict=True)
        )


class RebatchDataset(UnaryDataset):
    """Batches of other sizes."""

    _described_name = "RebatchV2Dataset"

    def __init__(self, source: DatasetV2, batch_size: Any, drop_remainder: Any) -> None:
        super().__init__(source)
        sizes = np.atleast_1d(components.payload(to_tensor(batch_size, INT64)).numpy())
        self._sizes = [int(size) for size in sizes]
        self._drop_remainder = arguments.flag(drop_remainder, "drop_remainder", "RebatchDatasetV2")
        static = self._static_size(source)

        def rebatched(spec: Any) -> Any:
            shape = getattr(spec, "shape", None)
            if shape is not None and shape.rank == 0:
                raise ValueError(
                    "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset "
                    "with scalar elements. Fix the issue by adding the `batch` transformation to "
                    "the dataset."
                )
            return components.batched_spec(components.unbatched_spec(spec), static)

        self._spec = map_structure(rebatched, source.element_spec)

    def _static_size(self, source: DatasetV2) -> int | None:
        """The size of all batches, or None if they may have several."""
        size = self._sizes[0]
        if any(other != size for other in self._sizes):
            return None
        if self._drop_remainder:
            return size
        known = [components.leading_size(spec) for spec in source._flat_specs()]
        if len(set(known)) != 1 or known[0] is None:
            return None
        return size if size == 0 or known[0] % size == 0 else None

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        return self._spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        specs = self._input._flat_specs()
        return _Rebatched(self._input._start(context), specs, self._sizes, self._drop_remainder)


@method
def rebatch(
    self: DatasetV2, batch_size: Any, drop_remainder: Any = False, name: str | None = None
) -> Any:
    """Batches the rows of batches anew. Implements `tf.data.Dataset.rebatch`.

    Args:
      batch_size: the new size, or a vector of sizes that are used in turn.
      drop_remainder: whether to drop the last batch if it has fewer rows.

    Raises:
      ValueError: if a component is a scalar.
    """
    return RebatchDataset(self, batch_size, drop_remainder)
