"""Values with a part for each replica."""

from __future__ import annotations

from typing import Any

from .. import nest
from .._api.shown_modules import shown_in
from .._core.variables.variable import Variable


class DistributedValues:
    """A value with a part for each replica. Implements `tf.distribute.DistributedValues`."""

    __slots__ = ()

    values: Any


class DistributedDataset:
    """Implements `tf.distribute.DistributedDataset`, the datasets of several devices.

    With one replica, strategies give programs ordinary datasets, so no dataset is an instance.
    """


class DistributedIterator:
    """Implements `tf.distribute.DistributedIterator`; see `DistributedDataset`."""


class PerReplica(DistributedValues):
    """A value that differs between replicas."""

    __slots__ = ("_values",)

    def __init__(self, values: Any) -> None:
        self._values = tuple(values)

    @property
    def values(self) -> tuple[Any, ...]:
        """The value of each replica."""
        return self._values

    def __repr__(self) -> str:
        return show(self)


class DistributedVariable(DistributedValues, Variable):
    """A variable that a MirroredStrategy made."""

    _strategy: Any

    @property
    def distribute_strategy(self) -> Any:
        """The strategy in whose scope the variable was made."""
        return self._strategy

    @property
    def values(self) -> tuple[Any, ...]:
        """The variable of each replica."""
        return (_primary(self),)

    _values = values  # Sonnet's tests read it

    def __repr__(self) -> str:
        return show(self)

    __str__ = __repr__


class MirroredVariable(DistributedVariable):
    """A variable with the same value on each device."""


class SyncOnReadVariable(DistributedVariable):
    """A variable whose values are combined when it is read outside of replicas."""


def _primary(variable: DistributedVariable) -> Variable:
    """An ordinary variable that shares the state of a distributed one."""
    primary = Variable.__new__(Variable)
    primary._handle = variable._handle
    vars(primary).update(vars(variable))
    return primary


def show(value: Any) -> str:
    parts = ",\n".join(f"  {number}: {part}" for number, part in enumerate(value.values))
    return f"{type(value).__name__}:{{\n{parts}\n}}"


def in_replica(structure: Any) -> Any:
    """`structure` with the values that this replica sees."""
    return nest.map_structure(
        lambda value: value.values[0] if isinstance(value, PerReplica) else value, structure
    )


shown_in("tensorflow.python.distribute.input_lib", DistributedDataset, DistributedIterator)
