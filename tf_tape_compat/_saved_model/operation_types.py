"""The types of the inputs and outputs of a SavedModel's operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import _messages
from .._core.op.op_defs import OpSignature
from .._core.op.op_texts import op_text
from .._core.types.dtype import as_dtype
from .._graph.symbolic_tensor import SymbolicTensor
from .node_writers import not_available

# The tensors of a graph that are the results of an operation; None for other results.
Outputs = Sequence["SymbolicTensor | None"]


def infer_types(node: Any, signature: OpSignature, types: dict[str, int], outputs: Outputs) -> None:
    """Adds the attributes that are the types of the inputs and outputs."""
    given = [types.get(name) for name in node.input if not name.startswith("^")]
    results: list[int | None] = [None if x is None else x.dtype.as_datatype_enum for x in outputs]
    for kinds, found in ((signature.inputs, given), (signature.outputs, results)):
        position = 0
        for kind in kinds.values():
            number, star, name = kind.rpartition("*")
            if star and number not in node.attr and sum("*" in x for x in kinds.values()) == 1:
                node.attr[number].i = len(found) - (len(kinds) - 1)
            count = count_of(kind, signature, node)
            if count is None and signature.attributes.get(name) == "list(type)":
                count = len(found) - position  # it is the last, and its length is not known
            own = found[position : position + (1 if count is None else count)]
            position += len(own)
            if name in node.attr or not own or None in own:
                continue
            if signature.attributes.get(name) == "type":
                node.attr[name].type = own[0]
            elif signature.attributes.get(name) == "list(type)":
                node.attr[name].list.type.extend(own)


def check_operation(
    node: Any, signature: OpSignature, types: dict[str, int], outputs: Outputs, function: str
) -> None:
    """Raises NotImplementedError if TensorFlow could not read an operation."""
    for name in signature.attributes:
        if name not in node.attr and name not in signature.defaults:
            raise not_available(f"the operation {node.op} (without a known {name!r})", function)
    counts = [count_of(kind, signature, node) for kind in signature.inputs.values()]
    expected = sum(1 if count is None else count for count in counts)
    given = [name for name in node.input if not name.startswith("^")]
    if expected != len(given):
        raise not_available(
            f"the operation {node.op} (with {len(given)} inputs instead of {expected})",
            function,
        )
    text = op_text(node.op)
    for name, allowed in ({} if text is None else text.allowed).items():
        kind = node.attr[name].type if name in node.attr else 0
        if signature.attributes.get(name) == "type" and kind and not _allows(allowed, kind):
            raise not_available(f"the operation {node.op} (of these types)", function)
    own_types = [types.get(name) for name in given]
    results: list[int | None] = [None if x is None else x.dtype.as_datatype_enum for x in outputs]
    for kinds, own in ((signature.inputs, own_types), (signature.outputs, results)):
        expected_types = []
        for kind in kinds.values():
            count = count_of(kind, signature, node)
            numbers = range(1 if count is None else count)
            expected_types += [type_of(kind, signature, node, number) for number in numbers]
        if any(x not in (None, y) for x, y in zip(own, expected_types, strict=False)):
            raise not_available(f"the operation {node.op} (of these types)", function)


def count_of(kind: str, signature: Any, node: Any) -> int | None:
    """How many tensors an argument of an operation has; None if it is one tensor and no list."""
    number, star, _ = kind.rpartition("*")
    if star:
        return int(node.attr[number].i)
    if signature.attributes.get(kind) == "list(type)" and kind in node.attr:
        return len(node.attr[kind].list.type)
    return None


def type_of(kind: str, signature: OpSignature, node: Any, number: int) -> int:
    """The type of one of an operation's results."""
    name = kind.rpartition("*")[2]
    attribute_kind = signature.attributes.get(name)
    if attribute_kind == "list(type)":
        return int(node.attr[name].list.type[number])
    if attribute_kind == "type":
        return int(node.attr[name].type)
    return int(as_dtype(name).as_datatype_enum)


def _allows(allowed: str, kind: int) -> bool:
    """Whether a list of types, as text, has a type."""
    types = _messages.POOL.FindEnumTypeByName("tensorflow.DataType").values_by_number
    return types[kind].name in allowed[1:-1].split(", ")
