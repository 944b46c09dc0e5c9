"""What repeated fields and maps of a message are: sequences and mappings that check their items."""

from __future__ import annotations

import copy
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, MutableMapping, MutableSequence
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


class RepeatedCompositeContainer(MutableSequence):
    """Messages of one class; what is inserted is a copy."""

    __hash__ = None  # type: ignore[assignment]
    __iadd__ = None  # type: ignore[assignment]

    def __init__(self, kind: type, touch: Callable[[], None]) -> None:
        self._kind = kind
        self._touch = touch
        self._items: list[Any] = []

    def add(self, **fields: Any) -> Any:
        """A new message, made with these fields."""
        made = self._kind(**fields)
        self._items.append(made)
        self._touch()
        return made

    def insert(self, index: int, value: Any) -> None:
        if not isinstance(value, self._kind):
            raise TypeError(f"Expected a message object, but got {value!r}.")
        self._items.insert(index, copy.deepcopy(value))
        self._touch()

    def MergeFrom(self, other: Any) -> None:
        """Appends copies of another container's messages."""
        self.extend(other)

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("messages are not replaced by assignment; use CopyFrom")

    def __delitem__(self, key: Any) -> None:
        del self._items[key]
        self._touch()

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return self._items == list(other)  # type: ignore[call-overload]

    def __repr__(self) -> str:
        return repr(self._items)


class MessageMapContainer(MutableMapping):
    """Messages of one class by strings. One that is asked for and is not there is made."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, kind: type, touch: Callable[[], None]) -> None:
        self._kind = kind
        self._touch = touch
        self._items: dict[str, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            self._items[key] = self._kind()
            self._touch()
        return self._items[key]

    def get_or_create(self, key: str) -> Any:
        """The message of a key, as `map[key]`."""
        return self[key]

    def get(self, key: Any, default: Any = None) -> Any:
        return self._items[key] if key in self else default

    def __setitem__(self, key: Any, value: Any) -> None:
        raise ValueError("Message objects may not be assigned")

    def __delitem__(self, key: Any) -> None:
        if key not in self:
            raise KeyError("Key not present in map")
        del self._items[key]
        self._touch()

    def __contains__(self, key: Any) -> bool:
        if not isinstance(key, str):
            raise TypeError("bad argument type for built-in operation")
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def MergeFrom(self, other: Any) -> None:
        """Takes copies of another map's messages, in the place of those of the same keys."""
        for key, value in other.items():
            self[key].CopyFrom(value)

    def __repr__(self) -> str:
        return repr(self._items)
