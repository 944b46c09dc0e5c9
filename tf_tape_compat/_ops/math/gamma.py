"""The gamma function's family: lgamma, digamma, polygamma, zeta, igamma, igammac, lbeta."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.devices.placement import together
from ..._core.op.op import op
from ..._core.recording.payloads import has_graph, unwrapped_payload
from ..._core.tensor.value_checks import call_with_values
from .._support.arguments import invalid_argument
from .._support.dtype_overloads import no_half_kernel, no_kernel
from .._support.gradient_rules import refused_gradient, sum_to, with_gradient


def _lgamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    return grad * digamma_kernel(x)


@with_gradient(_lgamma_gradient)
def lgamma_kernel(x: torch.Tensor) -> torch.Tensor:
    """`lgamma`, with `digamma` as its gradient."""
    return torch.lgamma(x)


def _digamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    if x.dtype is torch.float16:
        raise invalid_argument(
            "Value for attr 'T' of half is not in the list of allowed values: float, double"
        )
    return grad * polygamma_kernel(torch.ones_like(x), x)


@with_gradient(_digamma_gradient)
def digamma_kernel(x: torch.Tensor) -> torch.Tensor:
    """`digamma`, with `polygamma` of order 1 as its gradient."""
    return torch.where(x == 0, math.nan, torch.digamma(x))


@op("Lgamma", "x", lgamma_kernel, dtype_overloads=no_kernel("Lgamma", "bfloat16"))
def lgamma(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute value of the gamma function. Implements `tf.math.lgamma`."""


@op("Digamma", "x", digamma_kernel, dtype_overloads=no_kernel("Digamma", "bfloat16"))
def digamma(x: Any, name: str | None = None) -> Any:
    """The derivative of `lgamma`. Implements `tf.math.digamma`."""


def _zeta_gradient(grad: Any, _: Any, x: torch.Tensor, q: torch.Tensor) -> Any:
    return None, sum_to(grad * -x * zeta_kernel(x + 1, q), q)


@with_gradient(_zeta_gradient)
def zeta_kernel(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """The Hurwitz zeta function, with a gradient by `q`."""
    if x.dtype is torch.float16:
        return zeta_kernel(x.float(), q.float()).half()
    # At a pole the value is infinite if all terms have the same sign there, else NaN.
    pole = (q <= 0) & (q == torch.floor(q))
    even = x % 2 == 0
    value = torch.where(pole, torch.where(even, math.inf, math.nan), torch.special.zeta(x, q))
    return torch.where(q == math.inf, 0, value)


@op("Zeta", "x q", zeta_kernel)
def zeta(x: Any, q: Any, name: str | None = None) -> Any:
    """The Hurwitz zeta function. Only `q` has a gradient. Implements `tf.math.zeta`."""


def _polygamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    return None, sum_to(grad * polygamma_kernel(a + 1, x), x)


@with_gradient(_polygamma_gradient)
def polygamma_kernel(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The polygamma function, with a gradient by `x`."""
    order = a + 1
    sign = torch.where(a % 2 == 0, -torch.ones_like(a), torch.ones_like(a))
    value = sign * torch.exp(torch.lgamma(order)) * zeta_kernel(order, x)
    value = torch.where(a == 0, digamma_kernel(x), value)
    return torch.where((a < 0) | (a != torch.floor(a)), math.nan, value)


@op("Polygamma", "a x", polygamma_kernel)
def polygamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The derivative of order `a`, a whole number, of `digamma`. Implements `tf.math.polygamma`.

    Only `x` has a gradient.
    """


@with_gradient(refused_gradient("IgammaGradA"))
def _igamma_grad_a(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `a`: that of its power series, term by term.

    The series takes about as many terms as `x` is large. Beyond `_SERIES_LIMIT` the value comes
    from torch's gradient of samples of the gamma distribution, which is accurate to 5 digits.
    """

    a, x = together(a, x)

    def result() -> torch.Tensor:
        shape = torch.broadcast_shapes(a.shape, x.shape)
        return torch.empty(shape, dtype=x.dtype, device=x.device)

    return call_with_values(_igamma_grad_a_kernel, result, a, x)


def _igamma_grad_a_kernel(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    a64, x64 = torch.broadcast_tensors(*together(a.double(), x.double()))
    large = x64 > _SERIES_LIMIT
    series_x = torch.where(large, 1, x64)
    log = torch.log(series_x)
    term = torch.exp(-series_x + a64 * log - torch.lgamma(a64 + 1))
    digamma = torch.digamma(a64 + 1)
    total = torch.zeros_like(term)
    # The terms grow up to index x and then fall off like a bell curve of width sqrt(x).
    has_values = series_x.numel() and not x.is_meta
    largest = (
        float(unwrapped_payload(series_x).nan_to_num(0, 0, 0).clamp(min=0).max())
        if has_values
        else 0.0
    )
    for index in range(int(largest + 12 * math.sqrt(largest)) + 60):
        total = total + term * (log - digamma)
        step = 1 / (a64 + index + 1)
        term = term * series_x * step
        digamma = digamma + step
    if has_values and bool(unwrapped_payload(large).any()):
        large_x_value = -torch._standard_gamma_grad(a64, x64) * _gamma_density(a64, x64)
        total = torch.where(large, large_x_value, total)
    total = torch.where(a64.isinf() | x64.isinf(), 0, total)
    total = torch.where((a64 > 0) & (x64 >= 0), total, math.nan)
    return torch.where(x64 == 0, 0, total).to(x.dtype)


_SERIES_LIMIT = 500


def _gamma_density(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `x`: the density of the gamma distribution."""
    return torch.exp(-x + (a - 1) * torch.log(x) - torch.lgamma(a))


def gamma_sample_gradient(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    """The derivative of a sample of the gamma distribution by its shape `alpha`."""
    return call_with_values(
        _gamma_sample_gradient,
        lambda: torch.empty(sample.shape, dtype=sample.dtype, device=sample.device),
        *(alpha, sample),
    )


def _gamma_sample_gradient(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    if sample.numel() and not sample.is_meta and float(sample.max()) > _SERIES_LIMIT:
        return torch._standard_gamma_grad(alpha, sample)  # fast, and off by 1e-5
    a, x = alpha.double(), sample.double()
    gradient = torch.where(x == 0, 0, -_igamma_grad_a_kernel(a, x) / _gamma_density(a, x))
    return torch.where(a > 0, gradient, math.nan).to(sample.dtype)


def _igamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    grad_x = torch.exp(-x + (a - 1) * torch.log(x) - lgamma_kernel(a))
    grad_a = sum_to(grad * _igamma_grad_a(a, x), a) if has_graph(a) else None
    return grad_a, sum_to(grad * grad_x, x)


def _where_defined(a: torch.Tensor, x: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """`value` where the function is defined, NaN elsewhere."""
    value = torch.where((a == math.inf) & (x == math.inf), 0, value)
    return torch.where((a > 0) & (x >= 0), value, math.nan)


@with_gradient(_igamma_gradient)
def _igamma(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, 0, _where_defined(a, x, torch.special.gammainc(a, x)))


@with_gradient(lambda grad, y, a, x: _igamma_gradient(-grad, y, a, x))
def _igammac(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _where_defined(a, x, torch.special.gammaincc(a, x))


@op("Igamma", "a x", _igamma, dtype_overloads=no_half_kernel("Igamma"))
def igamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The lower regularized incomplete gamma function. Implements `tf.math.igamma`."""


@op("Igammac", "a x", _igammac, dtype_overloads=no_half_kernel("Igammac"))
def igammac(a: Any, x: Any, name: str | None = None) -> Any:
    """The upper regularized incomplete gamma function. Implements `tf.math.igammac`."""


@op("Lgamma", "x", dtype_overloads=no_kernel("Lgamma", "bfloat16"))
def lbeta(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute value of the beta function along the last axis.

    Implements `tf.math.lbeta`.
    """
    if not x.ndim:
        raise invalid_argument(
            "Invalid reduction dimension (-1 for input with 0 dimension(s)", "Sum"
        )
    return lgamma_kernel(x).sum(-1) - lgamma_kernel(x.sum(-1))
