"""Tuples as attributes of trackable objects."""

from __future__ import annotations

import copy
import functools
import inspect
import itertools
from collections.abc import Iterable
from typing import Any

from ...tracking.trackable import NoDependency, Trackable, structure_wrappers, wrapped
from .base import Structure


class _TupleMethods(Structure):
    """A tuple as an attribute: its items are tracked by position, and by name if it has fields."""

    _wraps: Any  # the class of the tuple
    _reconstructible = True  # whether the tuple could be made again with wrapped items

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._track()

    def _track(self, selected: Iterable[bool] = itertools.repeat(True)) -> None:
        """Makes the items children, or those selected by `which`."""
        items: Any = self
        for names in (getattr(self, "_fields", ()), map(str, itertools.count())):
            for name, item, is_selected in zip(names, items, selected, strict=False):
                if is_selected and isinstance(item, Trackable):
                    self._track_trackable(item, name, overwrite=True)

    def _values(self) -> Iterable[Any]:
        return self  # type: ignore[return-value]

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        if not self._reconstructible:
            raise ValueError(
                f"Unable to save because the namedtuple {self!r} is not constructable from its "
                "_fields (i.e. __new__ is overridden). If it need not be in the checkpoint, keep "
                "it in an object that is not a tuple."
            )
        return super()._trackable_children(save_type, **kwargs)

    def _plain(self) -> Any:
        items: Any = self
        return tuple.__new__(self._wraps, items)

    def __repr__(self) -> str:
        return f"_TupleWrapper({self._plain()!r})"

    def __str__(self) -> str:
        return str(self._plain())

    def __copy__(self) -> Any:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        items: Any = tuple(self)  # type: ignore[arg-type]
        return self._wraps, items if hasattr(self, "_fields") else (items,)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = memo[id(self)] = wrapped(copy.deepcopy(self._plain(), memo))
        return copied


@functools.cache
def _wrapper_class(cls: type) -> Any:
    # The members that `cls` adds to those of tuples take precedence over those of the wrapper.
    members: dict[str, Any] = {
        name: inspect.getattr_static(cls, name)
        for name in dir(cls)
        if not name.startswith("__") and not hasattr(tuple, name)
    }
    members["_wraps"] = cls
    if hasattr(cls, "_fields"):
        members["_make"] = cls._make  # type: ignore[attr-defined]
    return type("_TupleWrapper", (_TupleMethods, cls), members)


def tuple_wrapper(value: tuple[Any, ...]) -> Any:
    """The wrapper of a tuple, whose items are wrapped too."""
    cls = type(value)
    items = [wrapped(item) for item in value]
    fields = getattr(value, "_fields", ())
    if fields:
        try:
            cls(**dict(zip(fields, items, strict=True)))
        except TypeError:
            wrapper = tuple.__new__(_wrapper_class(cls), value)
            wrapper._reconstructible = False
            return wrapper
    wrapper = tuple.__new__(_wrapper_class(cls), items)
    wrapper._track([not isinstance(item, NoDependency) for item in value])
    return wrapper


def _wrap_if_needed(value: tuple[Any, ...]) -> Any:
    return tuple_wrapper(value) if _holds_trackable(value) else value


def _holds_trackable(items: tuple[Any, ...]) -> bool:
    """Whether a tuple holds anything that is trackable, or has a trackable wrapper."""
    return any(
        isinstance(item, (NoDependency, Trackable))
        or (isinstance(item, tuple) and _holds_trackable(item))
        or (not isinstance(item, tuple) and type(item) in structure_wrappers)
        for item in items
    )


structure_wrappers[tuple] = _wrap_if_needed
