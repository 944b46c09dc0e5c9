"""Tuples as attributes of trackable objects."""

from __future__ import annotations

import copy
import functools
import inspect
import itertools
from collections.abc import Iterable
from typing import Any

from ...tracking.trackable import NoDependency, Trackable, wrapped
from .base import Structure


class _TupleMethods(Structure):
    """A tuple as an attribute: its items are tracked by position, and by field if it has fields."""

    _wraps: Any  # the class of the tuple
    _made = True  # whether the items could be replaced by what tracks them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._track()

    def _track(self, which: Iterable[bool] = itertools.repeat(True)) -> None:
        """Makes the items children, or some of them."""
        items: Any = self
        for names in (getattr(self, "_fields", ()), map(str, itertools.count())):
            for name, item, tracks in zip(names, items, which, strict=False):
                if tracks and isinstance(item, Trackable):
                    self._track_trackable(item, name, overwrite=True)

    def _values(self) -> Iterable[Any]:
        return self  # type: ignore[return-value]

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        if not self._made:
            raise ValueError(
                f"Unable to save because the namedtuple {self!r} is not constructable from its "
                "_fields (i.e. __new__ is overridden). If it need not be in the checkpoint, keep "
                "it in an object that is no tuple."
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
def _tuple_class(kind: type) -> Any:
    # What the class of the tuple has beyond those of tuples goes before what wrappers have.
    members: dict[str, Any] = {
        name: inspect.getattr_static(kind, name)
        for name in dir(kind)
        if not name.startswith("__") and not hasattr(tuple, name)
    }
    members["_wraps"] = kind
    if hasattr(kind, "_fields"):
        members["_make"] = kind._make  # type: ignore[attr-defined]
    return type("_TupleWrapper", (_TupleMethods, kind), members)


def tuple_wrapper(value: tuple[Any, ...]) -> Any:
    """The wrapper of a tuple, its items wrapped too."""
    kind = type(value)
    kept = [wrapped(item) for item in value]
    fields = getattr(value, "_fields", ())
    if fields:
        try:
            kind(**dict(zip(fields, kept, strict=True)))
        except TypeError:
            made = tuple.__new__(_tuple_class(kind), value)
            made._made = False
            return made
    made = tuple.__new__(_tuple_class(kind), kept)
    made._track([not isinstance(item, NoDependency) for item in value])
    return made
