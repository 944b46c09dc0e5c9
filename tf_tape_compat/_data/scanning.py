"""Transformations that carry a state from element to element: scan and reduce."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..errors import OpError
from .components import payload
from .dataset import DatasetV2, IterationContext, UnaryDataset, examples_of, method
from .failures import IterationError, as_operation_error, in_function, refuse
from .functions import DatasetFunction
from .structure import Flat, as_components, flatten, pack


class _State:
    """The state of a scan or a reduction, whose specs widen as the function requires."""

    def __init__(self, initial: Any) -> None:
        self.spec, self.flat = as_components(initial)

    def widen(self, new_spec: Any, prefix: str, separator: str) -> bool:
        """Covers the specs of a new state. Returns whether they changed.

        Raises TypeError if classes or dtypes of the new state differ.
        """
        old, new = flatten(self.spec), flatten(new_spec)
        for one, two in zip(old, new, strict=False):
            if type(one) is not type(two):
                raise TypeError(
                    f"{prefix}The element classes for the new state must match the initial state. "
                    f"Expected {type(one)}{separator} got {type(two)}."
                )
            if getattr(one, "dtype", None) != getattr(two, "dtype", None):
                raise TypeError(
                    f"{prefix}The element types for the new state must match the initial state. "
                    f"Expected {one.dtype}{separator} got {two.dtype}."
                )
        wider = [
            one.most_specific_common_supertype([two]) or one
            for one, two in zip(old, new, strict=False)
        ]
        changed = wider != old[: len(wider)]
        self.spec = pack(self.spec, [*wider, *old[len(wider) :]])
        return changed


def _with_state(state: Flat, source: DatasetV2) -> Callable[[], Iterator[Flat]]:
    examples = examples_of(source)
    return lambda: (state + element for element in examples())


class _Scan:
    """Iterates over the outputs of a function of a state and an element."""

    def __init__(self, source: Iterator[Flat], call: Callable[[Flat], Flat], state: Flat) -> None:
        self._source = source
        self._call = call
        self._state = state

    def __iter__(self) -> _Scan:
        return self

    def __next__(self) -> Flat:
        size = len(self._state)
        result = self._call(self._state + next(self._source))
        self._state = result[:size]
        return result[size:]


class ScanDataset(UnaryDataset):
    """The outputs of a function that carries a state from element to element."""

    def __init__(
        self, source: DatasetV2, initial_state: Any, scan_func: Any, label: str = "Dataset.scan()"
    ) -> None:
        super().__init__(source)
        state = _State(initial_state)
        while True:
            self._function = DatasetFunction(
                scan_func,
                label,
                (state.spec, source.element_spec),
                _with_state(state.flat, source),
            )
            output = self._function.output_spec
            if not (isinstance(output, tuple) and len(output) == 2):
                raise TypeError(
                    "Invalid `scan_func`. `scan_func` should return a pair consisting of new state "
                    f"and the output value but its return type is {output}."
                )
            if not state.widen(output[0], "Invalid `scan_func`. ", ","):
                break
        self._state = state.flat

    @property
    def element_spec(self) -> Any:
        """The specs of the outputs."""
        return self._function.output_spec[1]

    def _cardinality(self) -> int:
        return self._input._cardinality()

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        call = in_function(self._function.instance(context), "ScanDataset", "Scan")
        return _Scan(self._input._start(context), call, self._state)


@method
def scan(self: DatasetV2, initial_state: Any, scan_func: Any, name: str | None = None) -> Any:
    """Maps with a state. Implements `tf.data.Dataset.scan`.

    Args:
      initial_state: a nest of values.
      scan_func: takes the state and an element, and returns the new state and the output.

    Raises:
      TypeError: if it does not return a pair, or the dtypes of the state change.
    """
    return ScanDataset(self, initial_state, scan_func)


class Reduction:
    """The reduction of a dataset by a function of the state and an element.

    `test`, a function of the state, says before each element whether to go on.

    Raises:
      TypeError: if the dtypes of the state change.
      InvalidArgumentError: if the function returns more or fewer components than the state has.
    """

    def __init__(
        self,
        dataset: DatasetV2,
        initial_state: Any,
        reduce_func: Any,
        name: str | None = None,
        test: Any = None,
    ) -> None:
        self._dataset = dataset
        self._test: DatasetFunction | None = None
        state = _State(initial_state)
        self._initial = state.flat
        self._function: DatasetFunction | None = None
        while True:
            function = DatasetFunction(
                reduce_func,
                "reduce()",
                (state.spec, dataset.element_spec),
                _with_state(state.flat, dataset),
            )
            if not function.has_known_output and next(examples_of(dataset)(), None) is None:
                self.output_spec = state.spec
                return
            output = function.output_spec
            if not state.widen(output, "", " but"):
                break
        sizes = len(state.flat), len(flatten(output))
        if sizes[0] != sizes[1]:
            raise refuse(
                "ReduceDataset",
                "The number of components of the initial state and the reduce function output does "
                f"not match. (initial_state={sizes[0]}, output={sizes[1]}).",
                f"_Targuments_0_Tstate_{sizes[0]}_output_types_{sizes[0]}",
            )
        self.output_spec = output
        self._function = function
        if test is not None:
            self._test = DatasetFunction(test, "reduce()", (state.spec,), lambda: iter(()))

    def run(self) -> Flat:
        """The last state, flat."""
        state = self._initial
        if self._function is None:  # there is no element
            return state
        context = IterationContext(self._dataset.options())
        call = self._function.instance(context)
        goes_on = None if self._test is None else self._test.instance(context)
        try:
            source = self._dataset._start(context)
            while goes_on is None or bool(payload(goes_on(state)[0])):
                element = next(source, None)
                if element is None:
                    break
                state = call(state + element)
        except (IterationError, OpError) as error:
            raise as_operation_error(
                error,
                "ReduceDataset",
                f"_Targuments_0_Tstate_{len(state)}_output_types_{len(state)}",
            ) from error
        finally:
            context.close()
        return state


@method
def reduce(self: DatasetV2, initial_state: Any, reduce_func: Any, name: str | None = None) -> Any:
    """Combines all elements. Implements `tf.data.Dataset.reduce`.

    Args:
      initial_state: a nest of values.
      reduce_func: takes the state and an element, and returns the new state.

    Returns:
      The last state.

    Raises:
      TypeError: if the dtypes of the state change.
      InvalidArgumentError: if it returns more or fewer components than the state has.
    """
    reduction = Reduction(self, initial_state, reduce_func)
    return pack(reduction.output_spec, reduction.run())
