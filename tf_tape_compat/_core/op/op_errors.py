"""TensorFlow's errors for operations on tensors that do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from ...errors import InvalidArgumentError, OpError, ResourceExhaustedError, UnimplementedError
from ..tensor.convert import c_name
from ..tensor.host_values import ESCAPED, has_escaped
from ..tensor.tensor import STRING
from ..types.dtype import FROM_TORCH, DType
from ..types.shape import brackets


def mismatch(operation: str, position: int, expected: Any, actual: Any) -> Exception:
    """The error for tensors of two payload dtypes where TensorFlow requires one."""
    return InvalidArgumentError(
        None,
        None,
        f"cannot compute {operation} as input #{position}(zero-based) was expected to be "
        f"a {_c_name(expected)} tensor but is a {_c_name(actual)} tensor [Op:{operation}] "
        "name: ",
    )


def refusal(operation: str, group: str, allowed: Iterable[DType], actual: Any) -> Exception:
    """The error for a payload dtype that is not `allowed` for a type attribute."""
    allowed_names = ", ".join(c_name(d) for d in allowed if not d.is_quantized)
    return InvalidArgumentError(
        None,
        None,
        f"Value for attr '{group}' of {_c_name(actual)} is not in the list of allowed values: "
        f"{allowed_names}\n\t; NodeDef: {{{{node {operation}}}}} [Op:{operation}] name: ",
    )


def explain(operation: str, error: Exception, payloads: tuple[Any, ...]) -> BaseException:
    """TensorFlow's error for the one that torch raised on `payloads`."""
    message = str(error)
    if isinstance(error, OpError):
        if "[Op:" in message:
            return error
        error_type: Any = type(error)
    elif not isinstance(error, (RuntimeError, IndexError)) or isinstance(error, RecursionError):
        return error
    elif any(map(has_escaped, payloads)):
        return TypeError(f"A tensor cannot be used here: {ESCAPED}")
    elif isinstance(error, torch.OutOfMemoryError):
        error_type = ResourceExhaustedError
    elif isinstance(error, NotImplementedError) or "not implemented for" in message:
        error_type = UnimplementedError
    else:
        error_type = InvalidArgumentError
        if "must match the size of tensor" in message and len(payloads) == 2:
            a, b = (brackets(p.shape) for p in payloads)
            message = f"Incompatible shapes: {a} vs. {b}"
    lengths = "".join(f"_N_{len(p)}" for p in payloads if isinstance(p, list))
    location = (
        f"{{{{function_node __wrapped__{operation}{lengths}_device_"
        "/job:localhost/replica:0/task:0/device:CPU:0}} "
    )
    explained: BaseException = error_type(
        None, None, f"{location}{message} [Op:{operation}] name: "
    )
    return explained


def _c_name(payload_dtype: Any) -> str:
    return c_name(FROM_TORCH.get(payload_dtype, STRING))
