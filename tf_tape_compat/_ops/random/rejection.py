"""Random numbers by rejection: each draw consumes as many uniform or normal numbers as it needs.

All draws are computed together, each with its own range of blocks, as in TensorFlow's kernels. The
numbers therefore do not depend on how the work is divided.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from .._support.philox import Source
from .variates import RESERVED, box_muller, unit_float64

# The error of Stirling's approximation of log(k!) for small k.
_TAILS = (
    0.0810614667953272,
    0.0413406959554092,
    0.0276779256849983,
    0.02079067210376509,
    0.0166446911898211,
    0.0138761288230707,
    0.0118967099458917,
    0.0104112652619720,
    0.00925546218271273,
    0.00833056343336287,
)


class Supply:
    """Random numbers for many draws, made a block at a time, the last number of a block first.

    Several supplies may share `places`, the next block of each draw.
    """

    def __init__(
        self,
        source: Source,
        places: torch.Tensor,
        make: Callable[[torch.Tensor], torch.Tensor],
        width: int,
    ) -> None:
        self.source = source
        self.places = places
        self.make = make
        self.width = width
        self.numbers = torch.empty((len(places), width), dtype=torch.float64, device=places.device)
        self.left = torch.zeros_like(places)

    def next(self, positions: torch.Tensor) -> torch.Tensor:
        """The next number of each of the draws `which`."""
        empty = positions[self.left[positions] == 0]
        if len(empty):
            self.numbers[empty] = self.make(self.source.words_at(self.places[empty]))
            self.places[empty] += 1
            self.left[empty] = self.width
        self.left[positions] -= 1
        return self.numbers[positions, self.left[positions]]


def _normals(words: torch.Tensor) -> torch.Tensor:
    return box_muller(words, True)


def _places(start: int, count: int, reserved: int, device: torch.device) -> torch.Tensor:
    return start + reserved * torch.arange(count, device=device)


# -- gamma --------------------------------------------------------------------------------------


def gamma(source: Source, start: int, alpha: torch.Tensor) -> torch.Tensor:
    """A number of rate 1 for each `alpha` (float64): Marsaglia and Tsang's method (2000)."""
    places = _places(start, len(alpha), RESERVED, alpha.device)
    normals = Supply(source, places, _normals, 2)
    uniforms = Supply(source, places, unit_float64, 2)
    out = torch.empty_like(alpha)
    one = (alpha == 1).nonzero()[:, 0]
    if len(one):
        out[one] = -torch.log1p(-uniforms.next(one))
    pending = (alpha != 1).nonzero()[:, 0]
    small = alpha < 1
    d = torch.where(small, alpha + 2 / 3, alpha - 1 / 3)
    c = 1 / 3 / d.sqrt()
    inverse = 1 / alpha
    while len(pending):
        x = normals.next(pending)
        v = 1 + c[pending] * x
        usable = ~(v <= 0)
        tried, x, v = pending[usable], x[usable], v[usable] ** 3
        u = uniforms.next(tried)
        limit = 0.5 * x * x + d[tried] * (1 - v + v.log())
        accepted = (u < 1 - 0.0331 * (x * x) * (x * x)) | (u.log() < limit)
        done = tried[accepted]
        out[done] = d[done] * v[accepted]
        boosted = done[small[done]]
        if len(boosted):
            out[boosted] *= uniforms.next(boosted) ** inverse[boosted]
        usable[usable.clone()] = accepted
        pending = pending[~usable]
    return out


# -- Poisson ------------------------------------------------------------------------------------


def poisson(source: Source, start: int, rate: torch.Tensor) -> torch.Tensor:
    """A number for each rate (float64, finite).

    Rates below 10 use Knuth's product of uniform numbers, the others Hörmann's PTRS (1993).
    """
    places = _places(start, len(rate), RESERVED, rate.device)
    uniforms = Supply(source, places, unit_float64, 2)
    out = torch.zeros_like(rate)
    few = rate < 10
    _products(uniforms, few.nonzero()[:, 0], rate, out)
    _transformed_poisson(uniforms, (~few).nonzero()[:, 0], rate, out)
    return out


def _products(
    uniforms: Supply, pending: torch.Tensor, rate: torch.Tensor, out: torch.Tensor
) -> None:
    least = (-rate[pending]).exp()
    product = torch.ones_like(least)
    while len(pending):
        product = product * uniforms.next(pending)
        unfinished = product > least
        pending, product, least = pending[unfinished], product[unfinished], least[unfinished]
        out[pending] += 1


def _transformed_poisson(
    uniforms: Supply, pending: torch.Tensor, rate: torch.Tensor, out: torch.Tensor
) -> None:
    while len(pending):
        mean = rate[pending]
        b = 0.931 + 2.53 * mean.sqrt()
        a = -0.059 + 0.02483 * b
        inverse = 1.1239 + 1.1328 / (b - 3.4)
        u = uniforms.next(pending) - 0.5
        v = uniforms.next(pending)
        shifted = 0.5 - u.abs()
        k = ((2 * a / shifted + b) * u + mean + 0.43).floor()
        accepted_early = (shifted >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2))
        excluded = (k < 0) | ((shifted < 0.013) & (v > shifted))
        s = (v * inverse / (a / (shifted * shifted) + b)).log()
        t = -mean + k * mean.log() - torch.lgamma(k + 1)
        accepted = accepted_early | (~excluded & (s <= t))
        out[pending[accepted]] = k[accepted]
        pending = pending[~accepted]


# -- binomial -----------------------------------------------------------------------------------


def binomial(
    source: Source, start: int, count: torch.Tensor, probability: torch.Tensor, many: torch.Tensor
) -> torch.Tensor:
    """A number for each count and probability (float64, at most 0.5).

    Args:
        source: the random bits.
        start: the first block.
        count: the numbers of trials.
        probability: the probabilities. For a probability or a count that is not positive nothing is
            drawn, and the result is 0.
        many: whether to use Hörmann's BTRS (1993) rather than sums of geometric numbers.
    """
    out = torch.zeros_like(count)
    is_random = (count > 0) & (probability > 0)
    for mask, reserved, draw in (
        (is_random & ~many, 42, _geometric_sums),
        (is_random & many, RESERVED, _transformed_binomial),
    ):
        pending = mask.nonzero()[:, 0]
        if len(pending):
            places = _places(start, len(count), reserved, count.device)
            draw(Supply(source, places, unit_float64, 2), pending, count, probability, out)
    return out


def _geometric_sums(
    uniforms: Supply,
    pending: torch.Tensor,
    count: torch.Tensor,
    probability: torch.Tensor,
    out: torch.Tensor,
) -> None:
    scale = torch.log1p(-probability)[pending]
    left = count[pending]
    while len(pending):
        left = left - (uniforms.next(pending).log() / scale).ceil()
        unfinished = left >= 0
        pending, scale, left = pending[unfinished], scale[unfinished], left[unfinished]
        out[pending] += 1


def _tail(k: torch.Tensor) -> torch.Tensor:
    """The error of Stirling's approximation of log(k!)."""
    square = (k + 1) * (k + 1)
    series = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
    table = torch.tensor(_TAILS, dtype=k.dtype, device=k.device)
    return torch.where(k <= 9, table[k.clamp(0, 9).nan_to_num().long()], series)


def _transformed_binomial(
    uniforms: Supply,
    pending: torch.Tensor,
    count: torch.Tensor,
    probability: torch.Tensor,
    out: torch.Tensor,
) -> None:
    while len(pending):
        n, p = count[pending], probability[pending]
        stddev = (n * p * (1 - p)).sqrt()
        b = 1.15 + 2.53 * stddev
        a = -0.0873 + 0.0248 * b + 0.01 * p
        odds = p / (1 - p)
        alpha = (2.83 + 5.1 / b) * stddev
        m = ((n + 1) * p).floor()
        u = uniforms.next(pending)
        v = uniforms.next(pending)
        u = u - 0.5
        shifted = 0.5 - u.abs()
        k = ((2 * a / shifted + b) * u + (n * p + 0.5)).floor()
        accepted_early = (shifted >= 0.07) & (v <= 0.92 - 4.2 / b)
        excluded = (k < 0) | (k > n)
        v = (v * alpha / (a / (shifted * shifted) + b)).log()
        limit = (
            (m + 0.5) * ((m + 1) / (odds * (n - m + 1))).log()
            + (n + 1) * ((n - m + 1) / (n - k + 1)).log()
            + (k + 0.5) * (odds * (n - k + 1) / (k + 1)).log()
            + (_tail(m) + _tail(n - m) - _tail(k) - _tail(n - k))
        )
        accepted = accepted_early | (~excluded & (v <= limit))
        out[pending[accepted]] = k[accepted]
        pending = pending[~accepted]
