"""`tensorflow.python.framework.composite_tensor`."""

from typing import Any

from ... import nest as _nest
from ..._core.types.composite_tensor import CompositeTensor as CompositeTensor


def replace_composites_with_components(structure: Any) -> Any:
    """The structure with the components of composite tensors in their place."""
    if isinstance(structure, CompositeTensor):
        return replace_composites_with_components(structure._type_spec._to_components(structure))
    if not _nest.is_nested(structure):
        return structure
    return _nest.map_structure(replace_composites_with_components, structure)
