"""Transformations that open a dataset for each element: flat_map, interleave and windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..errors import OpError
from . import arguments
from .arguments import AUTOTUNE, INFINITE
from .dataset import DatasetV2, IterationContext, UnaryDataset, method
from .failures import IterationError, in_function, refuse
from .functions import DatasetFunction
from .interleave_order import Chained, EagerlyInterleaved, Interleaved, usable_cores
from .mapping import function_of
from .specs import DatasetSpec
from .structure import Flat, flatten, pack

_THREADS_PER_CYCLE = 3  # of a parallel interleave: for a dataset in the cycle and for those to come


def tuned_parallel_cycle() -> int:
    """The cycle length that TensorFlow chooses for a parallel interleave."""
    return -(-usable_cores() // _THREADS_PER_CYCLE)


def dataset_function(source: DatasetV2, map_func: Any, transformation: str) -> DatasetFunction:
    """A function of elements that returns datasets. Raises TypeError if it does not."""
    function = function_of(source, map_func, transformation)
    if function.has_known_output:
        returned_spec(function)
    return function


def returned_spec(function: DatasetFunction) -> Any:
    """The element spec of the datasets that a function returns."""
    spec = function.output_spec
    if not isinstance(spec, DatasetSpec):
        raise TypeError(
            "The `map_func` argument must return a `Dataset` object. Got "
            f"{spec.value_type if hasattr(spec, 'value_type') else type(spec)!r}."
        )
    return spec.element_spec


class FlatMapDataset(UnaryDataset):
    """The elements of the datasets that a function returns, one after another."""

    def __init__(self, source: DatasetV2, map_func: Any) -> None:
        super().__init__(source)
        self._function = dataset_function(source, map_func, "Dataset.flat_map()")

    @property
    def element_spec(self) -> Any:
        """The specs of the elements of the returned datasets."""
        return returned_spec(self._function)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        call = in_function(self._function.instance(context), "FlatMapDataset", "FlatMap")
        return Chained(
            self._input._start(context), lambda element: call(element)[0]._start(context)
        )


@method
def flat_map(self: DatasetV2, map_func: Any, name: str | None = None) -> Any:
    """The elements of the datasets that `map_func` returns, in order.

    Implements `tf.data.Dataset.flat_map`. Raises TypeError if it does not return a dataset.
    """
    return FlatMapDataset(self, map_func)


class InterleaveDataset(UnaryDataset):
    """The elements of several datasets in turn."""

    _operation = "InterleaveDataset"

    def __init__(
        self, source: DatasetV2, map_func: Any, cycle_length: Any, block_length: Any
    ) -> None:
        super().__init__(source)
        self._function = dataset_function(source, map_func, "Dataset.interleave()")
        cycle: int = arguments.scalar(cycle_length, "cycle_length", self._operation)
        self._block: int = arguments.scalar(block_length, "block_length", self._operation)
        if cycle == AUTOTUNE:
            cycle = self._tuned_cycle()
        if cycle <= 0:
            raise self._refuse("cycle_length must be greater than zero.")
        if self._block <= 0:
            raise self._refuse("block_length must be greater than zero.")
        self._cycle = cycle

    def _tuned_cycle(self) -> int:
        return usable_cores()

    def _refuse(self, message: str) -> Exception:
        return refuse(self._operation, message, "_Targuments_1")

    @property
    def element_spec(self) -> Any:
        """The specs of the elements of the returned datasets."""
        return returned_spec(self._function)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        call = in_function(self._function.instance(context), "InterleaveDataset", "Interleave")

        def open_next(element: Flat) -> Iterator[Flat]:
            return call(element)[0]._start(context)

        source = self._input._start(context)
        return self._order(source, open_next, self._cycle, self._block)

    _order: Callable[..., Iterator[Flat]] = Interleaved


class ParallelInterleaveDataset(InterleaveDataset):
    """The elements of several datasets in turn; accepted parallelism does not change the order."""

    _operation = "ParallelInterleaveDatasetV4"
    _described_name = "ParallelInterleaveDatasetV4"

    def __init__(
        self,
        source: DatasetV2,
        map_func: Any,
        cycle_length: Any,
        block_length: Any,
        num_parallel_calls: Any,
    ) -> None:
        self._calls = arguments.parallel_calls(num_parallel_calls, self._operation, "_Targuments_1")
        super().__init__(source, map_func, cycle_length, block_length)
        if self._calls > self._cycle:
            raise self._refuse(
                "If `cycle_length` is set to a fixed value, `num_parallel_calls` must be either "
                "`tf.data.AUTOTUNE` or a value less than or equal to `cycle_length`. However, "
                f"`num_parallel_calls` is {self._calls} and `cycle_length` is {self._cycle}"
            )

    def _tuned_cycle(self) -> int:
        if self._calls == AUTOTUNE:
            return tuned_parallel_cycle()
        return min(self._calls, usable_cores())


@method
def interleave(
    self: DatasetV2,
    map_func: Any,
    cycle_length: Any = None,
    block_length: Any = None,
    num_parallel_calls: Any = None,
    deterministic: Any = None,
    name: str | None = None,
) -> Any:
    """Takes elements in turn from the datasets that `map_func` returns.

    Implements `tf.data.Dataset.interleave`.

    Args:
      map_func: returns a dataset for an element.
      cycle_length: how many datasets are open at a time.
      block_length: how many elements are taken from one at a time; 1 by default.
      num_parallel_calls, deterministic: accepted; the order is always the deterministic one.

    Raises:
      TypeError: if `map_func` does not return a dataset.
      InvalidArgumentError: if a number is not positive.
    """
    block_length = 1 if block_length is None else block_length
    cycle_length = AUTOTUNE if cycle_length is None else cycle_length
    if num_parallel_calls is None:
        return InterleaveDataset(self, map_func, cycle_length, block_length)
    return ParallelInterleaveDataset(self, map_func, cycle_length, block_length, num_parallel_calls)


class LegacyParallelInterleaveDataset(InterleaveDataset):
    """The elements of several datasets in turn, in the older order."""

    _operation = "LegacyParallelInterleaveDatasetV2"
    _transformation = "tf.data.experimental.parallel_interleave()"

    def __init__(
        self, source: DatasetV2, map_func: Any, cycle_length: Any, block_length: Any
    ) -> None:
        UnaryDataset.__init__(self, source)
        self._function = dataset_function(source, map_func, self._transformation)
        self._cycle: int = arguments.scalar(cycle_length, "cycle_length", self._operation)
        self._block: int = arguments.scalar(block_length, "block_length", self._operation)
        for value, what in ((self._cycle, "cycle_length"), (self._block, "block_length")):
            if value <= 0:
                raise refuse(self._operation, f"`{what}` must be > 0", "_Targuments_0")

    _order = EagerlyInterleaved


LegacyParallelInterleaveDataset.__name__ = "ParallelInterleaveDataset"


# -- windows ------------------------------------------------------------------------------------


class ElementsDataset(DatasetV2):
    """Flat elements that were read already."""

    def __init__(self, element_spec: Any, elements: list[Flat]) -> None:
        self._spec = element_spec
        self._elements = elements

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._spec

    def _cardinality(self) -> int:
        return len(self._elements)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return iter(self._elements)

    def _at(self, index: int) -> Flat:
        return self._elements[index]


class WindowDataset(UnaryDataset):
    """Datasets of consecutive elements."""

    def __init__(
        self, source: DatasetV2, size: Any, shift: Any, stride: Any, drop_remainder: Any
    ) -> None:
        super().__init__(source)
        operation = "WindowDataset"
        self._size: int = arguments.scalar(size, "size", operation)
        self._shift: int = arguments.scalar(size if shift is None else shift, "shift", operation)
        self._stride: int = arguments.scalar(stride, "stride", operation)
        self._drop_remainder = arguments.flag(drop_remainder, "drop_remainder", operation)
        for value, what in (
            (self._size, "size"),
            (self._shift, "shift"),
            (self._stride, "stride"),
        ):
            if value <= 0:
                raise refuse(operation, f"Window {what} must be greater than zero.")
        spec = source.element_spec
        self._spec = pack(spec, [DatasetSpec(leaf) for leaf in flatten(spec)])

    def _described_arguments(self) -> tuple[int, ...]:
        return self._size, self._shift, self._stride, int(self._drop_remainder)

    @property
    def element_spec(self) -> Any:
        """A `tf.data.DatasetSpec` for each component."""
        return self._spec

    def _cardinality(self) -> int:
        count = self._input._cardinality()
        if count in (INFINITE, arguments.UNKNOWN):
            return count
        if self._drop_remainder:
            span = (self._size - 1) * self._stride + 1
            return 0 if count < span else (count - span) // self._shift + 1
        return -(-count // self._shift)

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Windows(self._input._start(context), self)


class _Windows:
    """Iterates over windows: for each component a dataset of its elements."""

    def __init__(self, source: Iterator[Flat], dataset: WindowDataset) -> None:
        self._source = source
        self._size = dataset._size
        self._shift = dataset._shift
        self._stride = dataset._stride
        self._drop_remainder = dataset._drop_remainder
        self._specs = dataset._input._flat_specs()
        self._buffer: list[Flat | Exception] = []
        self._skip = 0
        self._ended = False

    def __iter__(self) -> _Windows:
        return self

    def _read(self) -> bool:
        try:
            self._buffer.append(next(self._source))
        except StopIteration:
            self._ended = True
            return False
        except (IterationError, OpError) as error:  # it only counts in a window that needs it
            self._buffer.append(error)
        return True

    def __next__(self) -> Flat:
        span = (self._size - 1) * self._stride + 1
        while self._skip and not self._ended:
            try:
                next(self._source)
            except StopIteration:
                self._ended = True
            except (IterationError, OpError):
                pass
            self._skip -= 1
        while len(self._buffer) < span and not self._ended:
            self._read()
        if not self._buffer or (self._drop_remainder and len(self._buffer) < span):
            raise StopIteration
        window: Any = self._buffer[: span : self._stride]
        self._skip = max(0, self._shift - len(self._buffer))
        self._buffer = self._buffer[self._shift :]
        for element in window:
            if isinstance(element, Exception):
                raise element
        return tuple(
            ElementsDataset(spec, [(element[place],) for element in window])
            for place, spec in enumerate(self._specs)
        )


ElementsDataset.__name__ = "_VariantDataset"


@method
def window(
    self: DatasetV2,
    size: Any,
    shift: Any = None,
    stride: Any = 1,
    drop_remainder: Any = False,
    name: str | None = None,
) -> Any:
    """Groups consecutive elements into datasets. Implements `tf.data.Dataset.window`.

    Args:
      size: the number of elements in a window.
      shift: by how many elements the next window begins later; `size` by default.
      stride: the distance of the elements in a window.
      drop_remainder: whether to drop windows at the end that have fewer elements.

    Raises InvalidArgumentError if a number is not positive.
    """
    return WindowDataset(self, size, shift, stride, drop_remainder)
