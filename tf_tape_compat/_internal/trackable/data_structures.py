"""`tensorflow.python.trackable.data_structures`."""

from __future__ import annotations

from typing import Any

from ..._core.variables.data_structures.base import Structure as TrackableDataStructure
from ..._core.variables.data_structures.dicts import _DictWrapper as _DictWrapper
from ..._core.variables.data_structures.lists import ListWrapper as ListWrapper

__all__ = ["ListWrapper", "NoDependency", "TrackableDataStructure", "sticky_attribute_assignment"]


class NoDependency:
    """A value that is assigned to an attribute without being tracked."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def sticky_attribute_assignment(trackable: Any, name: str, value: Any) -> Any:
    """Makes a value a child of an object; returns what to assign to the attribute."""
    return (
        trackable._track_trackable(value, name, overwrite=True)
        if hasattr(value, "_trackable_state")
        else value
    )
