"""`tf.train.ExponentialMovingAverage`: moving averages of variables."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from typing import Any

from ..._api.shown_modules import shown_in
from ..._core.recording.execution_context import (
    init_scope,
    name_scope,
    session_graph_around,
)
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.python_values import FLOAT32
from ..._core.tensor.tensor import EagerTensor
from ..._core.variables.variable import Variable
from ..array.creation import zeros
from ..control.control_flow import group
from ..math.arithmetic import add, multiply, subtract
from ..math.casting import cast
from ..math.division import truediv
from ..math.elementwise import minimum

_COLLECTION = "moving_average_variables"

_names: set[str] = set()
_averaged: list[weakref.ref[Variable]] = []


def _unique_name(name: str) -> str:
    """The name, with a number appended if it has been used before."""
    unique, number = name, 0
    while unique in _names:
        number += 1
        unique = f"{name}_{number}"
    _names.add(unique)
    return unique


class ExponentialMovingAverage:
    """Moving averages of variables. Implements `tf.train.ExponentialMovingAverage`.

    `apply` sets each average to `decay * average + (1 - decay) * variable`.

    Args:
      decay: A scalar between 0 and 1.
      num_updates: The number of updates so far; the decay is then at
        most `(1 + num_updates) / (10 + num_updates)`.
      zero_debias: Whether averages of tensors are corrected for beginning with zeros. Only False.
      name: The last part of the averages' names.
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
        """The last part of the averages' names."""
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Any:
        """Updates the averages of variables. The first call creates them, equal to the variables.

        In a graph, averages of tensors begin with zeros, and without a list all trainable variables
        are averaged; in eager execution there is no collection of these, and nothing happens.

        Returns the operation that updates, in a graph or function, or None. Raises TypeError for
        tensors outside of graphs, and for variables that are not floating point.
        """
        graph = session_graph_around()
        if var_list is None:
            var_list = [] if graph is None else graph.get_collection("trainable_variables")
        variables = list(var_list)
        for variable in variables:
            if isinstance(variable, EagerTensor) and graph is None:
                raise TypeError(
                    "tf.train.ExponentialMovingAverage does not support non-Variable tensors when "
                    "eager execution is enabled."
                )
        for variable in variables:
            if not variable.dtype.is_floating or variable.dtype.size < 2:
                raise TypeError(f"The variables must be half, float, or double: {variable.name}")
            if variable.ref() not in self._averages:
                self._averages[variable.ref()] = (
                    self._create_average(variable)
                    if graph is None
                    else self._create_in_graph(graph, variable)
                )
        with name_scope(self._name) as scope:
            updates = self._updates(variables)
            return group(*updates, name=scope)

    def _updates(self, variables: list[Any]) -> list[Any]:
        decay = to_tensor(self._decay, FLOAT32)
        if self._num_updates is not None:
            number = cast(self._num_updates, FLOAT32)
            decay = minimum(decay, truediv(add(1.0, number), add(10.0, number)))
        rate = subtract(1.0, decay)
        updates = []
        for variable in variables:
            average = self._averages[variable.ref()]
            change = multiply(subtract(average, variable), cast(rate, average.dtype))
            updates.append(average.assign_sub(change, read_value=False))
        return updates

    def _create_average(self, variable: Variable) -> Variable:
        with init_scope():
            name = _unique_name(f"{variable._handle.name}/{self._name}")
            average = Variable(variable.read_value(), trainable=False)
        average._handle.name = name  # the full name, without the current name scope
        _averaged.append(weakref.ref(variable))
        return average

    def _create_in_graph(self, graph: Any, variable: Any) -> Variable:
        is_variable = isinstance(variable, Variable)
        name = variable._handle.name if is_variable else variable.op.name
        with init_scope(), name_scope(""):  # also in a branch of a conditional
            initial = (
                variable.initial_value if is_variable else zeros(variable.shape, variable.dtype)
            )
            average = Variable(initial, trainable=False, name=f"{name}/{self._name}")
        if is_variable:
            averaged = graph.get_collection(_COLLECTION)
            if not any(variable is other for other in averaged):
                graph.add_to_collection(_COLLECTION, variable)
        return average

    def average(self, var: Variable) -> Variable | None:
        """The average of a variable; None if it has none."""
        return self._averages.get(var.ref())

    def average_name(self, var: Variable) -> str:
        """The name of a variable's average, whether it exists or not."""
        average = self._averages.get(var.ref())
        if average is not None:
            return average._handle.name
        name = var._handle.name if isinstance(var, Variable) else var.op.name
        return f"{name}/{self._name}"

    def variables_to_restore(self, moving_avg_variables: Any = None) -> dict[str, Variable]:
        """Variables by the names of their averages.

        By default, all variables that any ExponentialMovingAverage averages; in a graph, also all
        other variables, by their own names.
        """
        graph = session_graph_around()
        if graph is not None:
            return self._to_restore_in_graph(graph, moving_avg_variables)
        if moving_avg_variables is None:
            variables = [reference() for reference in _averaged]
            moving_avg_variables = [variable for variable in variables if variable is not None]
        return {self.average_name(variable): variable for variable in moving_avg_variables}

    def _to_restore_in_graph(self, graph: Any, chosen: Any) -> dict[str, Variable]:
        if chosen is None:
            chosen = [
                *graph.get_collection("trainable_variables"),
                *graph.get_collection(_COLLECTION),
            ]
        names = {self.average_name(variable): variable for variable in chosen}
        averaged = {variable.name for variable in chosen}
        for variable in graph.get_collection("variables"):
            name = variable._handle.name
            if variable.name not in averaged and name not in names:
                names[name] = variable
        return names


shown_in("tensorflow.python.training.moving_averages", ExponentialMovingAverage)
