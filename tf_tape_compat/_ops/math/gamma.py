"""The gamma function's family: lgamma, digamma, polygamma, zeta, igamma, igammac, lbeta."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph, physical
from ...errors import InvalidArgumentError
from .._support.element_types import no_half_kernel, no_kernel
from .._support.gradient_rules import refused_gradient, sum_to, with_gradient


def _lgamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    return grad * digamma_kernel(x)


@with_gradient(_lgamma_gradient)
def lgamma_kernel(x: torch.Tensor) -> torch.Tensor:
    return torch.lgamma(x)


def _digamma_gradient(grad: Any, _: Any, x: torch.Tensor) -> Any:
    return grad * polygamma_kernel(torch.ones_like(x), x)


@with_gradient(_digamma_gradient)
def digamma_kernel(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, math.nan, torch.digamma(x))


@op("Lgamma", "x", lgamma_kernel, others=no_kernel("Lgamma", "bfloat16"))
def lgamma(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute gamma function. Implements `tf.math.lgamma`."""


@op("Digamma", "x", digamma_kernel, others=no_kernel("Digamma", "bfloat16"))
def digamma(x: Any, name: str | None = None) -> Any:
    """The derivative of `lgamma`. Implements `tf.math.digamma`."""


def _zeta_gradient(grad: Any, _: Any, x: torch.Tensor, q: torch.Tensor) -> Any:
    return None, sum_to(grad * -x * zeta_kernel(x + 1, q), q)


@with_gradient(_zeta_gradient)
def zeta_kernel(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.float16:
        return zeta_kernel(x.float(), q.float()).half()
    # At a pole the sum is infinite if its terms have one sign there.
    pole = (q <= 0) & (q == torch.floor(q))
    even = x % 2 == 0
    sum_ = torch.where(pole, torch.where(even, math.inf, math.nan), torch.special.zeta(x, q))
    return torch.where(q == math.inf, 0, sum_)


@op("Zeta", "x q", zeta_kernel)
def zeta(x: Any, q: Any, name: str | None = None) -> Any:
    """The Hurwitz zeta function, with a gradient by `q` only. Implements `tf.math.zeta`."""


def _polygamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    return None, sum_to(grad * polygamma_kernel(a + 1, x), x)


@with_gradient(_polygamma_gradient)
def polygamma_kernel(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    order = a + 1
    sign = torch.where(a % 2 == 0, -torch.ones_like(a), torch.ones_like(a))
    value = sign * torch.exp(torch.lgamma(order)) * zeta_kernel(order, x)
    value = torch.where(a == 0, digamma_kernel(x), value)
    return torch.where((a < 0) | (a != torch.floor(a)), math.nan, value)


@op("Polygamma", "a x", polygamma_kernel)
def polygamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The derivative of order `a` (a whole number) of `digamma`, with a gradient by `x` only.

    Implements `tf.math.polygamma`.
    """


@with_gradient(refused_gradient("IgammaGradA"))
def _igamma_by_a(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `a`: that of its power series, term by term.

    The series takes as many terms as `x` is large: beyond `_SERIES_LIMIT` it is what torch knows of samples
    of the gamma distribution, to 5 digits.
    """
    wide_a, all_x = torch.broadcast_tensors(a.double(), x.double())
    long = all_x > _SERIES_LIMIT
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


_SERIES_LIMIT = 500


def _density(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of `igamma` by `x`."""
    return torch.exp(-x + (a - 1) * torch.log(x) - torch.lgamma(a))


def gamma_sample_gradient(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    """The derivative of a number drawn from the gamma distribution by its shape, both alike."""
    if sample.numel() and not sample.is_meta and float(sample.max()) > _SERIES_LIMIT:
        return torch._standard_gamma_grad(alpha, sample)  # quick, and off by 1e-5
    a, x = alpha.double(), sample.double()
    found = torch.where(x == 0, 0, -_igamma_by_a(a, x) / _density(a, x))
    return torch.where(a > 0, found, math.nan).to(sample.dtype)


def _igamma_gradient(grad: Any, _: Any, a: torch.Tensor, x: torch.Tensor) -> Any:
    by_x = torch.exp(-x + (a - 1) * torch.log(x) - lgamma_kernel(a))
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


@op("Igamma", "a x", _igamma, others=no_half_kernel("Igamma"))
def igamma(a: Any, x: Any, name: str | None = None) -> Any:
    """The lower regularized incomplete gamma function. Implements `tf.math.igamma`."""


@op("Igammac", "a x", _igammac, others=no_half_kernel("Igammac"))
def igammac(a: Any, x: Any, name: str | None = None) -> Any:
    """The upper regularized incomplete gamma function. Implements `tf.math.igammac`."""


@op("Lgamma", "x", others=no_kernel("Lgamma", "bfloat16"))
def lbeta(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute beta function along the last axis.

    Implements `tf.math.lbeta`.
    """
    if not x.ndim:
        raise InvalidArgumentError(
            None,
            None,
            "{{function_node __wrapped__Sum_device_/job:localhost/replica:0/task:0/device:CPU:0}} "
            "Invalid reduction dimension (-1 for input with 0 dimension(s) [Op:Sum] name: ",
        )
    return lgamma_kernel(x).sum(-1) - lgamma_kernel(x.sum(-1))
