"""TensorFlow's errors for operations on tensors that do not fit.

An error of a kernel names the function that TensorFlow wraps the operation in, then the operation:

    {{function_node __wrapped__AddN_N_2_device_...}} MESSAGE [Op:AddN] name: NAME

An error that comes before the kernel, about the types of arguments, lacks the first part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from ...errors import (
    InvalidArgumentError,
    NotFoundError,
    OpError,
    ResourceExhaustedError,
    UnimplementedError,
)
from ..devices.placement import missing_type
from ..tensor.convert import c_name
from ..tensor.host_values import ESCAPED, has_escaped
from ..tensor.tensor import STRING
from ..types.dtype import FROM_TORCH, DType
from ..types.shape import brackets
from .op_texts import allowed_values, node, op_text

_DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"


def named(name: str | None, *tensors: Any) -> str | bool | None:
    """What errors say about the argument `name`: False for nothing.

    That is so if a tensor argument is a list, an array or a string, which TensorFlow converts
    before it calls the operation.
    """
    return name if not any(isinstance(x, _CONVERTED) for x in tensors) else False


_CONVERTED = (list, tuple, np.ndarray, str, bytes)
_VALUES = (*_CONVERTED, int, float, complex)


def is_converted(value: Any) -> bool:
    """Whether an operand is a value of Python or NumPy, of which a tensor was made."""
    return isinstance(value, _VALUES)


def kernel_message(
    operation: str, message: str, name: str | bool | None = None, wrapped: str = ""
) -> str:
    """The whole message of an error in an operation's kernel.

    `wrapped` is what TensorFlow appends to the operation's name for lists of tensors: "_N_2".
    """
    return (
        f"{{{{function_node __wrapped__{operation}{wrapped}_device_{_DEVICE}}}}} {message} "
        f"[Op:{operation}]{'' if name is False else f' name: {name or str()}'}"
    )


def mismatch(operation: str, position: int, expected: Any, actual: Any) -> Exception:
    """The error for tensors of two payload dtypes where TensorFlow requires one."""
    return InvalidArgumentError(
        None,
        None,
        f"cannot compute {operation} as input #{position}(zero-based) was expected to be "
        f"a {_c_name(expected)} tensor but is a {_c_name(actual)} tensor [Op:{operation}] "
        "name: ",
    )


def refusal(
    operation: str, attribute: str, actual: Any, allowed: Iterable[DType] | str = ()
) -> InvalidArgumentError:
    """The error for a value of an attribute that TensorFlow's operation does not allow.

    `actual` is a dtype, a payload dtype or a string. `allowed` are the values to list if no
    definition of the operation was recorded.
    """
    if isinstance(actual, str):
        value = f'"{actual}"'
    else:
        value = c_name(actual) if isinstance(actual, DType) else _c_name(actual)
    listed = allowed_values(operation, attribute)
    if listed is None:
        listed = allowed if isinstance(allowed, str) else ", ".join(map(c_name, allowed))
    text = op_text(operation)
    definition = f"; {text.definition}" if text is not None else ""
    return InvalidArgumentError(
        None,
        None,
        f"Value for attr '{attribute}' of {value} is not in the list of allowed values: "
        f"{listed}\n\t; NodeDef: {{{{node {operation}}}}}{definition} [Op:{operation}] name: ",
    )


def missing_kernel(operation: str, **attributes: Any) -> NotFoundError:
    """The error for an operation that TensorFlow defines for types it has no CPU kernel for."""
    text = op_text(operation)
    kernels = text.kernels if text is not None else ""
    return NotFoundError(
        None,
        None,
        f"Could not find device for node: {node(operation, attributes)}\n"
        f"All kernels registered for op {operation}:\n{kernels} [Op:{operation}] name: ",
    )


def explain(
    operation: str, error: Exception, name: str | bool | None, payloads: tuple[Any, ...]
) -> BaseException:
    """TensorFlow's error for the one that torch raised on `payloads`."""
    message = str(error)
    if type(error).__module__ == _FAKE_TENSORS or "for tensor subclasses" in message:
        return error  # no error of the program: a value is needed while there is none
    if isinstance(error, OpError):
        if "[Op:" in message:
            return error
        error_type: Any = type(error)
    elif isinstance(error, TypeError) and _MISSING_TYPE.search(message):
        error_type, message = (
            InvalidArgumentError,
            missing_type(_type_in(message), _device_of(payloads)),
        )
    elif isinstance(error, (TypeError, ValueError)) and _OF_TORCH.search(message):
        return type(error)(f"{operation}: {_rephrased(payloads, 'arguments do not fit')}")
    elif not isinstance(error, (RuntimeError, IndexError)) or isinstance(error, RecursionError):
        return error
    elif any(map(has_escaped, payloads)):
        return TypeError(f"A tensor cannot be used here: {ESCAPED}")
    elif isinstance(error, torch.OutOfMemoryError):
        error_type = ResourceExhaustedError
        message = _rephrased(payloads, "not enough memory")
    elif isinstance(error, NotImplementedError) or "not implemented for" in message:
        error_type = UnimplementedError
        message = _rephrased(payloads, "not implemented")
    else:
        error_type = InvalidArgumentError
        if "must match the size of tensor" in message and len(payloads) == 2:
            a, b = (brackets(p.shape) for p in payloads)
            message = f"Incompatible shapes: {a} vs. {b}"
        else:
            message = _rephrased(payloads, "arguments do not fit")
    lengths = "".join(f"_N_{len(p)}" for p in payloads if isinstance(p, list))
    if isinstance(error, OpError) and error.kernel is not None:
        operation, lengths = error.kernel
    explained: BaseException = error_type(
        None, None, kernel_message(operation, message, name, lengths)
    )
    return explained


# What torch says about element types that an accelerator lacks (MPS).
_MISSING_TYPE = re.compile(r"(float64|Double|complex128|ComplexDouble)\b.*\b(support|MPS)", re.S)


def _type_in(message: str) -> torch.dtype:
    """The element type that the accelerator lacks, by torch's message."""
    return torch.complex128 if re.search("complex", message, re.I) else torch.float64


def _device_of(payloads: tuple[Any, ...]) -> str:
    tensors = [t for p in payloads for t in (p if isinstance(p, list) else [p])]
    types = [t.device.type for t in tensors if isinstance(t, torch.Tensor) and not t.is_cpu]
    return types[0] if types else "these"


# Where the errors of torch tensors without values are defined.
_FAKE_TENSORS = "torch._subclasses.fake_tensor"

# What torch says about arguments of its functions.
_OF_TORCH = re.compile(r"\(\): argument '|invalid combination of arguments")


def _rephrased(payloads: tuple[Any, ...], what: str) -> str:
    """What to say about the tensors of an unexpected error of torch.

    Its own words name functions and arguments that the caller never wrote. They are in the
    exception's `__context__`.
    """
    tensors = [t for p in payloads for t in (p if isinstance(p, list) else [p])]
    inputs = ", ".join(
        f"{_c_name(t.dtype)}{brackets(t.shape)}" for t in tensors if hasattr(t, "dtype")
    )
    return f"{what}: inputs {inputs}"


def _c_name(payload_dtype: Any) -> str:
    return c_name(FROM_TORCH.get(payload_dtype, STRING))
