"""Iterators and optionals in traced functions, and loops over datasets and iterators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from .. import nest
from .._autograph.operators.loop_checks import check_initial_values
from .._autograph.operators.staged_loop import StagedLoop
from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._graph.symbolic_tensor import SymbolicTensor
from .._graph.unsupported import TraceUnsupported
from .dataset import DatasetV2, IterationContext
from .graph_datasets import Computed, add_call
from .iterator import IteratorBase, IteratorSpec
from .optional import Optional, OptionalSpec
from .scanning import Reduction
from .structure import Flat, flatten

_BOOL = TensorSpec([], "bool")


class GraphIterator(IteratorBase):
    """An iterator of a function that is traced: its specs, and the tensor that stands for it."""

    def __init__(self, element_spec: Any, tensor: SymbolicTensor) -> None:
        self._element_spec = element_spec
        self._tensor = tensor

    def _as_handle(self) -> SymbolicTensor:
        return self._tensor

    @property
    def element_spec(self) -> Any:
        """The structure of specs of the elements."""
        return self._element_spec

    @property
    def _type_spec(self) -> IteratorSpec:
        return IteratorSpec(self._element_spec)

    def __iter__(self) -> GraphIterator:
        return self

    def __next__(self) -> Any:
        return self.get_next()

    def get_next(self) -> Any:
        """The next element. When the function runs, OutOfRangeError is raised at the end."""
        return add_next(active_graph(), self)

    def get_next_as_optional(self) -> Any:
        """The next element as an optional, which is empty at the end."""
        return add_next_as_optional(active_graph(), self)

    def _iterate_in_graph(self, loop: Any) -> None:
        loop_over(self, loop)


def add_iterator(graph: Any, dataset: Any) -> Any:
    """Adds the start of an iteration over a dataset.

    Raises RuntimeError in a graph that is no function's.
    """
    if not graph.building_function:
        raise RuntimeError(
            "`tf.data.Dataset` only supports Python-style iteration in eager mode or within "
            "tf.function."
        )

    def iterator(dataset: Any) -> Computed:
        return Computed(IteratorSpec(dataset.element_spec), lambda: (iter(dataset),))

    return add_call(graph, iterator, "iterator", (dataset,), {})


def add_next(graph: Any, iterator: Any) -> Any:
    """Adds a read of the next element."""

    def get_next(iterator: Any) -> Computed:
        return Computed(iterator.element_spec, lambda: tuple(flatten(iterator.get_next())))

    return add_call(graph, get_next, "IteratorGetNext", (iterator,), {})


def add_next_as_optional(graph: Any, iterator: Any) -> Any:
    """Adds a read of the next element, if there is one."""

    def get_next(iterator: Any) -> Computed:
        spec = OptionalSpec(iterator.element_spec)
        return Computed(spec, lambda: (iterator.get_next_as_optional(),))

    return add_call(graph, get_next, "IteratorGetNextAsOptional", (iterator,), {})


def add_optional(graph: Any, element_spec: Any, values: tuple[Any, ...]) -> Any:
    """Adds an optional with the only one of `values`, or an empty one with these specs."""

    def optional(*values: Any) -> Computed:
        made = Optional.from_value(*values) if values else Optional.empty(element_spec)
        return Computed(OptionalSpec(made.element_spec), lambda: (made,), effect=False)

    name = "OptionalFromValue" if values else "OptionalNone"
    return add_call(graph, optional, name, values, {})


class GraphOptional(Optional):
    """An optional of a function that is traced: its specs, and the tensor that stands for it."""

    def __init__(self, element_spec: Any, tensor: SymbolicTensor) -> None:
        self._element_spec = element_spec
        self._tensor = tensor

    def _as_handle(self) -> SymbolicTensor:
        return self._tensor

    @property
    def element_spec(self) -> Any:
        """The structure of specs of the value."""
        return self._element_spec

    @property
    def _type_spec(self) -> OptionalSpec:
        return OptionalSpec(self._element_spec)

    def has_value(self, name: str | None = None) -> Any:
        """Whether there is a value: a scalar tensor of type bool."""

        def has_value(optional: Any) -> Computed:
            return Computed(_BOOL, lambda: (optional.has_value(),), effect=False)

        return add_call(active_graph(), has_value, "OptionalHasValue", (self,), {})

    def get_value(self, name: str | None = None) -> Any:
        """The value. When the function runs, InvalidArgumentError is raised if there is none."""

        def get_value(optional: Any) -> Computed:
            return Computed(optional.element_spec, lambda: tuple(flatten(optional.get_value())))

        return add_call(active_graph(), get_value, "OptionalGetValue", (self,), {})


# -- loops ----------------------------------------------------------------------------------------


class _Remaining(DatasetV2):
    """The elements that an iterator has not given yet."""

    def __init__(self, iterator: Any) -> None:
        self._elements = iterator

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._elements.element_spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return map(tuple, map(flatten, self._elements))


class _Loop(StagedLoop):
    """A loop of the graph over the elements of a dataset or iterator."""

    iterable: Any
    element: list[Any]  # the element of the iteration that is traced

    def _filled(self, before: Any, missing: Any, invariants: Any) -> Any:
        """Raises ValueError: no symbol may be defined in the loop only, as there may be no item."""
        check_initial_values(before, self.symbol_names)
        return before, invariants

    def _shape_invariants(self, state: Any) -> Any:
        """In a loop over a dataset, shapes may change, as in `Dataset.reduce`."""
        if isinstance(self.iterable, IteratorBase):
            return super()._shape_invariants(state)
        return tuple(
            TensorShape(None) if isinstance(value, EagerTensor) else None for value in state
        )

    def staged(
        self,
        test: Callable[..., Any],
        iteration: Callable[..., Any],
        initial: Any,
        options: dict[str, Any],
    ) -> Any:
        graph = active_graph()
        leaves = nest.flatten(initial, expand_composites=True)
        places = [i for i, leaf in enumerate(leaves) if _is_value(leaf)]

        def packed(state: tuple[Any, ...]) -> Any:
            known = list(leaves)
            for place, tensor in zip(places, state, strict=True):
                known[place] = tensor
            return nest.pack_sequence_as(initial, known, expand_composites=True)

        def step(state: tuple[Any, ...], element: Any) -> Any:
            self.element[:] = [element]
            after = nest.flatten(iteration(*packed(state)), expand_composites=True)
            kept = [i for i in range(len(leaves)) if i not in places]
            if len(after) != len(leaves) or any(after[i] is not leaves[i] for i in kept):
                raise TraceUnsupported("a loop over a dataset that changes what is no tensor")
            return tuple(after[place] for place in places)

        maker: Any = partial(
            _reduction,
            reduce_func=step,
            test=None if self.test is _always else lambda state: test(*packed(state)),
        )
        state = tuple(to_tensor(leaves[place]) for place in places)
        return packed(add_call(graph, maker, "ReduceDataset", (self.iterable, state), {}))


def _reduction(iterable: Any, state: Any, reduce_func: Any, test: Any) -> Reduction:
    is_iterator = isinstance(iterable, IteratorBase)
    return Reduction(
        _Remaining(iterable) if is_iterator else iterable, state, reduce_func, test=test
    )


def _is_value(leaf: Any) -> bool:
    return isinstance(leaf, (EagerTensor, int, float, complex, str, bytes)) or hasattr(
        leaf, "__array__"
    )


def _always() -> bool:
    return True


def loop_over(iterable: Any, loop: Any) -> None:
    """A `for` statement over a dataset or iterator, in the graph that is active."""
    element: list[Any] = []
    test = _always if loop.extra_test is None else loop.extra_test
    staged = _Loop(
        test,
        lambda: loop.body(element[0]),
        loop.get_state,
        loop.set_state,
        loop.symbol_names,
        loop.options,
    )
    staged.iterable, staged.element = iterable, element
    staged.keeps_shapes = isinstance(iterable, IteratorBase)  # a reduction widens shapes
    staged.run()
