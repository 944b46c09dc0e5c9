"""What repeated fields and maps of a message are: sequences and mappings that check their items."""

from __future__ import annotations

import copy
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import Any

import numpy as np

_INT64 = range(-(2**63), 2**63)


def checked_bytes(name: str, value: Any) -> bytes:
    """The value, if it is bytes."""
    if not isinstance(value, bytes):
        raise TypeError(f"expected bytes, {type(value).__name__} found")
    return value


def checked_int64(name: str, value: Any) -> int:
    """The value, if it is an integer of 64 bits."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"Field {name}: Expected an int, got a boolean.")
    number = operator.index(value)
    if number not in _INT64:
        raise ValueError(f"Value out of range: {number}")
    return number


def checked_float(name: str, value: Any) -> float:
    """The value as a number of 32 bits, if it is a number."""
    try:
        (number,) = struct.unpack("<d", struct.pack("<d", value))
    except struct.error:
        raise TypeError(f"must be real number, not {type(value).__name__}") from None
    with np.errstate(over="ignore"):
        return float(np.float32(number))


class RepeatedScalarContainer(MutableSequence):
    """Numbers, or strings of bytes."""

    __hash__ = None  # type: ignore[assignment]
    __iadd__ = None  # type: ignore[assignment]

    def __init__(self, check: Callable[[Any], Any], touch: Callable[[], None]) -> None:
        self._check = check
        self._touch = touch
        self._items: list[Any] = []

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            self._items[key] = [self._check(item) for item in value]
        else:
            self._items[key] = self._check(value)
        self._touch()

    def __delitem__(self, key: Any) -> None:
        del self._items[key]
        self._touch()

    def __len__(self) -> int:
        return len(self._items)

    def insert(self, index: int, value: Any) -> None:
        self._items.insert(index, self._check(value))
        self._touch()

    def extend(self, values: Iterable[Any] | None) -> None:
        self._items += [self._check(value) for value in values or ()]
        self._touch()

    def MergeFrom(self, other: Any) -> None:
        """Appends the items of another container."""
        self.extend(other)

    def sort(self, **how: Any) -> None:
        """Sorts the items."""
        self._items.sort(**how)

    def __eq__(self, other: object) -> bool:
        return self._items == (
            other._items if isinstance(other, RepeatedScalarContainer) else other
        )

    def __repr__(self) -> str:
        return repr(self._items)

    def __deepcopy__(self, memo: Any) -> list[Any]:
        return list(self._items)


class RepeatedCompositeContainer:
    """Messages of one class."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, make: Callable[..., Any], touch: Callable[[], None]) -> None:
        self._make = make
        self._touch = touch
        self._items: list[Any] = []

    def add(self, **fields: Any) -> Any:
        """A new message, made with these fields."""
        made = self._make(**fields)
        self._items.append(made)
        self._touch()
        return made

    def insert(self, index: int, value: Any) -> None:
        """Inserts a copy of a message."""
        kind = self._make
        if not isinstance(value, kind):  # type: ignore[arg-type]
            raise TypeError(f"Expected a message object, but got {value!r}.")
        self._items.insert(index, copy.deepcopy(value))
        self._touch()

    def append(self, value: Any) -> None:
        """Appends a copy of a message."""
        self.insert(len(self._items), value)

    def extend(self, values: Iterable[Any]) -> None:
        """Appends copies of messages."""
        for value in values:
            self.append(value)

    MergeFrom = extend

    def pop(self, key: int = -1) -> Any:
        """Removes a message and returns it."""
        found = self._items[key]
        del self[key]
        return found

    def remove(self, value: Any) -> None:
        """Removes the first message that is equal."""
        del self[self._items.index(value)]

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __delitem__(self, key: Any) -> None:
        del self._items[key]
        self._touch()

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other)  # type: ignore[call-overload]

    def __repr__(self) -> str:
        return repr(self._items)


class MessageMapContainer:
    """Messages of one class by strings. One that is asked for and is not there is made."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, make: Callable[[str], Any], kind: type, touch: Callable[[], None]) -> None:
        self._make = make
        self._kind = kind
        self._touch = touch
        self._items: dict[str, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        _check_key(key)
        if key not in self._items:
            self._items[key] = self._make(key)
            self._touch()
        return self._items[key]

    get_or_create = __getitem__

    def get(self, key: Any, default: Any = None) -> Any:
        """The message of a key, if there is one."""
        _check_key(key)
        return self._items.get(key, default)

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ValueError("Message objects may not be assigned")

    def __delitem__(self, key: Any) -> None:
        _check_key(key)
        if key not in self._items:
            raise KeyError("Key not present in map")
        del self._items[key]
        self._touch()

    def __contains__(self, key: Any) -> bool:
        _check_key(key)
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> Any:
        """The keys."""
        return self._items.keys()

    def values(self) -> Any:
        """The messages."""
        return self._items.values()

    def items(self) -> Any:
        """Both."""
        return self._items.items()

    def clear(self) -> None:
        """Removes all."""
        self._items.clear()
        self._touch()

    def MergeFrom(self, other: Any) -> None:
        """Takes copies of another map's messages, in the place of those of the same keys."""
        for key, value in other.items():
            self[key].CopyFrom(value)

    def __eq__(self, other: object) -> bool:
        return dict(self._items) == dict(other.items())  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        return repr(self._items)


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise TypeError("bad argument type for built-in operation")
