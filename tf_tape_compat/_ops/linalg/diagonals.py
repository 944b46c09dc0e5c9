"""Diagonals of matrices, bands of diagonals, and transposes.

A band is a matrix whose rows are diagonals, the highest one first. Shorter diagonals are padded on
the right or on the left. `align` says which, for those above the main diagonal and those below it:
"RIGHT_LEFT" aligns the upper ones to the right, so that they are padded on the left.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import index_array
from ..._core.types.dtype import FROM_TORCH, as_dtype
from ..._core.types.shape import brackets
from ...errors import InvalidArgumentError
from .._support.arguments import op_error
from .._support.dtype_overloads import no_kernel
from .._support.gradient_rules import refuse_gradient, with_gradient


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def _check_matrix(x: torch.Tensor) -> torch.Tensor:
    if x.ndim < 2:
        raise _invalid(f"input must be at least 2-dim, received shape: {brackets(x.shape)}")
    return x


def _no_strings(operation: str) -> dict[str, Any]:
    """The errors for strings: there is no kernel, and the default padding is not a string."""
    refuse = no_kernel(operation, "string")["string"]

    def padded(*arguments: Any, padding_value: Any = 0, **options: Any) -> Any:
        to_tensor(padding_value, as_dtype("string"))
        return refuse()

    return {"string": padded}


class _Band(NamedTuple):
    """The diagonals `low` to `high` of a matrix, where 0 is the main one and 1 the one above it."""

    rows: int
    columns: int
    low: int
    high: int
    right_above: bool
    right_below: bool

    @property
    def length(self) -> int:
        """The length of the longest diagonal."""
        return min(self.rows + min(self.high, 0), self.columns - max(self.low, 0))

    def start(self, d: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The column of the band at which each diagonal begins, and its length."""
        lengths = torch.minimum(
            self.columns - torch.clamp(d, min=0), self.rows + torch.clamp(d, max=0)
        )
        right = torch.where(d > 0, self.right_above, self.right_below)
        if self.right_above and not self.right_below:
            right = d >= 0  # the main diagonal is aligned right as well
        return torch.where(right, self.length - lengths, 0), lengths

    def in_matrix(self, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """For each element of the matrix, its index in the flat band, and whether it has one."""
        i = torch.arange(self.rows, device=device).unsqueeze(1)
        j = torch.arange(self.columns, device=device).unsqueeze(0)
        d = j - i
        exists = (d >= self.low) & (d <= self.high)
        index = (self.high - d) * self.length + torch.minimum(i, j) + self.start(d)[0]
        return torch.where(exists, index, 0), exists

    def in_band(self, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """For each element of the band, its index in the flat matrix, and whether it has one."""
        d = torch.arange(self.high, self.low - 1, -1, device=device).unsqueeze(1)
        start, lengths = self.start(d)
        t = torch.arange(self.length, device=device).unsqueeze(0) - start
        exists = (t >= 0) & (t < lengths)
        index = (t + torch.clamp(-d, min=0)) * self.columns + t + torch.clamp(d, min=0)
        return torch.where(exists, index, 0), exists


def _diagonal_range(k: Any) -> tuple[int, int, bool]:
    """The lowest and highest diagonal, and whether it is a single one."""
    array = index_array(k)
    if array.ndim > 1:
        raise _invalid(
            f"diag_index must be a scalar or vector, received shape: {brackets(array.shape)}"
        )
    if array.size not in (1, 2):
        raise _invalid(
            f"diag_index must have only one or two elements, received {array.size} elements."
        )
    low, high = int(array.ravel()[0]), int(array.ravel()[-1])
    if low > high:
        raise _invalid(f"lower_diag_index must not be larger than upper_diag_index: {low} > {high}")
    return low, high, array.size == 1 or low == high


def _band(rows: int, columns: int, low: int, high: int, align: str, operation: str) -> _Band:
    if align not in ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"):
        raise refusal(operation, "align", align)
    above, below = align.split("_")
    return _Band(rows, columns, low, high, above == "RIGHT", below == "RIGHT")


def _check_range(x: torch.Tensor, low: int, high: int, stop: str = "") -> None:
    rows, columns = x.shape[-2:]
    for name, d in (("lower", low), ("upper", high)):
        if not (-rows < d < columns or d == 0):
            raise _invalid(
                f"{name}_diag_index is out of bound: {d}{stop if name == 'lower' else ''} It must "
                f"be between {-rows} and {columns}"
            )


def _padding(value: Any, x: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.bool:
        return torch.tensor(bool(value), device=x.device)
    return to_tensor(value, FROM_TORCH[x.dtype])._t.to(x.device)


def _gather_flat(
    x: torch.Tensor, index: torch.Tensor, exists: torch.Tensor, other: torch.Tensor
) -> torch.Tensor:
    """`x` with its last two axes flat, at each index that exists; `other` elsewhere."""
    flat = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    if not flat.shape[-1]:  # an element for all indices to point to
        flat = torch.cat([flat, flat.new_zeros(*flat.shape[:-1], 1)], -1)
    return torch.where(exists, flat[..., index], other)


@op("MatrixDiagPartV3", "input", dtype_overloads=_no_strings("MatrixDiagPartV3"))
def diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Extracts diagonals of matrices. Implements `tf.linalg.diag_part`.

    Args:
        input: matrices, `[..., m, n]`.
        name: ignored.
        k: the diagonal, or the lowest and the highest one; 0 is the main diagonal, positive ones
            are above it.
        padding_value: fills up shorter diagonals.
        align: how diagonals of different lengths are aligned.

    Returns:
        The diagonals, `[..., length]`; several as rows, `[..., count, length]`, the highest first.

    Raises:
        InvalidArgumentError: if a diagonal does not exist.
    """
    x = _check_matrix(input)
    low, high, single = _diagonal_range(k)
    _check_range(x, low, high, ".")
    band = _band(x.shape[-2], x.shape[-1], low, high, align, "MatrixDiagPartV3")
    if single:
        return x.diagonal(low, -2, -1)
    return _gather_flat(x, *band.in_band(x.device), _padding(padding_value, x))


@op("MatrixDiagV3", "diagonal", dtype_overloads=_no_strings("MatrixDiagV3"))
def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Any:
    """Builds matrices from diagonals. Implements `tf.linalg.diag`.

    Args:
        diagonal: the diagonal of each matrix, `[..., length]`, or several as rows, as from
            `tf.linalg.diag_part`.
        name: ignored.
        k: the position of the diagonal, or of the lowest and the highest one.
        num_rows: the number of rows, by default as small as possible.
        num_cols: the number of columns, likewise.
        padding_value: the other elements.
        align: how diagonals of different lengths are aligned.

    Returns:
        Matrices, `[..., num_rows, num_cols]`.

    Raises:
        InvalidArgumentError: if the sizes do not match.
    """
    x = diagonal
    low, high, single = _diagonal_range(k)
    if x.ndim < 1 if single else x.ndim < 2:
        raise _invalid(f"diagonal must be at least 1-dim, received shape: {brackets(x.shape)}")
    if not single and x.shape[-2] != high - low + 1:
        raise _invalid(
            f"The number of diagonals provided in the input does not match: {x.shape[-2]} for "
            f"{low} to {high}"
        )
    length = x.shape[-1]
    rows, columns = int(index_array(num_rows)), int(index_array(num_cols))
    least_rows, least_columns = length - min(high, 0), length + max(low, 0)
    if rows == -1 and columns == -1:
        rows = columns = max(least_rows, least_columns)
    elif rows == -1:
        rows = least_rows
    elif columns == -1:
        columns = least_columns
    if rows < least_rows or columns < least_columns:
        what = "rows" if rows < least_rows else "columns"
        raise _invalid(f"The number of {what} is too small.")
    if rows != least_rows and columns != least_columns:
        raise _invalid(
            "The number of rows or columns is not consistent with the specified d_lower, d_upper, "
            "and diagonal."
        )
    band = _band(rows, columns, low, high, align, "MatrixDiagV3")
    if single:
        x = x.unsqueeze(-2)
    matrices = _gather_flat(x, *band.in_matrix(x.device), _padding(padding_value, x))
    try:
        _check_range(matrices, low, high, ".")
    except InvalidArgumentError as error:  # which the gradient raises, extracting the diagonals
        return refuse_gradient("MatrixDiagV3", diagonal, matrices, error)
    return matrices


@op("MatrixSetDiagV3", "input diagonal", dtype_overloads=no_kernel("MatrixSetDiagV3", "string"))
def set_diag(
    input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT"
) -> Any:
    """Replaces diagonals of matrices. Implements `tf.linalg.set_diag`.

    Args:
        input: matrices, `[..., m, n]`.
        diagonal: the new diagonals, as from `tf.linalg.diag_part`.
        name: ignored.
        k: the position of the diagonal, or of the lowest and the highest one.
        align: how diagonals of different lengths are aligned.

    Returns:
        Matrices of the shape of `input`.

    Raises:
        InvalidArgumentError: if a diagonal does not exist or has another shape.
    """
    x = _check_matrix(input)
    low, high, single = _diagonal_range(k)
    _check_range(x, low, high)
    band = _band(x.shape[-2], x.shape[-1], low, high, align, "MatrixSetDiagV3")
    expected = [*x.shape[:-2], *([] if single else [high - low + 1]), band.length]
    if list(diagonal.shape) != expected:
        raise _invalid(
            "Either first dimensions of diagonal don't match input.shape[:-2], or "
            "diagonal.shape[:-1] is not equal to the longests diagonal in range "
            f"[lower_diag_index:upper_diag_index].\nInput shape: {brackets(x.shape)}\nDiagonal "
            f"shape: {brackets(diagonal.shape)}\nExpected diagonal shape: {brackets(expected)}"
        )
    if single:
        diagonal = diagonal.unsqueeze(-2)
    return _gather_flat(diagonal, *band.in_matrix(x.device), x)


@op("MatrixBandPart", "input", dtype_overloads=no_kernel("MatrixBandPart", "string"))
def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Any:
    """Sets elements outside a band around the main diagonal to zero.

    Implements `tf.linalg.band_part`.

    Args:
        input: matrices, `[..., m, n]`.
        num_lower: the number of diagonals kept below the main one; all if negative.
        num_upper: the number of diagonals kept above it; all if negative.
        name: ignored.

    Returns:
        Matrices of the shape of `input`.

    Raises:
        InvalidArgumentError: if there are not so many diagonals.
    """
    x = _check_matrix(input)
    rows, columns = x.shape[-2:]
    lower, upper = int(index_array(num_lower)), int(index_array(num_upper))
    if lower > rows:
        raise _invalid(
            f"num_lower must be negative or less or equal to number of rows ({rows}) got: {lower}"
        )
    if upper > columns:
        raise _invalid(
            f"num_upper must be negative or less or equal to number of columns ({columns}) "
            f"got: {upper}"
        )
    d = torch.arange(columns, device=x.device) - torch.arange(rows, device=x.device).unsqueeze(1)
    inside = torch.ones_like(d, dtype=torch.bool)
    if lower >= 0:
        inside &= d >= -lower
    if upper >= 0:
        inside &= d <= upper
    return torch.where(inside, x, torch.zeros((), dtype=x.dtype, device=x.device))


# -- tensors of twice the rank ------------------------------------------------------------------


@op("Diag", "diagonal", dtype_overloads=no_kernel("Diag", "bfloat16"))
def tensor_diag(diagonal: Any, name: str | None = None) -> Any:
    """A tensor of twice the rank with `diagonal` as its diagonal.

    Implements `tf.linalg.tensor_diag`.

    Args:
        diagonal: a tensor of any shape but a scalar.
        name: ignored.

    Returns: A tensor of the shape of `diagonal` twice; elements are zero unless both halves of
        their index are equal.

    Raises:
        InvalidArgumentError: for a scalar.
    """
    shape = diagonal.shape
    if not shape:
        raise _invalid("Input must be at least rank 1, got 0")
    return torch.diag_embed(diagonal.reshape(-1)).reshape(*shape, *shape)


def _no_diagonal(*_: Any) -> Any:
    raise op_error("Diag", "Input must be at least rank 1, got 0")


@with_gradient(_no_diagonal)
def _scalar(x: torch.Tensor) -> torch.Tensor:
    return x.clone()


@op("DiagPart", "input", dtype_overloads=no_kernel("DiagPart", "bfloat16"))
def tensor_diag_part(input: Any, name: str | None = None) -> Any:
    """The elements whose index has two equal halves. Implements `tf.linalg.tensor_diag_part`.

    Args:
        input: a tensor whose shape is some shape twice.
        name: ignored.

    Returns:
        A tensor of that shape.

    Raises:
        InvalidArgumentError: if the halves of the shape differ.
    """
    half = input.ndim // 2
    shape = input.shape[:half]
    if input.ndim % 2 or input.shape[half:] != shape:
        text = brackets(input.shape)
        if input.ndim % 2:
            space = " " * 42
            raise _invalid(
                f"The rank of the tensor should be{space}even and positive, got shape {text}"
            )
        i = next(i for i in range(half) if shape[i] != input.shape[half + i])
        raise _invalid(f"Invalid shape {text}: dimensions {i} and {half + i} do not match.")
    if not half:
        return _scalar(input)
    size = shape.numel()
    return input.reshape(size, size).diagonal().reshape(shape)


# -- transposes ---------------------------------------------------------------------------------


def _transpose(x: Any, conjugate: bool) -> Any:
    if x.ndim < 2:
        raise ValueError(
            "Argument `a` should be a (batch) matrix with rank >= 2. Received `a` with shape: "
            f"{tuple(x.shape)}"
        )
    if isinstance(x, np.ndarray):
        return np.swapaxes(x, -1, -2)
    return x.mH if conjugate and x.is_complex() else x.mT


@op("Transpose", "a")
def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Any:
    """Transposes each matrix. Implements `tf.linalg.matrix_transpose`.

    Args:
        a: matrices, `[..., m, n]`.
        name: ignored.
        conjugate: whether to conjugate as well.

    Returns:
        `[..., n, m]`.

    Raises:
        ValueError: if `a` has fewer than two axes.
    """
    return _transpose(a, conjugate)


@op("Transpose", "matrix")
def adjoint(matrix: Any, name: str | None = None) -> Any:
    """The conjugate transpose of each matrix. Implements `tf.linalg.adjoint`.

    Args:
        matrix: matrices, `[..., m, n]`.
        name: ignored.

    Returns:
        `[..., n, m]`.

    Raises:
        ValueError: if `matrix` has fewer than two axes.
    """
    return _transpose(matrix, True)
