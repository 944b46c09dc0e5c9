"""Hashable references to tensors and variables, which themselves are not hashable."""

from __future__ import annotations

from typing import Any


class Reference:
    """Refers to an object by identity; `Tensor.ref()` and `Variable.ref()` return one."""

    __slots__ = ("_wrapped", "__weakref__")

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def deref(self) -> Any:
        """The object referred to."""
        return self._wrapped

    @property
    def unwrapped(self) -> Any:
        """The object referred to."""
        return self._wrapped

    def __eq__(self, other: object) -> bool:
        return other is not None and self._wrapped is _referent(other)

    # An arbitrary order, so that `tf.nest` can sort the keys of mappings.
    def __lt__(self, other: Any) -> bool:
        return id(self._wrapped) < id(_referent(other))

    def __gt__(self, other: Any) -> bool:
        return id(self._wrapped) > id(_referent(other))

    def __hash__(self) -> int:
        return id(self._wrapped)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._wrapped!r}>"


def _referent(other: Any) -> Any:
    if not isinstance(other, Reference):
        raise TypeError("Cannot compare wrapped object with unwrapped object")
    return other._wrapped
