"""The choices of `tf.data.Dataset.sample_from_datasets` with constant weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from .._ops._support.philox import SCRAMBLE_KEY, block
from .._ops.random.discrete import cumulative_weights
from .._ops.random.variates import unit_float64
from .random_draws import Draws, Pair


def first_uniforms(seeds: torch.Tensor) -> torch.Tensor:
    """The first float64 number that the stateless functions draw from each seed.

    Args:
      seeds: int64 [n, 2].

    Returns:
      float64 [n], in [0, 1).
    """
    w0, w1, w2, w3 = block(SCRAMBLE_KEY, seeds[:, 0], seeds[:, 1])
    words = block(w0 | w1 << 32, torch.zeros_like(w0), w2 | w3 << 32)
    return unit_float64(torch.stack(words[:2], -1).to(torch.int32))[:, 0]


def sampled_indices(logits: Any, seeds: Pair, chunk: int = 1 << 8) -> Iterator[int]:
    """Draws from the classes of `logits` for ever.

    Args:
      logits: unnormalized log-probabilities, a torch tensor [classes].
      seeds: the seeds of the iteration.
      chunk: how many are drawn at a time.
    """
    totals = cumulative_weights(logits[None])[0]
    draws = Draws(seeds)
    while True:
        pairs = torch.from_numpy(draws.take(2 * chunk)).view(chunk, 2)
        targets = first_uniforms(pairs) * totals[-1]
        yield from torch.searchsorted(totals, targets, right=True).tolist()
