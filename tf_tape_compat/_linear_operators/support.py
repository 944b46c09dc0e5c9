"""What the operators need of tensors: conversions, batches that broadcast, assertions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.tensor.convert import INT32, to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.static_args import static
from .._core.types.dtype import as_dtype
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._functions.module import Module
from .._ops.array.shaping import broadcast_static_shape, broadcast_to
from .._ops.debugging.assertions import assert_equal, assert_less
from .._ops.linalg.diagonals import adjoint as adjoint_of
from .._ops.linalg.solvers import solve
from .._ops.math.casting import cast
from .._ops.math.complex import imag
from .._ops.math.elementwise import abs


def parameter(value: Any) -> Any:
    """A parameter of an operator: a variable stays one, all else becomes a tensor."""
    return value if value is None or isinstance(value, Variable) else to_tensor(value)


def refuse_variable(value: Any, name: str) -> None:
    """Raises TypeError for a variable where a plain number is needed."""
    module = isinstance(value, Module) and hasattr(value, "dtype") and hasattr(value, "shape")
    if isinstance(value, Variable) or module:
        raise TypeError(f"Argument {name} cannot be reference type. Found: {type(value)}.")


def refuse_rectangular(left: Any, right: Any) -> None:
    """Raises ValueError unless both factors are square, where one of them is zero."""
    if not left.is_square or not right.is_square:
        raise ValueError(
            "Matmul with non-square `LinearOperator`s or non-square `LinearOperatorZeros` not "
            "supported at this time."
        )


def shape_tensor(shape: Any) -> Any:
    """A shape as a tensor of integers, of int32 if it is empty."""
    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    empty = isinstance(shape, (tuple, list)) and not shape
    return to_tensor(shape, INT32 if empty else None)


def sizes(name: str, tensor: Any, rank: int) -> Any:
    """The value of an argument of sizes: an integer for rank 0, a list for 1.

    Raises TypeError for what are no integers, ValueError for another rank and for negative ones.
    """
    if not tensor.dtype.is_integer:
        raise TypeError(f"Argument {name} must be integer type.  Found: {tensor}")
    value = to_numpy(tensor._t)
    if value.ndim != rank:
        raise ValueError(f"Argument {name} must be a {rank}-D Tensor.  Found: {value}")
    if np.any(value < 0):
        raise ValueError(f"Argument {name} must be non-negative.  Found: {value}")
    return static(tensor)


def common_batch(shapes: Sequence[Any]) -> Any:
    """The shape to which all of these broadcast. Raises ValueError if there is none."""
    found = TensorShape([])
    for shape in shapes:
        found = broadcast_static_shape(found, shape)
    return found


def broadcast_batches(matrices: Sequence[Any]) -> list[Any]:
    """The matrices, their leading axes broadcast to one shape. Raises ValueError if none fits."""
    found = [to_tensor(matrix) for matrix in matrices]
    for matrix in found:
        if len(matrix.shape) < 2:
            raise ValueError(
                f"Expected [batch] matrix to have at least two dimensions. Found: {matrix}."
            )
    batch = common_batch([matrix.shape[:-2] for matrix in found])
    return [
        matrix
        if matrix.shape[:-2] == batch
        else broadcast_to(matrix, batch.concatenate(matrix.shape[-2:]).as_list())
        for matrix in found
    ]


def solve_broadcast(matrix: Any, rhs: Any, adjoint: bool = False) -> Any:
    """`tf.linalg.solve` whose leading axes broadcast."""
    matrix, rhs = broadcast_batches([matrix, rhs])
    return solve(matrix, rhs, adjoint=adjoint)


def turned(x: Any, adjoint_arg: bool) -> Any:
    """`x`, or its adjoint."""
    return adjoint_of(x) if adjoint_arg else x


def to_complex(x: Any) -> Any:
    """`x` as complex numbers of its precision."""
    if x.dtype.is_complex:
        return to_tensor(x)
    return cast(x, as_dtype("complex128" if x.dtype.name == "float64" else "complex64"))


def assert_no_zeros(x: Any, message: str) -> Any:
    """Raises InvalidArgumentError if a number is zero."""
    x = to_tensor(x)
    return assert_less(cast(0, x.dtype.real_dtype), abs(x), message=message)


def assert_real(x: Any, message: str) -> Any:
    """Raises InvalidArgumentError if a number has an imaginary part."""
    x = to_tensor(x)
    if x.dtype.is_complex:
        assert_equal(cast(0, x.dtype.real_dtype), imag(x), message=message)


def assert_rows_fit(operator: Any, x: Any) -> None:
    """Raises InvalidArgumentError unless `x` has as many rows as the operator has columns."""
    assert_equal(
        to_tensor(x.shape[-2]),
        operator.domain_dimension_tensor(),
        message="Dimensions are not compatible.  "
        "shape[-2] of argument to be the same as this operator",
    )
