"""Products and solutions of matrices with few diagonals."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.static_args import flag
from ..._core.tensor.value_checks import check_values_outside_vmap
from ..._core.types.dtype import as_dtype
from ..._core.types.shape import brackets
from ...errors import InvalidArgumentError
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import with_gradient
from ..array.joining import stack
from ..array.padding import pad
from ..array.shaping import expand_dims, squeeze
from ..math.complex import conj
from .diagonals import diag_part, matrix_transpose
from .solvers import triangular_solution

# -- triangles ----------------------------------------------------------------------------------


def _check_invertible(main: torch.Tensor) -> None:
    if bool((main == 0).any()):
        raise InvalidArgumentError(None, None, "Input matrix is not invertible.")


def _dense(bands: torch.Tensor, lower: bool) -> torch.Tensor:
    """The triangular matrix of these diagonals, which begin or end with the main one."""
    count, size = bands.shape[-2:]
    matrix = bands.new_zeros(*bands.shape[:-2], size, size)
    for offset in range(min(count, size)):
        if lower:
            matrix = matrix + torch.diag_embed(bands[..., offset, offset:], -offset)
        else:
            matrix = matrix + torch.diag_embed(
                bands[..., count - 1 - offset, : size - offset], offset
            )
    return matrix


@op(
    "BandedTriangularSolve",
    "bands rhs",
    dtype_overloads=no_kernel("BandedTriangularSolve", "float16"),
)
@single_op
def banded_triangular_solve(
    bands: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Any:
    """Solves triangular systems with few diagonals. Implements `tf.linalg.banded_triangular_solve`.

    Args:
        bands: the diagonals as rows, `[..., k, m]`: the main one, then those below it if `lower`;
            otherwise from the highest one down to the main one. Lower diagonals are padded on the
            left, upper ones on the right.
        rhs: `[..., m, n]`; the leading axes broadcast.
        lower: whether the matrix is lower triangular.
        adjoint: whether to use the adjoint of the matrix.
        name: ignored.

    Returns:
        The `x`, `[..., m, n]`, for which `matrix @ x == rhs`.

    Raises:
        InvalidArgumentError: if the shapes do not match or a matrix is not invertible.
    """
    for number, x in enumerate((bands, rhs)):
        if x.ndim < 2:
            raise InvalidArgumentError(None, None, f"In[{number}] ndims must be >= 2: {x.ndim}")
        if not x.numel():
            name = c_name(as_dtype(x.dtype))
            text = f"Tensor<type: {name} shape: {brackets(x.shape)} values: >"
            message = f"In[{number}] must not be an empty tensor: {text}"
            raise InvalidArgumentError(None, None, message)
    lower, adjoint = flag(lower, "lower"), flag(adjoint, "adjoint")
    if bands.shape[-1] != rhs.shape[-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"In[0] mismatch In[1] shape: {bands.shape[-1]} vs. {rhs.shape[-2]}: "
            f"{brackets(bands.shape)} {brackets(rhs.shape)} {int(lower)} {int(adjoint)}",
        )
    check_values_outside_vmap(_check_invertible, bands[..., 0 if lower else -1, :])
    return triangular_solution(_dense(bands, lower), rhs, lower, flag(adjoint, "adjoint"))


# -- three diagonals: product -------------------------------------------------------------------


def _shift_up(x: torch.Tensor) -> torch.Tensor:
    """Moves the rows up by one; the last row becomes zeros."""
    return torch.cat([x[..., 1:, :], torch.zeros_like(x[..., :1, :])], -2)


def _shift_down(x: torch.Tensor) -> torch.Tensor:
    """Moves the rows down by one; the first row becomes zeros."""
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
        (_shift_up(factor) * grad).sum(-1).unsqueeze(-2),
        (factor * grad).sum(-1).unsqueeze(-2),
        (_shift_down(factor) * grad).sum(-1).unsqueeze(-2),
        _shift_down(above.mH * grad) + main.mH * grad + _shift_up(below.mH * grad),
    )


@with_gradient(_tridiagonal_product_gradient)
def _tridiagonal_product(
    above: torch.Tensor, main: torch.Tensor, below: torch.Tensor, rhs: torch.Tensor
) -> torch.Tensor:
    return main.mT * rhs + above.mT * _shift_up(rhs) + below.mT * _shift_down(rhs)


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


def _compact_diagonals(matrix: Any) -> Any:
    return diag_part(matrix, k=(-1, 1), padding_value=0.0, align="LEFT_RIGHT")


def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Any:
    """Multiplies tridiagonal matrices and `rhs`. Implements `tf.linalg.tridiagonal_matmul`.

    Args:
        diagonals: with the format "compact", `[..., 3, m]`: the upper diagonal (the last element is
            ignored), the main one, and the lower one (the first element is ignored). With
            "sequence", a sequence of these three. With "matrix", the matrices `[..., m, m]`.
        rhs: `[..., m, n]`.
        diagonals_format: one of these formats.
        name: ignored.

    Returns:
        The products, `[..., m, n]`.

    Raises:
        ValueError: for other formats.
        InvalidArgumentError: if the shapes do not match.
    """
    if diagonals_format == "sequence":
        above, main, below = diagonals
    elif diagonals_format in ("compact", "matrix"):
        if diagonals_format == "matrix":
            _check_square(diagonals)
            diagonals = _compact_diagonals(diagonals)
        above, main, below = (diagonals[..., row, :] for row in range(3))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    above, main, below = (expand_dims(x, -2) for x in (above, main, below))
    return _tridiagonal_matmul(above, main, below, rhs, name)


# -- three diagonals: solution ------------------------------------------------------------------


def _transpose(diagonals: torch.Tensor) -> torch.Tensor:
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
    # As in TensorFlow, without the conjugates that complex numbers would need.
    rhs_gradient = tridiagonal_solution(_transpose(diagonals), grad, pivoting, perturb)
    rows = [(rhs_gradient * y).sum(-1) for y in (_shift_up(x), x, _shift_down(x))]
    return -torch.stack(rows, -2), rhs_gradient


@with_gradient(_tridiagonal_solution_gradient)
def tridiagonal_solution(
    diagonals: torch.Tensor, rhs: torch.Tensor, pivoting: bool, perturb: bool
) -> torch.Tensor:
    """Solves tridiagonal systems by elimination, row by row, for all systems at once.

    Args:
        diagonals: the three diagonals, `[..., 3, m]`.
        rhs: `[..., m, n]`.
        pivoting: whether rows are exchanged.
        perturb: whether pivots that are too small are moved away from zero.

    Returns:
        The solutions, `[..., m, n]`; nan for singular matrices, unless `perturb`.
    """
    if not rhs.numel():
        return torch.zeros_like(rhs)
    upper = _eliminate(diagonals, rhs, pivoting, perturb)
    x = _substitute_back(upper, perturb)
    if not perturb:
        pivots = torch.stack([row[0] for row in upper], -2)
        x = torch.where((pivots == 0).any(-2, keepdim=True), torch.nan, x)
    return x


def _eliminate(
    diagonals: torch.Tensor, rhs: torch.Tensor, pivoting: bool, perturb: bool
) -> list[Any]:
    """The rows without the lower diagonal: pivot, two numbers right of it, right-hand side."""
    size = diagonals.shape[-1]
    above, main, below = (x.unsqueeze(-1).unbind(-2) for x in diagonals.unbind(-2))
    rights = rhs.unbind(-2)
    zero = torch.zeros_like(main[0])
    upper = []
    row = (main[0], above[0] if size > 1 else zero, zero, rights[0])
    scale = row[0].abs() + row[1].abs()
    for i in range(1, size):
        new = (below[i], main[i], above[i] if i < size - 1 else zero, rights[i])
        size_of_row, size_of_new = row[0].abs(), below[i].abs()
        if perturb:  # sizes are relative to their rows
            new_scale = new[0].abs() + new[1].abs() + new[2].abs()
            size_of_row = torch.where(size_of_row == 0, 0, size_of_row / scale)
            size_of_new = torch.where(size_of_new == 0, 0, size_of_new / new_scale)
        swap = (size_of_new > size_of_row) & pivoting
        first = [torch.where(swap, b, a) for a, b in zip(row, new, strict=True)]
        second = [torch.where(swap, a, b) for a, b in zip(row, new, strict=True)]
        factor = second[0] / first[0]
        if perturb:
            factor = torch.where(second[0] == 0, 0, factor)
            scale = torch.where(swap, scale, new_scale)
        upper.append(first)
        reduced = [b - factor * a for a, b in zip(first[1:], second[1:], strict=True)]
        row = (reduced[0], reduced[1], zero, reduced[2])
    upper.append(list(row))
    return upper


def _substitute_back(upper: list[Any], perturb: bool) -> torch.Tensor:
    """Solves the rows of `_eliminate`, the last one first."""
    last_right = upper[-1][3]
    if perturb:
        largest = torch.stack([x.abs() for row in upper for x in row[:3]]).amax(0)
        tolerance = torch.finfo(last_right.dtype).eps * largest
    below_one = below_two = torch.zeros_like(last_right)
    solutions = []
    for pivot, one, two, right in reversed(upper):
        right = right - one * below_one - two * below_two
        solution = right * (1 / _perturbed(pivot, tolerance, right)) if perturb else right / pivot
        below_one, below_two = solution, below_one
        solutions.append(solution)
    return torch.stack(solutions[::-1], -2)


def _perturbed(pivot: torch.Tensor, tolerance: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """The pivot, moved away from zero until it can be divided by (LAPACK's xLAGTS)."""
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


def _stack_diagonals(diagonals: Any) -> Any:
    """Stacks three diagonals, padding the outer two if they are one shorter than the main one."""
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
    """Solves tridiagonal systems. Implements `tf.linalg.tridiagonal_solve`.

    Args:
        diagonals: as for `tf.linalg.tridiagonal_matmul`; in a sequence the outer two diagonals may
            be one shorter.
        rhs: `[..., m, n]`, or `[..., m]` for vectors.
        diagonals_format: "compact", "sequence" or "matrix".
        transpose_rhs: whether to transpose `rhs`; ignored for vectors.
        conjugate_rhs: whether to conjugate `rhs`.
        name: ignored.
        partial_pivoting: whether rows are exchanged.
        perturb_singular: whether singular matrices are changed slightly, so that they have a
            solution.

    Returns: The `x` for which `matrix @ x == rhs`, of the shape of `rhs`. It is nan for singular
        matrices, and for those that need row exchanges without `partial_pivoting`.

    Raises:
        ValueError: if the shapes do not match, and for other formats.
        AttributeError: if `diagonals` is not a tensor.
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is.")
    if diagonals_format == "sequence":
        diagonals = _stack_diagonals(diagonals)
    elif diagonals_format == "matrix":
        _check_square(diagonals)
        diagonals = _compact_diagonals(diagonals)
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
    is_vector = rank and rhs_rank == rank - 1
    rhs = to_tensor(rhs)
    if transpose_rhs and not is_vector:
        rhs = matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = conj(rhs)
    if is_vector:
        rhs = expand_dims(rhs, -1)
    size, rhs_size = diagonals.shape[-1], rhs.shape[-2]
    if size and rhs_size and size != rhs_size:
        raise ValueError(
            "Expected number of left-hand sided and right-hand sides to be equal, got "
            f"{size} and {rhs_size}"
        )
    solution = _tridiagonal_solve(
        diagonals, rhs, bool(partial_pivoting), bool(perturb_singular), name
    )
    return squeeze(solution, -1) if is_vector else solution
