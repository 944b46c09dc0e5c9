"""Tuples as attributes of trackable objects."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable
from typing import Any

from .structure import Structure
from .trackable import NoDependency, Trackable, wrapped


class _TupleMethods(Structure):
    """A tuple as an attribute: its items are tracked by position, and by field if it has fields."""

    _wraps: Any  # the class of the tuple
    _made = True  # whether the items could be replaced by what tracks them

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
        return self._wraps(*items) if hasattr(self._wraps, "_fields") else self._wraps(items)

    def __repr__(self) -> str:
        return f"_TupleWrapper({self._plain()!r})"

    def __str__(self) -> str:
        return str(self._plain())

    def __copy__(self) -> Any:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        return wrapped, (self._plain(),)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = memo[id(self)] = wrapped(copy.deepcopy(self._plain(), memo))
        return copied


@functools.cache
def _tuple_class(kind: type) -> Any:
    return type("_TupleWrapper", (_TupleMethods, kind), {"_wraps": kind})


def tuple_wrapper(value: tuple[Any, ...]) -> Any:
    kind = type(value)
    kept = [wrapped(item) for item in value]
    fields = getattr(value, "_fields", None)
    if fields is None:
        made = _tuple_class(kind)(kept)
    else:
        try:
            kind(**dict(zip(fields, kept, strict=True)))
        except TypeError:
            made = tuple.__new__(_tuple_class(kind), value)
            made._made = False
            return made
        made = tuple.__new__(_tuple_class(kind), kept)
    for names in (fields or (), map(str, range(len(value)))):
        for name, given, item in zip(names, value, kept, strict=False):
            if isinstance(item, Trackable) and not isinstance(given, NoDependency):
                made._track_trackable(item, name, overwrite=True)
    return made
