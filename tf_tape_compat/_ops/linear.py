"""Products of matrices, vectors and tensors over given axes; the cross product and the trace."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .._core.convert import to_tensor
from .._core.dtype import as_dtype
from .._core.operation import op
from .._core.recording import whole
from .._core.shape import brackets
from .._core.static import flag
from .._core.tensor import EagerTensor, to_numpy
from ..errors import FailedPreconditionError, InvalidArgumentError, NotFoundError
from .element_types import no_kernel
from .operands import by_hint, read
from .unsigned import modular

# -- matrices -----------------------------------------------------------------------------------


def _one_of(transpose: Any, adjoint: Any, name: str) -> None:
    if transpose and adjoint:
        raise ValueError(
            f"Only one of `transpose_{name}` and `adjoint_{name}` can be True. Received "
            f"`transpose_{name}`={transpose}, `adjoint_{name}`={adjoint}."
        )


def _turned(x: torch.Tensor, transpose: Any, adjoint: Any) -> torch.Tensor:
    if adjoint:
        return x.mH
    return x.mT if transpose else x


@whole
def _product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of two matrices, or of batches whose leading axes broadcast."""
    for number, x in enumerate((a, b)):
        if x.ndim < 2:
            raise InvalidArgumentError(None, None, f"In[{number}] ndims must be >= 2: {x.ndim}")
    if a.shape[-1] != b.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"Matrix size-incompatible: In[0]: {brackets(a.shape)}, In[1]: {brackets(b.shape)}",
        )
    try:
        return torch.matmul(a, b)
    except RuntimeError as error:
        try:
            np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        except ValueError:
            raise InvalidArgumentError(
                None,
                None,
                "In[0] and In[1] must have compatible batch dimensions: "
                f"{brackets(a.shape)} vs. {brackets(b.shape)}",
            ) from None
        raise error


def _product_of_turned(
    a: torch.Tensor,
    b: torch.Tensor,
    transpose_a: Any,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
) -> torch.Tensor:
    if a.is_complex():
        batches = a.ndim > 2 or b.ndim > 2
        a, transpose_a, adjoint_a = _conjugated(a, transpose_a, adjoint_a, batches)
        b, transpose_b, adjoint_b = _conjugated(b, transpose_b, adjoint_b, batches)
    return _one_product(a, b, (transpose_a, adjoint_a), (transpose_b, adjoint_b))


@whole
def _one_product(a: torch.Tensor, b: torch.Tensor, flags_a: Any, flags_b: Any) -> torch.Tensor:
    return _product(_turned(a, *flags_a), _turned(b, *flags_b))


def _conjugated(
    x: torch.Tensor, transpose: Any, adjoint: Any, batches: bool
) -> tuple[torch.Tensor, Any, Any]:
    """`x` and its flags, as TensorFlow gives them to its product, which knows one of both flags.

    That of matrices transposes, that of batches takes the adjoint.
    """
    if batches:
        return (x.conj(), False, True) if transpose else (x, False, adjoint)
    return (x.conj(), True, False) if adjoint else (x, transpose, False)


_BYTES = (torch.int8, torch.uint8)


def _product_of_bytes(
    a: EagerTensor,
    b: EagerTensor,
    transpose_a: Any = False,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    a_is_sparse: Any = False,
    b_is_sparse: Any = False,
    output_type: Any = None,
    *_: Any,
    **options: Any,
) -> Any:
    """`matmul` of integers of 8 bits: only into int32."""
    _one_of(transpose_a, adjoint_a, "a")
    _one_of(transpose_b, adjoint_b, "b")
    if output_type is None and a.dtype.name == "int8":
        raise InvalidArgumentError(
            None,
            None,
            "Value for attr 'T' of int8 is not in the list of allowed values: bfloat16, half, "
            "float, double, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128; "
            "8 bit integers are multiplied with output_type=tf.int32",
        )
    if output_type is None or as_dtype(output_type).name != "int32":
        raise NotFoundError(
            None,
            None,
            f"Could not find device for node: {{{{node MatMul}}}}: TensorFlow has no kernel for "
            f"the product of {a.dtype.name} matrices into {output_type}",
        )
    return _wide_product(a, b, bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b))


@op("BatchMatMulV3", "a b", plain=True)
def _wide_product(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    a, b = a.to(torch.int32), b.to(torch.int32)
    return _product(_turned(a, transpose_a, False), _turned(b, transpose_b, False))


def _product_of_int16(
    a: EagerTensor,
    b: EagerTensor,
    transpose_a: Any = False,
    transpose_b: Any = False,
    adjoint_a: Any = False,
    adjoint_b: Any = False,
    *_: Any,
    **options: Any,
) -> Any:
    """`matmul` of integers of 16 bits: only in batches."""
    _one_of(transpose_a, adjoint_a, "a")
    _one_of(transpose_b, adjoint_b, "b")
    if a._t.ndim > 2 or b._t.ndim > 2:
        return _batches(a, b, bool(transpose_a or adjoint_a), bool(transpose_b or adjoint_b))
    raise InvalidArgumentError(
        None,
        None,
        "Value for attr 'T' of int16 is not in the list of allowed values: bfloat16, half, float, "
        "double, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128",
    )


@op("BatchMatMulV2", "a b", plain=True)
def _batches(a: Any, b: Any, transpose_a: bool, transpose_b: bool) -> Any:
    return _product(_turned(a, transpose_a, False), _turned(b, transpose_b, False))


@op(
    "MatMul",
    "a b",
    pair=by_hint,
    others={
        "int8": _product_of_bytes,
        "uint8": _product_of_bytes,
        "int16": _product_of_int16,
        **no_kernel("MatMul", "uint16 uint32 uint64"),
    },
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
    """The matrix product of `a` and `b`, each transposed or adjoint if the flags say so.

    With more than two axes the last two are matrices, and the leading ones broadcast. Answers for
    `tf.matmul`. The flags `*_is_sparse` and `grad_*` are hints that change no value. Raises
    InvalidArgumentError for sizes that do not fit and for two types, ValueError for a matrix both
    transposed and adjoint; `output_type` is int32 for 8 bit integers, or the type of the matrices.
    """
    if (
        transpose_a is transpose_b is adjoint_a is adjoint_b is a_is_sparse is b_is_sparse is False
        and output_type is None
    ):
        try:
            return torch.mm(a, b)
        except RuntimeError:
            return _product(a, b)  # batches, and TensorFlow's errors
    _one_of(transpose_a, adjoint_a, "a")
    _one_of(transpose_b, adjoint_b, "b")
    if a.ndim <= 2 and b.ndim <= 2:
        transpose_a = flag(transpose_a, "transpose_a")
        transpose_b = flag(transpose_b, "transpose_b")
    elif a_is_sparse or b_is_sparse:
        raise InvalidArgumentError(None, None, "a sparse factor is a matrix, not a batch of them")
    if output_type is not None and as_dtype(output_type).torch is not a.dtype:
        raise NotFoundError(
            None,
            None,
            f"Could not find device for node: {{{{node BatchMatMulV3}}}}: TensorFlow has no kernel "
            f"for the product of {as_dtype(a.dtype).name} matrices into {output_type}",
        )
    return _product_of_turned(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


def _own_types(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    return read(x), read(y)


@op("MatMul", "a b", pair=_own_types)
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
    _one_of(transpose_a, adjoint_a, "a")
    if b.ndim == 0:
        raise InvalidArgumentError(None, None, "In[1] ndims must be >= 2: 1")
    return _product_of_turned(a, b.unsqueeze(-1), transpose_a, adjoint_a=adjoint_a).squeeze(-1)


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
    if any(i < 0 for i in axes):
        raise InvalidArgumentError(None, None, f"`axes` names one that is not there: {axes}")
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


@op("MatMul", "a b", others=no_kernel("MatMul", "uint8 uint16 uint32 uint64"))
def _tensordot(a: Any, b: Any, left: Any, right: Any) -> Any:
    a_order, a_shape, a_sizes = left
    b_order, b_shape, b_sizes = right
    product = _product(_matrix(a, a_order, a_shape), _matrix(b, b_order, b_shape))
    sizes = a_sizes + b_sizes
    return product if list(product.shape) == sizes else product.reshape(sizes)


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
