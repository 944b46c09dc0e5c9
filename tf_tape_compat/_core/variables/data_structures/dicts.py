"""Dicts as attributes of trackable objects."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from operator import is_
from typing import Any, NoReturn

from ...tracking.trackable import NoDependency, Trackable, structure_wrappers, wrapped
from .base import Structure, cannot_save, differs, tracked_item

_MISSING = object()


class DictMethods(Structure):
    """A dict as an attribute: values whose keys are strings are tracked under them.

    Items may be set and deleted. All other changes count as made without the wrapper; after them,
    or with a trackable value under a key that is not a string, saving raises ValueError.
    """

    _base: Any  # dict, or OrderedDict

    def __init__(self, wrapped_dict: Any = None) -> None:
        if not isinstance(wrapped_dict, Mapping):
            wrapped_dict = self._base(wrapped_dict or ())
        self._storage: Any = wrapped_dict
        self._has_untracked_key = self._changed_outside = False
        for key in list(wrapped_dict):
            wrapped_dict[key] = self._tracked(key, wrapped_dict[key])
        self._synchronize()

    def _values(self) -> Iterable[Any]:
        return [self._storage[key] for key in sorted(self._storage)]

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        self._detect_changes()
        if self._has_untracked_key:
            raise cannot_save(self, "there is a trackable value under a key that is not a string")
        if self._changed_outside:
            raise cannot_save(self, "the wrapped dict was changed, without its wrapper")
        return super()._trackable_children(save_type, **kwargs)

    def _tracked(self, key: Any, value: Any) -> Any:
        if isinstance(key, str):
            return tracked_item(self, key, value)
        item = wrapped(value)
        if isinstance(item, Trackable) and not isinstance(value, NoDependency):
            self._has_untracked_key = True
        return item

    def _detect_changes(self) -> None:
        """Detects changes of the wrapped dict that did not go through this wrapper."""
        seen, now = self._base.values(self), self._storage
        if (
            len(seen) == len(now)
            and all(map(is_, seen, now.values()))
            and all(map(is_, self._base.keys(self), now))
        ):
            return  # fast path of the usual case
        before = dict(self._base.items(self))
        if before.keys() != now.keys() or any(
            differs(value, before[key]) for key, value in now.items()
        ):
            self._changed_outside = True

    def _synchronize(self) -> None:
        """Copies the items of the wrapped dict to this one."""
        self._base.clear(self)
        for key, value in self._storage.items():
            self._base.__setitem__(self, key, value)

    def __setitem__(self, key: Any, value: Any) -> None:
        now = self._storage
        if len(now) != self._base.__len__(self) or (
            now.get(key, _MISSING) is not self._base.get(self, key, _MISSING)
        ):
            self._detect_changes()
            self._synchronize()
        now[key] = value = self._tracked(key, value)
        self._base.__setitem__(self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._detect_changes()
        del self._storage[key]
        self._synchronize()

    def update(self, *args: Any, **kwargs: Any) -> None:
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def _change_untracked(self, method: str, *args: Any, **kwargs: Any) -> Any:
        result = getattr(self._storage, method)(*args, **kwargs)
        self._detect_changes()
        self._synchronize()
        return result

    def pop(self, *args: Any) -> Any:
        return self._change_untracked("pop", *args)

    def popitem(self, *args: Any, **kwargs: Any) -> Any:
        return self._change_untracked("popitem", *args, **kwargs)

    def setdefault(self, *args: Any) -> Any:
        return self._change_untracked("setdefault", *args)

    def clear(self) -> None:
        self._change_untracked("clear")

    def __getitem__(self, key: Any) -> Any:
        return self._storage[key]

    def get(self, *args: Any) -> Any:
        return self._storage.get(*args)

    def __len__(self) -> int:
        return len(self._storage)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._storage)

    def __reversed__(self) -> Any:
        return reversed(self._storage)

    def __contains__(self, key: Any) -> bool:
        return key in self._storage

    def keys(self) -> Any:
        return self._storage.keys()

    def values(self) -> Any:
        return self._storage.values()

    def items(self) -> Any:
        return self._storage.items()

    def __eq__(self, other: object) -> bool:
        return bool(self._storage == getattr(other, "_storage", other))

    def __ne__(self, other: object) -> bool:
        return bool(self._storage != getattr(other, "_storage", other))

    def __hash__(self) -> NoReturn:
        raise TypeError("unhashable type: 'DictWrapper'")

    def __repr__(self) -> str:
        return f"DictWrapper({self._storage!r})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.pretty(self._storage)  # notebooks show a plain dictionary

    def __str__(self) -> str:
        return str(self._storage)

    def copy(self) -> Any:
        return self._like(copy.copy(self._storage))

    __copy__ = copy

    def _like(self, storage: Any) -> Any:
        copied: Any = type(self)(storage)
        copied._has_untracked_key, copied._changed_outside = (
            self._has_untracked_key,
            self._changed_outside,
        )
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = memo[id(self)] = self._like(copy.deepcopy(self._storage, memo))
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._base, (self._base(self._storage),)


class _DictWrapper(DictMethods, dict[Any, Any]):  # type: ignore[misc]
    _base = dict


class _OrderedDictWrapper(DictMethods, OrderedDict[Any, Any]):  # type: ignore[misc]
    _base = OrderedDict


_OrderedDictWrapper.__name__ = _DictWrapper.__name__  # TensorFlow has one class for both

structure_wrappers[dict] = _DictWrapper
structure_wrappers[OrderedDict] = _OrderedDictWrapper
