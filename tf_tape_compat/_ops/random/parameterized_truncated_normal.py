"""Normally distributed numbers between bounds, by rejection (Robert, 1995)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.value_checks import call_with_values
from ...errors import InternalError
from .._support.arguments import brackets, invalid_argument
from .._support.gradient_rules import with_gradient
from .._support.philox import Philox
from .rng_algorithm import seeded
from .stateful import check_ending, checked_shape, shape_tensor
from .variates import box_muller, per_block, unit_float32, unit_float64

# Normal numbers are drawn until one is within the bounds if these include the mean and reach at
# least so many standard deviations beyond it.
_ENOUGH_INSIDE = 1.3
_TRIES = 1000


class _Stream:
    """Groups of random numbers, one group to a block, which the draws consume one after another."""

    def __init__(self, source: Philox, dtype: torch.dtype, device: torch.device) -> None:
        self.source = source
        self.dtype = dtype
        self.width = per_block(dtype)
        self.device = device
        self.place = 0

    def _words(self, groups: int) -> torch.Tensor:
        chunks = self.source.chunks(self.place, groups, self.device)
        return torch.cat([words.clone() for _, words in chunks])

    def normals(self, groups: int) -> torch.Tensor:
        return box_muller(self._words(groups), self.width == 2).to(self.dtype)

    def uniforms(self, groups: int) -> torch.Tensor:
        words = self._words(groups)
        if self.dtype == torch.float16:
            return (words & 0x3FF).to(torch.float16) * 2.0**-10
        return unit_float64(words) if self.width == 2 else unit_float32(words)


def _draw(stream: _Stream, count: int, low: Any, high: Any) -> torch.Tensor:
    """`count` standard normal numbers between two bounds, of which `low` is the nearer to 0."""
    root = (low * low + 4).sqrt()
    cutoff = 2 * (0.5 + (low * (low - root)) / 4).exp() / (low + root)
    span = high - low
    normal = (low < -_ENOUGH_INSIDE and high >= 0) or (high > _ENOUGH_INSIDE and low <= 0)
    uniform = not normal and bool(span < cutoff)
    alpha = (low + root) / 2
    per_round = stream.width if normal or uniform else stream.width // 2
    out: list[torch.Tensor] = []
    missing = count
    while missing:
        rounds = max(-(-2 * missing // per_round), 4)
        if normal:
            values = stream.normals(rounds)
            fits = (values >= low) & (values <= high)
        elif uniform:
            pairs = stream.uniforms(2 * rounds).view(rounds, 2, -1)
            values = pairs[:, 0] * span + low
            shift = torch.where(low < 0, 0, low * low).to(low.dtype)
            fits = pairs[:, 1] <= ((shift - values * values) / 2).exp()
        else:
            pairs = stream.uniforms(rounds).view(rounds, -1, 2)
            values = -pairs[..., 0].log() / alpha + low
            x = torch.where(low < alpha, alpha - values, low - alpha)
            fits = (pairs[..., 1] <= (-x * x / 2).exp()) & (values < high)
        places = fits.reshape(-1).nonzero()[:missing, 0]
        if len(places) == 0 and fits.numel() >= _TRIES:
            raise InternalError(None, None, "TruncatedNormal rejection sampler failed to accept")
        out.append(values.reshape(-1)[places])
        missing -= len(places)
        # The numbers left over in the last group are discarded.
        used = rounds if missing else int(places[-1]) // per_round + 1
        stream.place += used * (2 if uniform else 1)
    return torch.cat(out)


def _drawn(
    source: Philox, samples: int, means: Any, stddevs: Any, minvals: Any, maxvals: Any
) -> torch.Tensor:
    """A row of `samples` numbers for each element of the parameters, which are vectors."""
    usable = (stddevs > 0) & (minvals < maxvals) & (minvals.isfinite() | maxvals.isfinite())
    if not usable.all():
        raise invalid_argument("Invalid parameters")
    mirrored = (minvals.isinf() & (minvals < 0)) | (maxvals < means)
    near, far = torch.where(mirrored, maxvals, minvals), torch.where(mirrored, minvals, maxvals)
    scale = torch.where(mirrored, -stddevs, stddevs)
    stream = _Stream(source, means.dtype, means.device)
    lows, highs = (near - means) / scale, (far - means) / scale
    rows = [_draw(stream, samples, low, high) for low, high in zip(lows, highs, strict=True)]
    return torch.stack(rows) * scale[:, None] + means[:, None]


def _cdf(x: torch.Tensor) -> torch.Tensor:
    return torch.special.ndtr(x)


def _gradient(
    grad: Any, sample: Any, means: Any, stddevs: Any, minvals: Any, maxvals: Any, _: Any
) -> tuple[Any, ...]:
    low, high = (minvals - means) / stddevs, (maxvals - means) / stddevs
    x = (sample - means) / stddevs
    limits = torch.finfo(means.dtype)
    below = (_cdf(x) - _cdf(low)) / (_cdf(high) - _cdf(low))
    below = below.clamp(limits.tiny, 1 - limits.eps)
    maxval_derivative = (0.5 * (x**2 - high**2) + below.log()).exp()
    minval_derivative = (0.5 * (x**2 - low**2) + torch.log1p(-below)).exp()
    return (
        grad.sum_to_size(means.shape),
        (grad * x).sum_to_size(stddevs.shape),
        (grad * minval_derivative).sum_to_size(minvals.shape),
        (grad * maxval_derivative).sum_to_size(maxvals.shape),
        None,
    )


@with_gradient(_gradient)
def _sampled(means: Any, stddevs: Any, minvals: Any, maxvals: Any, sample: Any) -> Any:
    return sample.view_as(sample)


@op(
    "StatelessParameterizedTruncatedNormal",
    "means:dtype stddevs:dtype minvals:dtype maxvals:dtype",
)
def _bounded(
    means: Any, stddevs: Any, minvals: Any, maxvals: Any, shape: Any, source: Philox
) -> Any:
    parameters = (means, stddevs, minvals, maxvals)
    try:
        batch = np.broadcast_shapes(*(tuple(p.shape) for p in parameters))
    except ValueError:
        shapes = " vs. ".join(brackets(p.shape) for p in parameters)
        raise invalid_argument(
            f"means, stddevs, minvals, maxvals must have compatible batch dimensions: {shapes}"
        ) from None
    sizes, _ = checked_shape(shape, "StatelessParameterizedTruncatedNormal")
    check_ending(sizes, batch)
    if math.prod(sizes) == 0:
        return _sampled(*parameters, means.new_empty(sizes))
    samples = math.prod(sizes[: len(sizes) - len(batch)])

    def draw(*parameters: torch.Tensor) -> torch.Tensor:
        values = (p.detach().expand(batch).reshape(-1) for p in parameters)
        return _drawn(source, samples, *values).T.reshape(sizes)

    sample = call_with_values(
        draw, lambda: torch.empty(sizes, dtype=means.dtype, device=means.device), *parameters
    )
    return _sampled(*parameters, sample)


def stateless_parameterized_truncated_normal(
    shape: Any,
    seed: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    name: str | None = None,
) -> Any:
    """Normally distributed random numbers between bounds, from a seed.

    Implements `tf.random.stateless_parameterized_truncated_normal`. There are gradients with
    respect to all parameters.

    Args:
        shape: the shape of the result, which ends with the shape to which the parameters broadcast.
        seed: two integers, `[2]`.
        means: the means before truncation.
        stddevs: the standard deviations before truncation.
        minvals: the lower bounds.
        maxvals: the upper bounds.
        name: ignored.

    Returns:
        A tensor of `shape`.

    Raises:
        InvalidArgumentError: if a standard deviation is not positive or the bounds are empty.
    """
    shape = shape_tensor(shape)
    parameters: Any = [to_tensor(p) for p in (means, stddevs, minvals, maxvals)]
    source = seeded(seed, "StatelessParameterizedTruncatedNormal")
    means, stddevs, minvals, maxvals = parameters
    return _bounded(means, stddevs, minvals, maxvals, shape, source)
