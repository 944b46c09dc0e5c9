"""`Reducer` and `group_by_reducer`: one result for all elements of a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._core.tensor.convert import INT64
from .._core.types.tensor_spec import TensorSpec
from .components import payload
from .dataset import DatasetV2, IterationContext, UnaryDataset, examples_of
from .functions import DatasetFunction
from .mapping import function_of
from .structure import Flat

_KEY = TensorSpec([], INT64)


class Reducer:
    """Three functions that reduce the elements of a key. Implements `tf.data.experimental.Reducer`.

    Args:
      init_func: returns the first state for a key.
      reduce_func: takes the state and an element, and returns the new state.
      finalize_func: returns the result for the last state.
    """

    def __init__(self, init_func: Any, reduce_func: Any, finalize_func: Any) -> None:
        self._init_func = init_func
        self._reduce_func = reduce_func
        self._finalize_func = finalize_func

    @property
    def init_func(self) -> Any:
        """Returns the first state for a key."""
        return self._init_func

    @property
    def reduce_func(self) -> Any:
        """Takes the state and an element, and returns the new state."""
        return self._reduce_func

    @property
    def finalize_func(self) -> Any:
        """Returns the result for the last state."""
        return self._finalize_func


class GroupByReducerDataset(UnaryDataset):
    """One element for each key, in the order of the keys."""

    _label = "tf.data.experimental.group_by_reducer()"

    def __init__(self, source: DatasetV2, key_func: Any, reducer: Reducer) -> None:
        super().__init__(source)
        self._key = function_of(source, key_func, self._label)
        if self._key.has_known_output and not self._key.output_spec.is_compatible_with(_KEY):
            spec = self._key.output_spec
            raise ValueError(
                "Invalid `key_func`. Expected `key_func` to return a scalar tf.int64 tensor, but "
                f"instead `key_func` has output types={spec.dtype} and shapes={spec.shape}."
            )
        examples = examples_of(source)

        def keys() -> Iterator[Flat]:
            return map(self._key.instance(), examples())

        self._init = DatasetFunction(reducer.init_func, self._label, _KEY, keys)

        def states() -> Iterator[Flat]:
            return map(self._init.instance(), keys())

        self._reduce = DatasetFunction(
            reducer.reduce_func,
            self._label,
            (self._init.output_spec, source.element_spec),
            lambda: (state + element for state, element in zip(states(), examples(), strict=False)),
        )
        self._finalize = DatasetFunction(
            reducer.finalize_func, self._label, self._init.output_spec, states
        )

    @property
    def element_spec(self) -> Any:
        """The specs of the results."""
        return self._finalize.output_spec

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Reduced(self._input._start(context), self, context)


class _Reduced:
    """Iterates over the results of all keys, once the input has ended."""

    def __init__(
        self, source: Iterator[Flat], dataset: GroupByReducerDataset, context: IterationContext
    ) -> None:
        self._source: Iterator[Flat] | None = source
        self._key = dataset._key.instance(context)
        self._init = dataset._init.instance(context)
        self._reduce = dataset._reduce.instance(context)
        self._finalize = dataset._finalize.instance(context)
        self._states: dict[int, Flat] = {}

    def __iter__(self) -> _Reduced:
        return self

    def __next__(self) -> Flat:
        if self._source is not None:
            for element in self._source:
                (key_tensor,) = self._key(element)
                key = int(payload(key_tensor))
                if key not in self._states:
                    self._states[key] = self._init((key_tensor,))
                self._states[key] = self._reduce(self._states[key] + element)
            self._source = None
        if not self._states:
            raise StopIteration
        return self._finalize(self._states.pop(min(self._states)))
