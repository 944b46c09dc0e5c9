"""The errors of datasets and iterators, with TensorFlow's names of operations in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.op.op_errors import kernel_message
from .._core.op.op_texts import op_text
from ..errors import InvalidArgumentError, OpError, OutOfRangeError, UnknownError


def refuse(operation: str, message: str, wrapped: str = "") -> InvalidArgumentError:
    """The error of a dataset's operation for an invalid argument."""
    return InvalidArgumentError(None, None, kernel_message(operation, message, "", wrapped))


def end_of_sequence(wrapped: str) -> OutOfRangeError:
    """The error of `get_next` at the end."""
    text = kernel_message("IteratorGetNext", "End of sequence", "", wrapped)
    return OutOfRangeError(None, None, text)


def no_components(operation: str, attribute: str) -> InvalidArgumentError:
    """The error of a dataset's operation for elements without any tensor."""
    text = op_text(operation)
    return InvalidArgumentError(
        None,
        None,
        f"Length for attr '{attribute}' of 0 must be at least minimum 1\n\t; NodeDef: {{{{node "
        f"{operation}}}}}; {text.definition if text else ''} [Op:{operation}] name: ",
    )


class IterationError(Exception):
    """An error of a transformation, without the operation that was asked for the element.

    `error_class` is the class of `tf.errors` to raise. `inner_message` is the message without the
    transformation in whose function it occurred.
    """

    def __init__(self, error_class: Any, message: str) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message
        self.inner_message = message


def body_of(error: BaseException) -> tuple[Any, str]:
    """The class and text of an error, without the parts that name the operation that ran."""
    if isinstance(error, IterationError):
        return error.error_class, error.message
    if isinstance(error, OpError):
        text = error.message
        if text.startswith("{{function_node ") and "}} " in text:
            text = text.split("}} ", 1)[1]
        return type(error), text.split(" [Op:", 1)[0]
    return UnknownError, f"{type(error).__name__}: {error}"


def as_operation_error(error: BaseException, operation: str, wrapped: str) -> BaseException:
    """The error that an operation such as IteratorGetNext raises for one of a transformation.

    `wrapped` is what TensorFlow appends to its name: "_output_types_1".
    """
    error_class, message = body_of(error)
    text = kernel_message(operation, message, "", wrapped)
    return error_class(None, None, text)


def in_function(
    function: Callable[[Any], Any], operation: str, iterator: str
) -> Callable[[Any], Any]:
    """A function of the program whose errors say which transformation it was passed to."""

    def call(element: Any) -> Any:
        try:
            return function(element)
        except OpError as error:
            raise _function_error(error, operation, iterator) from error
        except StopIteration as error:
            raise RuntimeError("the function raised StopIteration") from error

    return call


def _function_error(error: OpError, operation: str, iterator: str) -> IterationError:
    error_class, message = body_of(error)
    failed_node: Any = getattr(error, "_failed_node", None)
    if failed_node is not None and failed_node.operation is not None:
        node = failed_node.operation.name
    else:
        node = error.message.partition(" [Op:")[2].partition("]")[0]
    if node:
        message += f"\n\t [[{{{{node {node}}}}}]]"
    if error_class is OutOfRangeError:  # it would look like the end
        error_class = InvalidArgumentError
        message = f"Function invocation produced OutOfRangeError: {message}"
    failure = IterationError(
        error_class,
        f"Error in user-defined function passed to {operation} transformation with iterator: "
        f"Iterator::Root::{iterator}: {message}",
    )
    failure.inner_message = message
    return failure
