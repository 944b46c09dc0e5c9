"""Helpers of the operators: converting arguments, broadcasting batches, and assertions."""

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
from .._ops.debugging.type_assertions import assert_proper_iterable
from .._ops.linalg.diagonals import adjoint as adjoint_of
from .._ops.linalg.solvers import solve
from .._ops.math.casting import cast
from .._ops.math.complex import imag
from .._ops.math.elementwise import abs


def parameter(value: Any) -> Any:
    """Converts a parameter to a tensor, unless it is a variable or None."""
    return value if value is None or isinstance(value, Variable) else to_tensor(value)


def operator_list(operators: Any, every: bool = False) -> list[Any]:
    """The operators as a list. Raises ValueError if it is empty, TypeError if dtypes differ."""
    assert_proper_iterable(operators)
    operators = list(operators)
    if not operators:
        raise ValueError(
            f"Argument `operators` must be a list of >=1 operators. Found: {operators}"
        )
    if any(operator.dtype != operators[0].dtype for operator in operators):
        types = [f"({operator.name!r}, {operator.dtype!r})" for operator in operators]
        if every:  # TensorFlow's text for Kronecker products
            raise TypeError(
                "Expected every operation in argument `operators` to have the same dtype. "
                f"Received {types}."
            )
        raise TypeError(
            f"Expected all operators to have the same dtype.  Found {'   '.join(types)}"
        )
    return operators


def refuse_variable(value: Any, name: str) -> None:
    """Raises TypeError if an argument that must be constant is a variable, or a module like one."""
    is_module = isinstance(value, Module) and hasattr(value, "dtype") and hasattr(value, "shape")
    if isinstance(value, Variable) or is_module:
        raise TypeError(f"Argument {name} cannot be reference type. Found: {type(value)}.")


def refuse_rectangular(left: Any, right: Any) -> None:
    """Raises ValueError unless both factors of a product with a zero operator are square."""
    if not left.is_square or not right.is_square:
        raise ValueError(
            "Matmul with non-square `LinearOperator`s or non-square `LinearOperatorZeros` not "
            "supported at this time."
        )


def shape_tensor(shape: Any) -> Any:
    """A shape as an integer tensor: of int32 if it is empty."""
    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    empty = isinstance(shape, (tuple, list)) and not shape
    return to_tensor(shape, INT32 if empty else None)


def sizes(name: str, tensor: Any, rank: int) -> Any:
    """The Python value of an argument that holds sizes: an int for rank 0, a list for rank 1.

    Raises TypeError unless it is of an integer dtype, and ValueError if it has another rank or is
    negative.
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
    common = TensorShape([])
    for shape in shapes:
        common = broadcast_static_shape(common, shape)
    return common


def broadcast_batches(matrices: Sequence[Any]) -> list[Any]:
    """Broadcasts the batch axes of the matrices. Raises ValueError if their shapes do not match."""
    tensors = [to_tensor(matrix) for matrix in matrices]
    for matrix in tensors:
        if len(matrix.shape) < 2:
            raise ValueError(
                f"Expected [batch] matrix to have at least two dimensions. Found: {matrix}."
            )
    batch = common_batch([matrix.shape[:-2] for matrix in tensors])
    return [
        matrix
        if matrix.shape[:-2] == batch
        else broadcast_to(matrix, batch.concatenate(matrix.shape[-2:]).as_list())
        for matrix in tensors
    ]


def solve_broadcast(matrix: Any, rhs: Any, adjoint: bool = False) -> Any:
    """`tf.linalg.solve` with broadcasting of the batch axes."""
    matrix, rhs = broadcast_batches([matrix, rhs])
    return solve(matrix, rhs, adjoint=adjoint)


def adjoint_if(x: Any, condition: bool) -> Any:
    """The adjoint of `x` if `condition` is true, else `x`."""
    return adjoint_of(x) if condition else x


def to_complex(x: Any) -> Any:
    """Converts `x` to the complex dtype of its precision."""
    if x.dtype.is_complex:
        return to_tensor(x)
    return cast(x, as_dtype("complex128" if x.dtype.name == "float64" else "complex64"))


def assert_no_zeros(x: Any, message: str) -> Any:
    """Raises InvalidArgumentError if any element is zero."""
    x = to_tensor(x)
    return assert_less(cast(0, x.dtype.real_dtype), abs(x), message=message)


def assert_real(x: Any, message: str) -> Any:
    """Raises InvalidArgumentError if any element has an imaginary part."""
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
