"""`tf.data.Dataset.unique`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .arguments import STRING
from .components import payload
from .dataset import DatasetV2, IterationContext, UnchangedDataset, method
from .failures import refuse
from .structure import Flat


class UniqueDataset(UnchangedDataset):
    """The elements without repetitions."""

    def __init__(self, source: DatasetV2) -> None:
        super().__init__(source)
        specs = source._flat_specs()
        for spec in specs:
            if spec.dtype.name not in ("int32", "int64", "string"):
                raise TypeError(
                    f"`tf.data.Dataset.unique` does not support type {spec.dtype} -- only "
                    "`tf.int32`, `tf.int64`, and `tf.string` are supported."
                )
        if len(specs) != 1:
            raise refuse(
                "UniqueDataset", "UniqueDataset only supports inputs with a single component."
            )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Unique(self._input._start(context))


class _Unique:
    """Iterates over the elements that did not occur before."""

    def __init__(self, source: Iterator[Flat]) -> None:
        self._source = source
        self._seen: set[Any] = set()

    def __iter__(self) -> _Unique:
        return self

    def __next__(self) -> Flat:
        while True:
            element = next(self._source)
            value = payload(element[0])
            array = value if element[0].dtype is STRING else value.cpu().numpy()
            key = (array.shape, tuple(array.ravel().tolist()))
            if key not in self._seen:
                self._seen.add(key)
                return element


@method
def unique(self: DatasetV2, name: str | None = None) -> Any:
    """Drops elements that occurred before. Implements `tf.data.Dataset.unique`.

    Raises:
      TypeError: if elements are not integers or strings.
      InvalidArgumentError: if they have several components.
    """
    return UniqueDataset(self)
