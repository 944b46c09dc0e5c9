"""`tf.experimental.Optional`: a value that may be missing."""

from __future__ import annotations

import abc
from typing import Any

import torch

from .._api.shown_modules import shown_in
from .._core.op.op_errors import kernel_message
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from .._core.types.handles import Handle
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import TypeSpec
from ..errors import InvalidArgumentError
from .graph_rules import graph_rules
from .structure import Flat, as_components, pack, tensor_count


class Optional(metaclass=abc.ABCMeta):
    """A value that may be missing. Implements `tf.experimental.Optional`."""

    @abc.abstractmethod
    def has_value(self, name: str | None = None) -> Any:
        """Whether there is a value: a scalar tensor of type bool."""

    @abc.abstractmethod
    def get_value(self, name: str | None = None) -> Any:
        """The value. Raises InvalidArgumentError if there is none."""

    @property
    @abc.abstractmethod
    def element_spec(self) -> Any:
        """The structure of specs of the value."""

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """An optional without a value, which `element_spec` would describe."""
        graph = active_graph()
        if graph is not None:
            return graph_rules().add_optional(graph, element_spec, ())
        return _OptionalImpl(None, element_spec)

    @staticmethod
    def from_value(value: Any) -> Optional:
        """An optional with a value, a nest of tensors and composite tensors."""
        graph = active_graph()
        if graph is not None:
            return graph_rules().add_optional(graph, None, (value,))
        spec, flat = as_components(value)
        return _OptionalImpl(flat, spec)


class _OptionalImpl(Optional):
    """An optional. `flat` are the components of the value, or None if it is missing."""

    def __init__(self, flat: Flat | None, element_spec: Any) -> None:
        self._flat = flat
        self._element_spec = element_spec

    def has_value(self, name: str | None = None) -> Any:
        """Whether there is a value: a scalar tensor of type bool."""
        return EagerTensor(torch.tensor(self._flat is not None))

    def get_value(self, name: str | None = None) -> Any:
        """The value. Raises InvalidArgumentError if there is none."""
        if self._flat is None:
            message = kernel_message(
                "OptionalGetValue",
                "The given optional does not have a value.",
                name,
                f"_output_types_{tensor_count(self._element_spec)}",
            )
            raise InvalidArgumentError(None, None, message)
        return pack(self._element_spec, self._flat)

    @property
    def element_spec(self) -> Any:
        """The structure of specs of the value."""
        return self._element_spec

    def _as_handle(self) -> EagerTensor:
        """What stands for this optional in a graph."""
        return EagerTensor(Handle(self))

    @property
    def _type_spec(self) -> OptionalSpec:
        return OptionalSpec(self._element_spec)

    def __tf_tracing_type__(self, context: Any) -> OptionalSpec:
        return self._type_spec


Optional.__module__ = _OptionalImpl.__module__ = "tensorflow.python.data.ops.optional_ops"


class OptionalSpec(TypeSpec):
    """Describes optionals, by the structure of specs of the value. Implements `tf.OptionalSpec`."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    @property
    def value_type(self) -> Any:
        """The class of optionals."""
        return _OptionalImpl

    @staticmethod
    def from_value(value: Any) -> OptionalSpec:
        """The spec of an optional."""
        return OptionalSpec(value.element_spec)

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)

    @property
    def _component_specs(self) -> Any:
        return [TensorSpec((), "variant")]

    def _to_components(self, value: Any) -> Any:
        return [value]

    def _from_components(self, components: Any) -> Any:
        return components[0]

    def _from_handle(self, tensor: Any) -> Any:
        if hasattr(tensor, "shadow"):
            return graph_rules().optional(self._element_spec, tensor)
        return tensor._t.value

    def _example(self) -> Optional:
        return Optional.empty(self._element_spec)


shown_in("tensorflow.python.data.ops.optional_ops", OptionalSpec)
