"""Random numbers of the gamma distribution, with a gradient to its shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .._core.convert import to_tensor
from .._core.dtype import as_dtype
from .._core.operation import op
from .._core.rule import with_gradient
from .._core.values import FLOAT32, INT32
from . import seeds, variates
from .division import realdiv
from .elementwise import maximum
from .random_ops import checked_shape, typed
from .shaping import broadcast_to
from .sizes import brackets, invalid
from .unregistered import without_gradient


class _Pairs:
    """Numbers for each of many draws, that come in pairs, the second of a pair first.

    All kinds of numbers of one draw take their blocks one after another from its own stretch, by
    the shared `places`.
    """

    def __init__(self, source: variates.Source, places: np.ndarray, normal: bool) -> None:
        self.source = source
        self.places = places
        self.normal = normal
        self.pairs = np.empty((len(places), 2))
        self.left = np.zeros(len(places), np.int64)

    def next(self, which: np.ndarray) -> np.ndarray:
        """The next number of the draws `which`."""
        empty = which[self.left[which] == 0]
        if len(empty):
            words = self.source.words_at(self.places[empty]).reshape(-1)
            make = variates.box_muller if self.normal else variates.unit_float64
            self.pairs[empty] = np.asarray(make(words)).reshape(-1, 2)
            self.places[empty] += 1
            self.left[empty] = 2
        self.left[which] -= 1
        return self.pairs[which, self.left[which]]


def _draws(source: variates.Source, start: int, alpha: np.ndarray) -> np.ndarray:
    """A number for each `alpha`: Marsaglia and Tsang's rejection method (2000)."""
    places = start + variates.RESERVED * np.arange(len(alpha))
    normals, uniforms = _Pairs(source, places, True), _Pairs(source, places, False)
    out = np.empty(len(alpha))
    one = np.flatnonzero(alpha == 1)
    out[one] = -np.log1p(-uniforms.next(one))
    pending = np.flatnonzero(alpha != 1)
    small = alpha < 1
    d = alpha + np.where(small, 2 / 3, -1 / 3)
    c = 1 / 3 / np.sqrt(d)
    while len(pending):
        x = normals.next(pending)
        v = 1 + c[pending] * x
        tried, x, v = pending[v > 0], x[v > 0], v[v > 0] ** 3
        u = uniforms.next(tried)
        limit = 0.5 * x * x + d[tried] * (1 - v + np.log(v))
        with np.errstate(divide="ignore"):
            fits = (u < 1 - 0.0331 * (x * x) * (x * x)) | (np.log(u) < limit)
        found = tried[fits]
        out[found] = d[found] * v[fits]
        shrunk = found[small[found]]
        with np.errstate(divide="ignore"):
            out[shrunk] *= uniforms.next(shrunk) ** (1 / alpha[shrunk])
        pending = np.setdiff1d(pending, found, assume_unique=True)
    return out


def _alpha_gradient(
    grad: torch.Tensor, sample: torch.Tensor, alpha: torch.Tensor, given: torch.Tensor
) -> tuple[torch.Tensor, None]:
    partial = torch._standard_gamma_grad(alpha.detach().expand(sample.shape), sample.detach())
    partial = without_gradient("RandomGammaGrad", alpha, partial)
    return (grad * partial).sum_to_size(alpha.shape), None


@with_gradient(_alpha_gradient)
def _sampled(alpha: torch.Tensor, sample: torch.Tensor) -> torch.Tensor:
    return sample.view_as(sample)


@op("RandomGamma", "alpha:T")
def _random_gamma(alpha: Any, shape: Any, taken: Any) -> Any:
    """Numbers of scale 1, in `shape` and then that of `alpha`."""
    sizes, index = checked_shape(shape, "RandomGamma")
    values = alpha.detach().double().cpu().numpy().reshape(-1)
    if (values <= -2 / 3).any():
        raise invalid(f"alpha must be positive, got {values.min()}")
    samples = math.prod(sizes)
    count = samples * len(values)
    source, start = seeds.draw(
        ("RandomGamma", alpha.dtype, index), taken, count * variates.RESERVED
    )
    drawn = _draws(source, start, np.repeat(values, samples)).reshape(len(values), samples).T
    sample = torch.from_numpy(np.ascontiguousarray(drawn)).to(alpha.dtype)
    return _sampled(alpha, sample.view([*sizes, *alpha.shape]).to(alpha.device))


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = FLOAT32,
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """Numbers of the gamma distribution with shape `alpha` and rate `beta` (1 by default).

    The result has `shape`, then the shape to which `alpha` and `beta` broadcast; gradients flow to
    both. Answers for `tf.random.gamma`. Raises ValueError for types but float16, float32, float64.
    """
    shape, dtype = typed(shape, INT32, "shape"), as_dtype(dtype)
    alpha = typed(alpha, dtype, "alpha")
    beta = typed(1 if beta is None else beta, dtype, "beta")
    try:
        both = np.broadcast_shapes(tuple(alpha._t.shape), tuple(beta._t.shape))
    except ValueError:
        shapes = " and ".join(brackets(t._t.shape) for t in (alpha, beta))
        raise invalid(f"Incompatible shapes of alpha and beta: {shapes}") from None
    alpha = broadcast_to(alpha, both)
    taken = seeds.take(seed)
    tiny = to_tensor(np.finfo(dtype.as_numpy_dtype).tiny, dtype)  # ValueError for other types
    return maximum(tiny, realdiv(_random_gamma(alpha, shape, taken), beta))
