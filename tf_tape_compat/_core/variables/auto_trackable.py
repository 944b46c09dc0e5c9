"""`AutoTrackable`: objects whose attributes become their children in a checkpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..tracking.trackable import (
    NoDependency,
    Trackable,
    function_types,
    plain_types,
    tracked,
)
from .data_structures import dicts, lists, tuples  # noqa: F401 -- registers the wrappers

_MISSING = object()


class AutoTrackable(Trackable):
    """A trackable object whose trackable attributes become its children.

    Lists and dicts, and tuples that hold trackable objects, are replaced by trackable wrappers.
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

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        children = super()._trackable_children(save_type, **kwargs)
        if save_type != "savedmodel":
            return children
        for name in dir(self):
            try:
                value = getattr(self, name, None)
            except Exception:  # of a property, which need not work yet
                continue
            if isinstance(value, tuple(function_types)):
                children[name] = value
        return children

    def _delete_tracking(self, name: str) -> None:
        self._trackable_state.children.pop(name, None)

    def _no_dependency(self, value: Any) -> Any:
        """Marks a value to be assigned without being tracked or wrapped."""
        return NoDependency(value)


def no_automatic_dependency_tracking(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a method, in which assigned attributes do not become children."""

    @functools.wraps(method)
    def untracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = getattr(self, "_self_setattr_tracking", True)
        self._self_setattr_tracking = False
        try:
            return method(self, *args, **kwargs)
        finally:
            self._self_setattr_tracking = before

    return untracked
