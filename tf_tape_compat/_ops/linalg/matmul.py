"""Products of matrices, vectors and tensors over given axes; the cross product and the trace."""

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
from .._support.element_types import no_kernel
from .._support.operands import convert_with_hint, read
from .._support.unsigned import modular
from ..array.shaping import expand_dims, reshape, squeeze, transpose
from .matmul_kernels import (
    INTEGERS,
    check_flags,
    check_matrices,
    no_product,
    product,
    product_of_turned,
    product_of_two_types,
)

# -- matrices -----------------------------------------------------------------------------------


@op("MatMul", "a b", pair=convert_with_hint, others=INTEGERS, mixed=product_of_two_types)
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
    """The matrix product of `a` and `b`, each transposed or adjoint if the flags say so.

    With more than two axes the last two are matrices, and the leading ones broadcast. Answers for
    `tf.matmul`. The flags `grad_*` are hints that change no value, and so are `*_is_sparse` for
    matrices; those do not go with batches. Raises InvalidArgumentError for sizes that do not fit
    and for two types, unless they are bfloat16 and float32, which make a float32; ValueError for a
    matrix both transposed and adjoint. `output_type` is int32 for 8 bit integers, or the type of
    the matrices.
    """
    if (
        transpose_a is transpose_b is adjoint_a is adjoint_b is a_is_sparse is b_is_sparse is False
        and output_type is None
    ):
        try:
            return torch.mm(a, b)
        except RuntimeError:
            return product(a, b)  # batches, and TensorFlow's errors
    check_flags(transpose_a, adjoint_a, "a")
    check_flags(transpose_b, adjoint_b, "b")
    sparse = a_is_sparse or b_is_sparse
    if a.ndim <= 2 and b.ndim <= 2:
        transpose_a = flag(transpose_a, "transpose_a")
        transpose_b = flag(transpose_b, "transpose_b")
    if output_type is not None and as_dtype(output_type).torch is not a.dtype:
        if not sparse or a.dtype not in (torch.float32, torch.bfloat16):
            raise no_product(as_dtype(a.dtype).name, "BatchMatMulV3", output_type)
    if sparse:
        check_matrices(a, b)
    return product_of_turned(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


def _own_types(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    return read(x), read(y)


def _matvec_by_matmul(a: EagerTensor, b: EagerTensor, *flags: Any, **options: Any) -> Any:
    """`matvec` of types that `matmul` knows what to do with."""
    names = ("transpose_a", "adjoint_a", "a_is_sparse", "b_is_sparse")
    given = {**dict(zip(names, flags, strict=False)), **options}
    given.pop("name", None)
    return squeeze(matmul(a, expand_dims(b, -1), **given), -1)


@op(
    "MatMul",
    "a b",
    pair=_own_types,
    others=dict.fromkeys(INTEGERS, _matvec_by_matmul),
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
    """The product of the matrix `a`, transposed or adjoint if the flags say so, and the vector `b`.

    Leading axes are batches, which broadcast. Answers for `tf.linalg.matvec`. Raises
    InvalidArgumentError for sizes that do not fit and for two types, ValueError for a matrix both
    transposed and adjoint.
    """
    check_flags(transpose_a, adjoint_a, "a")
    if b.ndim == 0:
        raise InvalidArgumentError(None, None, "In[1] ndims must be >= 2: 1")
    if a_is_sparse or b_is_sparse:
        check_matrices(a, b.unsqueeze(-1))
    return product_of_turned(a, b.unsqueeze(-1), transpose_a, adjoint_a=adjoint_a).squeeze(-1)


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
    """How a tensor becomes a matrix with `axes` as one axis and all others as the other.

    The order of axes, the shape of the matrix, and the sizes of the other axes.
    """
    rank = len(shape)
    axes = [i if i >= 0 else i + rank for i in axes]
    free = [i for i in range(rank) if i not in axes]
    summed = math.prod([shape[i] for i in axes])
    sizes = [shape[i] for i in free]
    order = [*axes, *free] if axes_first else [*free, *axes]
    if sorted(order) != list(range(rank)):
        raise ValueError(f"`axes` names an axis twice or one that is not there: {axes}")
    rest = math.prod(sizes)
    return order, (summed, rest) if axes_first else (rest, summed), sizes


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Any:
    """The product of `a` and `b`, summed over pairs of axes.

    `axes` is a number (that many of the last of `a` and of the first of `b`), or two axes or lists
    of axes, one for each. The result has the other axes of `a`, then those of `b`. Answers for
    `tf.tensordot`. Raises ValueError or IndexError for axes that cannot be, InvalidArgumentError
    for sizes that differ and for two types.
    """
    a, b = _own_types(a, b)
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
    others=no_kernel("MatMul", "uint8 uint16 uint32 uint64"),
    mixed=_tensordot_of_two_types,
)
def _tensordot(a: Any, b: Any, left: Any, right: Any) -> Any:
    a_order, a_shape, a_sizes = left
    b_order, b_shape, b_sizes = right
    found = product(_matrix(a, a_order, a_shape), _matrix(b, b_order, b_shape))
    sizes = a_sizes + b_sizes
    return found if list(found.shape) == sizes else found.reshape(sizes)


def _matrix(x: torch.Tensor, order: list[int], shape: tuple[int, int]) -> torch.Tensor:
    """`x` with its axes in that order and in that shape, itself if that changes nothing."""
    if order != list(range(x.ndim)):
        x = x.permute(order)
    return x if x.shape == shape else x.reshape(shape)


# -- vectors in space, and the diagonal ---------------------------------------------------------


@modular
def _cross(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.linalg.cross(a, b)


@op("Cross", "a b")
def cross(a: Any, b: Any, name: str | None = None) -> Any:
    """The cross product of vectors of 3 along the last axis; answers for `tf.linalg.cross`.

    Raises InvalidArgumentError for two shapes, FailedPreconditionError for vectors of another
    length.
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
    """The sum of the diagonal of each matrix in the last two axes; answers for `tf.linalg.trace`.

    The type stays, so that integers wrap around. Raises InvalidArgumentError for fewer axes.
    """
    if x.ndim < 2:
        raise InvalidArgumentError(
            None, None, f"input must be at least 2-dim, received shape: {brackets(x.shape)}"
        )
    return _diagonal_sum(x)
