"""Lists, dicts and tuples that a checkpoint finds: they take the place of plain attributes.

A wrapper reads and changes the list or dict that it was made of, as TensorFlow's does, so that
both show the same. It is a list or dict by itself too, with the same items: C code that is given
one, torch's for instance, looks no further. What changes the wrapped object behind its back is
found out when a checkpoint is saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...tracking.trackable import Trackable


class Structure(Trackable):
    """A wrapper of whatever kind: what its items have in common."""

    trainable = True
    """Whether any variable in here counts as trainable."""

    def _values(self) -> Iterable[Any]:
        raise NotImplementedError

    def _gathered(self, attribute: str, trainable: bool) -> list[Any]:
        from ..variable import Variable

        found: list[Any] = []
        for value in self._values():
            if isinstance(value, Trackable):
                found += getattr(value, attribute, ())
        variables = [value for value in self._values() if isinstance(value, Variable)]
        return found + [v for v in variables if v.trainable is trainable]

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable variables in here, those of its items first."""
        return self._gathered("trainable_variables", True) if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The other variables in here."""
        trainable = [] if self.trainable else self._gathered("trainable_variables", True)
        return trainable + self._gathered("non_trainable_variables", False)

    @property
    def variables(self) -> list[Any]:
        """All variables in here, the trainable ones first."""
        return self.trainable_variables + self.non_trainable_variables

    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables
    weights = variables


def cannot_save(structure: Any, reason: str) -> ValueError:
    return ValueError(
        f"Unable to save the object {structure!r}: {reason}, and a value could not be restored "
        "into an object that is made later. If it need not be in the checkpoint, assign it as "
        "`module.x = module._no_dependency(value)`."
    )


def differs(value: Any, known: Any) -> bool:
    if value is known:
        return False
    return isinstance(value, Trackable) or bool(value != known)
