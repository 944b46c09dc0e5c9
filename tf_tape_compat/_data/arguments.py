"""The arguments of transformations: conversion to scalars, with TensorFlow's errors."""

from __future__ import annotations

from typing import Any

from .._core.tensor.convert import INT64, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .components import payload
from .failures import refuse

BOOL = as_dtype("bool")
STRING = as_dtype("string")

INFINITE = -1
UNKNOWN = -2
AUTOTUNE = -1


def scalar(value: Any, name: str, operation: str, dtype: DType = INT64) -> Any:
    """The Python value of a scalar argument.

    Raises:
      TypeError, ValueError: if it does not convert to `dtype`.
      InvalidArgumentError: if it is not a scalar.
    """
    if dtype is INT64 and type(value) is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, EagerTensor) and value.dtype is not dtype:
        raise ValueError(
            f"{name}: Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{value.dtype.name}: {value!r}"
        )
    tensor = to_tensor(value, dtype)
    if tensor.shape.rank:
        raise refuse(operation, f"{name} must be a scalar")
    return payload(tensor).item()


def flag(value: Any, name: str, operation: str) -> bool:
    """The value of a scalar argument of type bool."""
    return value if type(value) is bool else bool(scalar(value, name, operation, BOOL))


def positive(value: Any, name: str, operation: str, what: str, wrapped: str = "") -> int:
    """A scalar that must be greater than 0; otherwise InvalidArgumentError begins with `what`."""
    number: int = scalar(value, name, operation)
    if number <= 0:
        raise refuse(operation, f"{what} must be greater than zero.", wrapped)
    return number


def parallel_calls(value: Any, operation: str, wrapped: str = "") -> int:
    """The number of parallel calls, or `AUTOTUNE`."""
    number: int = scalar(value, "num_parallel_calls", operation)
    if number <= 0 and number != AUTOTUNE:
        raise refuse(operation, "num_parallel_calls must be greater than zero.", wrapped)
    return number


def add_cardinalities(*sizes: int) -> int:
    """The cardinality of datasets one after another."""
    if INFINITE in sizes:
        return INFINITE
    return UNKNOWN if UNKNOWN in sizes else sum(sizes)


def bool_attribute(value: Any, name: str, default: bool = False) -> bool:
    """An argument that is an attribute of the operation. Raises TypeError if it is not a bool."""
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise TypeError(f"Expected bool for argument '{name}' not {value!r}.")
