"""Eigenvalues of tridiagonal matrices by bisection, and eigenvectors by inverse iteration."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import static
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from ..math.complex import real
from ..random.stateless import stateless_normal
from .banded import tridiagonal_solution

_TYPES = [as_dtype(d) for d in "float16 float32 float64 complex64 complex128".split()]
_SIGNED = [as_dtype(d) for d in "bfloat16 int8 int16 int32 int64".split()]
_WIDENING = 2.1  # a factor for the margins of the interval that contains all eigenvalues


class _SturmCount:
    """Counts the eigenvalues below numbers, by the signs in a Sturm sequence."""

    def __init__(self, alpha: torch.Tensor, beta: torch.Tensor) -> None:
        limits = torch.finfo(alpha.dtype)
        squares = torch.real(beta.conj() * beta)
        safe = max(1 / limits.max, (1 + limits.eps) * limits.tiny)
        self.least_pivot = safe * torch.clamp(squares.amax(), min=1)
        self.alpha = alpha.detach().unbind()
        self.squares = squares.detach().unbind()
        self.instead_of_zero = (limits.eps * beta[0].detach().abs()).square()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        least = self.least_pivot.detach()
        q = self.alpha[0] - x
        count = (q < 0).to(torch.int32)
        q = torch.where(q == 0, self.instead_of_zero, q)
        for alpha, square in zip(self.alpha[1:], self.squares, strict=True):
            q = alpha - square / q - x
            negative = q <= least
            count = count + negative
            q = torch.where(negative, torch.minimum(q, -least), q)
        return count


def _limits(select: str, select_range: Any) -> tuple[Any, Any]:
    """The two numbers of `select_range`. Raises InvalidArgumentError if the range is empty."""
    if select == "a":
        return None, None
    if select not in ("i", "v"):
        raise ValueError("'select must have a value in {'a', 'i', 'v'}.")
    first, last = (static(select_range[i]) for i in range(2))
    if select == "i" and not first <= last:
        raise InvalidArgumentError(None, None, "Got empty index range in select_range.")
    if select == "v" and not first < last:
        raise InvalidArgumentError(None, None, "Got empty interval in select_range.")
    return first, last


def _eigenvalues(
    alpha: torch.Tensor, beta: torch.Tensor, select: str, select_range: Any, tol: Any
) -> torch.Tensor:
    alpha = torch.real(alpha)
    info = torch.finfo(alpha.dtype)
    size = beta.abs()
    around = torch.cat([size[:1], size[:-1] + size[1:], size[-1:]])
    # All eigenvalues are in Gershgorin's circles.
    highest = torch.clamp((alpha + around).amax(), max=info.max)
    lowest = torch.clamp((alpha - around).amin(), min=info.min)
    norm = torch.maximum(lowest.abs(), highest.abs())
    sturm = _SturmCount(alpha, beta)
    slack = alpha.shape[0] * _WIDENING * info.eps * norm
    pivot = _WIDENING * sturm.least_pivot
    first, last = _limits(select, select_range)
    if select == "v":
        lowest, highest = torch.full_like(norm, first), torch.full_like(norm, last)
    lower, upper = lowest - slack - 2 * pivot, highest + slack + pivot
    if select == "a":
        first, last = 0, alpha.shape[0]
    elif select == "i":
        last = last + 1
    else:
        first, last = (int(sturm(x.detach())) for x in (lower, upper))
    targets = torch.arange(first, last, dtype=torch.int32, device=alpha.device)
    lower = torch.clamp(lower, min=info.min).expand(targets.shape)
    upper = torch.clamp(upper, max=info.max).expand(targets.shape)
    tolerance = info.eps * norm.detach()
    if tol:
        tolerance = torch.clamp(tolerance, min=static(tol))
    values = _bisect(sturm, targets, lower.detach(), upper.detach(), tolerance)
    if not lower.requires_grad:
        return values
    # To TensorFlow's gradient, an eigenvalue is a point at a fixed fraction of the first interval.
    start, end = lower.detach(), upper.detach()
    fraction = (values - start) / (end - start)
    return values + (1 - fraction) * (lower - start) + fraction * (upper - end)


def _bisect(
    sturm: _SturmCount,
    targets: torch.Tensor,
    lower: torch.Tensor,
    upper: torch.Tensor,
    tolerance: torch.Tensor,
) -> torch.Tensor:
    # One step for each binary digit of the type, and one for the sign.
    digits = {torch.float64: 52, torch.float32: 23, torch.float16: 10}
    for _ in range(digits[lower.dtype] + 1):
        if not targets.numel() or not bool((upper - lower).amax() > tolerance):
            break
        middle = 0.5 * lower + 0.5 * upper
        right = sturm(middle) <= targets
        lower, upper = torch.where(right, middle, lower), torch.where(right, upper, middle)
    return 0.5 * lower + 0.5 * upper


def _clusters(values: torch.Tensor) -> list[tuple[int, int]]:
    """The ranges of eigenvalues so close together that their eigenvectors need orthogonalizing."""
    norm = torch.maximum(values[0].abs(), values[-1].abs())
    close = (values[1:] - values[:-1]) < torch.finfo(values.dtype).eps ** 0.5 * norm
    ranges = []
    start = None
    for position, flag in enumerate([*close.tolist(), False]):
        if flag and start is None:
            start = position
        elif not flag and start is not None:
            ranges.append((start, position + 1))
            start = None
    return ranges


def _eigenvectors(alpha: torch.Tensor, beta: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """The eigenvectors by inverse iteration, for all eigenvalues at once.

    The iteration begins with the same random vectors as TensorFlow's.
    """
    count, size = values.shape[0], alpha.shape[0]
    clusters = _clusters(values.detach())
    start = stateless_normal([count, size], [7, 42])._t.to(alpha.device)
    v = start.to(beta.dtype)
    shifted = alpha.to(beta.dtype) - values.to(beta.dtype).unsqueeze(-1)
    outside = beta.expand(count, size - 1)
    pad = torch.nn.functional.pad
    diagonals = torch.stack([pad(outside, (0, 1)), shifted, pad(outside.conj(), (1, 0))], -2)
    norm = torch.linalg.vector_norm(v, dim=1)
    v, before = v / norm.unsqueeze(-1), torch.zeros_like(norm)
    for _ in range(5):
        if not bool((norm >= 1.1 * before).any()):
            break
        v = tridiagonal_solution(diagonals, v.unsqueeze(-1), True, True).squeeze(-1)
        before, norm = norm, torch.linalg.vector_norm(v, dim=1)
        v = v / norm.unsqueeze(-1)
        for first, last in clusters:
            orthogonal = torch.linalg.qr(v[first:last].mT)[0].mT
            v = torch.cat([v[:first], orthogonal, v[last:]])
    return v.mT


@op("Identity", "alpha:T beta:T")
def _eigh_tridiagonal(
    alpha: Any, beta: Any, eigvals_only: bool, select: str, select_range: Any, tol: Any
) -> Any:
    values = _eigenvalues(alpha, beta, select, select_range, tol)
    return values if eigvals_only else (values, _eigenvectors(alpha, beta, values))


def eigh_tridiagonal(
    alpha: Any,
    beta: Any,
    eigvals_only: bool = True,
    select: str = "a",
    select_range: Any = None,
    tol: Any = None,
    name: str | None = None,
) -> Any:
    """Eigenvalues of a self-adjoint tridiagonal matrix. Implements `tf.linalg.eigh_tridiagonal`.

    Args:
        alpha: the main diagonal, `[n]`.
        beta: the diagonal above it, `[n - 1]`.
        eigvals_only: whether to compute only the eigenvalues.
        select: which eigenvalues to compute: "a" for all, "i" for those with indices from
            `select_range[0]` to `select_range[1]` inclusive, "v" for those between these numbers.
        select_range: a pair of indices or numbers.
        tol: the absolute error up to which eigenvalues are computed.
        name: ignored.

    Returns:
        The eigenvalues in ascending order; without `eigvals_only` also the eigenvectors as columns.

    Raises:
        ValueError: if the types differ or are integers, or for another `select`.
        InvalidArgumentError: for unsigned integers, or if the range is empty.
    """
    alpha = to_tensor(alpha)
    if alpha.shape[0] <= 1:
        return real(alpha)
    beta = to_tensor(beta)
    if alpha.dtype is not beta.dtype:
        raise ValueError("'alpha' and 'beta' must have the same type.")
    if alpha.dtype not in _TYPES:
        message = f"tf.linalg.eigh_tridiagonal needs floats, not {alpha.dtype.name}"
        # TensorFlow can multiply signed integers, and fails only afterwards.

        if alpha.dtype in _SIGNED:
            raise ValueError(message)
        raise InvalidArgumentError(None, None, message)
    return _eigh_tridiagonal(alpha, beta, eigvals_only, select, select_range, tol)
