"""The LU decomposition with row exchanges, and reconstructions, solutions and inverses by it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.tensor.value_checks import check_values_outside_vmap
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import refused_gradient, with_gradient
from ..array.creation import eye, ones
from ..array.gathering import gather
from ..array.ranges import range
from ..array.shaping import broadcast_to, reshape
from ..math.arithmetic import multiply
from ..math.sorting import invert_permutation
from .checks import check_matrix, diagonal_of
from .diagonals import band_part, set_diag
from .matmul import matmul
from .solvers import triangular_solve


class Lu(NamedTuple):
    """The result of `tf.linalg.lu`: both factors in one matrix, and the order of the rows."""

    lu: Any
    p: Any


def _check_invertible(packed: torch.Tensor, info: torch.Tensor) -> None:
    # On the CPU, TensorFlow refuses NaN, too; on a device only what LAPACK does.
    has_nan = packed.is_cpu and not bool((diagonal_of(packed).abs() > 0).all())
    if has_nan or bool((info > 0).any()):
        raise InvalidArgumentError(None, None, "Input is not invertible.")


@with_gradient(refused_gradient("Lu"))
def _lu(x: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.numel():
        return x.clone(), x.new_empty(x.shape[:-1], dtype=dtype)
    packed, pivots, info = torch.linalg.lu_factor_ex(x)
    check_values_outside_vmap(_check_invertible, packed, info)
    rows = torch.lu_unpack(packed, pivots, unpack_data=False)[0]
    return packed, torch.real(rows).argmax(-2).to(dtype)


def _checked(x: torch.Tensor) -> torch.Tensor:
    if x.ndim < 2:
        raise InvalidArgumentError(None, None, f"Input tensor must have rank >= 2, got {x.ndim}")
    return check_matrix(x)


@op("Lu", "input", dtype_overloads=no_kernel("Lu", "float16"))
@single_op
def lu(input: Any, output_idx_type: Any = INT32, name: str | None = None) -> Any:
    """The LU decomposition of each matrix, with row exchanges. Implements `tf.linalg.lu`.

    It has no gradient, as in TensorFlow.

    Args:
        input: square matrices, `[..., m, m]`.
        output_idx_type: the type of the permutation, int32 or int64.
        name: ignored.

    Returns:
        `lu`, `[..., m, m]`, which has the upper triangular factor on and above the diagonal and the
        lower one, whose diagonal is 1, below it; and `p`, `[..., m]`, the order of the rows.

    Raises:
        InvalidArgumentError: if a matrix is not square or not invertible, or for other types of
            `p`.
    """
    dtype = as_dtype(output_idx_type)
    if dtype.name not in ("int32", "int64"):
        raise refusal("Lu", "output_idx_type", dtype)
    return Lu(*_lu(_checked(input), dtype.torch))


def _convert(lower_upper: Any, perm: Any) -> tuple[Any, Any]:
    """Converts both to tensors. Raises ValueError if their shapes do not match."""
    lower_upper = to_tensor(lower_upper, None, as_dtype("float32"))
    perm = to_tensor(perm, None, INT32)
    shape = lower_upper._t.shape
    if len(shape) < 2:
        raise ValueError("Input `lower_upper` must have at least 2 dimensions.")
    if len(shape) != perm._t.ndim + 1:
        raise ValueError("`rank(lower_upper)` must equal `rank(perm) + 1`")
    if shape[-2] != shape[-1]:
        raise ValueError("`lower_upper` must be square.")
    return lower_upper, perm


def _unit_lower(lower_upper: Any) -> Any:
    """The lower triangular factor, whose diagonal is 1."""
    diagonal = ones(lower_upper.shape[:-1], dtype=lower_upper.dtype)
    return set_diag(band_part(lower_upper, num_lower=-1, num_upper=0), diagonal)


def lu_reconstruct(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Any:
    """The matrices with these LU decompositions. Implements `tf.linalg.lu_reconstruct`.

    Args:
        lower_upper: `[..., m, m]`, as from `tf.linalg.lu`.
        perm: `[..., m]`, likewise.
        validate_args: ignored; shapes are always checked.
        name: ignored.

    Returns:
        Matrices, `[..., m, m]`.

    Raises:
        ValueError: if the shapes do not match.
        InvalidArgumentError: if `perm` is not a permutation.
    """
    lower_upper, perm = _convert(lower_upper, perm)
    product = matmul(_unit_lower(lower_upper), band_part(lower_upper, num_lower=0, num_upper=-1))
    shape = lower_upper._t.shape
    if len(shape) == 2:
        return gather(product, invert_permutation(perm))
    size = shape[-1]
    count = math.prod(shape[:-2])
    # A single permutation of the rows of all matrices, stacked.
    offsets = multiply(reshape(range(count, dtype=perm.dtype), [count, 1]), size)
    order = reshape(reshape(perm, [count, size]) + offsets, [count * size])
    rows = gather(reshape(product, [count * size, size]), invert_permutation(order))
    return reshape(rows, list(shape))


def lu_solve(
    lower_upper: Any, perm: Any, rhs: Any, validate_args: bool = False, name: str | None = None
) -> Any:
    """Solves `a @ x == rhs`, given the LU decompositions of `a`. Implements `tf.linalg.lu_solve`.

    Args:
        lower_upper: `[..., m, m]`, as from `tf.linalg.lu`.
        perm: `[..., m]`, likewise.
        rhs: `[..., m, k]`; the leading axes broadcast.
        validate_args: ignored; shapes are always checked.
        name: ignored.

    Returns:
        The solutions, `[..., m, k]`.

    Raises:
        ValueError: if the shapes do not match.
    """
    lower_upper, perm = _convert(lower_upper, perm)
    rhs = to_tensor(rhs, None, lower_upper.dtype)
    if rhs._t.ndim < 2:
        raise ValueError("Input `rhs` must have at least 2 dimensions.")
    if lower_upper._t.shape[-1] != rhs._t.shape[-2]:
        raise ValueError("`lower_upper.shape[-1]` must equal `rhs.shape[-1]`.")
    if rhs._t.ndim == 2 and perm._t.ndim == 1:
        rows = gather(rhs, perm, axis=-2)
    else:
        try:
            batch = list(torch.broadcast_shapes(rhs._t.shape[:-2], perm._t.shape[:-1]))
        except RuntimeError as error:
            raise InvalidArgumentError(None, None, str(error)) from None
        rhs = broadcast_to(rhs, [*batch, *rhs._t.shape[-2:]])
        perm = broadcast_to(perm, [*batch, perm._t.shape[-1]])
        rows = gather(rhs, perm, axis=-2, batch_dims=len(batch))
    return triangular_solve(
        lower_upper, triangular_solve(_unit_lower(lower_upper), rows), lower=False
    )


def lu_matrix_inverse(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Any:
    """The inverses of matrices, given their LU decompositions.

    Implements `tf.linalg.lu_matrix_inverse`.

    The arguments are as for `tf.linalg.lu_solve`, without `rhs`.
    """
    lower_upper, perm = _convert(lower_upper, perm)
    *batch, size = lower_upper._t.shape[:-1]
    return lu_solve(lower_upper, perm, eye(size, batch_shape=batch, dtype=lower_upper.dtype))
