"""From random bits to random numbers, in the order and with the roundings of TensorFlow's kernels.

Each function takes a source of blocks (see philox.py), the place of its first block and how many
numbers to make, and returns a flat torch tensor.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from .philox import Entropy, Philox

Source = Philox | Entropy

RESERVED = 256
"""Blocks that the kernels set aside for each number, needed or not."""

_TINY_UNIFORM = 1e-7  # in place of smaller uniforms, whose logarithm is too large
_WIDE = (torch.float64, torch.int64, torch.uint64)


def _blocks_for(count: int, dtype: torch.dtype) -> int:
    """The number of blocks that hold `count` numbers: four to a block, or two of 64 bits."""
    return -(-count // (2 if dtype in _WIDE else 4))


def _float32(words: np.ndarray) -> np.ndarray:
    """Uniform in [0, 1) from 23 bits: the fraction of a number in [1, 2). Overwrites `words`."""
    words &= np.uint32(0x7FFFFF)
    words |= np.uint32(0x3F800000)
    values = words.view(np.float32)
    values -= np.float32(1)
    return values


def unit_float64(words: np.ndarray) -> np.ndarray:
    """Uniform in [0, 1) from 52 bits: the low 20 of one word, then all of the next."""
    pairs = words.reshape(-1, 2)
    high = (pairs[:, 0] & np.uint32(0xFFFFF)).astype(np.float64)
    return (high * 2.0**32 + pairs[:, 1]) * 2.0**-52


def uniform(source: Source, start: int, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Floating-point numbers in [0, 1)."""
    words = source.words(start, _blocks_for(count, dtype)).reshape(-1)
    if dtype == torch.float64:
        return torch.from_numpy(unit_float64(words)[:count])
    if dtype == torch.float32:
        return torch.from_numpy(_float32(words)[:count])
    bits = 10 if dtype == torch.float16 else 7
    fraction = (words[:count] & np.uint32((1 << bits) - 1)).astype(np.float32)
    return torch.from_numpy(fraction * np.float32(2.0**-bits)).to(dtype)


def integers(
    source: Source,
    start: int,
    count: int,
    dtype: torch.dtype,
    low: int = 0,
    high: int | None = None,
) -> torch.Tensor:
    """Integers in [low, high), or of all values if there is no `high`."""
    words = source.words(start, _blocks_for(count, dtype)).reshape(-1)
    if dtype in _WIDE:
        # The first word of a pair holds the low bits, whatever this machine's byte order.
        pairs = words.reshape(-1, 2).astype(np.uint64)
        words = pairs[:, 0] | pairs[:, 1] << np.uint64(32)
    if high is not None:
        bits = words.dtype.itemsize * 8
        words = words % words.dtype.type((high - low) % 2**bits)
        words += words.dtype.type(low % 2**bits)
    signed = words[:count].view(f"i{words.dtype.itemsize}")
    return torch.from_numpy(signed).view(dtype)


def box_muller(words: np.ndarray, wide: bool = True) -> torch.Tensor:
    """Pairs of normal numbers from pairs of uniform ones, flat.

    In float32 each function is evaluated in float64 and rounded: that agrees with libm's, which
    TensorFlow calls, in all but one result of a hundred, and torch's own float32 forms do not.
    """
    uniforms = torch.from_numpy(unit_float64(words) if wide else _float32(words)).view(-1, 2)
    own = uniforms.dtype
    logarithm = uniforms[:, 0].clamp(min=_TINY_UNIFORM).double().log_().to(own)
    radius = logarithm.mul_(-2).double().sqrt_().to(own)
    angle = uniforms[:, 1].double().mul_(2 * math.pi).to(own).double()
    return torch.stack([angle.sin().to(own) * radius, angle.cos().to(own) * radius], 1).view(-1)


def normal(source: Source, start: int, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Numbers of the standard normal distribution."""
    words = source.words(start, _blocks_for(count, dtype)).reshape(-1)
    return box_muller(words, dtype == torch.float64)[:count].to(dtype)


def truncated_normal(source: Source, start: int, count: int, dtype: torch.dtype) -> torch.Tensor:
    """Numbers of the standard normal distribution; those not within 2 of 0 are drawn again."""
    wide = dtype == torch.float64
    size = 2 if wide else 4
    # A group of numbers takes the first that fit from a stretch of blocks of its own.
    groups = -(-count // size)
    stretch = size * RESERVED // 4
    own = torch.float64 if wide else torch.float32
    out = torch.empty((groups, size), dtype=own, device="cpu")
    pending = np.arange(groups)
    depth = 2
    while len(pending):
        places = start + pending[:, None] * stretch + np.arange(depth)
        drawn = box_muller(source.words_at(places.reshape(-1)).reshape(-1), wide)
        drawn = drawn.view(len(pending), -1)
        fits = drawn.abs() < 2
        first = torch.argsort(~fits, dim=1, stable=True)[:, :size]
        done = fits.sum(1) >= size
        out[torch.from_numpy(pending)[done]] = drawn.gather(1, first)[done]
        pending = pending[~done.numpy()]
        depth *= 4
    return out.view(-1)[:count].to(dtype)


def permutation(source: Source, start: int, size: int) -> np.ndarray:
    """An order of `size` things: each place in turn is swapped with itself or a later one."""
    words = source.words(start, -(-(size - 1) // 4)).reshape(-1)[: size - 1]
    spans = np.arange(size, 1, -1, dtype=np.uint32)
    partners = (np.arange(size - 1) + words % spans).tolist()
    order = list(range(size))
    for place, partner in enumerate(partners):
        order[place], order[partner] = order[partner], order[place]
    return np.array(order)
