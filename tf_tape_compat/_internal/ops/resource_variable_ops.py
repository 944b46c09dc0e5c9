"""`tensorflow.python.ops.resource_variable_ops`."""

from __future__ import annotations

from typing import Any

from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape
from ..._core.variables.variable import Variable
from ..framework.tensor_spec import DenseSpec

BaseResourceVariable = ResourceVariable = Variable


def is_resource_variable(var: Any) -> bool:
    """Whether a value is a variable."""
    return isinstance(var, Variable)


class VariableSpec(DenseSpec):
    """Describes a `tf.Variable`."""

    __slots__ = ("_alias_id", "trainable")

    def __init__(
        self, shape: Any, dtype: Any = "float32", trainable: bool = True, alias_id: Any = None
    ) -> None:
        super().__init__(TensorShape(shape), as_dtype(dtype))
        self.trainable = trainable
        self._alias_id = alias_id

    @property
    def value_type(self) -> Any:
        """The class of variables."""
        return Variable

    @property
    def alias_id(self) -> Any:
        """A number that equal variables share."""
        return self._alias_id

    @classmethod
    def from_value(cls, value: Any) -> VariableSpec:
        """The spec of a variable."""
        return cls(value.shape, value.dtype, value.trainable)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a variable, or some variable of another spec, fits this spec."""
        if not isinstance(spec_or_value, (VariableSpec, Variable)):
            return False
        return (
            self.dtype == spec_or_value.dtype
            and self.trainable == spec_or_value.trainable
            and self.shape.is_compatible_with(spec_or_value.shape)
        )

    def _serialize(self) -> tuple[Any, ...]:
        return self.shape, self.dtype, self.trainable, self._alias_id

    @property
    def _component_specs(self) -> Any:
        return self

    def _to_components(self, value: Any) -> Any:
        return value

    def _from_components(self, components: Any) -> Any:
        return components

    def __repr__(self) -> str:
        return (
            f"VariableSpec(shape={self.shape}, dtype={self.dtype!r}, trainable={self.trainable!r}, "
            f"alias_id={self._alias_id!r})"
        )
