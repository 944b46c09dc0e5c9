"""What describes operators: `tf.type_spec_from_value` of one, made when it is first asked for.

A class of operators that is made of tensors names the arguments that make it again in
`_composite_tensor_fields`, and those of them that are known sizes in
`_composite_tensor_prefer_static_fields`; a class below it that names none is rebuilt as that one.
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
      param_specs: the specs of the arguments that are tensors or made of them, by name.
      non_tensor_params: the other arguments, by name.
      prefer_static_fields: the names of the arguments that are known sizes.
    """

    __slots__ = ("_non_tensor_params", "_param_specs", "_prefer_static_fields")

    value_type: Any = None

    def __init__(self, param_specs: Any, non_tensor_params: Any, prefer_static_fields: Any) -> None:
        self._param_specs = param_specs
        self._non_tensor_params = non_tensor_params
        self._prefer_static_fields = prefer_static_fields

    @classmethod
    def from_operator(cls, operator: Any) -> LinearOperatorSpec:
        """The spec of an operator. Raises NotImplementedError for a list with other than tensors.

        Raises ValueError if the operator does not know one of its arguments.
        """
        specs, others = {}, {}
        for name in (*operator._composite_tensor_fields, *_HINTS):
            value = _argument(operator, name)
            described = _described(value)
            known = [_is_spec(leaf) for leaf in nest.flatten(described)]
            if all(known):
                specs[name] = described
            elif any(known):
                raise NotImplementedError(
                    f"Field {name} contains a mix of `Tensor` and  non-`Tensor` values."
                )
            else:
                others[name] = value
        return cls(specs, others, operator._composite_tensor_prefer_static_fields)

    def _serialize(self) -> tuple[Any, ...]:
        return self._param_specs, self._non_tensor_params, self._prefer_static_fields

    @property
    def _component_specs(self) -> dict[str, Any]:
        return self._param_specs

    def _to_components(self, value: Any) -> dict[str, Any]:
        return {name: _argument(value, name) for name in self._param_specs}

    def _from_components(self, components: Any) -> Any:
        return self.value_type(**dict(self._non_tensor_params, **components))

    def _changed(self, change: Any) -> LinearOperatorSpec:
        return type(self)(
            nest.map_structure(change, self._param_specs),
            self._non_tensor_params,
            self._prefer_static_fields,
        )

    def _batch(self, batch_size: Any) -> LinearOperatorSpec:
        return self._changed(lambda spec: spec._batch(batch_size))

    def _unbatch(self, batch_size: Any) -> LinearOperatorSpec:
        return self._changed(lambda spec: spec._unbatch())

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.value_type, self._serialize())


def _restored(owner: Any, serialization: Any) -> LinearOperatorSpec:
    return _spec_class(owner)(*serialization)


@functools.cache
def _spec_class(owner: Any) -> Any:
    namespace = {"__slots__": (), "value_type": owner, "__module__": owner.__module__}
    made: Any = type(LinearOperatorSpec)
    return made(f"{owner.__name__}Spec", (LinearOperatorSpec,), namespace)


def spec_of(operator: Any) -> Any:
    """The spec of an operator; None if its class does not say what it is made of."""
    for owner in type(operator).__mro__:
        if owner.__dict__.get("_composite_tensor_fields"):
            return _spec_class(owner).from_operator(operator)
    return None


def _argument(operator: Any, name: str) -> Any:
    """The argument of that name that makes the operator again, sequences as plain ones."""
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
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else _plain(value)


def _plain(value: Any) -> Any:
    """Lists without what modules wrap them in."""
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _described(value: Any) -> Any:
    """The value with a spec for each tensor and for each that is made of tensors."""
    if isinstance(value, EagerTensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Variable):
        return VariableSpec(value, None)
    if hasattr(type(value), "_with_components"):
        return value._type_spec
    return [_described(item) for item in value] if isinstance(value, list) else value


def _is_spec(leaf: Any) -> bool:
    return isinstance(leaf, (TypeSpec, VariableSpec))


# -- gradients ----------------------------------------------------------------------------------


def _components(operator: Any) -> Any:
    return operator._type_spec._to_components(operator)


def gradient_of(operator: Any, gradients: Any) -> Any:
    """The operator of the gradients, taken one after the other; None if there are none.

    Parts without a gradient are zeros there.
    """
    structure = _components(operator)
    parts = nest.flatten(structure)
    found = [
        gradient_of(part, gradients) if hasattr(type(part), "_with_components") else next(gradients)
        for part in parts
    ]
    if all(gradient is None for gradient in found):
        return None

    def zero(tensor: Any) -> Any:
        return zeros_like(tensor, dtype=operator.dtype)

    filled = [
        nest.map_structure(zero, part, expand_composites=True) if gradient is None else gradient
        for part, gradient in zip(parts, found, strict=True)
    ]
    return operator._type_spec._from_components(nest.pack_sequence_as(structure, filled))
