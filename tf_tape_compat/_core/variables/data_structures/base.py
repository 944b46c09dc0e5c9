"""Trackable wrappers of lists, dicts and tuples, which replace them as attributes.

As in TensorFlow, a wrapper reads and changes the list or dict that it wraps, so both have the same
items. It is also a list or dict itself, with the same items, because C code (torch's, for instance)
reads it directly. Changes made to the wrapped object without the wrapper are detected when a
checkpoint is saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...tracking.trackable import Trackable, tracked
from ..variable import Variable


def tracked_item(structure: Trackable, name: str, value: Any) -> Any:
    """The item for a structure to keep. A value in a checkpoint that does not fit is left out."""
    try:
        return tracked(structure, name, value)
    except ValueError:  # it waited for this item; nothing waits any more
        return tracked(structure, name, value)


class Structure(Trackable):
    """Base of the wrappers: the variables among the items."""

    trainable = True
    """Whether the variables in here count as trainable."""

    def _values(self) -> Iterable[Any]:
        raise NotImplementedError

    def _collect_variables(self, attribute: str, trainable: bool) -> list[Any]:
        collected: list[Any] = []
        for value in self._values():
            if isinstance(value, Trackable):
                collected += getattr(value, attribute, ())
        variables = [value for value in self._values() if isinstance(value, Variable)]
        return collected + [v for v in variables if v.trainable is trainable]

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables among the items; those of nested items come first."""
        return self._collect_variables("trainable_variables", True) if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The other variables among the items."""
        trainable = [] if self.trainable else self._collect_variables("trainable_variables", True)
        return trainable + self._collect_variables("non_trainable_variables", False)

    @property
    def variables(self) -> list[Any]:
        """All variables among the items, the trainable ones first."""
        return self.trainable_variables + self.non_trainable_variables

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables
    weights = variables


def cannot_save(structure: Any, reason: str) -> ValueError:
    """The error for saving a structure that could not be restored."""
    return ValueError(
        f"Unable to save the object {structure!r}: {reason}, so a value could not be restored into "
        "an object that is created later. If it need not be in the checkpoint, assign it as "
        "`module.x = module._no_dependency(value)`."
    )


def differs(value: Any, seen: Any) -> bool:
    """Whether an item of the wrapped object is not the one that the wrapper knows."""
    if value is seen:
        return False
    return isinstance(value, Trackable) or bool(value != seen)
