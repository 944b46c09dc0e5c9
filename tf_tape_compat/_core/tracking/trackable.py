"""Trackable objects, which checkpoints save and restore: each knows its children by name.

A checkpoint may be restored before all objects exist. A value whose object does not exist yet waits
in the `deferred` of its parent, and is assigned when the object is tracked as a child. What waits
is a position in a checkpoint (_checkpoint/restoring.py), which has a `restore_uid` and a method
`restore(object)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Types of attributes that are neither tracked nor wrapped; tensor.py adds those of tensors.
plain_types: set[type] = {type(None), bool, int, float, complex, str, bytes}

# The classes of functions, which are children of an object in SavedModels; `_functions` adds them.
function_types: list[type] = []


class Tracking:
    """The state of a trackable object."""

    __slots__ = ("children", "deferred", "update_uid", "by_name")

    def __init__(self) -> None:
        self.children: dict[str, Any] = {}
        self.deferred: dict[str, list[Any]] = {}  # positions, by the name of the child
        self.update_uid = -1  # of the last restore that assigned to the object
        self.by_name: list[Any] = []  # restores that find variables by their names


class Trackable:
    """An object that a checkpoint can hold. Its attributes are not children by themselves."""

    __slots__ = ()

    # Whether assigned attributes become children, for `AutoTrackable`.
    _self_setattr_tracking = True

    @property
    def _trackable_state(self) -> Tracking:
        tracking = self.__dict__.get("_self_tracking")
        if tracking is None:
            tracking = self.__dict__["_self_tracking"] = Tracking()
        return tracking

    def _maybe_initialize_trackable(self) -> None:
        """Does nothing: the state is made when it is needed."""

    @property
    def _update_uid(self) -> int:
        return self._trackable_state.update_uid

    @_update_uid.setter
    def _update_uid(self, value: int) -> None:
        self._trackable_state.update_uid = value

    @property
    def _deferred_dependencies(self) -> dict[str, list[Any]]:
        return self._trackable_state.deferred

    def _no_dependency(self, value: Any) -> Any:
        return value

    def _lookup_dependency(self, name: str, cached_dependencies: Any = None) -> Any:
        """The child of a name, or None."""
        return (cached_dependencies or self._trackable_state.children).get(name)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children by name; overridden by classes whose children are not attributes."""
        return dict(self._trackable_state.children)

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Makes an object a child, and restores the values that were waiting for it.

        Raises TypeError if it is not trackable, ValueError if another child has the name.
        """
        if not isinstance(trackable, Trackable):
            raise TypeError(
                "Trackable._track_trackable() can only be used to track objects of type "
                f"Trackable. Got type {type(trackable)}."
            )
        state = self._trackable_state
        present = self._lookup_dependency(name)
        if present is not None and present is not trackable and not overwrite:
            raise ValueError(
                f"Called Trackable._track_trackable() with name='{name}', but a Trackable with "
                "this name is already declared as a dependency. Names must be unique (or "
                "overwrite=True)."
            )
        state.children[name] = trackable
        if present is None and (state.deferred or state.by_name):
            self._handle_deferred_dependencies(name, trackable)
        return trackable

    def _handle_deferred_dependencies(self, name: str, trackable: Any) -> None:
        tracking = self._trackable_state
        waiting = tracking.deferred.pop(name, ())
        for position in sorted(waiting, key=_restore_uid, reverse=True):
            position.restore(trackable)
        for restore in sorted(tracking.by_name, key=_restore_uid, reverse=True):
            restore.restore(trackable)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        """The tensors to save, by name; overridden by classes that have some."""
        raise NotImplementedError

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        """Restores the tensors of `_serialize_to_tensors`; overridden together with it."""
        raise NotImplementedError


def _restore_uid(restore: Any) -> int:
    uid: int = restore.restore_uid
    return uid


class NoDependency:
    """A value that is assigned unchanged and not tracked."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def tracked(parent: Trackable, name: str, value: Any) -> Any:
    """The value for `parent` to keep: wrapped if necessary, and made a child if trackable."""
    if isinstance(value, NoDependency):
        return value.value
    value = wrapped(value)
    if isinstance(value, Trackable):
        parent._track_trackable(value, name, overwrite=True)
    return value


# The wrappers that take the place of lists, dicts and tuples, by the class they are for: functions
# of the value. `variables/data_structures` registers them.
structure_wrappers: dict[type, Callable[[Any], Any]] = {}


def wrapped(value: Any) -> Any:
    """`value`, or the trackable structure that takes the place of a list, dict or tuple."""
    if isinstance(value, Trackable):
        return value
    if isinstance(value, NoDependency):
        return value.value
    wrap = structure_wrappers.get(tuple if isinstance(value, tuple) else type(value))
    return value if wrap is None else wrap(value)
