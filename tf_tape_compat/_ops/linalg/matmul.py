"""Products of matrices, vectors and tensors; the cross product and the trace."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.static_args import flag
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import brackets
from ...errors import FailedPreconditionError, InvalidArgumentError
from .._support.dtype_overloads import no_kernel
from .._support.operands import convert_with_hint, read_operand
from .._support.unsigned import modular
from ..array.shaping import expand_dims, reshape, squeeze, transpose
from .matmul_kernels import (
    INTEGERS,
    check_flags,
    no_product_into,
    product,
    product_of_two_types,
    product_with_flags,
)

_SPARSE_TYPES = (torch.float32, torch.bfloat16)  # with a kernel for sparse matrices

# -- matrices -----------------------------------------------------------------------------------


@op(
    "MatMul",
    "a b",
    convert_pair=convert_with_hint,
    dtype_overloads=INTEGERS,
    mixed=product_of_two_types,
)
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Any:
    """Multiplies matrices. Implements `tf.matmul`.

    Args:
        a: `[..., m, k]`; the leading axes broadcast.
        b: `[..., k, n]`.
        transpose_a: whether to transpose `a`.
        transpose_b: whether to transpose `b`.
        adjoint_a: whether to use the adjoint of `a`.
        adjoint_b: whether to use the adjoint of `b`.
        a_is_sparse: a hint, only allowed for two matrices without leading axes.
        b_is_sparse: likewise.
        output_type: int32 for 8 bit integers, bfloat16 for 8 bit integers and bfloat16, or the type
            of the matrices.
        grad_a: ignored.
        grad_b: ignored.
        name: ignored.

    Returns:
        `[..., m, n]`, of the type of `a` and `b`; float32 for bfloat16 and float32.

    Raises:
        InvalidArgumentError: if the sizes do not match, or the types differ otherwise.
        ValueError: if a matrix is both transposed and adjoint.
    """
    if (
        transpose_a is transpose_b is adjoint_a is adjoint_b is a_is_sparse is b_is_sparse is False
        and output_type is None
    ):
        try:
            return torch.mm(a, b)
        except RuntimeError:
            return product(a, b)  # handles batches, and raises TensorFlow's errors
    check_flags(transpose_a, adjoint_a, "a")
    check_flags(transpose_b, adjoint_b, "b")
    sparse = a_is_sparse or b_is_sparse
    if a.ndim <= 2 and b.ndim <= 2:
        transpose_a = flag(transpose_a, "transpose_a")
        transpose_b = flag(transpose_b, "transpose_b")
    is_other_type = output_type is not None and as_dtype(output_type).torch is not a.dtype
    if is_other_type and (not sparse or a.dtype not in _SPARSE_TYPES):
        flags = bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b)
        raise no_product_into(a.dtype, a.dtype, output_type, flags)
    operation = None
    if sparse:
        operation = "SparseMatMul" if a.dtype in _SPARSE_TYPES else "MatMul"
    return product_with_flags(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b, operation)


def _read_separately(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Converts both to tensors, neither to the type of the other."""
    return read_operand(x), read_operand(y)


def _matvec_by_matmul(a: EagerTensor, b: EagerTensor, *flags: Any, **options: Any) -> Any:
    """`matvec` by `matmul`, for types that need its special cases."""
    names = ("transpose_a", "adjoint_a", "a_is_sparse", "b_is_sparse")
    arguments = {**dict(zip(names, flags, strict=False)), **options}
    arguments.pop("name", None)
    return squeeze(matmul(a, expand_dims(b, -1), **arguments), -1)


@op(
    "MatMul",
    "a b",
    convert_pair=_read_separately,
    dtype_overloads=dict.fromkeys(INTEGERS, _matvec_by_matmul),
    mixed=_matvec_by_matmul,
)
def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """Multiplies matrices and vectors. Implements `tf.linalg.matvec`.

    Args:
        a: matrices, `[..., m, n]`; the leading axes broadcast.
        b: vectors, `[..., n]`.
        transpose_a: whether to transpose `a`.
        adjoint_a: whether to use the adjoint of `a`.
        a_is_sparse: a hint, only allowed without leading axes.
        b_is_sparse: likewise.
        name: ignored.

    Returns:
        Vectors, `[..., m]`.

    Raises:
        InvalidArgumentError: if the sizes do not match or the types differ.
        ValueError: if the matrix is both transposed and adjoint.
    """
    check_flags(transpose_a, adjoint_a, "a")
    b = b.unsqueeze(-1)
    operation = None
    if a_is_sparse or b_is_sparse:
        operation = "SparseMatMul" if a.dtype in _SPARSE_TYPES else "MatMul"
    x = product_with_flags(a, b, transpose_a, adjoint_a=adjoint_a, operation=operation)
    return x.squeeze(-1)


# -- tensors over axes --------------------------------------------------------------------------


def _contracted_axes(rank: int, axes: Any) -> tuple[list[int], list[int]]:
    """The axes of the first and of the second factor that are summed over."""
    if isinstance(axes, (int, np.integer)):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        if axes > rank:
            raise ValueError(
                "`axes` must not be larger than the number of dimensions of the first tensor. "
                f"Received {axes}, vs tensor dimensions {rank}."
            )
        return list(range(rank - axes, rank)), list(range(axes))
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
        first, second = axes
        if isinstance(first, (int, np.integer)) and isinstance(second, (int, np.integer)):
            return [int(first)], [int(second)]
        if len(first) != len(second):
            raise ValueError(
                f"Different number of contraction axes `a` and `b`, {len(first)} != {len(second)}."
            )
        return [int(i) for i in first], [int(i) for i in second]
    array = to_numpy(to_tensor(axes, as_dtype("int32"))._t)
    if array.ndim != 2 or len(array) != 2:
        raise InvalidArgumentError(
            None, None, f"`axes` as a tensor has the shape [2, k], not {list(array.shape)}"
        )
    return array[0].tolist(), array[1].tolist()


def _as_matrix(
    shape: list[int], axes: list[int], axes_first: bool
) -> tuple[list[int], tuple[int, int], list[int]]:
    """How to turn a tensor into a matrix with `axes` as one axis and all others as the other.

    Returns the order of the axes, the shape of the matrix, and the sizes of the other axes.
    """
    rank = len(shape)
    axes = [i if i >= 0 else i + rank for i in axes]
    free = [i for i in range(rank) if i not in axes]
    summed = math.prod([shape[i] for i in axes])
    sizes = [shape[i] for i in free]
    order = [*axes, *free] if axes_first else [*free, *axes]
    if sorted(order) != list(range(rank)):
        raise ValueError(f"`axes` names an axis twice or one that is not there: {axes}")
    free_size = math.prod(sizes)
    return order, (summed, free_size) if axes_first else (free_size, summed), sizes


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Any:
    """Sums products of two tensors over pairs of axes. Implements `tf.tensordot`.

    Args:
        a: a tensor.
        b: a tensor of the same type.
        axes: a number n, for the last n axes of `a` and the first n of `b`; or two axes or lists of
            axes, one for each tensor.
        name: ignored.

    Returns:
        A tensor with the other axes of `a`, then those of `b`.

    Raises:
        ValueError, IndexError: if there are no such axes.
        InvalidArgumentError: if the sizes or types differ.
    """
    a, b = _read_separately(a, b)
    a_shape, b_shape = list(a._t.shape), list(b._t.shape)
    first, second = _contracted_axes(len(a_shape), axes)
    left = _as_matrix(a_shape, first, False)
    right = _as_matrix(b_shape, second, True)
    return _tensordot(a, b, left, right)


def _tensordot_of_two_types(a: EagerTensor, b: EagerTensor, left: Any, right: Any) -> Any:
    a_order, a_shape, a_sizes = left
    b_order, b_shape, b_sizes = right
    a, b = reshape(transpose(a, a_order), a_shape), reshape(transpose(b, b_order), b_shape)
    return reshape(product_of_two_types(a, b), a_sizes + b_sizes)


@op(
    "MatMul",
    "a b",
    dtype_overloads=no_kernel("MatMul", "uint8 uint16 uint32 uint64"),
    mixed=_tensordot_of_two_types,
)
def _tensordot(a: Any, b: Any, left: Any, right: Any) -> Any:
    a_order, a_shape, a_sizes = left
    b_order, b_shape, b_sizes = right
    matrix = product(_matrix(a, a_order, a_shape), _matrix(b, b_order, b_shape))
    sizes = a_sizes + b_sizes
    return matrix if list(matrix.shape) == sizes else matrix.reshape(sizes)


def _matrix(x: torch.Tensor, order: list[int], shape: tuple[int, int]) -> torch.Tensor:
    """`x` with its axes in `order`, in `shape`; `x` itself if that changes nothing."""
    if order != list(range(x.ndim)):
        x = x.permute(order)
    return x if x.shape == shape else x.reshape(shape)


# -- vectors in space, and the diagonal ---------------------------------------------------------


@modular
def _cross(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.linalg.cross(a, b)


@op("Cross", "a b")
def cross(a: Any, b: Any, name: str | None = None) -> Any:
    """The cross product of vectors of length 3. Implements `tf.linalg.cross`.

    Args:
        a: vectors in the last axis, `[..., 3]`.
        b: vectors of the same shape.
        name: ignored.

    Returns:
        Vectors of the same shape.

    Raises:
        InvalidArgumentError: if the shapes differ.
        FailedPreconditionError: if the vectors have another length.
    """
    if a.shape != b.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"Both inputs must be of same shape: {brackets(a.shape)} vs. {brackets(b.shape)}",
        )
    if not a.ndim:
        raise InvalidArgumentError(None, None, "Input must be at least 1D[]")
    if a.shape[-1] != 3:
        raise FailedPreconditionError(
            None, None, "Cross-products are only defined for 3-element vectors."
        )
    return _cross(a, b)


@modular
def _diagonal_sum(x: torch.Tensor) -> torch.Tensor:
    return torch.sum(x.diagonal(dim1=-2, dim2=-1), -1, dtype=x.dtype)


@op("Sum", "x")
def trace(x: Any, name: str | None = None) -> Any:
    """Sums the main diagonal of each matrix. Implements `tf.linalg.trace`.

    Args:
        x: matrices, `[..., m, n]`.
        name: ignored.

    Returns:
        The sums, `[...]`, of the type of `x`; integers wrap around.

    Raises:
        InvalidArgumentError: if `x` has fewer than two axes.
    """
    if x.ndim < 2:
        raise InvalidArgumentError(
            None, None, f"input must be at least 2-dim, received shape: {brackets(x.shape)}"
        )
    return _diagonal_sum(x)
