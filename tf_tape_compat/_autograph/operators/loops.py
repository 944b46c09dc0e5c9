"""`while` and `for`: Python's loops, or loops of the graph.

A loop's state are the values of the symbols that it changes. `get_state` and `set_state` read and
write them in the frame of the converted function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..._core.recording.execution_context import active_graph
from ..._core.tensor.tensor import Tensor
from ..._core.types.composite_tensor import CompositeTensor
from ..._core.variables.variable import Variable
from ..._ops.control.cond import cond as tf_cond
from ..._ops.control.tensor_array import TensorArray
from ..._ops.math.comparison import greater, greater_equal, less
from ..._ops.math.logical import logical_and, logical_or
from ...errors import OperatorNotAllowedInGraphError
from .builtins import len_
from .staged_loop import StagedLoop
from .staging import discarded_graph
from .tensors import is_staged

State = tuple[Any, ...]

_LIMITATIONS = (
    "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/autograph/g3doc/"
    "reference/limitations.md#consistency-of-control-flow-types"
)


def while_stmt(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`while test(): body()`."""
    if active_graph() is not None:
        # Only its type matters: a loop of the graph evaluates the test again.
        with discarded_graph():
            first = test()
        if is_staged(first):
            StagedLoop(test, body, get_state, set_state, symbol_names, options).run()
            return
        if not first:
            return
        body()
    while _truth(test(), _CHANGED_TO_TENSOR):
        body()


def _truth(value: Any, message: str) -> bool:
    try:
        return bool(value)
    except OperatorNotAllowedInGraphError as error:
        raise NotImplementedError(message) from error


_CHANGED_TO_TENSOR = (
    "The condition of while loop started as non-Tensor, then changed to Tensor. This may happen "
    "either because variables changed type, or when a break or return statement inside the loop "
    "depends on a Tensor condition. In both cases, changing to a TF loop should remove the error."
    f"\nSee {_LIMITATIONS} for more info."
)
_STOPS_ON_TENSOR = (
    "break and return statements which depend on a TF condition are not supported in Python for "
    "loops. Did you intend to make it a TF loop?"
    f"\nSee {_LIMITATIONS} for more info."
)


@dataclass(frozen=True)
class ForLoop:
    """A `for` statement: what happens for each item, and the state that it changes.

    `extra_test`, if not None, says whether to go on: `break` and `return` make it False.
    """

    extra_test: Callable[[], Any] | None
    body: Callable[[Any], None]
    get_state: Callable[[], State]
    set_state: Callable[[State], None]
    symbol_names: tuple[str, ...]
    options: dict[str, Any]

    def stage(
        self,
        test: Callable[[Any], Any],
        step: Callable[[Any], Any],
        position: Any,
        name: str = "<internal iterate>",
    ) -> None:
        """Runs a loop of the graph whose state also has a position.

        Args:
          test: whether there is another item at a position.
          step: runs the body for the item at a position, and returns the next position.
          position: the first position.
          name: what errors call the position.
        """

        def get_state() -> State:
            return (position, *self._state_with(position))

        def set_state(state: State) -> None:
            nonlocal position
            position, *others = state
            self.set_state(tuple(others))

        def extended_test() -> Any:
            more = test(position)
            extra_test = self.extra_test
            return more if extra_test is None else tf_cond(more, extra_test, lambda: False)

        def body() -> None:
            nonlocal position
            position = step(position)

        names = (name, *self.symbol_names)
        StagedLoop(extended_test, body, get_state, set_state, names, self.options).run()

    def _state_with(self, position: Any) -> State:
        """The state; the loop's own variable may be undefined before a loop over a range."""
        return self.get_state()


def for_stmt(
    iterable: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: tuple[str, ...],
    options: dict[str, Any],
) -> None:
    """`for item in iterable: body(item)`, while `extra_test()`."""
    loop = ForLoop(extra_test, body, get_state, set_state, symbol_names, options)
    # Datasets and their iterators have loops of their own.
    iterate = getattr(iterable, "_iterate_in_graph", None)
    if iterate is not None and active_graph() is not None:
        iterate(loop)
        return
    if is_staged(iterable) and isinstance(iterable, (Tensor, Variable, CompositeTensor)):
        if _is_range(iterable):
            _over_range(iterable, loop)
        elif hasattr(iterable, "row_lengths"):
            _over_rows(iterable, loop)
        else:
            _over_items(iterable, loop)
        return
    _in_python(iterable, loop)


def _in_python(iterable: Any, loop: ForLoop) -> None:
    extra_test = loop.extra_test
    if extra_test is None:
        for item in iterable:
            loop.body(item)
    elif _truth(extra_test(), _STOPS_ON_TENSOR):
        for item in iterable:
            loop.body(item)
            if not _truth(extra_test(), _STOPS_ON_TENSOR):
                break


def _is_range(iterable: Any) -> bool:
    operation = getattr(iterable, "op", None) if active_graph() is not None else None
    return operation is not None and operation.type == "Range"


def _over_items(items: Any, loop: ForLoop) -> None:
    """A loop over the first dimension of a tensor."""
    count = len_(items)
    array = TensorArray(items.dtype, size=count).unstack(items)

    def step(position: Any) -> Any:
        loop.body(array.read(position))
        return position + 1

    loop.stage(lambda position: less(position, count), step, 0)


def _over_rows(ragged: Any, loop: ForLoop) -> None:
    """A loop over the rows of a ragged tensor. As in TensorFlow, their number must be static."""
    sizes = ragged.shape
    known = sizes[0] if sizes.rank else None
    count = ragged.row_lengths()[0] if known is None else known

    def step(position: Any) -> Any:
        loop.body(ragged[position])
        return position + 1

    loop.stage(lambda position: position < count, step, 0)


def _over_range(numbers: Any, loop: ForLoop) -> None:
    """A loop over `tf.range`, whose numbers are computed one at a time."""
    start, limit, delta = numbers.op.inputs

    def test(number: Any) -> Any:
        from ..._graph.static_values import constant_value

        known = constant_value(delta)
        if known is not None:
            return less(number, limit) if known >= 0 else greater(number, limit)
        return logical_or(
            logical_and(greater_equal(delta, 0), less(number, limit)),
            logical_and(less(delta, 0), greater(number, limit)),
        )

    def step(number: Any) -> Any:
        loop.body(number)
        return number + delta

    _RangeLoop(**vars(replace(loop))).stage(test, step, start)


class _RangeLoop(ForLoop):
    """A loop over a range: its variable, if it is used later, begins as the first number."""

    def _state_with(self, position: Any) -> State:
        from malt.operators.variables import Undefined

        own = self.options.get("iterate_names")
        return tuple(
            position if name == own and isinstance(value, Undefined) else value
            for name, value in zip(self.symbol_names, self.get_state(), strict=True)
        )
