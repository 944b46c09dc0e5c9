"""`tensorflow.python.util.object_identity`: collections that compare by identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping, MutableSet
from typing import Any

from ..._core.types.reference import Reference as Reference

_ObjectIdentityWrapper = Reference


class ObjectIdentityDictionary(MutableMapping[Any, Any]):
    """A mapping whose keys are compared by identity, so that they need no hash."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._storage: dict[int, tuple[Any, Any]] = {}
        self.update(dict(*args, **kwargs))

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._storage[id(key)][1]
        except KeyError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        self._storage[id(key)] = (key, value)

    def __delitem__(self, key: Any) -> None:
        del self._storage[id(key)]

    def __len__(self) -> int:
        return len(self._storage)

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self._storage.values()])

    def __contains__(self, key: Any) -> bool:
        return id(key) in self._storage

    def __repr__(self) -> str:
        items = ", ".join(f"{key!r}: {value!r}" for key, value in self._storage.values())
        return f"{type(self).__name__}({{{items}}})"


class ObjectIdentitySet(MutableSet[Any]):
    """A set whose elements are compared by identity, so that they need no hash."""

    def __init__(self, *args: Iterable[Any]) -> None:
        self._storage = {id(item): item for items in args for item in items}

    def __contains__(self, item: Any) -> bool:
        return id(item) in self._storage

    def __iter__(self) -> Iterator[Any]:
        return iter([*self._storage.values()])

    def __len__(self) -> int:
        return len(self._storage)

    def add(self, value: Any) -> None:
        """Adds an element."""
        self._storage[id(value)] = value

    def discard(self, value: Any) -> None:
        """Removes an element if it is present."""
        self._storage.pop(id(value), None)

    def update(self, items: Iterable[Any]) -> None:
        """Adds several elements."""
        for item in items:
            self.add(item)

    def clear(self) -> None:
        """Removes all elements."""
        self._storage.clear()

    def intersection(self, items: Iterable[Any]) -> Any:
        """The elements that are also among `items`."""
        return type(self)([item for item in items if item in self])

    def difference(self, items: Iterable[Any]) -> Any:
        """The elements that are not among `items`."""
        others = {id(item) for item in items}
        return type(self)([item for item in self if id(item) not in others])


ObjectIdentityWeakSet = ObjectIdentitySet
ObjectIdentityWeakKeyDictionary = ObjectIdentityDictionary
