"""Tensors joined: `tf.concat` and `tf.stack`."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor, TrackedTensor
from ..._core.types.dtype import DType, as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, invalid_argument, op_error, scalar
from .._support.string_arrays import moves_elements_of_all
from .identity import alias

TENSOR_CLASSES = {EagerTensor, TrackedTensor}


def to_same_dtype(values: Any) -> list[EagerTensor]:
    """Converts a list to tensors of one dtype: that of the first tensor, else of the first value.

    Raises TypeError for values that do not convert to it.
    """
    if set(map(type, values)) <= TENSOR_CLASSES:
        return values
    dtype: DType | None = None
    has_sequences = any(isinstance(value, (list, tuple)) for value in values)
    for value in values:
        if isinstance(value, (EagerTensor, torch.Tensor)) or (
            not has_sequences and type(value) in operand_readers
        ):
            dtype = as_dtype(value.dtype)
            break
    tensors = []
    for value in values:
        if has_sequences:  # the rule of op_def.py for lists
            tensors.append(to_tensor(value, dtype))
            dtype = tensors[0].dtype
            continue
        reader = operand_readers.get(type(value))
        if isinstance(value, (EagerTensor, torch.Tensor)):
            tensor = to_tensor(value)
        else:
            tensor = reader(value) if reader is not None else to_tensor(value, dtype)
        dtype = dtype or tensor.dtype
        tensors.append(tensor)
    return tensors


@op("ConcatV2", "values*")
@moves_elements_of_all
def _concat(values: list[Any], axis: int, name: str | None = None) -> Any:
    # torch accepts empty vectors next to tensors of any rank.
    if len({value.ndim for value in values}) == 1:
        try:
            return torch.cat(values, axis)
        except (RuntimeError, IndexError) as error:
            raise _concat_error(values, axis) or error from None
    raise _concat_error(values, axis)  # type: ignore[misc]


def _concat_error(values: list[Any], axis: int) -> InvalidArgumentError | None:
    """TensorFlow's error for tensors that cannot be joined."""
    first = tuple(values[0].shape)
    rank = len(first)
    for position, value in enumerate(values):
        if value.ndim == 0:
            return invalid_argument("ConcatOp : Can't concatenate scalars (use tf.stack instead)")
        if value.ndim != rank:
            return invalid_argument(
                "ConcatOp : Ranks of all input tensors should match: "
                f"shape[0] = {brackets(first)} vs. shape[{position}] = {brackets(value.shape)}"
            )
    if not -rank <= axis < rank:
        return invalid_argument(
            f"ConcatOp : Expected concatenating dimensions in the range [{-rank}, {rank}), but got "
            f"{axis}"
        )
    for position, value in enumerate(values):
        for i, (size, other_size) in enumerate(zip(first, value.shape, strict=True)):
            if size != other_size and i != axis % rank:
                return invalid_argument(
                    f"ConcatOp : Dimension {i} in both shapes must be equal: "
                    f"shape[0] = {brackets(first)} vs. shape[{position}] = {brackets(value.shape)}"
                )
    return None


def concat(values: Any, axis: Any, name: str | None = "concat") -> Any:
    """Tensors joined along the existing dimension `axis`. Implements `tf.concat`.

    Raises InvalidArgumentError if they differ in dtype, rank or another size.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if type(axis) is not int:
        axis = scalar(
            axis if isinstance(axis, EagerTensor) else to_tensor(axis, INT32), "axis", "ConcatV2"
        )
    if len(values) == 1:
        return _copy(values[0])
    if not values:
        raise op_error("ConcatV2", "ConcatOp : Expected at least one tensor")
    return _concat(to_same_dtype(values), axis, name)


@op("Identity", "value")
def _copy(value: Any) -> Any:
    return alias(value)


def parallel_stack(values: Any, name: str | None = "parallel_stack") -> NoReturn:
    """Raises RuntimeError, as `tf.parallel_stack` does in eager execution."""
    raise RuntimeError("tf.parallel_stack() is not compatible with eager execution.")


@op("Pack", "values*")
@moves_elements_of_all
def _pack(values: list[Any], axis: int, name: str | None = None) -> Any:
    try:
        return torch.stack(values, axis)
    except RuntimeError:
        first = tuple(values[0].shape)
        for position, value in enumerate(values):
            if tuple(value.shape) != first:
                raise invalid_argument(
                    "Shapes of all inputs must match: "
                    f"values[0].shape = {brackets(first)} != "
                    f"values[{position}].shape = {brackets(value.shape)}"
                ) from None
        raise


def stack_tensors(tensors: list[EagerTensor]) -> EagerTensor:
    """Stacks tensors of one type along a new first axis."""
    return _pack(tensors, 0)


def stack(values: Any, axis: Any = 0, name: str | None = "stack") -> Any:
    """Tensors of one shape joined along a new axis. Implements `tf.stack`.

    Raises ValueError for an axis out of range, InvalidArgumentError if dtypes or shapes differ.
    """
    axis = axis if type(axis) is int else _int_attribute(axis)
    if axis == 0:
        if (
            isinstance(values, (list, tuple))
            and set(map(type, values)) <= TENSOR_CLASSES
            and values
        ):
            return _pack(values, 0, name)
        try:
            return to_tensor(values)
        except (TypeError, ValueError):
            pass
    if isinstance(values, np.ndarray):
        raise ValueError("tf.stack takes an array only for axis 0; use tf.transpose")
    values = list(values)
    rank = to_tensor(values[0])._t.ndim + 1
    if not -rank <= axis < rank:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-rank}, {rank})")
    return _pack(to_same_dtype(values), axis, name)


def _int_attribute(axis: Any) -> int:
    if isinstance(axis, np.integer):
        return int(axis)
    raise TypeError(f"Expected int for argument 'axis' not {axis!r}.")
