"""Products and solutions of matrices with few diagonals."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import flag, is_concrete
from ..._core.types.shape import brackets
from ...errors import InvalidArgumentError
from .._support.element_types import no_kernel
from .._support.gradient_rules import with_gradient
from ..array.joining import stack
from ..array.padding import pad
from ..array.shaping import expand_dims, squeeze
from ..math.complex import conj
from .decompositions import triangular_solution
from .diagonals import diag_part, matrix_transpose

# -- triangles ----------------------------------------------------------------------------------


def _dense(bands: torch.Tensor, lower: bool) -> torch.Tensor:
    """The triangular matrix with these diagonals, the main one first if it is a lower one."""
    count, size = bands.shape[-2:]
    found = bands.new_zeros(*bands.shape[:-2], size, size)
    for offset in range(min(count, size)):
        if lower:
            found = found + torch.diag_embed(bands[..., offset, offset:], -offset)
        else:
            found = found + torch.diag_embed(
                bands[..., count - 1 - offset, : size - offset], offset
            )
    return found


@op("BandedTriangularSolve", "bands rhs", others=no_kernel("BandedTriangularSolve", "float16"))
@single_op
def banded_triangular_solve(
    bands: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Any:
    """The `x` with `matrix @ x == rhs`, for a triangular matrix of which the diagonals are given.

    `bands` has them as rows: the main one and those below it if `lower`, else the highest one down
    to the main one; what is outside of the matrix is left of the lower and right of the upper ones.
    `adjoint` takes the adjoint matrix. Leading axes broadcast. Answers for
    `tf.linalg.banded_triangular_solve`. Raises InvalidArgumentError for shapes that do not fit and
    for matrices without an inverse.
    """
    for number, x in enumerate((bands, rhs)):
        if x.ndim < 2:
            raise InvalidArgumentError(None, None, f"In[{number}] ndims must be >= 2: {x.ndim}")
        if not x.numel():
            raise InvalidArgumentError(None, None, f"In[{number}] must not be an empty tensor")
    if bands.shape[-1] != rhs.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"In[0] mismatch In[1] shape: {bands.shape[-1]} vs. {rhs.shape[-2]}: "
            f"{brackets(bands.shape)} {brackets(rhs.shape)}",
        )
    lower = flag(lower, "lower")
    if is_concrete(bands) and bool((bands[..., 0 if lower else -1, :] == 0).any()):
        raise InvalidArgumentError(None, None, "Input matrix is not invertible.")
    return triangular_solution(_dense(bands, lower), rhs, lower, flag(adjoint, "adjoint"))


# -- three diagonals: product -------------------------------------------------------------------


def _from_below(x: torch.Tensor) -> torch.Tensor:
    """The rows, each replaced by the next one, the last by zeros."""
    return torch.cat([x[..., 1:, :], torch.zeros_like(x[..., :1, :])], -2)


def _from_above(x: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.zeros_like(x[..., :1, :]), x[..., :-1, :]], -2)


def _tridiagonal_product_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    above: torch.Tensor,
    main: torch.Tensor,
    below: torch.Tensor,
    rhs: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    factor = rhs.conj()
    return (
        (_from_below(factor) * grad).sum(-1).unsqueeze(-2),
        (factor * grad).sum(-1).unsqueeze(-2),
        (_from_above(factor) * grad).sum(-1).unsqueeze(-2),
        _from_above(above.mH * grad) + main.mH * grad + _from_below(below.mH * grad),
    )


@with_gradient(_tridiagonal_product_gradient)
def _tridiagonal_product(
    above: torch.Tensor, main: torch.Tensor, below: torch.Tensor, rhs: torch.Tensor
) -> torch.Tensor:
    return main.mT * rhs + above.mT * _from_below(rhs) + below.mT * _from_above(rhs)


@op("TridiagonalMatMul", "superdiag maindiag subdiag rhs")
@single_op
def _tridiagonal_matmul(
    superdiag: Any, maindiag: Any, subdiag: Any, rhs: Any, name: str | None = None
) -> Any:
    named = (("superdiagonal", superdiag), ("main diagonal", maindiag), ("subdiagonal", subdiag))
    if any(x.ndim != rhs.ndim for _, x in named):
        raise InvalidArgumentError(None, None, "All input tensors must have the same rank.")
    for word, x in named:
        if x.shape[:-2] != rhs.shape[:-2]:
            message = "All input tensors must have the same outer dimensions."
            raise InvalidArgumentError(None, None, message)
        if tuple(x.shape[-2:]) != (1, rhs.shape[-2]):
            raise InvalidArgumentError(None, None, f"Invalid {word} shape.")
    return _tridiagonal_product(superdiag, maindiag, subdiag, rhs)


def _check_square(diagonals: Any) -> None:
    rows, columns = diagonals.shape[-2:]
    if rows != columns:
        raise ValueError(
            f"Expected last two dimensions of diagonals to be same, got {columns} and {rows}"
        )


def _diagonals_of(matrix: Any) -> Any:
    return diag_part(matrix, k=(-1, 1), padding_value=0.0, align="LEFT_RIGHT")


def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Any:
    """The product of matrices of three diagonals and `rhs`.

    `diagonals` has them as rows, the upper one (its last number is ignored), the main and the lower
    one (its first is ignored), or is a sequence of the three, or the matrix, as `diagonals_format`
    says: "compact", "sequence" or "matrix". Answers for `tf.linalg.tridiagonal_matmul`. Raises
    ValueError for other formats, InvalidArgumentError for shapes that differ.
    """
    if diagonals_format == "sequence":
        above, main, below = diagonals
    elif diagonals_format in ("compact", "matrix"):
        if diagonals_format == "matrix":
            _check_square(diagonals)
            diagonals = _diagonals_of(diagonals)
        above, main, below = (diagonals[..., row, :] for row in range(3))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    above, main, below = (expand_dims(x, -2) for x in (above, main, below))
    return _tridiagonal_matmul(above, main, below, rhs, name)


# -- three diagonals: solution ------------------------------------------------------------------


def _transposed(diagonals: torch.Tensor) -> torch.Tensor:
    above, main, below = diagonals.unbind(-2)
    zero = torch.zeros_like(main[..., :1])
    return torch.stack(
        [torch.cat([below[..., 1:], zero], -1), main, torch.cat([zero, above[..., :-1]], -1)], -2
    )


def _tridiagonal_solution_gradient(
    grad: torch.Tensor,
    x: torch.Tensor,
    diagonals: torch.Tensor,
    rhs: torch.Tensor,
    pivoting: bool,
    perturb: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    # TensorFlow's, which takes no conjugates.
    by_rhs = tridiagonal_solution(_transposed(diagonals), grad, pivoting, perturb)
    rows = [(by_rhs * y).sum(-1) for y in (_from_below(x), x, _from_above(x))]
    return -torch.stack(rows, -2), by_rhs


@with_gradient(_tridiagonal_solution_gradient)
def tridiagonal_solution(
    diagonals: torch.Tensor, rhs: torch.Tensor, pivoting: bool, perturb: bool
) -> torch.Tensor:
    """The solutions of tridiagonal systems by elimination, row by row, all systems at once.

    nan where a matrix is singular, unless `perturb` moves the pivots that are too small.
    """
    size = diagonals.shape[-1]
    if not rhs.numel():
        return torch.zeros_like(rhs)
    above, main, below = (x.unsqueeze(-1).unbind(-2) for x in diagonals.unbind(-2))
    rights = rhs.unbind(-2)
    zero = torch.zeros_like(main[0])
    upper = []  # of each row: the pivot, two numbers right of it, and the right-hand side
    row = (main[0], above[0] if size > 1 else zero, zero, rights[0])
    scale = row[0].abs() + row[1].abs()
    for i in range(1, size):
        new = (below[i], main[i], above[i] if i < size - 1 else zero, rights[i])
        own, other = row[0].abs(), below[i].abs()
        if perturb:  # relative to their rows
            new_scale = new[0].abs() + new[1].abs() + new[2].abs()
            own = torch.where(own == 0, 0, own / scale)
            other = torch.where(other == 0, 0, other / new_scale)
        swap = (other > own) & pivoting
        first = [torch.where(swap, b, a) for a, b in zip(row, new, strict=True)]
        rest = [torch.where(swap, a, b) for a, b in zip(row, new, strict=True)]
        factor = rest[0] / first[0]
        if perturb:
            factor = torch.where(rest[0] == 0, 0, factor)
            scale = torch.where(swap, scale, new_scale)
        upper.append(first)
        moved = [b - factor * a for a, b in zip(first[1:], rest[1:], strict=True)]
        row = (moved[0], moved[1], zero, moved[2])
    upper.append(list(row))
    if perturb:
        largest = torch.stack([x.abs() for entry in upper for x in entry[:3]]).amax(0)
        tolerance = torch.finfo(rhs.dtype).eps * largest
    below_one = below_two = torch.zeros_like(rights[0])
    found = []
    for pivot, one, two, right in reversed(upper):
        right = right - one * below_one - two * below_two
        if perturb:
            solution = right * (1 / _perturbed(pivot, tolerance, right))
        else:
            solution = right / pivot
        below_one, below_two = solution, below_one
        found.append(solution)
    x = torch.stack(found[::-1], -2)
    if not perturb:
        pivots = torch.stack([entry[0] for entry in upper], -2)
        x = torch.where((pivots == 0).any(-2, keepdim=True), torch.nan, x)
    return x


def _perturbed(pivot: torch.Tensor, tolerance: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """The pivot, moved away from zero as far as needed to divide by it (LAPACK's xLAGTS)."""
    least = torch.finfo(right.dtype).tiny
    factor = right.abs().amax(-1, keepdim=True) * least
    sign = torch.where(torch.real(pivot) < 0, -1.0, 1.0).to(tolerance.dtype)
    step = torch.clamp(tolerance, min=least) * sign
    while True:
        size = pivot.abs()
        small = (size < 1) & ((size == 0) | (factor > size))
        if not bool(small.any()):
            return pivot
        pivot = torch.where(small, pivot + step, pivot)
        step = step * 2


@op("TridiagonalSolve", "diagonals rhs")
@single_op
def _tridiagonal_solve(
    diagonals: Any, rhs: Any, pivoting: bool, perturb: bool, name: str | None = None
) -> Any:
    if diagonals.ndim != rhs.ndim or diagonals.ndim < 2:
        raise InvalidArgumentError(None, None, "All input tensors must have the same rank.")
    if diagonals.shape[:-2] != rhs.shape[:-2]:
        message = "All input tensors must have the same outer dimensions."
        raise InvalidArgumentError(None, None, message)
    if diagonals.shape[-2] != 3 or diagonals.shape[-1] != rhs.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"Expected 3 diagonals of the length of the right-hand sides, got "
            f"{brackets(diagonals.shape)} and {brackets(rhs.shape)}",
        )
    return tridiagonal_solution(diagonals, rhs, pivoting, perturb)


def _stacked(diagonals: Any) -> Any:
    """Three diagonals, of which the outer two may be one shorter than the main one, as rows."""
    if not isinstance(diagonals, (tuple, list)) or len(diagonals) != 3:
        raise ValueError("Expected diagonals to be a sequence of length 3.")
    above, main, below = diagonals
    if not all(x.shape[:-1].is_compatible_with(main.shape[:-1]) for x in (above, below)):
        raise ValueError(
            "Tensors representing the three diagonals must have the same shape,except for the last "
            f"dimension, got {below.shape}, {main.shape}, {above.shape}"
        )
    size = main.shape[-1]

    def padded(x: Any, word: str, last: list[int]) -> Any:
        length = x.shape[-1]
        if not length or length == size:
            return x
        if length == size - 1:
            return pad(x, [[0, 0]] * (len(x.shape) - 1) + [last])
        raise ValueError(f"Expected {word} to be have length {size} or {size - 1}, got {length}.")

    below = padded(below, "subdiagonal", [1, 0])
    return stack((padded(above, "superdiagonal", [0, 1]), main, below), axis=-2)


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Any:
    """The `x` with `matrix @ x == rhs` for matrices of three diagonals; `rhs` may be vectors.

    `diagonals` are given as in `tf.linalg.tridiagonal_matmul`; in a sequence the outer two may be
    one shorter. Where a matrix is singular, or needs row exchanges and gets no `partial_pivoting`,
    the solution is nan; `perturb_singular` changes such a matrix a little. Answers for
    `tf.linalg.tridiagonal_solve`. Raises ValueError for shapes that do not fit and other formats,
    AttributeError for what is no tensor.
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is.")
    if diagonals_format == "sequence":
        diagonals = _stacked(diagonals)
    elif diagonals_format == "matrix":
        _check_square(diagonals)
        diagonals = _diagonals_of(diagonals)
    elif diagonals_format != "compact":
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    rank, rhs_rank = diagonals.shape.rank, rhs.shape.rank
    if rank:
        if rank < 2:
            raise ValueError(f"Expected diagonals to have rank at least 2, got {rank}")
        if rhs_rank and rhs_rank not in (rank, rank - 1):
            raise ValueError(f"Expected the rank of rhs to be {rank - 1} or {rank}, got {rhs_rank}")
        batch, rhs_batch = diagonals.shape[:-2], rhs.shape[: rank - 2]
        if rhs_rank and not batch.is_compatible_with(rhs_batch):
            raise ValueError(f"Batch shapes {batch} and {rhs_batch} are incompatible")
    if diagonals.shape[-2] and diagonals.shape[-2] != 3:
        raise ValueError(f"Expected 3 diagonals got {diagonals.shape[-2]}")
    vectors = rank and rhs_rank == rank - 1
    rhs = to_tensor(rhs)
    if transpose_rhs and not vectors:
        rhs = matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = conj(rhs)
    if vectors:
        rhs = expand_dims(rhs, -1)
    size, rhs_size = diagonals.shape[-1], rhs.shape[-2]
    if size and rhs_size and size != rhs_size:
        raise ValueError(
            "Expected number of left-hand sided and right-hand sides to be equal, got "
            f"{size} and {rhs_size}"
        )
    found = _tridiagonal_solve(diagonals, rhs, bool(partial_pivoting), bool(perturb_singular), name)
    return squeeze(found, -1) if vectors else found
