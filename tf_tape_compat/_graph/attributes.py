"""The values of an operation's attributes, as `tf.Operation.get_attr` returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.types.dtype import as_dtype
from .node_defs import attributes

if TYPE_CHECKING:
    from .operation import Operation


def attribute_value(operation: Operation, name: str) -> Any:
    """The value of an attribute. Raises ValueError if there is none of this name."""
    values = attributes(operation)
    if name not in values:
        raise ValueError(f"Operation {operation.name!r} has no attr named {name!r}.")
    message = values[name]
    field = message.WhichOneof("value")
    if field is None:
        return []
    value = getattr(message, field)
    if field == "type":
        return as_dtype(value)
    if field == "list":
        for kind, items in value.ListFields():
            return [as_dtype(x) if kind.name == "type" else x for x in items]
        return []
    return value
