"""Trace types of containers: tuples, lists, mappings and `tf.IndexedSlices`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.variables.indexed_slices import IndexedSlices
from .trace_types import TraceType, argument, cast, signature


class Container(TraceType):
    """A container of a class, with the trace types of its items.

    `keys` are the names or keys of the items, or None if they have none.
    """

    def __init__(
        self, container_class: type, keys: tuple[Any, ...] | None, item_types: Sequence[Any]
    ) -> None:
        self.container_class = container_class
        self.keys = keys
        self.item_types = tuple(item_types)

    def _same_structure(self, other: Any) -> bool:
        return (
            type(self) is type(other)
            and self._identity() == other._identity()
            and len(self.item_types) == len(other.item_types)
        )

    def _identity(self) -> Any:
        """What must be equal for two containers of one class to have the same structure."""
        return self.keys

    def _matching_types(self, other: Any) -> Sequence[Any]:
        """The item types of `other` in the order of this type's keys."""
        return other.item_types

    def is_subtype_of(self, other: Any) -> bool:
        """Whether the structures match and each item type is a subtype."""
        return self._same_structure(other) and all(
            item_type.is_subtype_of(other_type)
            for item_type, other_type in zip(
                self.item_types, self._matching_types(other), strict=True
            )
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The container of the common supertypes of the items, or None."""
        if not all(self._same_structure(other) for other in others):
            return None
        supertypes = [
            item_type.most_specific_common_supertype(
                [self._matching_types(other)[i] for other in others]
            )
            for i, item_type in enumerate(self.item_types)
        ]
        if None in supertypes:
            return None
        return type(self)(self.container_class, self.keys, supertypes)

    def read(self, value: Any) -> list[Any]:
        """The items of a container in the order of `item_types`."""
        return list(value)

    def build(self, items: list[Any]) -> Any:
        """A container of these items."""
        return self.container_class(items)

    def check(self, value: Any) -> None:
        """Raises AssertionError unless the value is such a container."""
        raise NotImplementedError

    def cast(self, value: Any) -> Any:
        """Casts each item. Raises AssertionError for another container."""
        self.check(value)
        items = self.read(value)
        cast_items = [cast(t, item) for t, item in zip(self.item_types, items, strict=True)]
        changed = any(new is not old for new, old in zip(cast_items, items, strict=True))
        return self.build(cast_items) if changed else value

    def argument(self, value: Any) -> Any:
        """A new container of the items' arguments."""
        pairs = zip(self.item_types, self.read(value), strict=True)
        return self.build([argument(item_type, item) for item_type, item in pairs])

    def signature(self) -> Any:
        """The container of the items' signatures."""
        return self.build([signature(item_type) for item_type in self.item_types])

    def __eq__(self, other: object) -> bool:
        return self._same_structure(other) and self.item_types == tuple(self._matching_types(other))

    def __hash__(self) -> int:
        return hash((type(self), len(self.item_types)))

    def _keyed_text(self) -> str:
        pairs = zip(self.keys or (), self.item_types, strict=True)
        return ", ".join(f"[{key!r}, {item_type!r}]" for key, item_type in pairs)


class Tuple(Container):
    """A tuple."""

    def check(self, value: Any) -> None:
        assert isinstance(value, tuple), f"Can not cast {value!r} to tuple type."
        assert len(value) == len(self.item_types), (
            f"Expected {value} to have length of {len(self.item_types)}"
        )

    def build(self, items: list[Any]) -> Any:
        return tuple(items)

    def __repr__(self) -> str:
        return f"Tuple[{', '.join(map(repr, self.item_types))}]"


class List(Container):
    """A list."""

    def check(self, value: Any) -> None:
        assert isinstance(value, list), f"Can not cast {value!r} to list type."
        assert len(value) == len(self.item_types), (
            f"Expected {value} to have length of {len(self.item_types)}"
        )

    def build(self, items: list[Any]) -> Any:
        return list(items)

    def __repr__(self) -> str:
        return f"List[{', '.join(map(repr, self.item_types))}]"


class NamedTuple(Container):
    """A named tuple or an instance of an attrs class."""

    def _identity(self) -> Any:
        return self.container_class.__name__, self.keys

    def check(self, value: Any) -> None:
        assert isinstance(value, self.container_class), (
            f"Cannot cast {value!r} to type {self.container_class!r}."
        )

    def read(self, value: Any) -> list[Any]:
        return [getattr(value, key) for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        return self.container_class(*items)

    def __repr__(self) -> str:
        return f"{self.container_class.__name__}[{self._keyed_text()}]"


class Dict(Container):
    """A mapping; the order of its keys does not matter."""

    def _identity(self) -> Any:
        return frozenset(self.keys or ())

    def _matching_types(self, other: Any) -> Sequence[Any]:
        other_types = dict(zip(other.keys, other.item_types, strict=True))
        return [other_types[key] for key in self.keys or ()]

    def check(self, value: Any) -> None:
        assert isinstance(value, Mapping), f"Can not cast {value!r} to a Dict type."
        assert set(value) == self._identity(), (
            f"{value!r} has different keys with the TraceType {self!r}."
        )

    def read(self, value: Any) -> list[Any]:
        return [value[key] for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        pairs = zip(self.keys or (), items, strict=True)
        if self.container_class is defaultdict:
            return dict(pairs)
        return self.container_class(pairs)

    def __repr__(self) -> str:
        return f"Dict[{self._keyed_text()}]"


class IndexedSlicesType(Container):
    """`tf.IndexedSlices`."""

    def check(self, value: Any) -> None:
        assert isinstance(value, IndexedSlices), f"Can not cast {value!r} to {self!r}"

    def read(self, value: Any) -> list[Any]:
        return [getattr(value, key) for key in self.keys or ()]

    def build(self, items: list[Any]) -> Any:
        return IndexedSlices(**dict(zip(self.keys or (), items, strict=True)))

    def argument(self, value: Any) -> Any:
        return value

    def signature(self) -> Any:
        return self

    def __repr__(self) -> str:
        return f"IndexedSlicesSpec({', '.join(map(repr, self.item_types))})"
