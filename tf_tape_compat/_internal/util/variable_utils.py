"""`tensorflow.python.util.variable_utils`: variables in nested structures."""

from __future__ import annotations

from typing import Any

from ... import nest
from ..._core.variables.variable import Variable
from ..._ops.array.conversion import convert_to_tensor


def convert_variables_to_tensors(values: Any) -> Any:
    """The structure with the values of the variables in their place.

    An object with `_convert_variables_to_tensors` converts those in itself.
    """

    def convert(value: Any) -> Any:
        if isinstance(value, Variable):
            return convert_to_tensor(value)
        if hasattr(type(value), "_convert_variables_to_tensors"):
            return value._convert_variables_to_tensors()
        return value

    return nest.map_structure(convert, values)


def replace_variables_with_atoms(values: Any) -> Any:
    """The structure with None in place of the variables, and the rest flattened."""
    return nest.map_structure(lambda value: None if isinstance(value, Variable) else value, values)
