"""The variables that a function creates in its first call, and their initial values."""

from __future__ import annotations

import weakref
from typing import Any

from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import FunctionCall, in_call
from .._core.variables.variable import Variable, initial_data

SINGLETON = (
    "tf.function only supports singleton tf.Variables created on the first call. Make sure the "
    "tf.Variable is only created once or created outside tf.function. See "
    "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
)


class CreatedVariables:
    """The variables that were created in one call, in order."""

    def __init__(self) -> None:
        self._created: list[tuple[weakref.ref[Variable], Any]] = []

    def __len__(self) -> int:
        return len(self._created)

    def add(self, variable: Variable, initial_value: Any = None) -> None:
        """Notes a new variable. `initial_value` is symbolic; None if there is a value."""
        self._created.append((weakref.ref(variable), initial_value))

    def all_alive(self) -> bool:
        """Whether the program keeps all of them."""
        return all(reference() is not None for reference, _ in self._created)

    def initialize(self, trace: Any, arguments: dict[int, Any]) -> None:
        """Computes the initial values that are not known yet, outside of every function and tape.

        `trace` is what random operations take their seeds from, and `arguments` are the values of
        the arguments, by the ids of their placeholders.

        Raises ValueError if one depends on an argument without a value.
        """
        uninitialized = [pair for pair in self._created if pair[1] is not None]
        if not uninitialized:
            return
        from .._graph.lifting import InitialValues, NotLiftable

        run = InitialValues(arguments)
        try:
            with in_call(FunctionCall(None, (), trace, None)), stop_recording():
                for reference, initial_value in uninitialized:
                    variable = reference()
                    if variable is not None:
                        variable._handle.data = initial_data(run.value(initial_value))
        except NotLiftable as error:
            raise ValueError(
                f"Unable to lift the initial value of a variable out of the function: it depends "
                f"on the argument {error}, which has no value here. Call the function first, or "
                "create the variable outside of it."
            ) from error
