"""Tensors with given contents: zeros, ones, fill, eye and one_hot."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
import torch

from ..._core.devices.placement import device_for
from ..._core.op.op import op
from ..._core.tensor.convert import INT32, INT64, c_name, to_tensor
from ..._core.tensor.python_values import element_type
from ..._core.tensor.tensor import STRING, EagerTensor
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from .._support.arguments import brackets, fill_sizes, invalid_argument, op_error, scalar

_FLOAT32 = as_dtype("float32")


def _refuse_layout(layout: Any, function: str) -> None:
    if layout is not None:
        raise NotImplementedError(
            f"tf.{function}: the argument 'layout' is for distributed tensors and is not available "
            "in tf_tape_compat; leave it out"
        )


def zeros(
    shape: Any, dtype: Any = _FLOAT32, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Zeros, False or empty strings in the given shape. Implements `tf.zeros`.

    Raises InvalidArgumentError for a negative size and for a shape of more than one dimension.
    """
    _refuse_layout(layout, "zeros")
    return _zeros(fill_sizes(shape, INT32), as_dtype(dtype))


def _zeros(sizes: tuple[int, ...], dtype: DType) -> EagerTensor:
    if dtype is STRING:
        return EagerTensor(np.full(sizes, b"", object))
    torch_type = element_type(dtype)
    return EagerTensor(torch.zeros(sizes, dtype=torch_type, device=device_for(torch_type)))


def ones(
    shape: Any, dtype: Any = _FLOAT32, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Ones, or True. Implements `tf.ones`. Raises as `tf.zeros`, and TypeError for strings."""
    _refuse_layout(layout, "ones")
    return _ones(fill_sizes(shape, INT32), as_dtype(dtype))


def _ones(sizes: tuple[int, ...], dtype: DType) -> EagerTensor:
    if dtype is STRING:
        raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
    torch_type = element_type(dtype)
    return EagerTensor(torch.ones(sizes, dtype=torch_type, device=device_for(torch_type)))


@op("ZerosLike", "x", nondifferentiable=True)
def _zeros_like(x: Any) -> Any:
    return np.full(x.shape, b"", object) if isinstance(x, np.ndarray) else torch.zeros_like(x)


@op("OnesLike", "x", nondifferentiable=True)
def _ones_like(x: Any) -> Any:
    return torch.ones_like(x)


def zeros_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Zeros in the shape of `input`, of its dtype unless `dtype` is given (`tf.zeros_like`)."""
    _refuse_layout(layout, "zeros_like")
    tensor = to_tensor(input)
    if dtype is None or (target := as_dtype(dtype)) is tensor.dtype:
        return _zeros_like(tensor)
    return _zeros(tuple(tensor._t.shape), target)


def ones_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Ones in the shape of `input`, of its dtype unless `dtype` is given (`tf.ones_like`)."""
    _refuse_layout(layout, "ones_like")
    tensor = to_tensor(input)
    if dtype is None or (target := as_dtype(dtype)) is tensor.dtype:
        return _ones_like(tensor)
    return _ones(tuple(tensor._t.shape), target)


@op("Fill", "value:T")
def _fill(value: Any, sizes: tuple[int, ...]) -> Any:
    if len(value.shape) and tuple(value.shape) != (1,):
        raise invalid_argument(f"value must represent a scalar, got shape {brackets(value.shape)}")
    if isinstance(value, np.ndarray):
        return np.broadcast_to(value.reshape(()), sizes).copy()
    # A copy, so that the result owns its memory and can be shared.
    return value.reshape(()).expand(sizes).clone(memory_format=torch.contiguous_format)


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> EagerTensor:
    """A tensor of shape `dims` filled with one value. Implements `tf.fill`.

    Raises InvalidArgumentError unless `value` is a single element and `dims` a valid shape.
    """
    _refuse_layout(layout, "fill")
    return _fill(value, fill_sizes(dims))


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = _FLOAT32,
    name: str | None = None,
) -> EagerTensor:
    """Identity matrices, with ones on the diagonal. Implements `tf.eye` (`tf.linalg.eye`).

    Args:
      num_rows: The number of rows.
      num_columns: The number of columns; as many as rows by default.
      batch_shape: Dimensions in front of those two.
      dtype: float32 by default.

    Raises InvalidArgumentError for a negative size.
    """
    if num_columns is None:
        num_columns = num_rows
    if not isinstance(num_rows, EagerTensor) and not isinstance(num_columns, EagerTensor):
        for size in (num_rows, num_columns):
            if not isinstance(size, numbers.Integral):
                raise TypeError(
                    "Arguments `num_rows` and `num_columns` must be positive integer values. "
                    f"Received: num_rows={num_rows}, num_columns={num_columns}"
                )
    rows, columns = _size(num_rows), _size(num_columns)
    if isinstance(batch_shape, EagerTensor):
        batch_shape = to_tensor(batch_shape, INT32)
    elif batch_shape is not None and not isinstance(batch_shape, TensorShape):
        batch_shape = list(batch_shape)
    batch = () if batch_shape is None else fill_sizes(batch_shape, INT32)
    target = as_dtype(dtype)
    one = _ones((), target)._t
    square = torch.zeros((rows, columns), dtype=one.dtype, device=one.device)
    square.diagonal().fill_(1)
    return EagerTensor(square.expand(*batch, rows, columns).contiguous())


def _size(value: Any) -> int:
    if isinstance(value, EagerTensor) and value._t.ndim:
        raise op_error("ConcatV2", f"a size must be a scalar, got shape {value.shape}")
    size = int(value) if isinstance(value, EagerTensor) else int(to_tensor(value, INT32))
    if size < 0:
        raise op_error("Fill", f"Dimension {size} must be >= 0")
    return size


@op("OneHot", "indices:TI on_value:T off_value:T", nondifferentiable=True)
def _one_hot(indices: Any, on_value: Any, off_value: Any, depth: int, axis: int) -> Any:
    for name, value in (("on_value", on_value), ("off_value", off_value)):
        if value.ndim:
            raise invalid_argument(f"{name} must be a scalar, but got: {brackets(value.shape)}")
    is_index = _is_index(indices, depth, axis)
    if isinstance(on_value, np.ndarray):
        return np.where(is_index.numpy(), on_value, off_value)
    return torch.where(is_index, on_value, off_value)


@op("OneHot", "indices:TI", unrecorded=True)
def _one_hot_zero_one(indices: Any, depth: int, axis: int, dtype: DType) -> Any:
    return _is_index(indices, depth, axis).to(dtype.torch)


def _is_index(indices: torch.Tensor, depth: int, axis: int) -> torch.Tensor:
    """Whether each index equals 0, 1, ... depth - 1, along a new axis."""
    if depth < 0:
        raise invalid_argument(f"depth must be non-negative, got: {depth}")
    if not -1 <= axis <= indices.ndim:
        raise invalid_argument(
            f"Expected axis to be -1 or between [0, {indices.ndim + 1}).  But received: {axis}"
        )
    axis = indices.ndim if axis < 0 else axis
    classes = torch.arange(depth, dtype=indices.dtype, device=indices.device)
    if axis < indices.ndim:
        classes = classes.reshape([-1] + [1] * (indices.ndim - axis))
    return indices.unsqueeze(axis) == classes


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """`on_value` at `indices` along a new axis of size `depth`, `off_value` elsewhere.

    Implements `tf.one_hot`.

    Args:
      indices: Integers; an index out of range gives no `on_value`.
      depth: The size of the new axis.
      on_value: 1 by default.
      off_value: 0 by default.
      axis: The position of the new axis; the last one by default.
      dtype: The dtype of both values, float32 by default.

    Raises TypeError if the values are not both of `dtype`.
    """
    if not isinstance(indices, EagerTensor):
        indices = to_tensor(indices, None, INT64)
    target = None if dtype is None else as_dtype(dtype)
    axis_index = -1 if axis is None else scalar(axis, "axis", "OneHot")
    if on_value is None and off_value is None and type(depth) is int:
        target = target or _FLOAT32
        if target.is_floating:
            return _one_hot_zero_one(indices, depth, axis_index, target)
    values = [None if v is None else to_tensor(v, None, target) for v in (on_value, off_value)]
    for argument, value in zip(("on_value", "off_value"), values, strict=True):
        if value is not None and target is not None and value.dtype is not target:
            raise TypeError(
                f"tf.one_hot: {argument} has type {value.dtype!r}, and the other values {target!r}"
            )
        if value is not None:
            target = value.dtype
    target = target or _FLOAT32
    on_tensor, off_tensor = (
        to_tensor(default, target) if value is None else value
        for value, default in zip(values, (1, 0), strict=True)
    )
    depth_tensor = depth if isinstance(depth, EagerTensor) else to_tensor(depth, INT32)
    if depth_tensor.dtype is not INT32:
        raise invalid_argument(
            "cannot compute OneHot as input #1(zero-based) was expected to be a int32 tensor but "
            f"is a {c_name(depth_tensor.dtype)} tensor [Op:OneHot] name: "
        )
    if depth_tensor.ndim:
        raise op_error(
            "OneHot", f"depth must be a scalar, but got: {brackets(depth_tensor._t.shape)}"
        )
    return _one_hot(
        indices, on_tensor, off_tensor, scalar(depth_tensor, "depth", "OneHot"), axis_index
    )
