"""Lists as attributes of trackable objects."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from operator import is_
from typing import Any, NoReturn

from ...tracking.trackable import Trackable, structure_wrappers
from .base import Structure, cannot_save, differs, tracked_item


class ListWrapper(Structure, list[Any]):
    """A list as an attribute, whose items are tracked by position, so it may only grow.

    After another change that moved or removed a trackable item, saving raises ValueError.
    """

    def __init__(self, wrapped_list: list[Any]) -> None:
        self._storage = wrapped_list
        self._moved = self._changed_outside = False
        for index, item in enumerate(wrapped_list):
            wrapped_list[index] = tracked_item(self, str(index), item)
        self._synchronize()

    def _values(self) -> Iterable[Any]:
        return self._storage

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        self._detect_changes()
        if self._moved:
            raise cannot_save(
                self,
                "an item of the list was replaced (__setitem__, __setslice__), deleted "
                "(__delitem__, __delslice__) or moved (sort)",
            )
        if self._changed_outside:
            raise cannot_save(self, "the wrapped list was changed, without its wrapper")
        return super()._trackable_children(save_type, **kwargs)

    def _detect_changes(self) -> None:
        """Detects changes of the wrapped list that did not go through this wrapper."""
        now = self._storage
        if len(now) != list.__len__(self) or (
            not all(map(is_, now, list.__iter__(self)))  # fast path of the usual case
            and any(map(differs, now, list.__iter__(self)))
        ):
            self._changed_outside = True

    def _synchronize(self) -> None:
        """Copies the items of the wrapped list to this one."""
        list.__setitem__(self, slice(None), self._storage)

    def _change(self, change: Callable[[], Any], moves: bool | None = None) -> Any:
        """Changes the wrapped list. `moves`: whether this moves tracked items, if known."""
        self._detect_changes()
        if moves is None:
            moves = self._moved or any(isinstance(item, Trackable) for item in self._storage)
        self._moved = self._moved or moves
        result = change()
        self._synchronize()
        return result

    # -- growing --------------------------------------------------------------------------------

    def append(self, value: Any) -> None:
        if len(self._storage) != list.__len__(self):
            self._detect_changes()
            self._synchronize()
        value = tracked_item(self, str(len(self._storage)), value)
        self._storage.append(value)
        list.append(self, value)  # earlier differences remain, to be detected later

    def extend(self, values: Iterable[Any]) -> None:
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable[Any]) -> ListWrapper:  # type: ignore[misc]
        self.extend(values)
        return self

    def __imul__(self, count: int) -> ListWrapper:  # type: ignore[misc,override]
        if count <= 0:
            self._change(self._storage.clear)
        else:
            self.extend(self._storage * (count - 1))
        return self

    # -- other changes --------------------------------------------------------------------------

    def __setitem__(self, key: Any, value: Any) -> None:
        before = list(self._storage)
        replaced = before[key]
        if not isinstance(key, slice):
            if isinstance(replaced, Trackable):
                self._moved = True
            self._change(lambda: self._set(key, value), False)
            return

        def change() -> None:
            self._storage[key] = value
            for index, item in enumerate(self._storage):
                if index >= len(before) or item is not before[index]:
                    self._storage[index] = tracked_item(self, str(index), item)

        self._change(change, any(isinstance(item, Trackable) for item in before))

    def _set(self, key: Any, value: Any) -> None:
        self._storage[key] = tracked_item(self, str(key), value)

    def __delitem__(self, key: Any) -> None:
        self._change(lambda: self._storage.__delitem__(key))

    def insert(self, index: Any, obj: Any) -> None:
        moves = True if isinstance(obj, Trackable) else None
        self._change(lambda: self._storage.insert(index, obj), moves)

    def pop(self, index: Any = -1) -> Any:
        return self._change(lambda: self._storage.pop(index))

    def remove(self, value: Any) -> None:
        del self[self._storage.index(value)]

    def clear(self) -> None:
        self._change(self._storage.clear)

    def reverse(self) -> None:
        self._change(self._storage.reverse)

    def sort(self, **how: Any) -> None:
        self._change(lambda: self._storage.sort(**how))

    # -- reading --------------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Any:
        return self._storage[key]

    def __len__(self) -> int:
        return len(self._storage)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._storage)

    def __reversed__(self) -> Any:
        return reversed(self._storage)

    def __contains__(self, value: Any) -> bool:
        return value in self._storage

    def index(self, *args: Any) -> int:
        return self._storage.index(*args)

    def count(self, value: Any) -> int:
        return self._storage.count(value)

    def __add__(self, other: Any) -> Any:
        return self._storage + getattr(other, "_storage", other)

    def __radd__(self, other: Any) -> Any:
        return other + self._storage

    def __mul__(self, count: Any) -> Any:
        return self._storage * count

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return bool(self._storage == getattr(other, "_storage", other))

    def __ne__(self, other: object) -> bool:
        return bool(self._storage != getattr(other, "_storage", other))

    def __lt__(self, other: Any) -> bool:
        return bool(self._storage < getattr(other, "_storage", other))

    def __le__(self, other: Any) -> bool:
        return bool(self._storage <= getattr(other, "_storage", other))

    def __gt__(self, other: Any) -> bool:
        return bool(self._storage > getattr(other, "_storage", other))

    def __ge__(self, other: Any) -> bool:
        return bool(self._storage >= getattr(other, "_storage", other))

    def __hash__(self) -> NoReturn:  # type: ignore[override]
        raise TypeError("unhashable type: 'ListWrapper'")

    def __repr__(self) -> str:
        return f"ListWrapper({self._storage!r})"

    def copy(self) -> ListWrapper:
        copied = ListWrapper(list(self._storage))
        copied._moved, copied._changed_outside = self._moved, self._changed_outside
        return copied

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> ListWrapper:
        copied = memo[id(self)] = ListWrapper(copy.deepcopy(self._storage, memo))
        copied._moved, copied._changed_outside = self._moved, self._changed_outside
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        return ListWrapper, (self._storage,)


structure_wrappers[list] = ListWrapper
