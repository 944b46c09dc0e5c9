"""Special functions: error functions, gamma functions, Bessel functions."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph, physical
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.element_types import no_kernel, no_narrow
from .._support.gradient_rules import refused_gradient, sum_to, with_gradient
from .._support.operands import is_typed, read

# -- error functions and the normal distribution ------------------------------------------------


@op("Erf", "x", torch.erf)
def erf(x: Any, name: str | None = None) -> Any:
    """The error function; answers for `tf.math.erf`."""


@op("Erfc", "x", torch.erfc)
def erfc(x: Any, name: str | None = None) -> Any:
    """One minus the error function, exact far out; answers for `tf.math.erfc`."""


@with_gradient(lambda grad, y, _: grad * (math.sqrt(math.pi) / 2) * torch.exp(y * y))
def _erfinv(x: torch.Tensor) -> torch.Tensor:
    return torch.erfinv(x)


@op("Erfinv", "x", _erfinv, others=no_narrow("Erfinv"))
def erfinv(x: Any, name: str | None = None) -> Any:
    """The inverse of `erf`; answers for `tf.math.erfinv`."""


@with_gradient(lambda grad, y, p: grad * math.sqrt(2 * math.pi) * torch.exp(y * y / 2))
def _ndtri(p: torch.Tensor) -> torch.Tensor:
    return torch.special.ndtri(p)


@op("Ndtri", "x", _ndtri, others=no_narrow("Ndtri"))
def ndtri(x: Any, name: str | None = None) -> Any:
    """The quantile of the standard normal distribution; answers for `tf.math.ndtri`."""


@op("Ndtri", "x", others=no_narrow("Ndtri"))
def _erfcinv(x: Any, name: str | None = None) -> Any:
    return -_ndtri(0.5 * x) * math.sqrt(0.5)


def erfcinv(x: Any, name: str | None = None) -> Any:
    """The inverse of `erfc`; answers for `tf.math.erfcinv`. Raises TypeError for integers."""
    tensor = read(x)
    if not (tensor.dtype.is_floating or tensor.dtype.is_complex):
        raise TypeError(f"Cannot convert 0.5 to EagerTensor of dtype {tensor.dtype.name}")
    return _erfcinv(tensor, name)


# -- gamma functions ----------------------------------------------------------------------------


def _lgamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    return grad * _digamma(x)


@with_gradient(_lgamma_gradient)
def _lgamma(x: torch.Tensor) -> torch.Tensor:
    return torch.lgamma(x)


def _digamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    return grad * _polygamma(torch.ones_like(x), x)


@with_gradient(_digamma_gradient)
def _digamma(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, math.nan, torch.digamma(x))


@op("Lgamma", "x", _lgamma, others=no_kernel("Lgamma", "bfloat16"))
def lgamma(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute gamma function; answers for `tf.math.lgamma`."""


@op("Digamma", "x", _digamma, others=no_kernel("Digamma", "bfloat16"))
def digamma(x: Any, name: str | None = None) -> Any:
    """The derivative of `lgamma`; answers for `tf.math.digamma`."""


def _zeta_gradient(grad: Any, _: Any, x: torch.Tensor, q: torch.Tensor) -> Any:
    return None, sum_to(grad * -x * _zeta(x + 1, q), q)


@with_gradient(_zeta_gradient)
def _zeta(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.float16:
        return _zeta(x.float(), q.float()).half()
    # At a pole the sum is infinite if its terms have one sign there.
    pole = (q <= 0) & (q == torch.floor(q))
    even = x % 2 == 0
    sum_ = torch.where(pole, torch.where(even, math.inf, math.nan), torch.special.zeta(x, q))
    return torch.where(q == math.inf, 0, sum_)


@op("Zeta", "x q", _zeta)
def zeta(x: Any, q: Any, name: str | None = None) -> Any:
    """The Hurwitz zeta function, with a gradient by `q` only; answers for `tf.math.zeta`."""


def _polygamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    return None, sum_to(grad * _polygamma(a + 1, x), x)


@with_gradient(_polygamma_gradient)
def _polygamma(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    order = a + 1
    sign = torch.where(a % 2 == 0, -torch.ones_like(a), torch.ones_like(a))
    value = sign * torch.exp(torch.lgamma(order)) * _zeta(order, x)
    value = torch.where(a == 0, _digamma(x), value)
    return torch.where((a < 0) | (a != torch.floor(a)), math.nan, value)


@op("Polygamma", "a x", _polygamma)
def polygamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The derivative of order `a` (a whole number) of `digamma`, with a gradient by `x` only.

    Answers for `tf.math.polygamma`.
    """


@with_gradient(refused_gradient("IgammaGradA"))
def _igamma_by_a(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `a`: that of its power series, term by term.

    The series takes as many terms as `x` is large: beyond `_LONG` it is what torch knows of samples
    of the gamma distribution, to 5 digits.
    """
    wide_a, all_x = torch.broadcast_tensors(a.double(), x.double())
    long = all_x > _LONG
    wide_x = torch.where(long, 1, all_x)
    log = torch.log(wide_x)
    term = torch.exp(-wide_x + wide_a * log - torch.lgamma(wide_a + 1))
    digamma = torch.digamma(wide_a + 1)
    total = torch.zeros_like(term)
    # Terms grow until their number reaches x, and then fall off as a bell of the width sqrt(x).
    known = wide_x.numel() and not x.is_meta
    largest = float(physical(wide_x).nan_to_num(0, 0, 0).clamp(min=0).max()) if known else 0.0
    for number in range(int(largest + 12 * math.sqrt(largest)) + 60):
        total = total + term * (log - digamma)
        step = 1 / (wide_a + number + 1)
        term = term * wide_x * step
        digamma = digamma + step
    if known and bool(physical(long).any()):
        by_sample = -torch._standard_gamma_grad(wide_a, all_x) * _density(wide_a, all_x)
        total = torch.where(long, by_sample, total)
    total = torch.where(wide_a.isinf() | all_x.isinf(), 0, total)
    total = torch.where((wide_a > 0) & (all_x >= 0), total, math.nan)
    return torch.where(all_x == 0, 0, total).to(x.dtype)


_LONG = 500


def _density(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `x`."""
    return torch.exp(-x + (a - 1) * torch.log(x) - torch.lgamma(a))


def gamma_sample_by_alpha(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    """The derivative of a number drawn from the gamma distribution by its shape, both alike."""
    if sample.numel() and not sample.is_meta and float(sample.max()) > _LONG:
        return torch._standard_gamma_grad(alpha, sample)  # quick, and off by 1e-5
    a, x = alpha.double(), sample.double()
    found = torch.where(x == 0, 0, -_igamma_by_a(a, x) / _density(a, x))
    return torch.where(a > 0, found, math.nan).to(sample.dtype)


def _igamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    by_x = torch.exp(-x + (a - 1) * torch.log(x) - _lgamma(a))
    by_a = sum_to(grad * _igamma_by_a(a, x), a) if has_graph(a) else None
    return by_a, sum_to(grad * by_x, x)


def _where_defined(a: torch.Tensor, x: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    value = torch.where((a == math.inf) & (x == math.inf), 0, value)
    return torch.where((a > 0) & (x >= 0), value, math.nan)


@with_gradient(_igamma_gradient)
def _igamma(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, 0, _where_defined(a, x, torch.special.gammainc(a, x)))


@with_gradient(lambda grad, y, a, x: _igamma_gradient(-grad, y, a, x))
def _igammac(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _where_defined(a, x, torch.special.gammaincc(a, x))


@op("Igamma", "a x", _igamma, others=no_narrow("Igamma"))
def igamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The lower regularized incomplete gamma function; answers for `tf.math.igamma`."""


@op("Igammac", "a x", _igammac, others=no_narrow("Igammac"))
def igammac(a: Any, x: Any, name: str | None = None) -> Any:
    """The upper regularized incomplete gamma function; answers for `tf.math.igammac`."""


@op("Lgamma", "x", others=no_kernel("Lgamma", "bfloat16"))
def lbeta(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute beta function along the last axis.

    Answers for `tf.math.lbeta`.
    """
    if not x.ndim:
        raise InvalidArgumentError(
            None,
            None,
            "{{function_node __wrapped__Sum_device_/job:localhost/replica:0/task:0/device:CPU:0}} "
            "Invalid reduction dimension (-1 for input with 0 dimension(s) [Op:Sum] name: ",
        )
    return _lgamma(x).sum(-1) - _lgamma(x.sum(-1))


# -- products with a logarithm or quotient that count 0 as 0 ------------------------------------


def _not_zero(x: torch.Tensor) -> torch.Tensor:
    return (x != 0).to(x.dtype)


def _times(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`x * y`, 0 where x is 0."""
    return torch.where(x == 0, torch.zeros((), dtype=x.dtype, device=x.device), x * y)


def _xlogy_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(_xlogy(_not_zero(x), y) * grad, x), sum_to(_xdivy(x, y) * grad, y)


@with_gradient(_xlogy_gradient)
def _xlogy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _times(x, torch.log(y))


def _xlog1py_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(_xlog1py(_not_zero(x), y) * grad, x), sum_to(_xdivy(x, y + 1) * grad, y)


@with_gradient(_xlog1py_gradient)
def _xlog1py(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _times(x, torch.log1p(y))


def _xdivy_gradient(grad: Any, _: Any, x: torch.Tensor, y: torch.Tensor) -> Any:
    return sum_to(_xdivy(_not_zero(x), y) * grad, x), sum_to(_xdivy(-x, y * y) * grad, y)


@with_gradient(_xdivy_gradient)
def _xdivy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, torch.zeros((), dtype=x.dtype, device=x.device), x / y)


@op("Xlogy", "x y", _xlogy)
def xlogy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log(y)`, and 0 where `x` is 0; answers for `tf.math.xlogy`."""


@op("Xlog1py", "x y", _xlog1py)
def xlog1py(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log1p(y)`, and 0 where `x` is 0; answers for `tf.math.xlog1py`."""


@op("Xdivy", "x y", _xdivy)
def xdivy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y`, and 0 where `x` is 0; answers for `tf.math.xdivy`."""


# -- neighbouring numbers -----------------------------------------------------------------------


@with_gradient(lambda grad, _, x, y: (sum_to(grad, x), sum_to(torch.zeros_like(grad), y)))
def _nextafter(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.nextafter(x, y)


def _floats(x: Any, y: Any) -> Any:
    """The operands of `nextafter`: values among themselves are float32."""
    if isinstance(x, (list, tuple)) and not isinstance(y, EagerTensor):
        return to_tensor(x, as_dtype("float32")), to_tensor(y, as_dtype("float32"))
    if is_typed(x) or is_typed(y):
        dtype = as_dtype((x if is_typed(x) else y).dtype)
    else:
        dtype = as_dtype("float32")
    return tuple(read(v) if is_typed(v) else to_tensor(v, dtype) for v in (x, y))


@op("NextAfter", "x1 x2", _nextafter, pair=_floats)
def nextafter(x1: Any, x2: Any, name: str | None = None) -> Any:
    """The number next to `x1` on the way to `x2`; answers for `tf.math.nextafter`."""
