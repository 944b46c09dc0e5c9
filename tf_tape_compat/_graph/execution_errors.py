"""The errors of operations that fail when a graph runs: they show where the user added them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgumentError, NotFoundError, OpError
from .call_stacks import user_frames

if TYPE_CHECKING:
    from .nodes import Node
    from .operation import Operation


def note_node(error: BaseException, node: Node) -> None:
    """Notes which node failed, unless one inside of it did."""
    if isinstance(error, OpError) and not hasattr(error, "_failed_node"):
        error._failed_node = node  # type: ignore[attr-defined]


def has_no_element(error: BaseException) -> bool:
    """Whether an iterator had no next element, or could not compute it, where a graph ran."""
    node = getattr(error, "_failed_node", None)
    return node is not None and node.type == "IteratorGetNext"


def execution_error(error: BaseException, function: str) -> BaseException:
    """The error to raise from a call of a traced function.

    Args:
      error: what an operation raised.
      function: the name of the function's graph, such as "__inference_f_12".
    """
    node = getattr(error, "_failed_node", None)
    if node is None or node.operation is None or not isinstance(error, OpError):
        return error
    operation: Operation = node.operation
    body = f"{message_body(error)}\n\t [[{{{{node {operation.name}}}}}]] [Op:{function}]"
    if re.fullmatch(r"[\w.]+", function):
        body = f"Graph execution error:\n\n{_definition(operation)}{body}"
    else:  # TensorFlow does not find the places of names such as "<lambda>"
        body = f"{{{{function_node {function}}}}} {body}"
    cls: Any = type(error)
    if cls is NotFoundError and "Could not find device" in body:
        cls = InvalidArgumentError  # in a graph, it is its fault that there is no kernel
    located: BaseException = cls(None, None, body)
    return located


def session_error(error: OpError, operation: Operation) -> BaseException:
    """The error to raise from a session, for what an operation raised."""
    name, frames = operation.name, user_frames(operation.call_stack)
    lines = [f'File "{file}", line {line}, in {function}\n' for file, line, function in frames]
    cls: Any = type(error)
    located: BaseException = cls(
        None,
        operation,
        f"Graph execution error:\n\nDetected at node '{name}' defined at (most recent call last):\n"
        + "".join(f"    {line}" for line in lines)
        + f"Node: '{name}'\n{message_body(error)}\n\t [[{{{{node {name}}}}}]]",
    )
    return located


def message_body(error: OpError) -> str:
    """The message of an error without the kernel's place before it and the operation after it."""
    message = error.message or ""
    return re.sub(r"^\{\{function_node .*?\}\} | \[Op:\w+\].*$", "", message, flags=re.DOTALL)


def _definition(operation: Operation) -> str:
    lines = "".join(
        f'  File "{file}", line {line}, in {name}\n\n'
        for file, line, name in user_frames(operation.call_stack)
    )
    return f"Detected at node {operation.name} defined at (most recent call last):\n{lines}"
