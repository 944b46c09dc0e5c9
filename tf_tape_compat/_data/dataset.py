"""`tf.data.Dataset`: the base class of all datasets.

A dataset describes elements and how to iterate over them; it holds no state of an iteration.
Subclasses define

- `element_spec`: the structure of specs of the elements,
- `_cardinality()`: the number of elements, `INFINITE` or `UNKNOWN`,
- `_inputs()`: the datasets that it reads,
- `_iterator(context)`: a new iterator over flat elements (see structure.py). It must be able to go
  on after it raised an error other than StopIteration, so it cannot be a generator that reads its
  input. `context` is the `IterationContext` of the whole iteration,
- optionally `_plan()`: the dataset as rows of a table (see rows.py),
- optionally `_at(index)`: random access.
"""

from __future__ import annotations

import abc
import collections.abc
import functools
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

import torch

from .._core.devices.placement import host_scope
from .._core.recording.execution_context import active_graph, current_context
from .._core.tensor.tensor import EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.handles import Handle
from ..errors import FailedPreconditionError, OpError, OutOfRangeError, UnimplementedError
from .arguments import INFINITE, UNKNOWN
from .components import payload
from .failures import IterationError
from .graph_rules import graph_rules
from .options import Options, merged_options
from .rows import Plan, elements
from .structure import Flat, flatten

_EXAMPLES = 3  # elements that are tried to find out what a function returns


class IterationContext:
    """What the iterators of one iteration share.

    Attributes:
      options: the options of the whole dataset.
      scopes: the streams of random numbers of each function that is called.
    """

    __slots__ = ("options", "scopes", "_inputs", "_threaded")

    def __init__(self, options: Options) -> None:
        self.options = options
        self.scopes: dict[Any, Any] = {}
        self._threaded: weakref.WeakSet[Any] = weakref.WeakSet()
        self._inputs: dict[tuple[int, int], IterationContext] = {}

    def of_input(self, dataset: DatasetV2, number: int) -> IterationContext:
        """The context for an input of a dataset with several, of which some may be one dataset.

        Functions have random numbers of their own in each input.
        """
        if number == 0:
            return self
        key = id(dataset), number
        context = self._inputs.get(key)
        if context is None:
            context = self._inputs[key] = IterationContext(self.options)
            context._threaded = self._threaded
        return context

    def started(self, dataset: DatasetV2, inputs: list[DatasetV2]) -> list[Iterator[Flat]]:
        """Iterators over all inputs of a dataset."""
        return [x._start(self.of_input(dataset, number)) for number, x in enumerate(inputs)]

    @property
    def deterministic(self) -> bool:
        """Whether parallel transformations keep the order, unless they say otherwise."""
        return self.options.deterministic is not False

    def register(self, iterator: Any) -> None:
        """Adds an iterator with threads, which its method `close` ends."""
        self._threaded.add(iterator)

    def close(self) -> None:
        """Ends the threads of the iteration."""
        for iterator in list(self._threaded):
            iterator.close()


class _DatasetType(abc.ABCMeta):
    """The class of datasets' classes: in a traced function, a constructor adds a node."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return super().__call__(*args, **kwargs)
        constructor = functools.partial(super().__call__)
        result = _add_to_graph(graph, constructor, cls.__name__, args, kwargs)
        return cls._in_graph(result)  # type: ignore[attr-defined]


def _add_to_graph(
    graph: Any, function: Callable[..., Any], name: str, args: Any, kwargs: Any
) -> Any:
    return graph_rules().add_call(graph, function, name, args, kwargs)


class DatasetV2(collections.abc.Iterable, Trackable, metaclass=_DatasetType):
    """A sequence of elements, read from a source and transformed. Implements `tf.data.Dataset`.

    Elements are tensors, composite tensors, datasets, optionals and None, in tuples, dicts, named
    tuples and attrs classes. The modules of transformations add the methods, see `method`.
    """

    def __init_subclass__(cls, public: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not public:  # as TensorFlow names its classes, which `repr` shows
            cls.__name__ = cls.__qualname__ = f"_{cls.__name__}"

    # -- to be defined by subclasses -------------------------------------------------------------

    @property
    @abc.abstractmethod
    def element_spec(self) -> Any:
        """The structure of `tf.TypeSpec` that describes the elements."""

    def _structure(self) -> Any:
        """The element spec; during an iteration, its shapes may be too narrow."""
        return self.element_spec

    def _flat_specs(self) -> list[Any]:
        return flatten(self._structure())

    def _cardinality(self) -> int:
        return UNKNOWN

    def _inputs(self) -> list[DatasetV2]:
        return []

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        raise NotImplementedError

    def _plan(self, batched: bool = False) -> Plan | None:
        """The plan, or None. `batched` says that it is for batches, not for single elements."""
        return None

    def _start(self, context: IterationContext) -> Iterator[Flat]:
        """A new iterator over flat elements: by the plan, or else `_iterator`."""
        plan = self._plan()
        return self._iterator(context) if plan is None else elements(plan, context)

    def _at(self, index: int) -> Flat:
        """The element at an index. Raises UnimplementedError, wrapped, without random access."""
        raise IterationError(
            UnimplementedError,
            f"Random access is not implemented for dataset {self._described()}",
        )

    def _described(self) -> str:
        """The name and the arguments of the operation, for errors of random access."""
        arguments = ", ".join(map(str, self._described_arguments()))
        name = self._described_name or type(self).__name__.lstrip("_")
        return f"{name}Op{arguments and f'({arguments})'}::Dataset"

    _described_name: ClassVar[str] = ""  # if the class has another one

    def _described_arguments(self) -> tuple[int, ...]:
        return ()

    def _check_index(self, index: int) -> None:
        """Raises FailedPreconditionError or OutOfRangeError, wrapped, if there is no such index."""
        count = self._cardinality()
        if count < 0:
            kind = "infinite" if count == INFINITE else "unknown"
            raise IterationError(
                FailedPreconditionError,
                f"Dataset of type {self._described()} has {kind} cardinality, which does not "
                "support random access.",
            )
        if not 0 <= index < count:
            raise out_of_range(index, count)

    # -- iteration ------------------------------------------------------------------------------

    def __iter__(self) -> Any:
        graph = active_graph()
        if graph is not None:
            return graph_rules().add_iterator(graph, self)
        return DatasetV2.make_iterator(self)

    make_iterator: ClassVar[Callable[[Any], Any]]  # set by iterator.py

    def __bool__(self) -> bool:
        return True

    __nonzero__ = __bool__

    def __len__(self) -> int:
        if current_context.call is not None:
            raise TypeError(
                "`tf.data.Dataset` only supports `len` in eager mode. Use "
                "`tf.data.Dataset.cardinality()` instead."
            )
        size = self._cardinality()
        if size == INFINITE:
            raise TypeError("The dataset is infinite.")
        if size == UNKNOWN:
            raise TypeError("The dataset length is unknown.")
        return size

    def cardinality(self) -> Any:
        """The number of elements, or -1 if it is infinite, -2 if unknown: an int64 scalar."""
        return EagerTensor(torch.tensor(self._cardinality(), dtype=torch.int64))

    def options(self) -> Options:
        """The options of this dataset and its inputs; they cannot be changed."""
        merged = merged_options([*(dataset.options() for dataset in self._inputs())])
        merged._set_mutable(False)
        return merged

    def _iterate_in_graph(self, loop: Any) -> None:
        graph_rules().loop_over(self, loop)

    @staticmethod
    def _builtins_in_graph() -> dict[str, Any]:
        """What Python's built-in functions call for datasets in converted code."""
        return graph_rules().builtins

    # -- as a value -----------------------------------------------------------------------------

    _type_spec: ClassVar[Any]  # set by specs.py

    @classmethod
    def _in_graph(cls, result: Any) -> Any:
        """What a constructor returns in a graph, where it added a node with this result."""
        return result

    def _as_handle(self) -> EagerTensor:
        """What stands for this dataset in a graph."""
        return EagerTensor(Handle(self))

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self._type_spec

    def _consumers(self) -> list[Any]:
        return []

    def __repr__(self) -> str:
        return f"<{type(self).__name__} element_spec={self.element_spec}>"


Method = TypeVar("Method", bound=Callable[..., Any])


def method(function: Method) -> Method:
    """Makes a function a method of `tf.data.Dataset`. It runs on the CPU."""
    setattr(DatasetV2, function.__name__.rstrip("_"), host_function(function))
    return function


def static_method(function: Method) -> Method:
    """Makes a function a static method of `tf.data.Dataset`. It runs on the CPU."""
    setattr(DatasetV2, function.__name__.rstrip("_"), staticmethod(host_function(function)))
    return function


def host_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of datasets that runs on the CPU; in a traced function, it is a node."""

    name = function.__name__.rstrip("_")

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is not None:
            return _add_to_graph(graph, function, name, args, kwargs)
        with host_scope():
            return function(*args, **kwargs)

    return call


DatasetV2.__module__ = "tensorflow.python.data.ops.dataset_ops"


class UnaryDataset(DatasetV2, public=True):
    """A dataset with one input."""

    def __init__(self, source: DatasetV2) -> None:
        self._input = source

    def _inputs(self) -> list[DatasetV2]:
        return [self._input]


class UnchangedDataset(UnaryDataset, public=True):
    """A dataset with one input, whose elements have the same specs."""

    @property
    def element_spec(self) -> Any:
        """The specs of the input's elements."""
        return self._input.element_spec

    def _structure(self) -> Any:
        return self._input._structure()


def out_of_range(index: int, count: int) -> IterationError:
    """The error for an index that is no position of an element."""
    return IterationError(OutOfRangeError, f"Index out of range [0, {count}):{index}")


def examples_of(dataset: DatasetV2) -> Callable[[], Iterator[Flat]]:
    """A function that iterates over the first elements of a dataset that are no errors."""

    def examples() -> Iterator[Flat]:
        context = IterationContext(dataset.options())
        source = dataset._start(context)
        try:
            for _ in range(_EXAMPLES):
                with suppress(IterationError, OpError):
                    element = next(source, None)
                    if element is None:
                        return
                    yield element
        finally:
            context.close()

    return examples


def untracked(flat: Flat) -> Flat:
    """A flat element without the graphs of tapes."""
    return tuple(
        EagerTensor(payload(value)) if isinstance(value, EagerTensor) else value for value in flat
    )
