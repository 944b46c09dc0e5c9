"""Objects that a checkpoint finds: each knows its children by name, and what it is to restore.

A restored value may be there before the object that it is for. It then waits in the `deferred` of
the parent, and is assigned when the object is tracked as its child. What waits is a position in a
checkpoint, see _checkpoint/restoring.py: all that is known of it here is that it has a
`restore_uid` and a method `restore(object)`.
"""

from __future__ import annotations

from typing import Any

_MISSING = object()

# Types of attributes that are neither tracked nor replaced; tensor.py adds those of tensors.
plain_types: set[type] = {type(None), bool, int, float, complex, str, bytes}


class Tracking:
    """What is kept of a trackable object."""

    __slots__ = ("children", "deferred", "update_uid", "by_name")

    def __init__(self) -> None:
        self.children: dict[str, Any] = {}
        self.deferred: dict[str, list[Any]] = {}  # positions, by the name of the child to be
        self.update_uid = -1  # the latest restore that assigned to the object
        self.by_name: list[Any] = []  # restores that go by the names of variables


class Trackable:
    """What a checkpoint can hold. Attributes of a plain `Trackable` are not children."""

    __slots__ = ()

    # Whether assigned attributes become children, in classes where they do.
    _self_setattr_tracking = True

    @property
    def _trackable_state(self) -> Tracking:
        tracking = self.__dict__.get("_self_tracking")
        if tracking is None:
            tracking = self.__dict__["_self_tracking"] = Tracking()
        return tracking

    def _maybe_initialize_trackable(self) -> None:
        """Nothing here: this is done when it is needed."""

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
        """The children by their names; to be overridden where they are not attributes."""
        return dict(self._trackable_state.children)

    def _track_trackable(self, trackable: Any, name: str, overwrite: bool = False) -> Any:
        """Makes an object a child, and assigns what was waiting for it.

        Raises TypeError if it is not trackable, ValueError if there is another of the name.
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
        """The tensors to be saved, by name; to be overridden where there are any."""
        raise NotImplementedError

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> Any:
        """Takes the tensors that `_serialize_to_tensors` names; to be overridden with it."""
        raise NotImplementedError


def _restore_uid(restore: Any) -> int:
    return restore.restore_uid


class AutoTrackable(Trackable):
    """A trackable object whose attributes become its children where they are trackable.

    Lists, dicts, and tuples that hold any of those are replaced by ones that are.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if type(value) not in plain_types:
            if getattr(self, name, _MISSING) is value:
                return
            if self._self_setattr_tracking:
                value = tracked(self, name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._delete_tracking(name)
        super().__delattr__(name)

    def _delete_tracking(self, name: str) -> None:
        self._trackable_state.children.pop(name, None)

    def _no_dependency(self, value: Any) -> Any:
        """A value to be assigned without becoming a child, or being replaced."""
        return NoDependency(value)


class NoDependency:
    """A value that is to be kept as it is, and not tracked."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def tracked(parent: Trackable, name: str, value: Any) -> Any:
    """What `parent` is to keep in the place of a value, made its child if it is trackable."""
    if isinstance(value, NoDependency):
        return value.value
    value = wrapped(value)
    if isinstance(value, Trackable):
        parent._track_trackable(value, name, overwrite=True)
    return value


def wrapped(value: Any) -> Any:
    """A value, or the trackable structure that takes the place of a list, dict or tuple."""
    if isinstance(value, Trackable):
        return value
    if isinstance(value, (list, dict, tuple, NoDependency)):
        return _wrap(value)
    return value


def _wrap(value: Any) -> Any:
    """Imports what there is for structures, and takes its place."""
    from ..variables.data_structures.wrap import wrap

    globals()["_wrap"] = wrap
    return wrap(value)
