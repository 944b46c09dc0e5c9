"""`tensorflow.python.framework.type_spec`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.types.type_spec import CompositeSpec, describers
from ..._core.types.type_spec import TypeSpec as TypeSpec
from ..._core.types.type_spec import type_spec_from_value as type_spec_from_value


class BatchableTypeSpec(CompositeSpec):
    """A spec of values that can be stacked."""

    def _batch(self, batch_size: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._batch")

    def _unbatch(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._unbatch")

    @property
    def _flat_tensor_specs(self) -> list[Any]:
        from ... import nest

        return nest.flatten(self._component_specs, expand_composites=True)


def register_type_spec_from_value_converter(
    type_object: type, converter_fn: Callable[[Any], Any], allow_subclass: bool = False
) -> None:
    """Says how to make the spec of the values of a class."""
    describers[type_object] = converter_fn
