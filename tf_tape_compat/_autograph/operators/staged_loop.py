"""A loop of the graph: `tf.while_loop` over the state of a converted loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from malt.operators.variables import Undefined, UndefinedReturnValue

from ... import nest
from ..._core.tensor.convert import to_tensor
from ..._core.types.dimension import Dimension
from ..._ops.array.creation import zeros
from ..._ops.array.identity import identity
from ..._ops.control.while_loop import while_loop
from ..._ops.debugging.assertions import Assert
from .conditionals import checked_condition
from .loop_checks import check_initial_values, check_iteration
from .staging import discarded_graph
from .tensors import is_tensor

State = tuple[Any, ...]


@dataclass
class StagedLoop:
    """A loop whose test is a tensor."""

    test: Callable[[], Any]
    body: Callable[[], None]
    get_state: Callable[[], State]
    set_state: Callable[[State], None]
    symbol_names: tuple[str, ...]
    options: dict[str, Any]

    keeps_shapes = True
    """Whether shapes of the state must not change; the operation may widen them instead."""

    def run(self) -> None:
        """Adds the loop to the graph, and sets the state to its results."""
        before = self.get_state()
        invariants = self._shape_invariants(before)
        missing = [_is_missing(value) for value in before]
        initial = before
        if any(missing):
            initial, invariants = self._filled(before, missing, invariants)
        check_initial_values(initial, self.symbol_names)
        options = {
            name: value
            for name, value in self.options.items()
            if name not in ("iterate_names", "shape_invariants")
        }
        if any(invariant is not None for invariant in invariants):
            stated = tuple(map(_of_structure, invariants, initial))
            options["shape_invariants"] = (None, *stated) if any(missing) else stated
        values = self.staged(
            lambda *state: self._test(state, any(missing)),
            lambda *state: self._iteration(state, initial, invariants, any(missing)),
            (False, *initial) if any(missing) else initial,
            options,
        )
        if any(missing):
            values = self._after_one_iteration(values, missing, before)
        self.set_state(tuple(values))

    def staged(
        self,
        test: Callable[..., Any],
        iteration: Callable[..., Any],
        initial: State,
        options: dict[str, Any],
    ) -> Any:
        """Adds the loop, and returns its last state."""
        if initial:
            return while_loop(test, iteration, initial, **options)

        def step(unused: Any) -> tuple[Any]:
            iteration()
            return (unused,)

        while_loop(lambda _: test(), step, (0,), **options)  # it has effects alone
        return ()

    def _test(self, state: State, counts: bool) -> Any:
        self.set_state(state[1:] if counts else state)
        return checked_condition(self.test(), "while loop")

    def _iteration(self, state: State, initial: State, invariants: State, counts: bool) -> State:
        state = state[1:] if counts else state
        self.set_state(state)
        self.body()
        values = self.get_state()
        check_iteration(initial, state, values, self.symbol_names, invariants, self.keeps_shapes)
        return (True, *values) if counts else values

    def _shape_invariants(self, state: State) -> State:
        """The shape that `set_loop_options` states for each value of the state, or None."""
        stated = {id(value): shape for value, shape in self.options.get("shape_invariants", ())}
        return tuple(stated.get(id(value)) for value in state)

    # -- symbols that the first iteration defines -------------------------------------------------

    def _filled(self, before: State, missing: list[bool], invariants: State) -> tuple[State, State]:
        """The state with zeros in the place of undefined symbols, as the first iteration has them.

        Also returns the shape invariants, with those that the zeros need.
        """
        first: State | None = None
        failure = None
        initial, shapes = before, invariants
        try:
            with discarded_graph():
                self.set_state(nest.map_structure(_as_variant, before))
                self.body()
                first = self.get_state()
            pairs = [
                zeros_like(after, shape) if is_missing else (value, shape)
                for value, after, is_missing, shape in zip(
                    before, first, missing, invariants, strict=True
                )
            ]
            initial = tuple(
                value if placeholder is None and is_missing else placeholder
                for (placeholder, _), value, is_missing in zip(pairs, before, missing, strict=True)
            )
            shapes = tuple(shape for _, shape in pairs)
        except (UnboundLocalError, TypeError, ValueError, KeyError) as error:
            failure = (
                "Note: AutoGraph tried to define it automatically, but ran into a "
                f"{type(error).__name__}: {error}"
            )
        finally:
            self.set_state(initial)
        check_initial_values(initial, self.symbol_names, first, failure)
        return initial, shapes

    def _after_one_iteration(self, values: State, missing: list[bool], before: State) -> State:
        """The state, under the condition that there was an iteration."""
        names = ", ".join(
            "the function return value" if isinstance(value, UndefinedReturnValue) else name
            for name, value, is_missing in zip(self.symbol_names, before, missing, strict=True)
            if is_missing
        )
        Assert(values[0], [f"loop must iterate at least once to initialize {names}"])
        result: State = nest.map_structure(
            lambda x: identity(x) if is_tensor(x) else x, tuple(values[1:])
        )
        return result


def _of_structure(invariant: Any, value: Any) -> Any:
    """The invariant of each leaf of a value: None, or what is stated for all of it."""
    if invariant is None and nest.is_nested(value):
        return nest.map_structure(lambda _: None, value)
    return invariant


def _is_missing(value: Any) -> bool:
    return value is None or isinstance(value, (Undefined, UndefinedReturnValue))


def _as_variant(value: Any) -> Any:
    """A Python value as the loop has it: a tensor whose value is not known."""
    if not isinstance(value, (int, float, bool, str, np.ndarray, np.generic)):
        return value
    from ..._core.recording.execution_context import active_graph

    tensor = to_tensor(value)
    return active_graph().add_placeholder("Placeholder", tensor.dtype, tensor.shape)


def zeros_like(value: Any, invariant: Any) -> tuple[Any, Any]:
    """A value to begin with for a symbol that an iteration sets to `value`, and its invariant.

    None if there is no such value. Raises TypeError for a class that has no zero.
    """
    if _is_missing(value):
        return None, None
    if isinstance(value, (bool, int, float)):
        return type(value)(0), None
    if is_tensor(value):
        return _zeros_of_shape(value, invariant)
    if isinstance(value, (list, tuple, dict)):
        leaves = nest.flatten(value)
        invariants = nest.flatten(invariant) if invariant is not None else [None] * len(leaves)
        pairs = [zeros_like(x, shape) for x, shape in zip(leaves, invariants, strict=True)]
        return tuple(nest.pack_sequence_as(value, list(part)) for part in zip(*pairs, strict=True))
    raise TypeError(
        f"Found an unsupported type '{type(value).__name__}' while creating placeholder for "
        f"{value}. Supported types include Tensor, int, float, bool, list, tuple or dict."
    )


def _zeros_of_shape(value: Any, invariant: Any) -> tuple[Any, Any]:
    shape = value.shape if invariant is None else invariant
    if shape is None or shape.rank is None:
        return zeros([], value.dtype), shape
    sizes = [
        (0 if _size(wanted) is None else _size(wanted)) if size is None else size
        for size, wanted in zip(value.shape.as_list(), shape, strict=True)
    ]
    varies = any(size is None for size in value.shape.as_list())
    return zeros(sizes, value.dtype), shape if varies else None


def _size(size: Any) -> int | None:
    return size.value if isinstance(size, Dimension) else size
