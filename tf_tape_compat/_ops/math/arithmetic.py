"""Sums, differences and products, and squares: `tf.add`, `tf.multiply`, `tf.add_n` and others."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import is_typed, to_tensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import TensorShape, brackets
from ..._core.variables.indexed_slices import IndexedSlices
from .._support.arguments import invalid_argument
from .._support.dtype_overloads import for_strings, for_unsigned, for_unsigned_unary
from .._support.gradient_rules import sum_to, with_gradient
from .._support.operands import convert_to_first_dtype, convert_with_hint, read_operand
from .._support.unsigned import UNSIGNED, modular

# -- sums, differences, products ----------------------------------------------------------------


@op(
    "AddV2",
    "x y",
    torch.add,
    convert_pair=convert_with_hint,
    dtype_overloads={
        **for_unsigned("AddV2", modular(torch.add)),
        **for_strings("Add", operator.add),
    },
)
def add(x: Any, y: Any, name: str | None = None) -> Any:
    """`x + y` element-wise, with broadcasting; joins strings. Implements `tf.add`."""


@op("Sub", "x y", torch.sub, dtype_overloads=for_unsigned("Sub", modular(torch.sub)))
def subtract(x: Any, y: Any, name: str | None = None) -> Any:
    """`x - y` element-wise, with broadcasting. Implements `tf.subtract`."""


@op("Mul", "x y", torch.mul)
def multiply(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * y` element-wise, with broadcasting. Implements `tf.multiply`."""


def _mul_no_nan_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(_mul_no_nan(grad, y), x), sum_to(_mul_no_nan(x, grad), y)


@with_gradient(_mul_no_nan_gradient)
def _mul_no_nan(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.where(y == 0, torch.zeros((), dtype=x.dtype, device=x.device), x * y)


@op("MulNoNan", "x y", _mul_no_nan)
def _multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """The product, and 0 where `y` is 0."""


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * y`, and 0 where `y` is 0, even if `x` is infinite or NaN.

    Implements `tf.math.multiply_no_nan`. Raises ValueError for tensors of different dtypes.
    """
    x, y = convert_to_first_dtype(x, y)
    return _multiply_no_nan(x, y, name)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """`scalar * x` for a scalar and a tensor or IndexedSlices. Implements `tf.scalar_mul`.

    Raises ValueError if `scalar` has dimensions.
    """
    dtype = as_dtype(x.dtype)
    if is_typed(scalar) and as_dtype(scalar.dtype) is not dtype:
        raise ValueError(
            f"scalar: Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{as_dtype(scalar.dtype).name}: {scalar!r}"
        )
    scalar = to_tensor(scalar, dtype)
    if scalar._t.ndim != 0:
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {scalar.shape}.")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(multiply(scalar, x.values, name), x.indices, x.dense_shape)
    return multiply(scalar, x, name)


@op("Neg", "x", torch.neg)
def negative(x: Any, name: str | None = None) -> Any:
    """`-x` element-wise. Implements `tf.negative`."""


def _product_with_itself(x: torch.Tensor) -> torch.Tensor:
    """The recorded form of a square: its second gradient is constant, as in TensorFlow."""
    return torch.mul(x, x)


_product_with_itself.bare_kernel = torch.square  # type: ignore[attr-defined]


@op(
    "Square",
    "x",
    _product_with_itself,
    dtype_overloads=for_unsigned_unary("Square", modular(torch.square)),
)
def square(x: Any, name: str | None = None) -> Any:
    """`x * x` element-wise. Implements `tf.square`."""


def _squared_difference_gradient(
    grad: torch.Tensor, _: Any, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    # Computed from the arguments, not from the kernel's difference: a tape that was opened later
    # may watch the arguments, but would take that difference for a constant.
    grad_x = 2 * grad * (x - y)
    return sum_to(grad_x, x), sum_to(-grad_x, y)


@with_gradient(_squared_difference_gradient)
def _squared_difference(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    difference = x - y
    return difference.conj() * difference if difference.is_complex() else difference * difference


@op("SquaredDifference", "x y", _squared_difference)
def squared_difference(x: Any, y: Any, name: str | None = None) -> Any:
    """`(x - y)` squared element-wise, with broadcasting. Implements `tf.math.squared_difference`.

    For complex numbers, the squared magnitude of the difference, as a complex number.
    """


@op("AddN", "inputs*")
def _add_all(inputs: Any, name: str | None = None) -> Any:
    """The sum of tensors of one shape."""
    shape = inputs[0].shape
    for i, x in enumerate(inputs):
        if x.shape != shape:
            raise invalid_argument(
                "Inputs to operation AddN of type AddN must have the same size and shape.  "
                f"Input 0: {brackets(shape)} != input {i}: {brackets(x.shape)}"
            )
    total = inputs[0]
    add_pair = modular(torch.add) if total.dtype in UNSIGNED else torch.add
    for x in inputs[1:]:
        total = add_pair(total, x)
        node: Any = total.grad_fn
        if node is not None:
            node.metadata["AddN"] = True  # read by _core/gradients/sparse_cotangents.py
    return total


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of a list of tensors or IndexedSlices of one shape. Implements `tf.add_n`.

    A single tensor is returned unchanged. Raises ValueError for an empty list.
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = list(inputs)
    if not inputs or any(x is None for x in inputs):
        raise ValueError(
            "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype "
            "and shape."
        )
    if len(inputs) == 1:
        tensor = to_tensor(inputs[0])
        return _identity(tensor) if name else tensor
    tensors = [
        read_operand(x) if not isinstance(x, IndexedSlices) else to_tensor(x) for x in inputs
    ]
    return _add_all(tensors, name)


@op("Identity", "input")
def _identity(input: Any) -> Any:
    """A new tensor with the same value."""
    return input.view_as(input)


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Any:
    """The sum of a list of tensors of one shape and dtype. Implements `tf.math.accumulate_n`.

    `shape` and `tensor_dtype` are checked against the tensors. TensorFlow deprecates this function
    in favour of `tf.add_n`.
    """
    message = "inputs must be a list of at least one Tensor with the same dtype and shape"
    if not inputs or not isinstance(inputs, (list, tuple)):
        raise ValueError(message)
    not_tensors = (IndexedSlices, type(None))
    tensors = [read_operand(x) for x in inputs if not isinstance(x, not_tensors)]
    if len(tensors) != len(inputs) or any(x.dtype is not tensors[0].dtype for x in tensors):
        raise ValueError(message)
    common_shape = TensorShape(shape)
    for x in tensors:
        common_shape = common_shape.merge_with(x.shape)
    if tensor_dtype is not None and as_dtype(tensor_dtype) is not tensors[0].dtype:
        raise TypeError(
            f"The `tensor_dtype` argument is {tensor_dtype}, but `input` is of type "
            f"{tensors[0].dtype}. These must be equal. Try casting the input to the desired type."
        )
    return add_n(tensors, name)


@op("ZerosLike", "x", nondifferentiable=True)
def zeros_like_input(x: Any, name: str | None = None) -> Any:
    """Zeros of the same shape and dtype, with no gradient."""
    if isinstance(x, np.ndarray):
        return np.full(x.shape, b"", object)
    return torch.zeros_like(x)
