"""`tf.train.ExponentialMovingAverage`: variables that follow others with a lag."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

from ..._core.recording.execution_context import init_scope
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32
from ..._core.tensor.tensor import EagerTensor
from ..._core.variables.variable import Variable
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.division import truediv
from ..math.elementwise import minimum

_names: set[str] = set()
_followed: list[weakref.ref[Variable]] = []


def _unique(name: str) -> str:
    """The name, with a number behind it if it was given before."""
    found, number = name, 0
    while found in _names:
        number += 1
        found = f"{name}_{number}"
    _names.add(found)
    return found


class ExponentialMovingAverage:
    """Averages of variables. Implements `tf.train.ExponentialMovingAverage`.

    `apply` makes each average `decay * average + (1 - decay) * variable`. With `num_updates`, the
    decay is at most `(1 + num_updates) / (10 + num_updates)`. `zero_debias` is for tensors, which
    there are none of in eager execution.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        """What the names of the averages end with."""
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> None:
        """Updates the averages of variables; the first time it makes them, equal to the variables.

        Without a list it does nothing, as there are no collections of variables in eager execution.
        Raises TypeError for tensors, and for variables that are no real floating-point numbers.
        """
        variables = [] if var_list is None else list(var_list)
        for variable in variables:
            if isinstance(variable, EagerTensor):
                raise TypeError(
                    "tf.train.ExponentialMovingAverage does not support non-Variable tensors when "
                    "eager execution is enabled."
                )
        for variable in variables:
            if not variable.dtype.is_floating or variable.dtype.size < 2:
                raise TypeError(f"The variables must be half, float, or double: {variable.name}")
            if variable.ref() not in self._averages:
                self._averages[variable.ref()] = self._made(variable)
        decay = to_tensor(self._decay, FLOAT32)
        if self._num_updates is not None:
            number = cast(self._num_updates, FLOAT32)
            decay = minimum(decay, truediv(add(1.0, number), add(10.0, number)))
        rate = subtract(1.0, decay)
        for variable in variables:
            average = self._averages[variable.ref()]
            change = multiply(subtract(average, variable), cast(rate, average.dtype))
            average.assign_sub(change, read_value=False)

    def _made(self, variable: Variable) -> Variable:
        with init_scope():
            name = _unique(f"{variable._handle.name}/{self._name}")
            average = Variable(variable.read_value(), trainable=False)
        average._handle.name = name  # a full one, whatever scope this is in
        _followed.append(weakref.ref(variable))
        return average

    def average(self, var: Variable) -> Variable | None:
        """The average of a variable, or None."""
        return self._averages.get(var.ref())

    def average_name(self, var: Variable) -> str:
        """The name that the average of a variable has, or would have."""
        average = self._averages.get(var.ref())
        return f"{var._handle.name}/{self._name}" if average is None else average._handle.name

    def variables_to_restore(self, moving_avg_variables: Any = None) -> dict[str, Variable]:
        """Variables by the names of their averages; all that any object averages by default."""
        if moving_avg_variables is None:
            found = [reference() for reference in _followed]
            moving_avg_variables = [variable for variable in found if variable is not None]
        return {self.average_name(variable): variable for variable in moving_avg_variables}
