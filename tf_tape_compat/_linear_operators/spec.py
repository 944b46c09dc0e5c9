"""The type specs of operators, created on first use.

A class of operators lists the constructor arguments that rebuild it in `_composite_tensor_fields`,
and those of them that are static sizes in `_composite_tensor_prefer_static_fields`. A subclass that
lists none is rebuilt as the nearest base class that does.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from .. import nest
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import CompositeSpec, TypeSpec
from .._core.variables.variable import Variable
from .._functions.trace_types import VariableSpec
from .._ops.array.creation import zeros_like

_HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


class LinearOperatorSpec(CompositeSpec):
    """Describes operators of one class.

    Args:
      param_specs: the specs of the tensor and composite arguments by name.
      non_tensor_params: the other arguments by name.
      prefer_static_fields: the names of the arguments that are static sizes.
    """

    __slots__ = ("_non_tensor_params", "_param_specs", "_prefer_static_fields")

    value_type: Any = None

    def __init__(self, param_specs: Any, non_tensor_params: Any, prefer_static_fields: Any) -> None:
        self._param_specs = param_specs
        self._non_tensor_params = non_tensor_params
        self._prefer_static_fields = prefer_static_fields

    @classmethod
    def from_operator(cls, operator: Any) -> LinearOperatorSpec:
        """The spec of an operator.

        Raises:
          NotImplementedError: if an argument mixes tensors with other values.
          ValueError: if an argument cannot be read from the operator.
        """
        specs, values = {}, {}
        for name in (*operator._composite_tensor_fields, *_HINTS):
            value = _argument(operator, name)
            argument_spec = _with_specs(value)
            are_specs = [_is_spec(leaf) for leaf in nest.flatten(argument_spec)]
            if all(are_specs):
                specs[name] = argument_spec
            elif any(are_specs):
                raise NotImplementedError(
                    f"Field {name} contains a mix of `Tensor` and  non-`Tensor` values."
                )
            else:
                values[name] = value
        return cls(specs, values, operator._composite_tensor_prefer_static_fields)

    def _serialize(self) -> tuple[Any, ...]:
        return self._param_specs, self._non_tensor_params, self._prefer_static_fields

    @property
    def _component_specs(self) -> dict[str, Any]:
        return self._param_specs

    def _to_components(self, value: Any) -> dict[str, Any]:
        return {name: _argument(value, name) for name in self._param_specs}

    def _from_components(self, components: Any) -> Any:
        return self.value_type(**dict(self._non_tensor_params, **components))

    def _map_params(self, function: Any) -> LinearOperatorSpec:
        return type(self)(
            nest.map_structure(function, self._param_specs),
            self._non_tensor_params,
            self._prefer_static_fields,
        )

    def _batch(self, batch_size: Any) -> LinearOperatorSpec:
        return self._map_params(lambda spec: spec._batch(batch_size))

    def _unbatch(self, batch_size: Any) -> LinearOperatorSpec:
        return self._map_params(lambda spec: spec._unbatch())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.value_type, self._serialize())


def _unpickle(operator_class: Any, serialization: Any) -> LinearOperatorSpec:
    return _spec_class(operator_class)(*serialization)


@functools.cache
def _spec_class(operator_class: Any) -> Any:
    namespace = {
        "__slots__": (),
        "value_type": operator_class,
        "__module__": operator_class.__module__,
    }
    metaclass: Any = type(LinearOperatorSpec)
    return metaclass(f"{operator_class.__name__}Spec", (LinearOperatorSpec,), namespace)


def spec_of(operator: Any) -> Any:
    """The spec of an operator; None if its class lists no `_composite_tensor_fields`."""
    for cls in type(operator).__mro__:
        if cls.__dict__.get("_composite_tensor_fields"):
            return _spec_class(cls).from_operator(operator)
    return None


def _argument(operator: Any, name: str) -> Any:
    """Reads the constructor argument `name` from an operator, with plain lists and numbers."""
    for attribute in (name, f"_{name}"):
        if hasattr(operator, attribute):
            value = getattr(operator, attribute)
            break
    else:
        if name not in operator.parameters:
            raise ValueError(
                f"Could not determine an appropriate value for field `{name}` in object "
                f" `{operator}`: it is neither an attribute, nor in its `parameters`."
            )
        value = operator.parameters[name]
    if name in operator._composite_tensor_prefer_static_fields and isinstance(value, EagerTensor):
        value = to_numpy(value._t)
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else _plain_lists(value)


def _plain_lists(value: Any) -> Any:
    """Replaces the tracked lists of modules by plain ones."""
    return [_plain_lists(item) for item in value] if isinstance(value, list) else value


def _with_specs(value: Any) -> Any:
    """Replaces each tensor, variable and composite in `value` by its spec."""
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Variable):
        return VariableSpec(value, None)
    if hasattr(type(value), "_with_components"):
        return value._type_spec
    return [_with_specs(item) for item in value] if isinstance(value, list) else value


def _is_spec(leaf: Any) -> bool:
    return isinstance(leaf, (TypeSpec, VariableSpec))


# -- gradients ----------------------------------------------------------------------------------


def _components(operator: Any) -> Any:
    return operator._type_spec._to_components(operator)


def gradient_of(operator: Any, gradients: Any) -> Any:
    """The gradient of an operator as an operator, built from an iterator of tensor gradients.

    Components without a gradient become zeros. Returns None if no component has one.
    """
    structure = _components(operator)
    components = nest.flatten(structure)
    component_gradients = [
        gradient_of(component, gradients)
        if hasattr(type(component), "_with_components")
        else next(gradients)
        for component in components
    ]
    if all(gradient is None for gradient in component_gradients):
        return None

    def zero(tensor: Any) -> Any:
        return zeros_like(tensor, dtype=operator.dtype)

    filled = [
        nest.map_structure(zero, component, expand_composites=True)
        if gradient is None
        else gradient
        for component, gradient in zip(components, component_gradients, strict=True)
    ]
    return operator._type_spec._from_components(nest.pack_sequence_as(structure, filled))
