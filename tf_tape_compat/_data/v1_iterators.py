"""TensorFlow 1's iterators of datasets, whose elements are tensors of a `tf.Graph`."""

from __future__ import annotations

from typing import Any

from .._core.recording.execution_context import active_graph
from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from .._graph.operation import Operation
from ..errors import FailedPreconditionError
from .graph_datasets import Computed, add_call
from .iterator import OwnedIterator
from .structure import Flat, check_specs, flatten, map_structure, pack

_NOT_INITIALIZED = (
    "GetNext() failed because the iterator has not been initialized. Ensure that you have run the "
    "initializer operation for this iterator before getting the next element."
)
_NO_INITIALIZER = (
    "The iterator does not have an initializer. This means it was likely created using "
    "`tf.data.Dataset.make_one_shot_iterator()`. For an initializable iterator, use "
    "`tf.data.Dataset.make_initializable_iterator()` instead."
)
_ONLY_IN_GRAPHS = (
    "`make_initializable_iterator()` is not supported in eager mode. Use Python-style iteration "
    "instead: `for element in dataset: ...`, or `iter(dataset)` and `next`."
)


class _Resource:
    """The iterator that runs of a graph share."""

    def __init__(self) -> None:
        self._iterator: Any = None

    def start(self, dataset: Any) -> Flat:
        """Begins an iteration."""
        self._iterator = iter(dataset)
        return ()

    def start_once(self, dataset: Any) -> None:
        """Begins an iteration, unless there is one."""
        if self._iterator is None:
            self.start(dataset)

    def next(self) -> Flat:
        """The next element. Raises FailedPreconditionError before the first iteration."""
        if self._iterator is None:
            raise FailedPreconditionError(None, None, _NOT_INITIALIZED)
        return tuple(flatten(self._iterator.get_next()))


class Iterator:
    """An iterator of a graph. Implements `tf.compat.v1.data.Iterator`."""

    def __init__(
        self,
        iterator_resource: Any,
        initializer: Any,
        output_types: Any,
        output_shapes: Any,
        output_classes: Any,
    ) -> None:
        self._resource: _Resource = iterator_resource
        self._initializer = initializer
        self._dataset: Any = None  # of a one-shot iterator
        self.element_spec = _specs(output_types, output_shapes, output_classes)

    @classmethod
    def _of(cls, element_spec: Any) -> Iterator:
        iterator = cls.__new__(cls)
        iterator._resource, iterator._initializer = _Resource(), None
        iterator._dataset, iterator.element_spec = None, element_spec
        return iterator

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: Any = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator for datasets with these specs, which `make_initializer` takes."""
        return Iterator._of(_specs(output_types, output_shapes, output_classes))

    @staticmethod
    def from_string_handle(*args: Any, **kwargs: Any) -> Any:
        """Raises NotImplementedError: iterators have no string handles here."""
        raise NotImplementedError(
            "tf.compat.v1.data.Iterator.from_string_handle is not available in tf_tape_compat: use "
            "Iterator.from_structure and make_initializer"
        )

    @property
    def initializer(self) -> Operation:
        """The operation that begins an iteration. Raises ValueError if there is none."""
        if self._initializer is None:
            raise ValueError(_NO_INITIALIZER)
        operation: Operation = self._initializer
        return operation

    def make_initializer(self, dataset: Any, name: str | None = None) -> Operation:
        """An operation that begins an iteration over a dataset.

        Raises TypeError if its elements have other specs.
        """
        expected, given = flatten(self.element_spec), flatten(dataset.element_spec)
        if len(expected) != len(given) or not all(
            one.is_compatible_with(two) for one, two in zip(expected, given, strict=True)
        ):
            raise TypeError(
                f"Expected output types {get_output_types(self)!r} but got dataset with output "
                f"types {get_output_types(dataset)!r}."
            )
        resource = self._resource

        def initialize(dataset: Any) -> Computed:
            return Computed((), lambda: resource.start(dataset))

        graph = active_graph()
        add_call(graph, initialize, "MakeIterator", (dataset,), {})
        operation: Operation = graph.nodes[-1].operation
        return operation

    def get_next(self, name: str | None = None) -> Any:
        """The tensors of the next element."""
        resource, spec, once = self._resource, self.element_spec, self._dataset

        def get_next(*dataset: Any) -> Computed:
            def compute() -> Flat:
                for value in dataset:
                    resource.start_once(value)
                return resource.next()

            return Computed(spec, compute)

        arguments = () if once is None else (once,)
        return add_call(active_graph(), get_next, name or "IteratorGetNext", arguments, {})

    @property
    def output_types(self) -> Any:
        """The dtypes of the components."""
        return get_output_types(self)

    @property
    def output_shapes(self) -> Any:
        """The shapes of the components."""
        return get_output_shapes(self)

    @property
    def output_classes(self) -> Any:
        """The classes of the components."""
        return get_output_classes(self)


def _specs(types: Any, shapes: Any, classes: Any) -> Any:
    flat_types = flatten(types)
    flat_shapes = [None] * len(flat_types) if shapes is None else flatten(shapes)
    flat_classes = [None] * len(flat_types) if classes is None else flatten(classes)
    specs = [
        (SparseTensorSpec if cls is SparseTensor else TensorSpec)(shape, as_dtype(dtype))
        for dtype, shape, cls in zip(flat_types, flat_shapes, flat_classes, strict=True)
    ]
    structure = pack(types, specs)
    check_specs(structure, "output_types")
    return structure


def make_one_shot_iterator(dataset: Any) -> Any:
    """An iterator over a dataset. Implements `tf.compat.v1.data.make_one_shot_iterator`."""
    if active_graph() is None:
        return OwnedIterator(dataset)
    iterator = Iterator._of(dataset.element_spec)
    iterator._dataset = dataset
    return iterator


def make_initializable_iterator(dataset: Any, shared_name: Any = None) -> Iterator:
    """An iterator of a graph, whose `initializer` is run first.

    Implements `tf.compat.v1.data.make_initializable_iterator`. Raises RuntimeError outside graphs.
    """
    if active_graph() is None:
        raise RuntimeError(_ONLY_IN_GRAPHS)
    iterator = Iterator._of(dataset.element_spec)
    iterator._initializer = iterator.make_initializer(dataset)
    return iterator


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of the components. Implements `tf.compat.v1.data.get_output_types`."""
    return map_structure(
        lambda spec: getattr(spec, "dtype", spec), dataset_or_iterator.element_spec
    )


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of the components. Implements `tf.compat.v1.data.get_output_shapes`."""
    return map_structure(
        lambda spec: getattr(spec, "shape", spec), dataset_or_iterator.element_spec
    )


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of the components. Implements `tf.compat.v1.data.get_output_classes`."""
    return map_structure(
        lambda spec: getattr(spec, "value_type", spec), dataset_or_iterator.element_spec
    )
