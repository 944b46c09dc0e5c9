"""The base of trace types that programs define: `tf.types.experimental.TraceType`."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from .._core.types.type_spec import TypeSpec
from . import trace_types


class TraceType(metaclass=ABCMeta):
    """The type of an argument, by which `tf.function` tells traces apart.

    Implements `tf.types.experimental.TraceType`. Objects return theirs from `__tf_tracing_type__`.
    """

    @abstractmethod
    def is_subtype_of(self, other: TraceType) -> bool:
        """Whether a trace for `other` serves arguments of this type."""

    @abstractmethod
    def most_specific_common_supertype(self, others: Sequence[TraceType]) -> TraceType | None:
        """The narrowest type that covers this one and `others`, or None."""

    @abstractmethod
    def placeholder_value(self, placeholder_context: Any) -> Any:
        """What the Python function is called with while it is traced."""

    def to_tensors(self, value: Any) -> list[Any]:
        """The tensors of a value of this type: none."""
        return []

    def from_tensors(self, tensors: Iterator[Any]) -> Any:
        """A value of this type, which has no tensors."""
        return self.placeholder_value(None)

    def flatten(self) -> list[TraceType]:
        """The types of the tensors: none."""
        return []

    def cast(self, value: Any, cast_context: Any) -> Any:
        """Returns the value if it equals the placeholder. Raises AssertionError if it does not."""
        assert value == self.placeholder_value(None), f"Can not cast {value!r} to type {self!r}"
        return value

    @abstractmethod
    def __hash__(self) -> int: ...

    @abstractmethod
    def __eq__(self, other: object) -> bool: ...


TraceType.register(TypeSpec)  # type: ignore[type-abstract]
TraceType.register(trace_types.TraceType)


@runtime_checkable
class SupportsTracingProtocol(Protocol):
    """Implements `tf.types.experimental.SupportsTracingProtocol`: objects with a trace type."""

    def __tf_tracing_type__(self, context: Any) -> TraceType:
        """The trace type of the object."""
        ...
