"""`CompositeTensor`: the base of classes whose values are made of several tensors."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import Any

from ... import nest
from .type_spec import TypeSpec


class CompositeTensor(metaclass=ABCMeta):
    """A value that `tf.nest` expands into tensors, as its `_type_spec` says.

    Libraries derive classes from it (`tensorflow.python.framework.composite_tensor`). The classes
    of this package that have components are subclasses too.
    """

    @property
    @abstractmethod
    def _type_spec(self) -> Any:
        """The spec that takes a value apart and puts it together."""

    @classmethod
    def __subclasshook__(cls, other: type) -> Any:
        if cls is CompositeTensor and not issubclass(other, TypeSpec):
            return hasattr(other, "_with_components") or NotImplemented
        return NotImplemented

    def _components(self) -> tuple[Any, ...]:
        return tuple(nest.flatten(self._type_spec._to_components(self)))

    def _with_components(self, components: Any) -> Any:
        spec = self._type_spec
        return spec._from_components(nest.pack_sequence_as(spec._component_specs, [*components]))

    def _shape_invariant_to_type_spec(self, shape: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__}._shape_invariant_to_type_spec is needed by tf.while_loop"
        )

    def _consumers(self) -> Any:
        return []
