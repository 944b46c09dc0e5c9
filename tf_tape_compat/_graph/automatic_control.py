"""The control inputs that TensorFlow adds to a function, so that its effects run in order.

They are only shown: what runs in which order is said by the nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .nodes import AssignNode, Node, ReadNode
from .operation import Operation

if TYPE_CHECKING:
    from .graph import FuncGraph


def add_control_inputs(graph: FuncGraph) -> None:
    """Adds the control inputs of a function that was traced, and the operation that ends it."""
    written: dict[int, Operation] = {}  # the last operation that wrote a variable, by handle
    read: dict[int, list[Operation]] = {}  # those that have read it since
    stateful: list[Operation] = []
    last_effect: Operation | None = None
    for node in graph.nodes:
        operation = node.operation
        if operation is None or not node.is_operation:
            continue
        if isinstance(node, (ReadNode, AssignNode)):
            key = id(node.variable._handle)
            _order(operation, [written.get(key)])
            if isinstance(node, AssignNode):
                _order(operation, read.pop(key, []))
                written[key] = operation
            else:
                read.setdefault(key, []).append(operation)
        elif node.has_effect:
            _order(operation, [last_effect])
            last_effect = operation
        else:
            continue
        stateful.append(operation)
    graph.control_outputs = stateful
    if stateful and graph.outputs:
        end = graph._add_operation(Node("NoOp", []), "NoOp")
        end.control_inputs = [*end.control_inputs, *stateful]


def _order(operation: Operation, before: list[Any]) -> None:
    operation.control_inputs += [
        op for op in before if op is not None and op not in operation.control_inputs
    ]
