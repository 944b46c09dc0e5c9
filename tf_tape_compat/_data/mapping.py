"""Transformations that call a function for each element: map, filter, scan and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from . import arguments
from .components import payload
from .dataset import (
    DatasetV2,
    IterationContext,
    UnaryDataset,
    UnchangedDataset,
    examples_of,
    method,
)
from .failures import in_function, no_components
from .functions import DatasetFunction
from .parallel import parallel_map
from .rows import Plan
from .structure import Flat, tensor_count
from .vectorizing import vectorized_plan

_BOOL = TensorSpec([], as_dtype("bool"))


def function_of(dataset: DatasetV2, function: Any, transformation: str) -> DatasetFunction:
    """A function of the elements of a dataset."""
    return DatasetFunction(function, transformation, dataset.element_spec, examples_of(dataset))


class MapDataset(UnaryDataset):
    """The results of a function for each element."""

    def __init__(self, source: DatasetV2, map_func: Any) -> None:
        super().__init__(source)
        self._function = function_of(source, map_func, "Dataset.map()")
        if self._function.has_known_output and not tensor_count(self._function.output_spec):
            raise self._no_output()

    def _no_output(self) -> Exception:
        return no_components(type(self).__name__.lstrip("_"), "output_types")

    @property
    def element_spec(self) -> Any:
        """The specs of the results."""
        return self._function.output_spec

    def _structure(self) -> Any:
        return self._function.structure

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _plan(self, batched: bool = False) -> Plan | None:
        return vectorized_plan(self._input._plan(True), self._function) if batched else None

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        call = in_function(self._function.instance(context), "MapDataset", "Map")
        return map(call, self._input._start(context))

    def _at(self, index: int) -> Flat:
        return self._function.instance()(self._input._at(index))


class ParallelMapDataset(MapDataset):
    """The results of a function that runs in several threads."""

    def __init__(
        self, source: DatasetV2, map_func: Any, num_parallel_calls: Any, deterministic: Any
    ) -> None:
        super().__init__(source, map_func)
        self._parallelism = arguments.parallel_calls(
            num_parallel_calls, "ParallelMapDatasetV2", "_Targuments_0"
        )
        self._deterministic = deterministic

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        call = in_function(
            self._function.instance(context), "ParallelMapDatasetV2", "ParallelMapV2"
        )
        source = self._input._start(context)
        return parallel_map(call, source, self._parallelism, self._deterministic, context)


@method
def map_(
    self: DatasetV2,
    map_func: Any,
    num_parallel_calls: Any = None,
    deterministic: Any = None,
    synchronous: Any = None,
    use_unbounded_threadpool: Any = False,
    name: str | None = None,
) -> Any:
    """Applies a function to each element. Implements `tf.data.Dataset.map`.

    Args:
      map_func: takes the items of an element that is a tuple, or else the element. A list that it
        returns counts as a tuple.
      num_parallel_calls: the number of threads in which it runs, or `tf.data.AUTOTUNE`.
      deterministic: whether results come in order; by default as the options say.
      synchronous: True forbids threads.

    Raises:
      TypeError: if `map_func` does not take such arguments, or returns what is no element.
      ValueError: if it is not callable, or `synchronous` contradicts `num_parallel_calls`.
      InvalidArgumentError: if `num_parallel_calls` is not positive.
    """
    if num_parallel_calls is None:
        return MapDataset(self, map_func)
    if synchronous:
        raise ValueError(
            "`synchronous` is not supported with `num_parallel_calls`, but "
            "`num_parallel_calls` was set to ",
            num_parallel_calls,
        )
    return ParallelMapDataset(self, map_func, num_parallel_calls, deterministic)


# -- predicates ---------------------------------------------------------------------------------


def predicate_of(dataset: DatasetV2, function: Any, transformation: str, gap: str) -> Any:
    """A predicate of elements. Raises ValueError if it does not return a scalar of type bool."""
    wrapped = function_of(dataset, function, transformation)
    if wrapped.has_known_output and not wrapped.output_spec.is_compatible_with(_BOOL):
        raise ValueError(
            "Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor"
            f"{gap}{wrapped.output_spec}."
        )
    return wrapped


def _truth(function: DatasetFunction, context: IterationContext) -> Callable[[Flat], bool]:
    call = function.instance(context)
    return lambda element: bool(payload(call(element)[0]))


class FilterDataset(UnchangedDataset):
    """The elements for which a predicate holds."""

    def __init__(self, source: DatasetV2, predicate: Any) -> None:
        super().__init__(source)
        self._predicate = predicate_of(
            source, predicate, "Dataset.filter()", ", but its return type is "
        )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        holds = in_function(_truth(self._predicate, context), "FilterDataset", "Filter")
        return filter(holds, self._input._start(context))


@method
def filter_(self: DatasetV2, predicate: Any, name: str | None = None) -> Any:
    """Keeps the elements for which a predicate holds. Implements `tf.data.Dataset.filter`.

    Raises ValueError if the predicate does not return a scalar of type bool.
    """
    return FilterDataset(self, predicate)


class _While:
    """Iterates over elements until a predicate fails for one."""

    def __init__(self, source: Iterator[Flat], holds: Callable[[Flat], bool]) -> None:
        self._source: Iterator[Flat] | None = source
        self._holds = holds

    def __iter__(self) -> _While:
        return self

    def __next__(self) -> Flat:
        if self._source is None:
            raise StopIteration
        element = next(self._source)
        if self._holds(element):
            return element
        self._source = None
        raise StopIteration


class TakeWhileDataset(UnchangedDataset):
    """The elements before the first for which a predicate does not hold."""

    def __init__(self, source: DatasetV2, predicate: Any) -> None:
        super().__init__(source)
        self._predicate = predicate_of(
            source, predicate, "Dataset.take_while()", " but its return type is"
        )

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        holds = in_function(_truth(self._predicate, context), "TakeWhileDataset", "TakeWhile")
        return _While(self._input._start(context), holds)


@method
def take_while(self: DatasetV2, predicate: Any, name: str | None = None) -> Any:
    """Ends before the first element for which `predicate` does not hold.

    Implements `tf.data.Dataset.take_while`. Raises ValueError if it does not return a scalar bool.
    """
    return TakeWhileDataset(self, predicate)
